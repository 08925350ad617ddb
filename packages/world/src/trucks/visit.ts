import { type PlanePoint, planeDistanceM, type Site, type Town } from '../geography/index.ts';
import type { Random } from '../random.ts';
import { berthAt, type Journey } from './journey.ts';
import { type Chances, MINUTE_MS, type PlannedJob, type StopKind } from './plan.ts';
import type { Visit } from './truth.ts';

/** Time from the arrival to the end of the unloading, in min: least and most. */
const DWELL_MIN: Readonly<Record<StopKind, readonly [least: number, most: number]>> = {
  pickup: [8, 25],
  drop_off: [8, 35],
  dump_site: [10, 45],
};
/** Distance at which something forgotten is fetched, in m. */
const FETCH_M = [350, 900] as const;

type Outing = Visit['outings'][number];

const farthestFrom = (point: PlanePoint, driven: readonly PlanePoint[]): number =>
  driven.reduce((farthest, sample) => Math.max(farthest, planeDistanceM(sample, point)), 0);

/** Drives round the block, because the driver cannot stay, and returns. Null where there is no block. */
const roundTheBlock = (town: Town, journey: Journey, random: Random): Outing | null => {
  const berth = journey.berth();
  const way = town.router.wayRoundTheBlock(berth.roadside);
  if (!way) return null;
  journey.standUntil(journey.now() + random.between(60, 240) * 1000);
  const leftAt = journey.now();
  const driven = journey.driveTo(berth, way);
  return { kind: 'round-the-block', leftAt, returnedAt: journey.now(), farthestM: farthestFrom(berth.point, driven) };
};

/** Leaves for 10 to 20 min to fetch something nearby, and returns. Null when no site is that near. */
const fetch = (town: Town, journey: Journey, random: Random): Outing | null => {
  const berth = journey.berth();
  const near = town.sites.filter(({ point }) => {
    const distanceM = planeDistanceM(point, berth.point);
    return distanceM > FETCH_M[0] && distanceM < FETCH_M[1];
  });
  if (near.length === 0) return null;
  const site = random.pick(near);
  journey.standUntil(journey.now() + random.between(2, 6) * MINUTE_MS);
  const leftAt = journey.now();
  const shop = berthAt(town, site, false, random);
  const there = journey.driveTo(shop, town.router.wayBetween(berth.roadside, site.roadside));
  journey.standUntil(journey.now() + random.between(10, 15) * MINUTE_MS);
  const back = journey.driveTo(berth, town.router.wayBetween(site.roadside, berth.roadside));
  const farthestM = farthestFrom(berth.point, [...there, ...back]);
  return { kind: 'fetch', leftAt, returnedAt: journey.now(), farthestM };
};

export type VisitOptions = { trailerId: string; job: PlannedJob; stop: number; site: Site; acrossTheStreet: boolean };

/** Stays at a stop, where the journey has just arrived, until the trailer is unloaded and the papers are signed. */
export const visit = (town: Town, journey: Journey, options: VisitOptions, chances: Chances, random: Random): Visit => {
  const { trailerId, job, stop, site, acrossTheStreet } = options;
  const planned = job.stops[stop];
  if (!planned) throw new RangeError(`Job ${job.jobId} has no stop ${stop}.`);
  const arrivedAt = journey.now();
  const round = random.chance(chances.roundTheBlock) ? roundTheBlock(town, journey, random.fork('round')) : null;
  const fetched = random.chance(chances.fetch) ? fetch(town, journey, random.fork('fetch')) : null;
  const outings = [round, fetched].filter((outing) => outing !== null);
  const stoodAt = town.plane.toLatLon(journey.position());
  journey.standUntil(journey.now() + random.between(40, 240) * 1000);
  const unloadingAt = journey.now();
  const [least, most] = DWELL_MIN[planned.kind];
  const dwellMs = random.between(least, most) * MINUTE_MS;
  journey.standUntil(Math.max(unloadingAt + dwellMs, planned.staysUntil ?? 0));
  const unloadedAt = Math.min(unloadingAt + dwellMs, journey.now());
  journey.standUntil(journey.now() + random.between(60, 480) * 1000);
  return {
    ...{ jobId: job.jobId, stop, kind: planned.kind, trailerId, siteId: site.id, sitePlace: site.place, stoodAt },
    ...{ parked: acrossTheStreet ? 'across-the-street' : 'on-site', arrivedAt, unloadingAt, unloadedAt },
    ...{ leftAt: journey.now(), outings },
  };
};
