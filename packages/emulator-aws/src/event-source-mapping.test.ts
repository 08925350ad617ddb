import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { failedIds } from './event-source-mapping.ts';

const BATCH = ['m1', 'm2', 'm3'];
const answer = (...ids: unknown[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe('the failed messages in a function’s answer', () => {
  test.each([
    ['null', null],
    ['nothing', undefined],
    ['an empty object', {}],
    ['a null list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
  ])('%s is success', (_, payload) => {
    expect(failedIds(payload, BATCH, true)).toEqual(new Set());
  });

  test.each([
    ['text', 'done'],
    ['a number', 3],
    ['a list that is none', { batchItemFailures: 'm1' }],
    ['a null ID', answer(null)],
    ['an empty ID', answer('')],
    ['an ID under another name', { batchItemFailures: [{ id: 'm1' }] }],
    ['an ID that was not in the batch', answer('m1', 'm9')],
    ['IDs without their objects', { batchItemFailures: ['m1'] }],
  ])('%s fails the whole batch', (_, payload) => {
    expect(failedIds(payload, BATCH, true)).toEqual(new Set(BATCH));
  });

  test('never deletes a message that the answer names, and never keeps one from outside the batch', () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(
        ids,
        fc.array(fc.oneof(fc.string(), fc.constant(null), fc.nat())),
        fc.infiniteStream(fc.boolean()),
        (batch, strangers, picks) => {
          const named = batch.filter(() => picks.next().value);
          const failed = failedIds(answer(...named, ...strangers), batch, true);
          for (const id of named) expect(failed.has(id)).toBe(true);
          for (const id of failed) expect(batch).toContain(id);
        },
      ),
    );
  });
});
