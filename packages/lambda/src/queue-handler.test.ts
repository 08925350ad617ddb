import { expect, test } from '@jest/globals';
import type { Validate } from '@qdn/contracts';
import { queueHandler } from './queue-handler.ts';
import { recordingLogger, sqsEvent } from './testing.ts';

type Body = { n: number };
const validate: Validate<Body> = (value): value is Body => typeof value === 'object' && value !== null && 'n' in value;

test('only the records that failed are handed back, and the others are worked on all the same', async () => {
  const log = recordingLogger();
  const seen: number[] = [];
  const handler = queueHandler({ name: 'worker', log, validate }, async ({ body, receiveCount }) => {
    expect(receiveCount).toBe(2);
    if (body.n === 2) throw new Error('carrier is down');
    seen.push(body.n);
  });
  const response = await handler(sqsEvent([{ n: 1 }, { n: 2 }, 'not JSON', { wrong: true }, { n: 5 }], 2));
  expect(seen).toEqual([1, 5]);
  expect(response.batchItemFailures).toEqual(
    ['message-1', 'message-2', 'message-3'].map((itemIdentifier) => ({ itemIdentifier })),
  );
  expect(log.lines).toHaveLength(3);
  expect(log.lines[0]).toContain('carrier is down');
});
