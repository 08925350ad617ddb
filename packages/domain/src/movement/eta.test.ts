import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import { aJob } from '../testing/index.ts';
import { estimateArrival } from './eta.ts';
import { freshnessOf, jobLocationView } from './location-view.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const [stop] = aJob().stops;
if (!stop) throw new Error('The sample job has a stop');
const company = { name: 'Q', phone: '+15125550100', textNumber: '+15125550142', timeZone: 'America/Chicago' };
const at = (ageS: number, km: number, trailerId = 'T1'): Fix => ({
  trailerId: trailerId as TrailerId,
  at: NOW - ageS * 1000,
  lat: stop.lat + km / 111.195,
  lon: stop.lon,
  accuracyM: 5,
  speedMps: null,
  headingDeg: null,
});

describe('an arrival time', () => {
  test('is a range around what the distance and the pace say', () => {
    const eta = estimateArrival([at(0, 10)], stop, NOW);
    const minutes = (time = 0) => (time - NOW) / 60_000;
    expect(minutes(eta?.earliest)).toBeGreaterThan(15);
    expect(minutes(eta?.latest)).toBeLessThan(35);
    expect(eta?.distanceM).toBeGreaterThan(13_000);
    expect(eta?.reason).toBe('straight line and typical pace');
  });

  test('takes the pace of the last minutes into account', () => {
    const fast = estimateArrival([at(240, 16), at(120, 13), at(0, 10)], stop, NOW);
    const slow = estimateArrival([at(240, 10.4), at(120, 10.2), at(0, 10)], stop, NOW);
    expect(fast?.earliest ?? 0).toBeLessThan(slow?.earliest ?? 0);
    expect(fast?.reason).toContain('pace of the last minutes');
  });

  test('is never in the past, is a range, and widens as the position ages', () => {
    fc.assert(
      fc.property(fc.nat(900), fc.double({ min: 0, max: 60, noNaN: true }), (ageS, km) => {
        const eta = estimateArrival([at(ageS, km)], stop, NOW);
        const fresh = estimateArrival([at(0, km)], stop, NOW);
        if (!eta || !fresh) throw new Error('There is a position');
        expect(eta.earliest).toBeGreaterThanOrEqual(NOW);
        expect(eta.latest - eta.earliest).toBeGreaterThanOrEqual(60_000);
        expect(eta.latest - NOW).toBeGreaterThan(0);
      }),
    );
  });
});

describe('what a job shows', () => {
  test('nothing of where the trailer is once the job has ended', () => {
    for (const status of ['completed', 'cancelled'] as const) {
      expect(jobLocationView(aJob({ status }), [at(5, 1)], NOW, company)).toMatchObject({
        position: null,
        trail: [],
        eta: null,
        stop: null,
      });
    }
  });

  test('the trailer that is nearest to the stop, and how many there are', () => {
    const job = aJob({ trailers: ['T1', 'T2'] as TrailerId[] });
    const view = jobLocationView(job, [at(5, 4), at(8, 1, 'T2')], NOW, company);
    expect(view).toMatchObject({ trailerCount: 2, position: { trailerId: 'T2', ageS: 8, freshness: 'live' } });
  });

  test('no arrival time from a position that is lost', () => {
    expect(jobLocationView(aJob(), [at(20 * 60, 4)], NOW, company)).toMatchObject({
      eta: null,
      position: { freshness: 'lost' },
    });
  });

  test('a trail of at most 60 points that ends where the trailer is', () => {
    const fixes = Array.from({ length: 301 }, (_, i) => at(3000 - i * 10, 4 - i * 0.01));
    const { trail, position } = jobLocationView(aJob(), fixes, NOW, company);
    expect(trail.length).toBeLessThanOrEqual(60);
    expect(trail.at(-1)?.[0]).toBe(position?.lat);
  });
});

test('the freshness ladder', () => {
  expect([0, 59_999, 60_000, 900_000, 900_001].map(freshnessOf)).toEqual(['live', 'live', 'recent', 'recent', 'lost']);
});
