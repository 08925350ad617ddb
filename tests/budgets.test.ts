import { beforeAll, expect, test } from '@jest/globals';
import { countCalls } from '../bench/count-calls.ts';

/* What a text costs in AWS calls, as `npm run bench` prints it. */

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

test('a webhook is one call of SQS, and none of DynamoDB', () => {
  expect(rows.get('receive a text (webhook)')).toEqual({ calls: '1 sqs:SendMessage', writes: [] });
});

test('a text that is relayed to two contacts takes six writes, each for something', () => {
  const { writes = [] } = rows.get('relay it to two contacts, job named') ?? {};
  expect(writes.toSorted()).toEqual([
    'the claim of dana’s text: nobody else sends it',
    'the claim of luis’s text: nobody else sends it',
    'the pinned plan: a retry leads to nothing else',
    'the timeline',
    'what became of dana’s text',
    'what became of luis’s text',
  ]);
});
