import {
  type PlanePoint,
  planeDistanceM,
  type Roadside,
  type Site,
  type Stretch,
  type Town,
  type Way,
} from '../geography/index.ts';
import type { Random } from '../random.ts';
import { type Driver, driveWay, type LocalClock, type PlaneSample } from './kinematics.ts';
import type { TrajectorySample } from './trajectory.ts';

/** A place where a trailer stands, and the point of the road from which it got there. */
export type Berth = { roadside: Roadside; point: PlanePoint };

/** Speed on driveways and in yards, m/s. */
const OFF_ROAD_MPS = 2.5;
/** Place of a trailer across the street, in m from the middle of the road. */
const ACROSS_M = [5, 9] as const;

/** Returns a place in front of a site where the trailer stands: on it, or on the other side of the street. */
export const berthAt = (town: Town, site: Site, acrossTheStreet: boolean, random: Random): Berth => {
  const foot = town.router.pointAt(site.roadside);
  if (acrossTheStreet) {
    const share = -random.within(...ACROSS_M) / site.setbackM;
    const point = { x: foot.x + (site.point.x - foot.x) * share, y: foot.y + (site.point.y - foot.y) * share };
    return { roadside: site.roadside, point };
  }
  const point = { x: site.point.x + random.within(-3, 3), y: site.point.y + random.within(-3, 3) };
  return { roadside: site.roadside, point };
};

/** Moves one trailer through a day and records where it was. */
export type Journey = {
  now(): number;
  berth(): Berth;
  position(): PlanePoint;
  /** Stands until a time; at a time that is past, not at all. */
  standUntil(at: number): void;
  /** Drives from the berth to the road, over a way of roads, and to another berth. Returns its samples. */
  driveTo(berth: Berth, roads: Way): readonly PlaneSample[];
  /** Drives straight over ground, such as a yard. */
  driveStraight(point: PlanePoint): void;
  samples(): readonly TrajectorySample[];
};

export const journeyFrom = (
  town: Town,
  driver: Driver,
  clock: LocalClock,
  berth: Berth,
  at: number,
  random: Random,
): Journey => {
  const samples: TrajectorySample[] = [];
  let drives = 0;
  let here = berth;
  let last: PlaneSample = { ...berth.point, at, speedMps: 0, headingDeg: 0, surroundings: 'suburb' };
  const record = ({ x, y, ...sample }: PlaneSample): void => {
    samples.push({ ...sample, ...town.plane.toLatLon({ x, y }) });
  };
  const offRoad = (from: PlanePoint, end: PlanePoint, { roadside }: Berth): Stretch[] => {
    const lengthM = planeDistanceM(from, end);
    if (lengthM < 1) return [];
    const { surroundings } = town.router.roadAt(roadside);
    return [{ end, lengthM, limitMps: OFF_ROAD_MPS, roadClass: 'off-road', surroundings, light: null, node: null }];
  };
  const drive = (way: Way): readonly PlaneSample[] => {
    drives += 1;
    if (way.stretches.length === 0) return [];
    const driven = driveWay(way, driver, last.at, clock, random.fork(`drive-${drives}`));
    // The first sample is the end of the stand before it.
    for (const sample of driven.slice(samples.length === 0 ? 0 : 1)) record(sample);
    last = driven.at(-1) ?? last;
    return driven;
  };
  record(last);
  return {
    now: () => last.at,
    berth: () => here,
    position: () => ({ x: last.x, y: last.y }),
    standUntil: (until) => {
      if (until <= last.at) return;
      last = { ...last, at: Math.round(until / 1000) * 1000, speedMps: 0 };
      record(last);
    },
    driveTo: (destination, roads) => {
      const start = { x: last.x, y: last.y };
      const leaving = offRoad(start, roads.start, here);
      const foot = town.router.pointAt(destination.roadside);
      const arriving = offRoad(foot, destination.point, destination);
      const driven = drive({ start, stretches: [...leaving, ...roads.stretches, ...arriving] });
      here = destination;
      return driven;
    },
    driveStraight: (point) => {
      drive({ start: { x: last.x, y: last.y }, stretches: offRoad(last, point, here) });
      here = { ...here, point };
    },
    samples: () => samples,
  };
};
