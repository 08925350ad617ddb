import type { Fix } from '../fix.ts';
import type { Stop } from '../job.ts';
import { distanceM } from './geo.ts';

/** A range of arrival times in epoch ms, the road metres left, and why. `asOf` is when the position was taken. */
export type Eta = { earliest: number; latest: number; distanceM: number; reason: string; asOf: number };

/** Roads are longer than the straight line by about this factor. Ballou et al., Transportation Research A 36 (2002). */
const ROAD_FACTOR = 1.35;
/** What a truck with a trailer makes door to door in town, in m/s (32 km/h). */
const TYPICAL_MPS = 9;
/** Slower than this is a red light, not a pace, in m/s. */
const SLOWEST_MPS = 4;
const FASTEST_MPS = 28;
/** How much recent pace counts beside the typical one. */
const RECENT_WEIGHT = 0.5;
/** The pace is taken over this long a window, in ms. */
const PACE_WINDOW_MS = 5 * 60_000;
/** The range's half width as a share of the time left, and its smallest value in ms. */
const SPREAD = 0.2;
const MIN_SPREAD_MS = 60_000;

/** Metres per second along the trail of the last minutes; null when it is too short to say. */
const recentPace = (trail: readonly Fix[]): number | null => {
  const newest = trail.at(-1);
  if (!newest) return null;
  const window = trail.filter((fix) => newest.at - fix.at <= PACE_WINDOW_MS);
  const first = window[0];
  if (!first || newest.at - first.at < 60_000) return null;
  let metres = 0;
  for (let i = 1; i < window.length; i++) {
    const [a, b] = [window[i - 1], window[i]];
    if (a && b) metres += distanceM(a, b);
  }
  return metres / ((newest.at - first.at) / 1000);
};

/**
 * Estimates the arrival at a stop from one trailer's trail, without any outside service: straight-line distance times a
 * road factor, at a blend of typical and recent pace. The range widens with the age of the position and is never in the past.
 * @param trail oldest first, not empty
 * @param now epoch ms
 */
export const estimateArrival = (trail: readonly Fix[], stop: Stop, now: number): Eta | null => {
  const newest = trail.at(-1);
  if (!newest) return null;
  const left = Math.max(0, distanceM(newest, stop) - stop.radiusM / 2) * ROAD_FACTOR;
  const recent = recentPace(trail);
  const pace =
    recent === null
      ? TYPICAL_MPS
      : Math.min(FASTEST_MPS, Math.max(SLOWEST_MPS, RECENT_WEIGHT * recent + (1 - RECENT_WEIGHT) * TYPICAL_MPS));
  const travelMs = (left / pace) * 1000;
  const ageMs = Math.max(0, now - newest.at);
  const spreadMs = Math.max(MIN_SPREAD_MS, SPREAD * travelMs) + ageMs / 2;
  const middle = Math.max(newest.at + travelMs, now);
  const earliest = Math.max(now, middle - spreadMs);
  return {
    earliest: Math.round(earliest),
    latest: Math.round(Math.max(middle + spreadMs, earliest + MIN_SPREAD_MS)),
    distanceM: Math.round(left),
    reason: recent === null ? 'straight line and typical pace' : 'straight line and the pace of the last minutes',
    asOf: newest.at,
  };
};
