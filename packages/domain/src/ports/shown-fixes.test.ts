import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shownOf } from './shown-fixes.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 23, 15);
const every = (seconds: number, minutes: number): number[] =>
  Array.from({ length: (minutes * 60) / seconds }, (_, i) => NOW - i * seconds * 1000).reverse();
const shown = (times: readonly number[], newestAt = NOW) => shownOf(times, (at) => at, newestAt);

test('shows every fix of the last minutes of a tracker that reports every five seconds or more seldom', () => {
  for (const seconds of [5, 10, 30, 60, 300]) {
    const times = every(seconds, 60);
    const late = (at: number) => at >= NOW - 5 * MINUTE;
    expect(shown(times).filter(late)).toEqual(times.filter(late));
  }
});

test('shows older fixes the more seldom the older they are', () => {
  const counts = [10, 60, 600, 6000].map((minutes) => shown(every(1, minutes)).length);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(counts.at(-1)).toBeLessThanOrEqual(500);
});

test('shows fixes in their order, the newest always, and none twice', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 10 * 60 * MINUTE }), { minLength: 1, maxLength: 300 }),
      (ages) => {
        const times = ages.map((age) => NOW - age).sort((a, b) => a - b);
        const found = shown(times);
        expect(found.at(-1)).toBe(times.at(-1));
        expect(found).toEqual(found.toSorted((a, b) => a - b));
        expect(new Set(found).size).toBe(found.length);
        expect(times).toEqual(expect.arrayContaining(found));
      },
    ),
  );
});

test('picks what has no time, so that its reader refuses it', () => {
  expect(shown([Number.NaN, NOW])).toEqual([Number.NaN, NOW]);
});
