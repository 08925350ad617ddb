import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { codePoint } from './code-point.ts';

test('makes whole code points, and recognizes exactly these', () => {
  fc.assert(
    fc.property(
      codePoint,
      (value) => [...value].length === 1 && value.isWellFormed() && codePoint.canShrinkWithoutContext(value),
    ),
  );
  for (const value of ['\u{0}', '\u{d7ff}', '\u{e000}', '\u{10ffff}'])
    expect(codePoint.canShrinkWithoutContext(value)).toBe(true);
  for (const value of ['', 'ab', '\u{d800}', '\u{dfff}', 7])
    expect(codePoint.canShrinkWithoutContext(value)).toBe(false);
});

test('makes the same strings as the unit of fast-check for the same seed', () => {
  const sample = (unit: 'binary' | fc.Arbitrary<string>) => fc.sample(fc.string({ unit }), { seed: 7, numRuns: 200 });
  expect(sample(codePoint)).toEqual(sample('binary'));
});
