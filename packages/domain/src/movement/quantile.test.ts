import { expect, test } from '@jest/globals';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { quantile } from './quantile.ts';

test.each([
  [[], 0.5, 0],
  [[7], 0.9, 7],
  [[3, 1, 2], 0.5, 2],
  [[4, 1, 3, 2], 0.5, 2.5],
  [[10, 0], 0.1, 1],
  [[5, 5, 5, 1], 1, 5],
])('of %j at %d is %d', (values, share, expected) => {
  expect(quantile(values, share)).toBeCloseTo(expected, 12);
});

test('is between the two values at its place in ascending order, and leaves the values as they were', () => {
  const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, share) => {
        const before = [...values];
        const sorted = values.toSorted((a, b) => a - b);
        const place = share * (values.length - 1);
        const [below = 0, above = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
        expect(quantile(values, share)).toBeCloseTo(below + (above - below) * (place - Math.floor(place)), 6);
        expect(values).toEqual(before);
      },
    ),
    { numRuns: runs(500) },
  );
});
