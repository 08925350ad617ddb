import { beforeAll, expect, test } from '@jest/globals';
import { countCalls } from '../bench/count-calls.ts';

/* AWS calls of a message, as `npm run bench` prints them. */

let rows: Map<string | undefined, { calls: string; writes: string[] }>;
beforeAll(async () => {
  const counted = await countCalls();
  rows = new Map(
    counted.map(([what, calls = '', writes = '']) => [
      what,
      { calls, writes: writes === '' ? [] : writes.split(', ') },
    ]),
  );
}, 60_000);

test('a webhook calls SQS once and DynamoDB never', () => {
  expect(rows.get('receive a text (webhook)')).toEqual({ calls: '1 sqs:SendMessage', writes: [] });
});

test('relaying a text to two contacts takes ten writes, each with a purpose', () => {
  const { writes = [] } = rows.get('relay it to two contacts, job named') ?? {};
  expect(writes.toSorted()).toEqual([
    'the claim of dana’s message: no other worker sends it',
    'the claim of luis’s message: no other worker sends it',
    'the conversation: what waits for an answer',
    'the desk of a dispatcher: whose text came last',
    'the desk of a dispatcher: whose text came last',
    'the outcome of dana’s message',
    'the outcome of luis’s message',
    'the pinned plan: a retry uses the same plan',
    'the text in its conversation',
    'the timeline',
  ]);
});
