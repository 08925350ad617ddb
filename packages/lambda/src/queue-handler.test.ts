import { describe, expect, test } from '@jest/globals';
import type { Validate } from '@qdn/contracts';
import { batchHandler, queueHandler } from './queue-handler.ts';
import { recordingLogger, sqsEvent } from './testing.ts';

type Body = { n: number };
const validate: Validate<Body> = (value): value is Body => typeof value === 'object' && value !== null && 'n' in value;

test('returns only the records that failed, and runs all others', async () => {
  const log = recordingLogger();
  const seen: number[] = [];
  const handler = queueHandler(
    { name: 'worker', log, validate, maxReceives: 5 },
    async ({ body, sentAt, receiveCount }) => {
      expect(receiveCount).toBe(2);
      expect(sentAt).toBe(0);
      if (body.n === 2) throw new Error('carrier is down');
      seen.push(body.n);
    },
  );
  const response = await handler(sqsEvent([{ n: 1 }, { n: 2 }, 'secret words', { wrong: true }, { n: 5 }], 2));
  expect(seen).toEqual([1, 5]);
  expect(response.batchItemFailures).toEqual(
    ['message-1', 'message-2', 'message-3'].map((itemIdentifier) => ({ itemIdentifier })),
  );
  expect(log.lines).toHaveLength(3);
  expect(log.lines.join()).toContain('carrier is down');
  // A record that cannot be parsed may hold a customer's words.
  expect(log.lines.join()).not.toContain('secret words');
});

test('a slow message delays no other of its batch', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const handler = queueHandler(
    { name: 'worker', log: recordingLogger(), validate, maxReceives: 5 },
    async ({ body }) => {
      // The first can only end after the second has begun.
      if (body.n === 2) release();
      await held;
    },
  );
  expect(await handler(sqsEvent([{ n: 1 }, { n: 2 }]))).toEqual({ batchItemFailures: [] });
});

test('postpones only failed messages, with their receive count, and ignores a failed postponement', async () => {
  const log = recordingLogger();
  const postponed: object[] = [];
  const postpone = async (failed: object) => {
    postponed.push(failed);
    throw new Error('no queue');
  };
  const handler = queueHandler({ name: 'worker', log, validate, maxReceives: 5, postpone }, async ({ body }) => {
    if (body.n !== 1) throw new Error('carrier is down');
  });
  expect(await handler(sqsEvent([{ n: 1 }, { n: 2 }], 3))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'message-1' }],
  });
  expect(postponed).toEqual([{ receiptHandle: 'receipt-1', receiveCount: 3, error: new Error('carrier is down') }]);
  expect(log.lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'error', reason: 'carrier is down' },
    { level: 'warn', reason: 'no queue' },
  ]);
});

describe('shared work of a batch', () => {
  const shared = (endBatch: (seen: number[]) => Promise<void>, postpone?: () => Promise<void>) => {
    const log = recordingLogger();
    const options = { name: 'worker', log, validate, maxReceives: 5, begin: (): number[] => [], end: endBatch };
    const handler = batchHandler(postpone ? { ...options, postpone } : options, async ({ body }, seen) => {
      seen.push(body.n);
      if (body.n === 2) throw new Error('carrier is down');
    });
    return { handler, log };
  };

  test('runs once, after all messages, failed ones too', async () => {
    const batches: number[][] = [];
    const { handler } = shared(async (seen) => {
      batches.push([...seen]);
    });
    expect(await handler(sqsEvent([{ n: 1 }, { n: 2 }]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-1' }],
    });
    await handler(sqsEvent([{ n: 3 }]));
    expect(batches).toEqual([[1, 2], [3]]);
  });

  test('returns all messages when it fails, each postponed once', async () => {
    let postponed = 0;
    const { handler, log } = shared(
      async () => Promise.reject(new Error('no bucket')),
      async () => {
        postponed += 1;
      },
    );
    expect(await handler(sqsEvent([{ n: 1 }, { n: 2 }, { n: 3 }]))).toEqual({
      batchItemFailures: ['message-0', 'message-1', 'message-2'].map((itemIdentifier) => ({ itemIdentifier })),
    });
    expect(postponed).toBe(3);
    expect(log.lines.join()).toContain('no bucket');
  });
});
