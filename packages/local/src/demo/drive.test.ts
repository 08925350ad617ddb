import { describe, expect, test } from '@jest/globals';
import { distanceM, type Fix, followTrailer, JOB_STATUSES, type TrailerId } from '@qdn/domain';
import { aJob } from '@qdn/domain/testing';
import {
  LANDFILL,
  LANDFILL_TO_YARD,
  LOPEZ,
  LOPEZ_TO_LANDFILL,
  YARD,
  YARD_TO_LOPEZ,
} from '@qdn/domain/testing/austin-roads';
import fc from 'fast-check';
import { driveAt, drivingMs, fixAt, type Leg, roundMs } from './drive.ts';
import { stateOfT1 } from './fleet.ts';
import { demoJobIds, demoJobs, JOBS_SHOWING } from './jobs.ts';

const T1 = 'T1' as TrailerId;
const START = Date.UTC(2026, 10, 23, 15);
const leg = (path: Leg['path'], status: 'in_transit' | 'en_route_to_next', currentStop: number): Leg => ({
  path,
  standMs: 60_000,
  driving: { status, currentStop },
  standing: { status: 'at_site', currentStop },
});
const legs = [
  leg(YARD_TO_LOPEZ, 'in_transit', 0),
  leg(LOPEZ_TO_LANDFILL, 'en_route_to_next', 1),
  leg(LANDFILL_TO_YARD, 'en_route_to_next', 2),
];
const round = roundMs(legs);
const elapsed = fc.double({ min: 0, max: round * 3, noNaN: true });

describe('the demo’s drive', () => {
  test('never exceeds a truck’s speed in town, and never jumps, even between rounds', () => {
    fc.assert(
      fc.property(elapsed, fc.integer({ min: 100, max: 10_000 }), (ms, later) => {
        const [a, b] = [driveAt(legs, ms), driveAt(legs, ms + later)];
        expect(a.speedMps).toBeGreaterThanOrEqual(0);
        expect(a.speedMps).toBeLessThan(14.1);
        expect(distanceM(a.place, b.place)).toBeLessThan(14.1 * (later / 1000) + 0.1);
      }),
    );
  });

  test('accelerates and brakes as a loaded trailer does', () => {
    for (let ms = 0; ms < round; ms += 1000) {
      const change = driveAt(legs, ms + 1000).speedMps - driveAt(legs, ms).speedMps;
      expect(Math.abs(change)).toBeLessThan(3);
    }
  });

  test('takes about the time of a drive through traffic lights', () => {
    for (const one of legs) {
      const metres = one.path.slice(1).reduce((sum, place, i) => sum + distanceM(one.path[i] ?? place, place), 0);
      const kmh = metres / (drivingMs(one) / 3_600_000) / 1000;
      expect(kmh).toBeGreaterThan(25);
      expect(kmh).toBeLessThan(48);
    }
  });

  test('waits at red lights, and stands at each stop', () => {
    const stays: string[] = [];
    let reds = 0;
    for (let ms = 0; ms < round; ms += 1000) {
      const { state, place, speedMps } = driveAt(legs, ms);
      const stay = `${state.status} ${state.currentStop}`;
      if (stays.at(-1) !== stay) stays.push(stay);
      if (state.status !== 'at_site' && speedMps === 0) reds += 1;
      if (state.status !== 'at_site') continue;
      expect(distanceM(place, [LOPEZ, LANDFILL, YARD][state.currentStop] ?? place)).toBeLessThan(1);
      expect(speedMps).toBe(0);
    }
    expect(reds).toBeGreaterThan(20);
    expect(stays).toEqual([
      'in_transit 0',
      'at_site 0',
      'en_route_to_next 1',
      'at_site 1',
      'en_route_to_next 2',
      'at_site 2',
    ]);
  });
});

describe('a fix of the drive', () => {
  test('is within its accuracy of the road, and repeatable', () => {
    fc.assert(
      fc.property(elapsed, (ms) => {
        const where = driveAt(legs, ms);
        const fix = fixAt(T1, where, START + Math.round(ms));
        expect(distanceM(fix, where.place)).toBeLessThan(7.2);
        expect(fixAt(T1, where, START + Math.round(ms))).toEqual(fix);
      }),
    );
  });

  test('differs from another trailer’s fix', () => {
    const where = driveAt(legs, 100_000);
    const [one, other] = [fixAt(T1, where, START), fixAt('T2' as TrailerId, where, START)];
    expect(distanceM(one, other)).toBeGreaterThan(0.1);
  });
});

test('the product detects each status of the drive within 45 s', () => {
  const [wire] = demoJobs(START, demoJobIds('QDN'));
  if (!wire) throw new Error('The demo has a job');
  let job = aJob({
    stops: wire.stops.map(({ radiusM = 100, ...stop }) => ({ ...stop, radiusM })),
    history: [{ status: 'in_transit', at: START - 1, by: 'operator', reason: '' }],
  });
  const fixes: Fix[] = [];
  let late = 0;
  for (let ms = 0; ms < round; ms += 5000) {
    const where = driveAt(legs, ms);
    fixes.push(fixAt(T1, where, START + ms));
    const now = START + ms;
    [job = job] = followTrailer([job], T1, fixes.slice(-360), now, now, { ownPlaces: [], completes: true });
    const right = job.status === where.state.status && job.currentStop === where.state.currentStop;
    late = right ? 0 : late + 5;
    expect(late).toBeLessThanOrEqual(45);
  }
  expect(job.history.map(({ status }) => status)).toEqual([
    'in_transit',
    'at_site',
    'en_route_to_next',
    'at_site',
    'en_route_to_next',
    'at_site',
  ]);
});

test('T1 shows each status that the demo says it shows, and no other', () => {
  const shown = new Set(Array.from({ length: 3600 }, (_, s) => stateOfT1(START, START + s * 2000).status));
  expect(JOB_STATUSES.filter((status) => shown.has(status))).toEqual(
    JOB_STATUSES.filter((status) => JOBS_SHOWING[status].includes('t1')),
  );
});
