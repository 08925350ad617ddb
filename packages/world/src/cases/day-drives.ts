import { type LatLon, metersBetween, type PlanePoint, planeAround, planeDistanceM } from '../geography/index.ts';
import type { Random } from '../random.ts';
import {
  type Leg,
  type TimedPoint,
  type Trajectory,
  type Truth,
  trajectoryFromPoints,
  type Visit,
} from '../trucks/index.ts';
import { dayClock } from './day-clock.ts';
import type { Day, DayStep, MapPoint } from './days.ts';
import type { RecordedDrive } from './drives.ts';

/** Austin, where the example company works. */
const AUSTIN: LatLon = { lat: 30.2672, lon: -97.7431 };
const USUAL_KMH = 40;
const ACCELERATION_MPS2 = 0.7;
const LIGHT_MS = [25_000, 70_000] as const;
const UNLOADED_BEFORE_LEAVING_MS = 60_000;

/** The map of a day: positions of its places. */
export type DayMap = {
  placeOf(name: string | MapPoint): LatLon;
  /** The point that the office books for a named place. */
  bookedOf(name: string): LatLon;
};

export const dayMap = ({ center = AUSTIN, places }: Pick<Day, 'center' | 'places'>): DayMap => {
  const plane = planeAround(center);
  const position = ([x, y]: MapPoint): LatLon => plane.toLatLon({ x, y });
  const named = (name: string) => {
    const place = places[name];
    if (!place) throw new RangeError(`There is no place "${name}" in this day.`);
    return 'geocoded' in place ? place : { at: place, geocoded: place };
  };
  return {
    placeOf: (name) => position(typeof name === 'string' ? named(name).at : name),
    bookedOf: (name) => position(named(name).geocoded),
  };
};

/** Times and positions of a straight drive with acceleration and braking, a point a second. */
const straightPoints = (from: LatLon, to: LatLon, startAt: number, kmh: number): TimedPoint[] => {
  const lengthM = metersBetween(from, to);
  const top = Math.min(kmh / 3.6, Math.sqrt(lengthM * ACCELERATION_MPS2));
  if (lengthM < 1) return [];
  const rampS = top / ACCELERATION_MPS2;
  const cruiseS = Math.max(0, (lengthM - top * rampS) / top);
  const totalS = 2 * rampS + cruiseS;
  const drivenAt = (s: number): number => {
    if (s < rampS) return (ACCELERATION_MPS2 * s ** 2) / 2;
    if (s < rampS + cruiseS) return (top * rampS) / 2 + top * (s - rampS);
    return lengthM - (ACCELERATION_MPS2 * Math.max(0, totalS - s) ** 2) / 2;
  };
  return Array.from({ length: Math.ceil(totalS) }, (_, i) => {
    const seconds = Math.min(totalS, i + 1);
    const share = Math.min(1, drivenAt(seconds) / lengthM);
    return {
      at: Math.round(startAt + (i + 1) * 1000),
      lat: from.lat + (to.lat - from.lat) * share,
      lon: from.lon + (to.lon - from.lon) * share,
    };
  });
};

/** The truth about a trailer's day, and its true positions. */
export type DrivenDay = { trailerId: string; trajectory: Trajectory; truth: Truth };

type Driving = {
  points: TimedPoint[];
  legs: Leg[];
  visits: Visit[];
  /** The beginning of a way of several drives to one stop. */
  setOutAt: number | null;
  visit: { jobId: string; stop: number; arrivedAt: number; outings: Visit['outings'][number][] } | null;
};

const lastOf = ({ points }: Driving): TimedPoint => {
  const last = points.at(-1);
  if (!last) throw new RangeError('The first step of a trailer must be {"start": …}.');
  return last;
};

const standUntil = (driving: Driving, at: number): void => {
  const last = lastOf(driving);
  if (at > last.at) driving.points.push({ ...last, at });
};

const endVisit = (driving: Driving, day: Day, trailerId: string, leftAt: number): void => {
  const { visit } = driving;
  if (!visit) return;
  const { jobId, stop, arrivedAt, outings } = visit;
  const planned = day.jobs.find(({ id }) => id === jobId)?.stops[stop];
  const last = lastOf(driving);
  const place = { lat: last.lat, lon: last.lon };
  driving.visits.push({
    ...{ jobId, stop, kind: planned?.kind ?? 'drop_off', trailerId, siteId: planned?.at ?? '', sitePlace: place },
    ...{ stoodAt: place, parked: 'on-site', arrivedAt, unloadingAt: arrivedAt, outings },
    unloadedAt: Math.max(arrivedAt, leftAt - UNLOADED_BEFORE_LEAVING_MS),
    leftAt,
  });
  driving.visit = null;
};

const loopCorners = (at: LatLon, sideM: number): LatLon[] => {
  const plane = planeAround(at);
  return [
    [sideM, 0],
    [sideM, sideM],
    [0, sideM],
    [0, 0],
  ].map(([x = 0, y = 0]) => plane.toLatLon({ x, y }));
};

const withLights = (from: LatLon, way: readonly LatLon[], lights: number): { at: LatLon; isLight: boolean }[] => {
  const to = way.at(-1) ?? from;
  if (lights === 0) return way.map((at) => ({ at, isLight: false }));
  const plane = planeAround(from);
  const points: PlanePoint[] = [from, ...way].map((each) => plane.toPlane(each));
  const lengths = points.slice(1).map((point, i) => planeDistanceM(points[i] ?? point, point));
  const stepM = lengths.reduce((sum, length) => sum + length, 0) / (lights + 1);
  const legs: { at: LatLon; isLight: boolean }[] = [];
  let drivenM = 0;
  for (const [i, length] of lengths.entries()) {
    const [start, end] = [points[i], points[i + 1]];
    if (!start || !end) continue;
    for (let next = (Math.floor(drivenM / stepM + 1e-9) + 1) * stepM; next < drivenM + length - 1; next += stepM) {
      const share = (next - drivenM) / length;
      legs.push({
        at: plane.toLatLon({ x: start.x + (end.x - start.x) * share, y: start.y + (end.y - start.y) * share }),
        isLight: true,
      });
    }
    drivenM += length;
    legs.push({ at: way[i] ?? to, isLight: false });
  }
  return legs;
};

type Moving = Extract<DayStep, { drive: unknown } | { loop: unknown } | { follow: unknown }>;

const drivePoints = (
  step: Moving,
  from: TimedPoint,
  map: DayMap,
  recorded: ReadonlyMap<string, RecordedDrive>,
  random: Random,
): TimedPoint[] => {
  if ('follow' in step) {
    const drive = recorded.get(step.follow);
    if (!drive) throw new RangeError(`There is no recorded drive "${step.follow}".`);
    const first = drive.points[0]?.at ?? 0;
    return drive.points.slice(1).map((point) => ({ ...point, at: from.at + point.at - first }));
  }
  const way =
    'loop' in step
      ? loopCorners(from, step.loop)
      : [...(step.via ?? []), step.drive].map((point) => map.placeOf(point));
  const lights = 'lights' in step ? (step.lights ?? 0) : 0;
  const points: TimedPoint[] = [];
  let last = from;
  for (const { at, isLight } of withLights(from, way, lights)) {
    points.push(...straightPoints(last, at, last.at, step.kmh ?? USUAL_KMH));
    last = points.at(-1) ?? last;
    if (!isLight) continue;
    last = { ...last, at: last.at + Math.round(random.within(...LIGHT_MS)) };
    points.push(last);
  }
  return points;
};

/** Drives a step. A drive that leads to a stop begins its visit; one other than an outing ends the visit before. */
const move = (driving: Driving, step: Moving, day: Day, trailerId: string, points: readonly TimedPoint[]): void => {
  const from = lastOf(driving);
  if (!step.outing) endVisit(driving, day, trailerId, from.at);
  if (step.for) driving.setOutAt ??= from.at;
  driving.points.push(...points);
  const { at } = lastOf(driving);
  if (step.outing && driving.visit) {
    const farthestM = points.reduce((most, point) => Math.max(most, metersBetween(point, from)), 0);
    driving.visit.outings.push({ kind: 'fetch', leftAt: from.at, returnedAt: at, farthestM });
  }
  if (!step.for || step.onTheWay || step.outing) return;
  const stop = step.stop ?? 0;
  const setOutAt = driving.setOutAt ?? from.at;
  driving.legs.push({ jobId: step.for, stop, setOutAt, arrivedAt: at, distanceM: 0, pausedMs: 0 });
  driving.visit = { jobId: step.for, stop, arrivedAt: at, outings: [] };
  driving.setOutAt = null;
};

/** Drives the steps of all trailers of a day. */
export const driveDayFile = (day: Day, recorded: ReadonlyMap<string, RecordedDrive>, random: Random): DrivenDay[] => {
  const map = dayMap(day);
  const clock = dayClock(day.date, day.timeZone ?? 'America/Chicago');
  const [from, to] = [clock(day.from), clock(day.to)];
  return day.trailers.map(({ id: trailerId, steps }): DrivenDay => {
    const driving: Driving = { points: [], legs: [], visits: [], setOutAt: null, visit: null };
    for (const [i, step] of steps.entries()) {
      if ('start' in step) driving.points.push({ ...map.placeOf(step.start), at: from });
      else if ('stand' in step) standUntil(driving, lastOf(driving).at + step.stand * 60_000);
      else if ('until' in step) standUntil(driving, clock(step.until));
      else
        move(
          driving,
          step,
          day,
          trailerId,
          drivePoints(step, lastOf(driving), map, recorded, random.fork(`${trailerId}/${i}`)),
        );
    }
    standUntil(driving, to);
    endVisit(driving, day, trailerId, to);
    const trajectory = trajectoryFromPoints(driving.points);
    const { legs, visits } = driving;
    return { trailerId, trajectory, truth: { trailerId, from, to, legs, visits, incidents: [], unfinishedJobIds: [] } };
  });
};
