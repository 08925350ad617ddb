import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fix } from '../fix.ts';
import type { Stop } from '../job.ts';
import { aFix, aJob, placeAt } from '../testing/index.ts';
import { estimateArrival } from './estimate-arrival.ts';
import { EMPTY_TRAVEL, type LegSample, type TravelModel, travelModel } from './travel.ts';

const NOW = Date.UTC(2026, 10, 23, 18);
const ZONE = 'America/Chicago';
const [stop] = aJob().stops;
if (!stop) throw new Error('The sample job has no stop');
const dump: Stop = { ...stop, ...placeAt(stop, -8000, 0), kind: 'dump_site', radiusM: 200 };
const typical = travelModel(EMPTY_TRAVEL, ZONE);
const at = (ageS: number, km: number): Fix => aFix({ at: NOW - ageS * 1000, ...placeAt(stop, km * 1000, 0) });
type Options = { stops?: Stop[]; standingSince?: number | null; model?: TravelModel };
const estimate = (
  trail: readonly Fix[],
  options: Options = {},
  route: { distanceM: number; seconds: number | null } | null = null,
) => {
  const { stops = [stop], standingSince = null, model = typical } = options;
  return estimateArrival({ trail, stops, standingSince }, NOW, model, route);
};
const minutes = (...given: Parameters<typeof estimate>) => {
  const eta = estimate(...given);
  if (!eta) throw new Error('There is no arrival time');
  const inMinutes = (time: number) => (time - NOW) / 60_000;
  return { ...eta, from: inMinutes(eta.earliest), middle: inMinutes(eta.likely), to: inMinutes(eta.latest) };
};

describe('an arrival time', () => {
  test('needs a position', () => {
    expect(estimate([])).toBeNull();
    expect(estimate([at(0, 1)], { stops: [] })).toBeNull();
  });

  test('is a range around the time that the distance takes', () => {
    const { from, to, distanceM, reason, basis, after, asOf } = minutes([at(20, 10)]);
    // 10 km in a straight line take 17 minutes across a town. Before there are drives of our own, the town may be Manhattan.
    expect(from).toBeGreaterThan(9);
    expect(to).toBeGreaterThan(33);
    expect(to).toBeLessThan(60);
    expect(distanceM).toBeGreaterThan(12_800);
    expect(distanceM).toBeLessThan(13_100);
    expect({ reason, basis, after }).toEqual({ reason: 'straight line and typical pace', basis: 'typical', after: [] });
    expect(asOf).toBe(NOW - 20_000);
  });

  test('assumes that the open road is faster than the town', () => {
    expect(minutes([at(0, 40)]).to).toBeLessThan(minutes([at(0, 10)]).to * 4 * 0.9);
  });

  test('uses the pace of the last minutes, with a narrower range', () => {
    const fast = minutes([at(240, 16), at(120, 13), at(0, 10)]);
    const slow = minutes([at(240, 10.4), at(120, 10.2), at(0, 10)]);
    expect(fast.middle).toBeLessThan(slow.middle);
    expect(fast.from).toBeLessThan(slow.from);
    expect(fast.reason).toContain('pace of the last minutes');
    expect(fast.to - fast.from).toBeLessThan(minutes([at(0, 10)]).to - minutes([at(0, 10)]).from);
  });

  test('reaches to the arrival at the pace of the last minutes, and is later the slower that is', () => {
    const driven = fc.double({ min: 0.5, max: 15, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 1, max: 20, noNaN: true }), driven, driven, (km, a, b) => {
        const after = (kmDriven: number) => minutes([at(600, km + kmDriven), at(300, km + kmDriven / 2), at(0, km)]);
        const [slow, fast] = [after(Math.min(a, b)), after(Math.max(a, b))];
        expect(slow.middle).toBeGreaterThanOrEqual(fast.middle - 1 / 60);
        expect(slow.latest).toBeGreaterThanOrEqual(fast.latest - 1000);
        expect(slow.earliest).toBeGreaterThanOrEqual(fast.earliest - 1000);
      }),
    );
    const crawling = minutes([at(900, 7.25), at(450, 6.1), at(0, 5)]);
    expect(crawling.to).toBeGreaterThan((5 * 1.3 * 60) / 9);
  });

  test('does not take a stand before the departure for a slow pace', () => {
    const stood = [at(1500, 12), at(1100, 12), at(700, 12), at(300, 12), at(180, 11.2), at(60, 10.4), at(0, 10)];
    const drove = stood.slice(3);
    const { middle, to } = minutes(drove);
    expect(minutes(stood).middle).toBeCloseTo(middle, 5);
    expect(minutes(stood).to).toBeCloseTo(to, 5);
  });

  test('expects a break to last about as long again, but not the stand at the stop that was left', () => {
    const broke = [at(1200, 11), at(900, 10), at(600, 10), at(300, 10), at(0, 10)];
    expect(minutes(broke).middle).toBeGreaterThan(minutes([at(0, 10)]).middle + 5);
    expect(minutes(broke).to).toBeGreaterThan(minutes(broke).middle + 15);
    const left = estimateArrival(
      { trail: broke.slice(1), stops: [stop], standingSince: null, setOutAt: NOW - 60_000 },
      NOW,
      typical,
    );
    expect(left?.likely).toBe(estimate([at(0, 10)])?.likely);
  });

  test('is from the departure on when the position is from before it', () => {
    const left = estimateArrival(
      { trail: [at(1200, 10)], stops: [stop], standingSince: null, setOutAt: NOW },
      NOW,
      typical,
    );
    expect(left?.likely).toBe(estimate([at(0, 10)])?.likely);
    expect(left?.asOf).toBe(NOW - 1_200_000);
  });

  test('of a lost position lasts as long as its latest arrival is ahead', () => {
    const lost = minutes([at(1200, 10)]);
    expect(lost).toMatchObject({ from: 0 });
    expect(lost.to).toBeGreaterThan(20);
    expect(estimate([at(3600, 5)])).toBeNull();
  });

  test('ignores a pace from less than a minute, or from an hour ago', () => {
    expect(minutes([at(50, 10.5), at(0, 10)]).reason).toBe('straight line and typical pace');
    expect(minutes([at(3600, 40), at(0, 10)]).reason).toBe('straight line and typical pace');
  });

  test('is within minutes at the stop', () => {
    expect(minutes([at(0, 0.01)])).toMatchObject({ from: 0, distanceM: 0 });
    expect(minutes([at(0, 0.01)]).to).toBeLessThanOrEqual(1);
  });

  test('is the same for a phone whose clock is ahead', () => {
    expect(minutes([at(-100, 10)])).toEqual(minutes([at(0, 10)]));
  });

  const distance = fc.double({ min: 0, max: 150, noNaN: true });
  const age = fc.nat(15 * 60);

  test('is never in the past, never a single moment, and widens as the position ages', () => {
    fc.assert(
      fc.property(age, age, distance, distance, (a, b, km, kmBefore) => {
        const trail = (ageS: number) => [at(ageS + 120, kmBefore), at(ageS, km)];
        const [older, newer] = [minutes(trail(Math.max(a, b))), minutes(trail(Math.min(a, b)))];
        for (const { earliest, likely, latest } of [older, newer]) {
          expect(earliest).toBeGreaterThanOrEqual(NOW);
          expect(likely).toBeGreaterThanOrEqual(earliest);
          expect(latest).toBeGreaterThanOrEqual(likely);
          expect(latest - earliest).toBeGreaterThanOrEqual(60_000);
        }
        // The part before "now" is cut off, so it does not widen the range.
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
        expect(far.likely).toBeGreaterThanOrEqual(near.likely - 1);
        expect(far.distanceM).toBeGreaterThanOrEqual(near.distanceM);
      }),
    );
  });
});

describe('an arrival time after other stops', () => {
  test('includes the way to each, and the stay there', () => {
    const direct = minutes([at(0, -2)], { stops: [dump] });
    const over = minutes([at(0, -2)], { stops: [dump, stop] });
    expect(over.middle).toBeGreaterThan(direct.middle + 25);
    expect(over.distanceM).toBeGreaterThan(direct.distanceM + 8000);
    expect(over.to - over.from).toBeGreaterThan(direct.to - direct.from);
    expect(over).toMatchObject({
      after: ['dump_site'],
      reason: expect.stringContaining('after a stop at the dump site'),
    });
  });

  test('counts the rest of a stay, without new fixes from the parked trailer', () => {
    const since = (ago: number) => minutes([], { stops: [dump, stop], standingSince: NOW - ago * 60_000 });
    expect(since(0).middle).toBeGreaterThan(since(15).middle + 10);
    // A trailer that has stayed too long may leave at any moment, but it has not left yet.
    expect(since(300).from).toBeGreaterThan(0);
    expect(since(300).middle).toBeCloseTo(since(400).middle, 5);
  });
});

describe('an arrival time along a route', () => {
  test('uses the engine’s distance, and its duration when that includes traffic', () => {
    const far = minutes([at(0, 10)], {}, { distanceM: 25_000, seconds: null });
    expect(far).toMatchObject({ distanceM: 25_000, basis: 'route', reason: 'the route of the router' });
    expect(far.middle).toBeGreaterThan(minutes([at(0, 10)]).middle * 1.4);
    const jam = minutes([at(0, 10)], {}, { distanceM: 13_000, seconds: 3600 });
    expect(jam.middle).toBeCloseTo(60, 1);
    expect(jam.from).toBeLessThan(60);
    expect(jam.to).toBeGreaterThan(60);
  });

  test('is complete for a way of length 0', () => {
    expect(minutes([at(0, 0)], {}, { distanceM: 0, seconds: 0 })).toMatchObject({ from: 0, distanceM: 0 });
  });
});

describe('an arrival time for a company with drives of its own', () => {
  const slow = Array.from(
    { length: 40 },
    (_, i): LegSample => ({
      id: `QDN-${i}#0`,
      at: NOW - (i + 1) * 3_600_000,
      straightM: 5000,
      roadM: 10_000,
      seconds: 2000 + 10 * (i % 7),
      missed: ((i % 9) - 4) / 40,
    }),
  );

  test('follows its own drives, with a range as wide as its past errors', () => {
    const own = minutes([at(0, 5)], { model: travelModel({ legs: slow, dwells: [] }, ZONE) });
    expect(own.basis).toBe('learned');
    expect(own.reason).toBe('straight line and the pace of our own drives');
    expect(own.middle).toBeGreaterThan(27);
    expect(own.middle).toBeLessThan(35);
    expect(own.distanceM).toBeGreaterThan(8500);
    expect(own.to - own.from).toBeLessThan(minutes([at(0, 5)]).to * 1.2);
  });
});
