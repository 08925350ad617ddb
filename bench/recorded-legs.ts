/*
 * Legs of recorded vehicles, for the accuracy of arrival times. Everything is derived from the record alone: no estimator, and no rule
 * by which the product finds arrivals, decides what counts as a drive or when it ended.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { parseGpx } from '@qdn/cli/gpx';
import { distanceM, type Fix, type Place, type Stop, type TrailerId } from '@qdn/domain';

/** Radius of the ring around a destination, in m. */
const RADIUS_M = 100;
/** A stand: at least this long within this distance of its first fix. It may be a gap, because parked trackers are silent. */
const STAND = { leastMs: 3 * 60_000, withinM: 50 };
/** Maximum gap between two fixes of a leg, in ms: beyond it the way is unknown. */
const GAP_MS = 10 * 60_000;
/** Shortest leg, in m of the straight line and in ms. */
const SHORTEST = { straightM: 800, ms: 3 * 60_000 };
/** Maximum ratio of the driven distance to the straight line: a taxi that looks for passengers does not drive to a place. */
const MAX_DETOUR = 2.5;
/** Speed of the whole leg below which a vehicle is slow, in m/s: 20 km/h. */
const SLOW_MPS = 20 / 3.6;
/** Share of the leg that a slow vehicle with stops stands. */
const STOPS_SHARE = 0.15;
/** Speed below which a vehicle stands between two fixes, in m/s. */
const STANDING_MPS = 1;

/**
 * A leg with its fixes, oldest first; one fix if only the two ends are known. `arrivedAt` is epoch ms, and `roadM` null if not known.
 * `isSlow`: a slow vehicle with stops.
 */
export type RecordedLeg = {
  set: string;
  fixes: Fix[];
  to: Stop;
  arrivedAt: number;
  roadM: number | null;
  isSlow: boolean;
};

const fixAt = ({ lat, lon }: Place, at: number): Fix => ({
  trailerId: 'T1' as TrailerId,
  at,
  lat,
  lon,
  accuracyM: null,
  speedMps: null,
  headingDeg: null,
});
const stopAt = ({ lat, lon }: Place): Stop => ({ kind: 'drop_off', address: '', lat, lon, radiusM: RADIUS_M });

/** Index of the first and of the last fix of a stand. */
type Stand = { from: number; to: number };

const standsOf = (fixes: readonly Fix[]): Stand[] => {
  const stands: Stand[] = [];
  for (let from = 0; from < fixes.length; from += 1) {
    const first = fixes[from];
    if (!first) break;
    let to = from;
    for (let next = fixes[to + 1]; next && distanceM(first, next) <= STAND.withinM; next = fixes[to + 1]) to += 1;
    if ((fixes[to]?.at ?? 0) - first.at < STAND.leastMs) continue;
    stands.push({ from, to });
    from = to;
  }
  return stands;
};

const lengthM = (fixes: readonly Fix[]): number =>
  fixes.reduce((sum, fix, i) => sum + distanceM(fixes[i - 1] ?? fix, fix), 0);

/** Returns the share of a leg's time in which the vehicle stands. */
const standingShare = (fixes: readonly Fix[]): number => {
  let standingMs = 0;
  for (const [i, fix] of fixes.entries()) {
    const before = fixes[i - 1];
    const ms = before ? fix.at - before.at : 0;
    if (before && distanceM(before, fix) < (STANDING_MPS * ms) / 1000) standingMs += ms;
  }
  return standingMs / Math.max(1, (fixes.at(-1)?.at ?? 0) - (fixes[0]?.at ?? 0));
};

/** Returns the leg that ends at the last of some fixes; null when they are not a drive to a place. */
const legTo = (set: string, fixes: readonly Fix[]): RecordedLeg | null => {
  const [first, end] = [fixes[0], fixes.at(-1)];
  if (!first || !end) return null;
  const to = stopAt(end);
  const outside = fixes.findLastIndex((fix) => distanceM(fix, to) > RADIUS_M);
  const [last, inside] = [fixes[outside], fixes[outside + 1]];
  if (!last || !inside) return null;
  const way = fixes.slice(0, outside + 2);
  const hasGap = way.some((fix, i) => fix.at - (way[i - 1] ?? fix).at > GAP_MS);
  // The vehicle arrived at some moment between the two fixes.
  const arrivedAt = (last.at + inside.at) / 2;
  const roadM = lengthM(way);
  const straightM = distanceM(first, to);
  const isDrive = straightM >= SHORTEST.straightM && arrivedAt - first.at >= SHORTEST.ms;
  if (!isDrive || hasGap || roadM > MAX_DETOUR * straightM) return null;
  const isSlow = (roadM * 1000) / (arrivedAt - first.at) < SLOW_MPS && standingShare(way) >= STOPS_SHARE;
  return { set, fixes: way.slice(0, -1), to, arrivedAt, roadM, isSlow };
};

/** Returns the data set of a file: the part of its name before `--`, or its folder and name. */
const setOf = (file: string): string => {
  const name = basename(file).replace(/\.\w+$/, '');
  return name.includes('--') ? name.slice(0, name.indexOf('--')) : `${basename(dirname(file))}/${name}`;
};

/** Returns the legs of a GPX file: from each stand, or the start, to the next stand, or the end. */
const fromGpx = (file: string): RecordedLeg[] => {
  const fixes = parseGpx(readFileSync(file)).flatMap((point) => (point.at === null ? [] : [fixAt(point, point.at)]));
  const stands = standsOf(fixes);
  const starts = [0, ...stands.map(({ to }) => to)];
  const ends = [...stands.map(({ from }) => from), fixes.length - 1];
  return starts.flatMap((start, i) => legTo(setOf(file), fixes.slice(start, (ends[i] ?? 0) + 1)) ?? []);
};

/** Returns the trips of a CSV file, of which only the two ends are known. */
const fromCsv = (file: string): RecordedLeg[] => {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const columns = head.split(',');
  return lines.flatMap((line) => {
    const cells = line.split(',');
    const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
    const amount = (name: string) => Number(cell(name) === '' ? Number.NaN : cell(name));
    const began = Date.parse(`${cell('pickup_time').replace(' ', 'T')}Z`);
    const from = { lat: amount('pickup_lat'), lon: amount('pickup_lon') };
    const to = { lat: amount('dropoff_lat'), lon: amount('dropoff_lon') };
    const arrivedAt = began + amount('trip_seconds') * 1000;
    if (![began, from.lat, from.lon, to.lat, to.lon, arrivedAt].every(Number.isFinite)) return [];
    const miles = amount('trip_miles');
    const roadM = miles > 0 ? miles * 1609.344 : null;
    const isDrive = distanceM(from, to) >= SHORTEST.straightM && arrivedAt - began >= SHORTEST.ms;
    return isDrive
      ? [{ set: setOf(file), fixes: [fixAt(from, began)], to: stopAt(to), arrivedAt, roadM, isSlow: false }]
      : [];
  });
};

/** Reads the legs of GPX files and of CSV files of trips, oldest first. */
export const recordedLegs = (files: readonly string[]): RecordedLeg[] =>
  files
    .flatMap((file) => (file.endsWith('.csv') ? fromCsv(file) : fromGpx(file)))
    .sort((a, b) => (a.fixes[0]?.at ?? 0) - (b.fixes[0]?.at ?? 0));
