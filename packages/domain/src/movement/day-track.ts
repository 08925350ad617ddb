import type { Fix } from '../fix.ts';
import { distanceM } from './geo.ts';
import { type Stand, standsAlong } from './stand.ts';
import { believedAlong } from './track.ts';

/** A point of a driven way: epoch ms, WGS 84 degrees, and the metres driven since the track's first point. */
export type WayPoint = { at: number; lat: number; lon: number; metres: number };

/** A place where a trailer stood: epoch ms and WGS 84 degrees. */
export type Halt = { from: number; to: number; lat: number; lon: number };

/** A drive between two halts. Times are epoch ms. `gapS` is the longest time without a fix, whose way is a straight line. */
export type Trip = { from: number; to: number; metres: number; gapS: number };

/** A trailer's way over some hours: its points, the places where it stood, and the drives between them, oldest first. */
export type DayTrack = { points: WayPoint[]; halts: Halt[]; trips: Trip[]; metres: number };

/** Duration of a stand that ends a drive, in ms: longer than most red lights. */
export const HALT_MS = 120_000;
/** Radius of a fix that says only "in this quarter", in m: it adds no way. */
const MAX_WAY_ACCURACY_M = 150;
/** Noise of a fix for the way: its stated accuracy within these bounds, in m. */
const NOISE_M = { least: 3, most: 20 };

const noiseOf = ({ accuracyM }: Fix): number =>
  Math.min(NOISE_M.most, Math.max(NOISE_M.least, accuracyM ?? NOISE_M.least));

/** Distance within which a trailer that was silent has not left the place, in m, and its speed there, in m/s. */
const SILENT_HALT_M = 200;
const SILENT_HALT_MPS = 1;
/** Speed at which a trailer leaves a place, in m/s: it tells when a tracker that reports by distance began to move. */
const LEAVING_MPS = 5;
/** Distance within which two halts right after each other are one, in m. */
const SAME_HALT_M = 150;

/** Returns the stands of two minutes or more, each as known at its end. */
const standHalts = (stands: readonly Stand[]): Halt[] =>
  stands
    .filter((stand, i) => stands[i + 1]?.from !== stand.from && stand.to - stand.from >= HALT_MS)
    .map(({ from, to, lat, lon }) => ({ from, to, lat, lon }));

/** Returns the silences of trackers that report only while they move. */
const silentHalts = (track: readonly Fix[]): Halt[] =>
  track.slice(1).flatMap((after, i): Halt[] => {
    const before = track[i];
    if (!before) return [];
    const moved = distanceM(before, after);
    const to = after.at - Math.round((moved * 1000) / LEAVING_MPS);
    const isHalt =
      to - before.at >= HALT_MS && moved <= SILENT_HALT_M && moved * 1000 < SILENT_HALT_MPS * (after.at - before.at);
    return isHalt ? [{ from: before.at, to, lat: before.lat, lon: before.lon }] : [];
  });

/** Returns the halts that end drives, oldest first. One that begins while another lasts, or right after it at its place, is part of it. */
const haltsIn = (track: readonly Fix[]): Halt[] => {
  const halts: Halt[] = [];
  for (const halt of [...standHalts(standsAlong(track)), ...silentHalts(track)].sort((a, b) => a.from - b.from)) {
    const last = halts.at(-1);
    if (last && halt.from <= last.to + HALT_MS && distanceM(last, halt) <= SAME_HALT_M)
      last.to = Math.max(last.to, halt.to);
    else if (!last || halt.from > last.to) halts.push({ ...halt });
    else if (halt.to > last.to) halts.push({ ...halt, from: last.to + 1 });
  }
  return halts;
};

/**
 * Returns the points of the way: of a halt only its begin and end, at its place, so that a parked receiver's noise adds nothing; of a
 * drive the fixes that lie beyond the noise of the point before.
 */
const wayOf = (track: readonly Fix[], halts: readonly Halt[]): WayPoint[] => {
  const points: WayPoint[] = [];
  let metres = 0;
  let noise: number = NOISE_M.least;
  const add = (at: number, place: { lat: number; lon: number }, moved: number): void => {
    metres += moved;
    points.push({ at, lat: place.lat, lon: place.lon, metres });
  };
  let next = 0;
  for (const fix of track) {
    let halt = halts[next];
    while (halt && fix.at > halt.to) halt = halts[++next];
    const last = points.at(-1);
    if (halt && fix.at >= halt.from) {
      if (last?.at === halt.to || (last && last.at >= halt.from)) continue;
      add(halt.from, halt, last ? distanceM(last, halt) : 0);
      add(halt.to, halt, 0);
      noise = NOISE_M.least;
      continue;
    }
    const moved = last ? distanceM(last, fix) : 0;
    if (last && moved <= noise + noiseOf(fix)) continue;
    add(fix.at, fix, moved);
    noise = noiseOf(fix);
  }
  return points;
};

const metresAt = (points: readonly WayPoint[], at: number): number => {
  const after = points.findIndex((point) => point.at >= at);
  if (after < 0) return points.at(-1)?.metres ?? 0;
  const [a, b] = [points[after - 1], points[after]];
  if (!a || !b || b.at === a.at) return b?.metres ?? 0;
  return a.metres + ((b.metres - a.metres) * (at - a.at)) / (b.at - a.at);
};

/** Returns the metres driven between two moments (epoch ms); null where a way has no points. */
export const drivenBetween = (points: readonly WayPoint[], from: number, to: number): number | null =>
  points.length === 0 ? null : Math.max(0, metresAt(points, to) - metresAt(points, from));

/** Returns the drives between the halts, without those that do not leave the place. */
const tripsOf = (points: readonly WayPoint[], halts: readonly Halt[], track: readonly Fix[]): Trip[] => {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return [];
  const edges = [first.at, ...halts.flatMap(({ from, to }) => [from, to]), last.at];
  return Array.from({ length: edges.length / 2 }, (_, i) => {
    const [from = 0, to = 0] = edges.slice(2 * i, 2 * i + 2);
    const own = track.filter(({ at }) => at >= from && at <= to);
    const gaps = own.map(({ at }, j) => at - (own[j - 1]?.at ?? from));
    const metres = drivenBetween(points, from, to) ?? 0;
    return { from, to, metres, gapS: Math.round(Math.max(0, ...gaps) / 1000) };
  }).filter(({ metres, from, to }) => metres > 0 && to > from);
};

/**
 * Returns the way that a trailer drove. Parked noise, jumps and rough fixes add nothing; between two fixes the way is a straight line.
 * @param fixes of one trailer, in any order
 */
export const dayTrackOf = (fixes: readonly Fix[]): DayTrack => {
  const track = believedAlong(fixes).filter(({ accuracyM }) => (accuracyM ?? 0) <= MAX_WAY_ACCURACY_M);
  const halts = haltsIn(track);
  const points = wayOf(track, halts);
  return { points, halts, trips: tripsOf(points, halts, track), metres: points.at(-1)?.metres ?? 0 };
};

/** Returns the part of a way between two moments (epoch ms), with its ends between two points where it goes on. Metres begin at 0. */
export const partOf = ({ points, halts, trips }: DayTrack, from: number, to: number): DayTrack => {
  const zero = metresAt(points, from);
  const inside = points.filter(({ at }) => at >= from && at < to);
  const cut = points.map((point) => ({ ...point, metres: point.metres - zero }));
  const edges = [from, to].map((at) => placeBetween(cut, at));
  const [first, last] = edges;
  const own = inside.map((point) => ({ ...point, metres: point.metres - zero }));
  if (first && own[0] && own[0].at > from) own.unshift(first);
  if (last && own.length > 0) own.push(last);
  const overlaps = (part: { from: number; to: number }) => part.from < to && part.to > from;
  const clipped = <T extends { from: number; to: number }>(part: T): T => ({
    ...part,
    from: Math.max(part.from, from),
    to: Math.min(part.to, to),
  });
  return {
    points: own,
    halts: halts.filter(overlaps).map(clipped),
    trips: trips.filter(overlaps).map((trip) => {
      const part = clipped(trip);
      return { ...part, metres: drivenBetween(points, part.from, part.to) ?? 0 };
    }),
    metres: drivenBetween(points, from, to) ?? 0,
  };
};

/** Returns the point between two others at a moment; null outside the way. */
const placeBetween = (points: readonly WayPoint[], at: number): WayPoint | null => {
  const after = points.findIndex((point) => point.at >= at);
  const [a, b] = [points[after - 1], points[after]];
  if (!a || !b || b.at === a.at) return null;
  const share = (at - a.at) / (b.at - a.at);
  const between = (from: number, to: number) => from + share * (to - from);
  return { at, lat: between(a.lat, b.lat), lon: between(a.lon, b.lon), metres: between(a.metres, b.metres) };
};

/** Interval between the points of a thinned way, in ms, and their maximum number. */
const THINNED_MS = 30_000;
const MAX_THINNED = 1000;

/**
 * Returns a way with a point every half minute on the road, and the ends of halts. At most a thousand points, which keep the metres
 * driven until then.
 */
export const thinnedWay = ({ points, halts, ...rest }: DayTrack): DayTrack => {
  const edges = new Set(halts.flatMap(({ from, to }) => [from, to]));
  for (let interval = THINNED_MS; ; interval *= 2) {
    let last = Number.NEGATIVE_INFINITY;
    const kept = points.filter(({ at }, i) => {
      const isKept = i === points.length - 1 || at - last >= interval || edges.has(at);
      if (isKept) last = at;
      return isKept;
    });
    if (kept.length <= MAX_THINNED || interval > 24 * 3_600_000) return { points: kept, halts, ...rest };
  }
};
