import { distanceM, type Place } from '@qdn/domain';

/** Positions are expected every 10 s; two more and the marker still moves when the next one comes late. */
export const GLIDE_MS = 12_000;
/** A longer hop is no drive between two positions but a gap: the marker jumps, in metres. */
const LONGEST_GLIDE_M = 1_500;

/** A marker on its way along the trail: `path` from where it stood to the newest position, from `startedAt`, monotonic ms. */
export type Glide = { path: readonly [Place, ...Place[]]; lengths: readonly number[]; startedAt: number };

const endOf = ({ path }: Glide): Place => path.at(-1) ?? path[0];

/** Standing still at a place. */
export const stand = (place: Place, now: number): Glide => ({ path: [place], lengths: [], startedAt: now });

/** A glide from one place through others. */
const along = (path: readonly [Place, ...Place[]], now: number): Glide => ({
  path,
  lengths: path.slice(1).map((place, i) => distanceM(path[i] ?? place, place)),
  startedAt: now,
});

const sum = (lengths: readonly number[]) => lengths.reduce((total, length) => total + length, 0);

/** Where the marker is, and how many of the path's places it has reached. */
export const placeOn = (glide: Glide, now: number): { place: Place; passed: number } => {
  const total = sum(glide.lengths);
  let left = total * Math.max(0, Math.min(1, (now - glide.startedAt) / GLIDE_MS));
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

/** Whether the marker still moves. */
export const isGliding = (glide: Glide, now: number): boolean =>
  glide.path.length > 1 && now - glide.startedAt < GLIDE_MS && sum(glide.lengths) > 0;

/**
 * Sends the marker to a new position, through the places that the trailer passed on the way.
 * @param passed the trail between the last position and the new one, oldest first
 * @param still when the reader wants no motion: the marker jumps
 */
export const glideTo = (
  current: Glide | null,
  passed: readonly Place[],
  to: Place,
  now: number,
  still: boolean,
): Glide => {
  if (!current || still) return stand(to, now);
  const { place, passed: reached } = placeOn(current, now);
  const glide = along([place, ...current.path.slice(reached), ...passed, to], now);
  return sum(glide.lengths) > LONGEST_GLIDE_M ? stand(to, now) : glide;
};
