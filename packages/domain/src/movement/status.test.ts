import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';
import { aJob } from '../testing/index.ts';
import { nextStatus, withStatus } from './status.ts';

const BEGAN = aJob().history[0]?.at ?? 0;
const SITE = { lat: 30.2747, lon: -97.7404 };
const DUMP = { kind: 'dump_site', address: 'Landfill', lat: 30.3345, lon: -97.6281, radiusM: 150 } as const;
/** A fix `s` seconds after the job's last change, `metres` north of the site. */
const fix = (s: number, metres: number, changes: Partial<Fix> = {}): Fix => ({
  trailerId: 'T1' as TrailerId,
  at: BEGAN + s * 1000,
  lat: SITE.lat + metres / 111_195,
  lon: SITE.lon,
  accuracyM: 5,
  speedMps: null,
  headingDeg: null,
  ...changes,
});
const statusAfter = (job: Job, fixes: Fix[]) => nextStatus(job, fixes)?.status ?? null;

describe('arrival', () => {
  test('takes two fixes over 20 s inside the ring', () => {
    expect(statusAfter(aJob(), [fix(10, 50), fix(30, 30)])).toBe('at_site');
    expect(statusAfter(aJob(), [fix(10, 50)])).toBeNull();
    expect(statusAfter(aJob(), [fix(10, 50), fix(20, 30)])).toBeNull();
  });
  test('is no drive-by', () => {
    expect(statusAfter(aJob(), [fix(0.5, 300), fix(10, 50), fix(20, 20), fix(32, 400)])).toBeNull();
  });
  test('allows for a poor fix', () => {
    const poor = { accuracyM: 100 };
    expect(statusAfter(aJob(), [fix(10, 180, poor), fix(40, 180, poor)])).toBe('at_site');
    expect(statusAfter(aJob(), [fix(10, 180), fix(40, 180)])).toBeNull();
  });
});

describe('departure', () => {
  const standing = aJob({ status: 'at_site', stops: [...aJob().stops, DUMP] });
  test('takes two fixes beyond one and a half radii, and heads for the next stop', () => {
    expect(nextStatus(standing, [fix(10, 200), fix(20, 300)])).toMatchObject({
      status: 'en_route_to_next',
      currentStop: 1,
    });
  });
  test('is no jitter of a parked trailer', () => {
    expect(statusAfter(standing, [fix(10, 130), fix(20, 140), fix(30, 200), fix(40, 20)])).toBeNull();
  });
  test('from the last stop does not arrive there again', () => {
    const job = aJob({ status: 'at_site', history: [{ status: 'at_site', at: BEGAN, by: 'fixes', reason: '' }] });
    const left = nextStatus(job, [fix(10, 200), fix(20, 300)]);
    expect(left).toMatchObject({ status: 'en_route_to_next', currentStop: 0 });
    const after = left ? withStatus(job, left, BEGAN + 20_000) : job;
    expect(statusAfter(after, [fix(60, 10), fix(90, 10)])).toBeNull();
  });
});

test('a scheduled job is under way once its trailer has left where it stood', () => {
  const job = aJob({ status: 'scheduled' });
  expect(statusAfter(job, [fix(10, 9000), fix(20, 8990)])).toBeNull();
  expect(statusAfter(job, [fix(10, 9000), fix(60, 8700)])).toBe('in_transit');
});

test('an operator’s decision holds against fixes taken before it, and a late fix changes nothing', () => {
  const job = aJob({
    status: 'in_transit',
    history: [{ status: 'in_transit', at: BEGAN + 100_000, by: 'operator', reason: '' }],
  });
  expect(statusAfter(job, [fix(10, 10), fix(60, 10)])).toBeNull();
});

test('an ended job never changes, whatever its trailers report; nor does another trailer move a job', () => {
  const anyFix = fc.record({ s: fc.nat(100_000), metres: fc.nat(20_000) }).map(({ s, metres }) => fix(s, metres));
  fc.assert(
    fc.property(fc.array(anyFix), fc.constantFrom('completed', 'cancelled'), (fixes, status) => {
      expect(nextStatus(aJob({ status }), fixes)).toBeNull();
      expect(
        nextStatus(
          aJob(),
          fixes.map((one) => ({ ...one, trailerId: 'T9' as TrailerId })),
        ),
      ).toBeNull();
    }),
  );
});

test('the order in which fixes are given does not matter', () => {
  const anyFix = fc.record({ s: fc.nat(300), metres: fc.nat(600) }).map(({ s, metres }) => fix(s, metres));
  fc.assert(
    fc.property(fc.uniqueArray(anyFix, { selector: ({ at }) => at }), (fixes) => {
      expect(nextStatus(aJob(), fixes.toReversed())).toEqual(nextStatus(aJob(), fixes));
    }),
  );
});
