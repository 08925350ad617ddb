import { describe, expect, test } from '@jest/globals';
import type { JobId, TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';
import type { LocationStore } from '../ports/locations.ts';
import type { OwnerAlert } from '../relay/owner-alert.ts';
import { aTelemetry, NOW } from '../testing/a-telemetry.ts';
import { aFix, aJob, placeAt } from '../testing/index.ts';
import { SILENT_AFTER_MS, watchTrailers } from './watch-trailers.ts';

const FLEET = 1000;
const HOUR = 60 * 60_000;
const trailerOf = (i: number) => `T${i}` as TrailerId;
const jobOf = (i: number): Job =>
  aJob({ id: `QDN-${i}` as JobId, trailers: [trailerOf(i)], updatedAt: NOW - 2 * SILENT_AFTER_MS });

/** A fleet of 1,000 trailers on the road; each reported some time ago, with three reports before that. Counts reads of locations. */
const aFleet = async (agoMs: (i: number) => number) => {
  const world = aTelemetry(Array.from({ length: FLEET }, (_, i) => jobOf(i)));
  for (let i = 0; i < FLEET; i += 1)
    for (const before of [3, 2, 1, 0]) {
      const at = NOW - agoMs(i) - before * 10_000;
      await world.locations.append([
        aFix({ trailerId: trailerOf(i), at, lat: 31 + before / 1000, lon: -99, speedMps: 20 }),
      ]);
    }
  const counted = { calls: 0, reports: 0, atOnce: 0, most: 0, looked: new Map<TrailerId, number>() };
  const recent: LocationStore['recent'] = async (trailerId, now, reports, since) => {
    counted.calls += 1;
    counted.atOnce += 1;
    counted.most = Math.max(counted.most, counted.atOnce);
    counted.looked.set(trailerId, (counted.looked.get(trailerId) ?? 0) + 1);
    await new Promise((resolve) => setImmediate(resolve));
    const fixes = await world.locations.recent(trailerId, now, reports, since);
    counted.reports += fixes.length;
    counted.atOnce -= 1;
    return fixes;
  };
  world.jobs.reads = 0;
  return { ...world, counted, ports: { ...world.dependencies, locations: { ...world.locations, recent } } };
};

test('a look asks once about a trailer that is silent near its stop, and tells the operator', async () => {
  const [job] = [aJob({ status: 'in_transit', createdAt: NOW - HOUR, updatedAt: NOW - HOUR / 2 })];
  const [stop] = job.stops;
  if (!stop) throw new Error('The sample job has no stop');
  job.history = [
    { status: 'in_transit', at: NOW - HOUR / 2, by: 'fixes', reason: '', stop: 0, trailerId: trailerOf(1) },
  ];
  const world = aTelemetry([job]);
  const alerts: OwnerAlert[] = [];
  const ports = {
    ...world.dependencies,
    alerts: { queue: { alert: async (one: OwnerAlert) => void alerts.push(one) }, isMoveTold: false },
    // Next to another known place the stand is not a visit.
    follow: {
      ...world.dependencies.follow,
      ownPlaces: [{ kind: 'yard' as const, ...placeAt(stop, 420, 0), radiusM: 50 }],
    },
  };
  for (const [i, s] of [40, 20, 0].entries())
    await world.locations.append([
      aFix({
        ...{ trailerId: trailerOf(1), at: NOW - 7 * 60_000 - s * 1000, ...placeAt(stop, 440 + (2 - i) * 150, 0) },
        speedMps: i === 2 ? 1 : 8,
      }),
    ]);
  for (let minute = 0; minute < 6; minute += 1) {
    world.clock.now = NOW + minute * 60_000;
    await watchTrailers(ports, world.jobs);
  }
  expect(alerts).toMatchObject([{ what: 'near-stop', jobId: job.id, stop: 0, metres: 440, minutes: 8 }]);
  expect((await world.jobs.attentionSince(NOW)).map(({ id }) => id)).toEqual([job.id]);
});

describe('a look at 1,000 trailers', () => {
  test('reads one report of each that reports, and none of its jobs', async () => {
    const { ports, jobs, counted } = await aFleet(() => 8000);
    expect(await watchTrailers(ports, jobs)).toEqual({ silent: [], notReached: 0 });
    expect(counted).toMatchObject({ calls: FLEET, reports: FLEET });
    // Pages of 50 jobs of one status, and one empty page of each of the others.
    expect(jobs.reads).toBeLessThanOrEqual(FLEET / 50 + 4);
  });

  test('reads the earlier reports and the jobs of the silent ones alone', async () => {
    const isSilent = (i: number) => i % 100 === 0;
    const { ports, jobs, counted } = await aFleet((i) => (isSilent(i) ? SILENT_AFTER_MS + 60_000 : 8000));
    const { silent } = await watchTrailers(ports, jobs);
    expect(silent.toSorted()).toEqual(Array.from({ length: 10 }, (_, i) => `QDN-${i * 100}`).toSorted());
    expect(counted).toMatchObject({ calls: FLEET + 10, reports: FLEET + 40 });
  });

  test('looks at 50 trailers at once', async () => {
    const { ports, jobs, counted } = await aFleet(() => 8000);
    await watchTrailers(ports, jobs);
    expect(counted.most).toBe(50);
  });

  test('is shared out in parts that look at each trailer once', async () => {
    const { ports, jobs, counted } = await aFleet(() => 8000);
    const before: number[] = [];
    for (const index of [0, 1, 2, 3]) {
      const calls = counted.calls;
      await watchTrailers(ports, jobs, { index, of: 4, isOver: () => false });
      before.push(counted.calls - calls);
    }
    expect(counted.looked.size).toBe(FLEET);
    expect(counted.calls).toBe(FLEET);
    for (const calls of before) expect(Math.abs(calls - FLEET / 4)).toBeLessThan(FLEET / 16);
  });

  test('ends in time, says how many it did not reach, and begins elsewhere in the next minute', async () => {
    const { ports, jobs, counted, clock } = await aFleet(() => 8000);
    const reached = new Set<TrailerId>();
    for (let minute = 0; minute < 12; minute += 1) {
      counted.looked.clear();
      clock.now = NOW + minute * 60_000;
      let looks = 0;
      const { notReached } = await watchTrailers(ports, jobs, { index: 0, of: 1, isOver: () => ++looks > 300 });
      expect(notReached).toBe(FLEET - counted.looked.size);
      expect(counted.looked.size).toBeLessThanOrEqual(300);
      for (const trailer of counted.looked.keys()) reached.add(trailer);
    }
    expect(reached.size).toBe(FLEET);
  });
});
