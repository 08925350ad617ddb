import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseGpx } from '@qdn/cli/gpx';
import { dayTrackOf, type Fix, type TrailerId } from '@qdn/domain';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';

/*
 * Compares the way of recorded drives with a reference that is computed from the recording alone: its points smoothed by a Gaussian of two
 * seconds, in a plane, where the vehicle moved.
 */

type Point = { at: number; lat: number; lon: number };

const METRES_PER_DEGREE = 111_195;
const SMOOTHED_S = 2;
/** Speed below which the smoothed vehicle stands, in m/s. */
const STANDING_MPS = 0.5;

const recorded = (file: string): Point[] =>
  parseGpx(readFileSync(new URL(`./drives/${file}.gpx`, import.meta.url))).map(({ at, lat, lon }) => ({
    at: at ?? 0,
    lat,
    lon,
  }));

const referenceM = (points: readonly Point[]): number => {
  const [origin] = points;
  if (!origin) return 0;
  const perLon = METRES_PER_DEGREE * Math.cos((origin.lat * Math.PI) / 180);
  const plane = points.map(({ at, lat, lon }) => ({
    s: at / 1000,
    x: (lon - origin.lon) * perLon,
    y: (lat - origin.lat) * METRES_PER_DEGREE,
  }));
  const smooth = plane.map(({ s }) => {
    const weights = plane.map((other) => Math.exp(-((other.s - s) ** 2) / (2 * SMOOTHED_S ** 2)));
    const sum = weights.reduce((a, b) => a + b, 0);
    const mean = (pick: (one: { x: number; y: number }) => number) =>
      plane.reduce((total, one, i) => total + (weights[i] ?? 0) * pick(one), 0) / sum;
    return { s, x: mean(({ x }) => x), y: mean(({ y }) => y) };
  });
  return smooth.slice(1).reduce((total, b, i) => {
    const a = smooth[i] ?? b;
    const metres = Math.hypot(b.x - a.x, b.y - a.y);
    return total + (metres / (b.s - a.s) > STANDING_MPS ? metres : 0);
  }, 0);
};

/** Returns the fixes of a tracker that reports at an interval in seconds. */
const reportedEvery = (seconds: number, points: readonly Point[]): Fix[] => {
  let last = Number.NEGATIVE_INFINITY;
  return points.flatMap(({ at, lat, lon }) => {
    if (at - last < seconds * 1000) return [];
    last = at;
    return [{ trailerId: 'T1' as TrailerId, at, lat, lon, accuracyM: null, speedMps: null, headingDeg: null }];
  });
};

describe.each(['munich-1hz', 'munich', 'visnjan'])('the recorded drive %s', (file) => {
  const points = recorded(file);
  const reference = referenceM(points);

  test.each([1, 5, 10])('has the miles of the reference within 3 %% with a fix every %i s', (seconds) => {
    const { metres } = dayTrackOf(reportedEvery(seconds, points));
    expect(Math.abs(metres / reference - 1)).toBeLessThan(0.03);
  });

  test('has the same miles in any order of the fixes, and when they are stored twice', () => {
    const fixes = reportedEvery(10, points);
    const { metres } = dayTrackOf(fixes);
    expect(dayTrackOf(fixes.toReversed()).metres).toBe(metres);
    expect(dayTrackOf([...fixes, ...fixes]).metres).toBe(metres);
  });
});

const HOUR_S = 3600;
const START = Date.UTC(2026, 2, 15, 6);
const YARD = { lat: 30.21, lon: -97.7 };

/** Returns the fixes of a parked receiver: noise that wanders within some metres, as multipath makes it, and a stray fix now and then. */
const parked = (hours: number, everyS: number, noise: readonly number[], accuracyM: number | null): Fix[] => {
  let [x, y] = [0, 0];
  return Array.from({ length: (hours * HOUR_S) / everyS }, (_, i) => {
    const step = (k: number) => (noise[(i * 2 + k) % noise.length] ?? 0) * 6;
    x = 0.9 * x + step(0);
    y = 0.9 * y + step(1);
    const stray = i % 701 === 700 ? 120 : 0;
    return {
      trailerId: 'T1' as TrailerId,
      at: START + i * everyS * 1000,
      lat: YARD.lat + (y + stray) / METRES_PER_DEGREE,
      lon: YARD.lon + x / (METRES_PER_DEGREE * 0.864),
      accuracyM,
      speedMps: null,
      headingDeg: null,
    };
  });
};

test.each([5, 10, 60, 300])('parked hours add no miles and are one halt, with a fix every %i s', (everyS) => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 199, maxLength: 199 }),
      fc.constantFrom(null, 5, 12),
      (noise, accuracyM) => {
        const { metres, halts, trips } = dayTrackOf(parked(12, everyS, noise, accuracyM));
        expect(metres).toBe(0);
        expect(trips).toEqual([]);
        expect(halts).toHaveLength(1);
      },
    ),
    { numRuns: runs(40) },
  );
});
