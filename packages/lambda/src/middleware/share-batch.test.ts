import { expect, test } from '@jest/globals';
import middy from '@middy/core';
import type { SQSBatchResponse } from 'aws-lambda';
import type { BatchEvent } from '../batch.ts';
import { lambdaContext, sqsEvent } from '../testing.ts';
import { shareBatch } from './share-batch.ts';

test('makes an object for each batch, and finishes it after the messages', async () => {
  const ended: number[][] = [];
  const stack = middy<BatchEvent<unknown, number[]>, SQSBatchResponse>()
    .use(shareBatch<unknown, number[]>({ begin: () => [], end: async (shared) => void ended.push([...shared]) }))
    .handler(async ({ Records, shared }) => {
      shared?.push(Records.length);
      return { batchItemFailures: [] };
    });
  await stack(sqsEvent([1, 2]), lambdaContext);
  await stack(sqsEvent([3]), lambdaContext);
  expect(ended).toEqual([[2], [1]]);
});
