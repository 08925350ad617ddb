import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { containsOneOf } from './comparable-text.ts';

describe('an urgent word', () => {
  const words = ['urgent', 'blocked', 'on fire'];

  test.each(['URGENT', 'it is urgent!', 'The gate is blocked.', 'it’s on   fire', 'Urgént'])('is in %j', (body) => {
    expect(containsOneOf(words, body)).toBe(true);
  });

  test.each(['unblocked', 'urgently', 'fire on', ''])('is not in %j', (body) => {
    expect(containsOneOf(words, body)).toBe(false);
  });

  test('is found anywhere in a text', () => {
    const other = fc.stringMatching(/^[a-z ,.!?]{0,40}$/);
    fc.assert(
      fc.property(other, other, fc.constantFrom(...words), (before, after, word) => {
        expect(containsOneOf(words, `${before} ${word} ${after}`)).toBe(true);
      }),
    );
  });
});
