import { describe, expect, test } from '@jest/globals';
import { isMistypedKeyword, isOneErrorAway } from './typing-error.ts';

describe('a mistyped keyword', () => {
  test.each([
    'stpo',
    'sotp',
    'tsop',
    'sop p',
    'stip',
    'sto',
    'stp',
    'styop',
    'stopppp',
    'unsubcribe',
    'unsubscirbe',
    'unsubscrive',
  ])('is %j only as one word', (word) => {
    expect(isMistypedKeyword(word)).toBe(!word.includes(' '));
  });

  test.each(['shop', 'step', 'top', 'stops', 'spot', 'atop', 'stomp', 'subscribe', 'drop', 'so', ''])(
    'is not %j',
    (word) => {
      expect(isMistypedKeyword(word)).toBe(false);
    },
  );
});

test('one error is a letter more, less or other, or two in the wrong order', () => {
  expect(['abcd', 'abc', 'abcx', 'acb', 'ab'].map((word) => isOneErrorAway(word, 'abc'))).toEqual([
    true,
    false,
    true,
    true,
    true,
  ]);
  expect(['axyz', 'cba', ''].map((word) => isOneErrorAway(word, 'abc'))).toEqual([false, false, false]);
});
