import { distanceM, type Place } from '@qdn/domain';

/** The page asks every 10 s, so no position is expected sooner; a tracker that reports less often sets its own pace. */
const SHORTEST_INTERVAL_MS = 10_000;
const LONGEST_INTERVAL_MS = 30_000;
/** Time added to the interval, so that the marker still moves when the next position is late, in ms. */
const SPARE_MS = 2_000;
/** Maximum distance of a glide, in metres. A longer hop is a gap, not a drive: the marker jumps. */
const LONGEST_GLIDE_M = 1_500;

/**
 * A marker on its way along the trail: `path` from where it stood to the newest position, from `startedAt`, monotonic ms, for
 * `durationMs`.
 */
export type Glide = {
  path: readonly [Place, ...Place[]];
  lengths: readonly number[];
  startedAt: number;
  durationMs: number;
};

/**
 * Returns the duration of a glide to a new position, in ms: the expected time until the next one, and a little more.
 * @param sinceLastMs between the last two positions
 */
export const glideTime = (sinceLastMs: number): number =>
  Math.max(SHORTEST_INTERVAL_MS, Math.min(LONGEST_INTERVAL_MS, sinceLastMs)) + SPARE_MS;

const endOf = ({ path }: Glide): Place => path[path.length - 1] ?? path[0];

/** Standing still at a place. */
export const stand = (place: Place, now: number): Glide => ({
  path: [place],
  lengths: [],
  startedAt: now,
  durationMs: 0,
});

/** A glide from one place through others. */
const along = (path: readonly [Place, ...Place[]], now: number, durationMs: number): Glide => ({
  path,
  lengths: path.slice(1).map((place, i) => distanceM(path[i] ?? place, place)),
  startedAt: now,
  durationMs,
});

const sum = (lengths: readonly number[]) => lengths.reduce((total, length) => total + length, 0);

/** Returns the marker's place, and the number of the path's places that it has reached. */
export const placeOn = (glide: Glide, now: number): { place: Place; passed: number } => {
  const total = sum(glide.lengths);
  const share = glide.durationMs === 0 ? 1 : (now - glide.startedAt) / glide.durationMs;
  let left = total * Math.max(0, Math.min(1, share));
  if (left >= total) return { place: endOf(glide), passed: glide.path.length };
  for (const [i, length] of glide.lengths.entries()) {
    const from = glide.path[i];
    const to = glide.path[i + 1];
    if (from && to && left < length) {
      const t = left / length;
      return {
        place: { lat: from.lat + (to.lat - from.lat) * t, lon: from.lon + (to.lon - from.lon) * t },
        passed: i + 1,
      };
    }
    left -= length;
  }
  return { place: endOf(glide), passed: glide.path.length };
};

/** Tells whether the marker still moves. */
export const isGliding = (glide: Glide, now: number): boolean =>
  glide.path.length > 1 && now - glide.startedAt < glide.durationMs && sum(glide.lengths) > 0;

/**
 * Sends the marker to a new position, through the places that the trailer passed on the way.
 * @param passed the trail between the last position and the new one, oldest first
 * @param options `still`: the reader wants no motion, so the marker jumps; else how long it takes
 */
export const glideTo = (
  current: Glide | null,
  passed: readonly Place[],
  to: Place,
  now: number,
  { still, durationMs }: { still: boolean; durationMs: number },
): Glide => {
  if (!current || still) return stand(to, now);
  const { place, passed: reached } = placeOn(current, now);
  const glide = along([place, ...current.path.slice(reached), ...passed, to], now, durationMs);
  return sum(glide.lengths) > LONGEST_GLIDE_M ? stand(to, now) : glide;
};
