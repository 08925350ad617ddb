import { expect, test } from '@jest/globals';
import middy from '@middy/core';
import type { SQSBatchResponse } from 'aws-lambda';
import type { BatchEvent } from '../batch.ts';
import { lambdaContext, recordingLogger, sqsEvent } from '../testing.ts';
import { partialBatchFailure } from './partial-batch-failure.ts';

const run = async (fn: (event: BatchEvent) => Promise<void>, receiveCount = 1) => {
  const log = recordingLogger();
  const postponed: string[] = [];
  const options = {
    name: 'test',
    log,
    maxReceives: 5,
    postpone: async ({ receiptHandle }: { receiptHandle: string }) => void postponed.push(receiptHandle),
  };
  const stack = middy<BatchEvent, SQSBatchResponse>()
    .use(partialBatchFailure(options))
    .handler(async (event) => {
      await fn(event);
      return { batchItemFailures: [] };
    });
  const { batchItemFailures } = await stack(sqsEvent([{ name: 'Maria' }, 'b'], receiveCount), lambdaContext);
  return { failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), postponed, log };
};

test('returns no record when all succeed', async () => {
  expect(await run(async () => {})).toMatchObject({ failed: [], postponed: [] });
});

test('returns the records that failed', async () => {
  expect(await run(async ({ failed }) => void failed?.add('message-1'))).toMatchObject({ failed: ['message-1'] });
});

test('returns all records when the batch fails, and postpones those that had not failed before', async () => {
  const { failed, postponed, log } = await run(async (event) => {
    event.failed?.add('message-1');
    throw new Error('no bucket for Maria');
  });
  expect(failed).toEqual(['message-0', 'message-1']);
  expect(postponed).toEqual(['receipt-0']);
  expect(log.lines.map((line) => JSON.parse(line))).toEqual([
    {
      level: 'error',
      message: 'BATCH_FAILED',
      function: 'test',
      records: 2,
      error: 'Error',
      reason: 'no bucket for […]',
    },
  ]);
});

test('counts the last delivery of a record as dead-lettered', async () => {
  const { log } = await run(async () => Promise.reject(new Error('no bucket')), 5);
  expect(log.measured).toMatchObject([
    { DeadLettered: 1, messageId: 'message-0' },
    { DeadLettered: 1, messageId: 'message-1' },
  ]);
});
