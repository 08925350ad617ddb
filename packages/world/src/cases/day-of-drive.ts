import { metersBetween, planeAround } from '../geography/index.ts';
import { standsOf, trajectoryFromPoints } from '../trucks/index.ts';
import type { Day } from './days.ts';
import { destinationOf, type RecordedDrive } from './drives.ts';

const STAY_MIN = 20;
/** A drive that ends this near to its beginning is a way to a stop and back, in m. */
const ROUND_TRIP_M = 300;
const STAND_MS = 60_000;
/** Time of day at which the drive begins, and the steps in which jobs are booked, in minutes. */
const SET_OUT_MIN = 9 * 60;
const QUARTER_MIN = 15;

const clockOf = (minutes: number): string =>
  `${Math.floor(minutes / 60)}:${String(Math.round(minutes % 60)).padStart(2, '0')}`;

/** Returns the index of the point at which a round trip turns: at its longest stand, else where it is farthest from its beginning. */
const turnOf = ({ points }: RecordedDrive): number => {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return 0;
  const isInside = ({ from, to }: { from: number; to: number }): boolean => from > first.at && to < last.at;
  const [stand] = standsOf(trajectoryFromPoints(points), STAND_MS)
    .filter(isInside)
    .sort((one, other) => other.to - other.from - (one.to - one.from));
  const place =
    stand ??
    points.reduce((farthest, point) =>
      metersBetween(first, point) > metersBetween(first, farthest) ? point : farthest,
    );
  const at = 'from' in place ? place.from : place.at;
  return Math.max(
    1,
    points.findIndex((point) => point.at >= at),
  );
};

/** Splits a round trip into the way there and the way back. Any other drive is a way there. */
const waysOf = (drive: RecordedDrive): RecordedDrive[] => {
  const [first, last] = [drive.points[0], drive.points.at(-1)];
  if (!first || !last || metersBetween(first, last) > ROUND_TRIP_M) return [drive];
  const turn = turnOf(drive);
  const back = drive.points.slice(turn);
  const there = { ...drive, points: drive.points.slice(0, turn + 1) };
  return back.length < 2 ? [there] : [there, { ...drive, id: `${drive.id}-back`, points: back }];
};

/** Ends a drive where its final stand begins: the vehicle arrives then, not when the recording ends. */
const untilArrival = (drive: RecordedDrive): RecordedDrive => {
  const last = drive.points.at(-1);
  const final = standsOf(trajectoryFromPoints(drive.points), STAND_MS).at(-1);
  if (!last || !final || final.to < last.at) return drive;
  const points = drive.points.filter(({ at }) => at <= final.from);
  return points.length < 2 ? drive : { ...drive, points };
};

/**
 * Makes a day of a recorded drive: one delivery whose way is the drive, with a stay at its end. A drive back to its beginning is a
 * delivery at its longest stand, and the way home.
 * @returns the day, and the drives that its steps follow
 */
export const dayOfDrive = (drive: RecordedDrive, tracker = 'interval-10s'): { day: Day; drives: RecordedDrive[] } => {
  const [way = drive, back] = waysOf(drive);
  const there = untilArrival(way);
  const first = there.points[0] ?? { lat: 0, lon: 0, at: 0 };
  const to = planeAround(first).toPlane(destinationOf(there));
  const driveMin = Math.ceil(((drive.points.at(-1)?.at ?? 0) - first.at) / 60_000);
  const thereMin = ((there.points.at(-1)?.at ?? 0) - first.at) / 60_000;
  // A trailer that sets out long before its drive takes is not on its way to the customer yet.
  const dueMin = SET_OUT_MIN + Math.max(1, Math.ceil(thereMin / QUARTER_MIN)) * QUARTER_MIN;
  const end = SET_OUT_MIN + driveMin + STAY_MIN + 30;
  const day: Day = {
    ...{ id: `drive-${drive.id}`, story: `a delivery along the recorded drive ${drive.id}`, source: drive.source },
    ...{ date: '2026-11-30', from: '8:30', to: clockOf(end) },
    center: { lat: first.lat, lon: first.lon },
    // A vehicle that drives back to its beginning is at home there.
    ...(back ? { company: { origin: 'yard' as const } } : {}),
    places: { origin: [0, 0], site: [to.x, to.y], away: [to.x + 2500, to.y] },
    jobs: [
      {
        ...{ id: 'QDN-1', kind: 'delivery', customer: 'Ann Lee', trailers: ['T1'], scheduledFor: clockOf(dueMin) },
        stops: [{ kind: 'drop_off', at: 'site' }],
      },
    ],
    trailers: [
      {
        ...{ id: 'T1', trackers: [tracker] },
        steps: [
          { start: 'origin' },
          { until: clockOf(SET_OUT_MIN) },
          { follow: there.id, for: 'QDN-1' },
          { stand: STAY_MIN },
          back ? { follow: back.id } : { drive: 'away' },
        ],
      },
    ],
    expect: [
      { that: 'begins', job: 'QDN-1', withinMin: 10 },
      { that: 'arrives', job: 'QDN-1', withinMin: 5 },
      { that: 'ends', job: 'QDN-1', withinMin: 15 },
      { that: 'range', job: 'QDN-1', share: 0.6 },
      { that: 'nothing secret is shown' },
    ],
  };
  return { day, drives: back ? [there, back] : [there] };
};
