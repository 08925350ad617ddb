import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fix } from '../fix.ts';
import { aFix, aJob, placeAt } from '../testing/index.ts';
import { estimateArrival } from './eta.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const [stop] = aJob().stops;
if (!stop) throw new Error('The sample job has a stop');
const at = (ageS: number, km: number): Fix => aFix({ at: NOW - ageS * 1000, ...placeAt(stop, km * 1000, 0) });
const minutes = (trail: readonly Fix[], now = NOW) => {
  const eta = estimateArrival(trail, stop, now);
  if (!eta) throw new Error('There is a position');
  return { from: (eta.earliest - now) / 60_000, to: (eta.latest - now) / 60_000, ...eta };
};

describe('an arrival time', () => {
  test('is none without a position', () => {
    expect(estimateArrival([], stop, NOW)).toBeNull();
  });

  test('is a range around what the distance says', () => {
    const { from, to, distanceM, reason, asOf } = minutes([at(20, 10)]);
    // 10 km as the crow flies: 18 minutes across town, in 12 to 24.
    expect(from).toBeGreaterThan(10);
    expect(to).toBeLessThan(26);
    expect(distanceM).toBeGreaterThan(13_000);
    expect(distanceM).toBeLessThan(13_600);
    expect(reason).toBe('straight line and typical pace');
    expect(asOf).toBe(NOW - 20_000);
  });

  test('takes the open road to be faster than the town', () => {
    expect(minutes([at(0, 40)]).to).toBeLessThan(minutes([at(0, 10)]).to * 4 * 0.9);
  });

  test('takes the pace of the last minutes into account, and is surer of it', () => {
    const fast = minutes([at(240, 16), at(120, 13), at(0, 10)]);
    const slow = minutes([at(240, 10.4), at(120, 10.2), at(0, 10)]);
    expect(fast.to).toBeLessThan(slow.from + 10);
    expect(fast.from).toBeLessThan(slow.from);
    expect(fast.reason).toContain('pace of the last minutes');
    expect(fast.to - fast.from).toBeLessThan(minutes([at(0, 10)]).to - minutes([at(0, 10)]).from);
  });

  test('is told by no pace from less than a minute, or from an hour ago', () => {
    expect(minutes([at(50, 10.5), at(0, 10)]).reason).toBe('straight line and typical pace');
    expect(minutes([at(3600, 40), at(0, 10)]).reason).toBe('straight line and typical pace');
  });

  test('at the stop is within minutes', () => {
    expect(minutes([at(0, 0.01)])).toMatchObject({ from: 0, to: 1, distanceM: 0 });
  });

  test('is not thrown off by a phone whose clock is ahead', () => {
    expect(minutes([at(-100, 10)])).toEqual(minutes([at(0, 10)]));
  });

  const distance = fc.double({ min: 0, max: 150, noNaN: true });
  const age = fc.nat(15 * 60);

  test('is never in the past, never a single moment, and widens as the position ages', () => {
    fc.assert(
      fc.property(age, age, distance, distance, (a, b, km, kmBefore) => {
        const trail = (ageS: number) => [at(ageS + 120, kmBefore), at(ageS, km)];
        const [older, newer] = [minutes(trail(Math.max(a, b))), minutes(trail(Math.min(a, b)))];
        expect(newer.earliest).toBeGreaterThanOrEqual(NOW);
        expect(newer.latest - newer.earliest).toBeGreaterThanOrEqual(60_000);
        expect(older.earliest).toBeGreaterThanOrEqual(NOW);
        // What is cut off at "now" does not widen the range; what is not cut off does.
        const isCut = older.earliest === NOW;
        if (!isCut) expect(older.latest - older.earliest).toBeGreaterThanOrEqual(newer.latest - newer.earliest - 1);
      }),
    );
  });

  test('is later from farther away', () => {
    fc.assert(
      fc.property(distance, distance, (a, b) => {
        const [near, far] = [minutes([at(10, Math.min(a, b))]), minutes([at(10, Math.max(a, b))])];
        expect(far.latest).toBeGreaterThanOrEqual(near.latest - 1);
        expect(far.distanceM).toBeGreaterThanOrEqual(near.distanceM);
      }),
    );
  });
});
