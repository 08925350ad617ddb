import type { Fix } from '../fix.ts';
import { distanceM, isWithinM } from './geo.ts';

/** Maximum speed of a trailer, in m/s (about 200 km/h, with room for GPS noise). */
const MAX_SPEED_MPS = 55;
/** Maximum GPS noise, in m: a shorter hop is never a jump, whatever its times are. */
const NOISE_M = 300;
/** Maximum number of wrong fixes in a row; the track continues after them. Limits the work when a device jumps back and forth. */
const LOOKBACK = 50;

/** True when one trailer cannot have driven from one fix to the other in the time between them. */
const isJump = (a: Fix, b: Fix): boolean => {
  const accuracyM = (a.accuracyM ?? 0) + (b.accuracyM ?? 0);
  if (isWithinM(a, b, NOISE_M + accuracyM)) return false;
  const metres = distanceM(a, b) - (a.accuracyM ?? 0) - (b.accuracyM ?? 0);
  const seconds = Math.max(1, Math.abs(b.at - a.at) / 1000);
  return metres > NOISE_M && metres / seconds > MAX_SPEED_MPS;
};

/** Orders by time, then accuracy, then place, so that the order of arrival does not matter. */
const inOrder = (a: Fix, b: Fix): number =>
  a.at - b.at ||
  (a.accuracyM ?? Number.MAX_VALUE) - (b.accuracyM ?? Number.MAX_VALUE) ||
  a.lat - b.lat ||
  a.lon - b.lon ||
  (a.speedMps ?? -1) - (b.speedMps ?? -1) ||
  (a.headingDeg ?? -1) - (b.headingDeg ?? -1);

/** True for fixes in the order of their times, one per moment, as most tracks are. */
const areMoments = (fixes: readonly Fix[]): boolean => {
  for (let i = 1; i < fixes.length; i += 1) if ((fixes[i] as Fix).at <= (fixes[i - 1] as Fix).at) return false;
  return true;
};

/** Returns the fixes of one trailer, oldest first, one per moment. */
export const momentsOf = (fixes: readonly Fix[]): readonly Fix[] =>
  areMoments(fixes) ? fixes : fixes.toSorted(inOrder).filter((fix, i, sorted) => fix.at !== sorted[i - 1]?.at);

/** The longest plausible way that ends with a fix: its number of fixes, and the previous one. */
type Way = { fix: Fix; length: number; from: Way | null };

/**
 * Returns the fixes of one trailer that can all be true, oldest first, one per moment: the largest number that it could have driven
 * through. Whether a fix is a jump depends on the whole track, because a lone fix far away may be right and the others wrong. So a jump
 * is left out until more fixes agree with it than with the rest. Of two equally likely ways the older one wins: a single fix does not
 * move the position. The result depends on the set of fixes alone, not on their order or repetition.
 */
export const trackOf = (fixes: readonly Fix[]): readonly Fix[] => {
  const moments = momentsOf(fixes);
  return isWithoutJump(moments) ? moments : longestWayOf(moments);
};

/** True when no fix is a jump from the one before it, as in most tracks: then all of them can be true. */
const isWithoutJump = (moments: readonly Fix[]): boolean => {
  for (let i = 1; i < moments.length; i += 1) if (isJump(moments[i - 1] as Fix, moments[i] as Fix)) return false;
  return true;
};

const longestWayOf = (moments: readonly Fix[]): Fix[] => {
  const ways: Way[] = [];
  /** The longest way among the first `count` fixes. */
  const longest = [0];
  for (const fix of moments) {
    const way: Way = { fix, length: 1, from: null };
    for (let j = ways.length - 1; j >= Math.max(0, ways.length - 1 - LOOKBACK); j--) {
      // No earlier fix can be better. Without a jump the search ends at once.
      if ((longest[j + 1] ?? 0) < (way.from?.length ?? 0)) break;
      const before = ways[j];
      if (before && before.length >= (way.from?.length ?? 0) && !isJump(before.fix, fix)) way.from = before;
    }
    way.length = 1 + (way.from?.length ?? 0);
    ways.push(way);
    longest.push(Math.max(longest.at(-1) ?? 0, way.length));
  }
  const track: Fix[] = [];
  let end: Way | null = ways.find(({ length }) => length === longest.at(-1)) ?? null;
  for (; end; end = end.from) track.push(end.fix);
  return track.reverse();
};

/** Interval of which one fix counts, in ms: more tell nothing more about a stand. */
const MOMENT_MS = 5000;

/** Returns the first fix of each interval, oldest first, so that a tracker that reports twice a second costs no more than others. */
const thinned = (fixes: readonly Fix[]): Fix[] => {
  let interval = Number.NEGATIVE_INFINITY;
  return momentsOf(fixes).filter(({ at }) => {
    const before = interval;
    interval = Math.floor(at / MOMENT_MS);
    return interval !== before;
  });
};

/** Number of earlier moments by which a fix is believed. */
const BELIEVED_BY = 30;

/**
 * Returns the fixes of one trailer that were plausible when they were taken, oldest first, one in five seconds: each is judged by the fixes
 * before it alone (`trackOf`), so that a decision from it does not depend on later ones.
 */
export const believedAlong = (fixes: readonly Fix[]): Fix[] => {
  const moments = thinned(fixes);
  let wasBelieved = false;
  return moments.filter((fix, i) => {
    const before = moments[i - 1];
    const follows = before !== undefined && wasBelieved && !isJump(before, fix);
    wasBelieved = follows || trackOf(moments.slice(Math.max(0, i - BELIEVED_BY), i + 1)).at(-1) === fix;
    return wasBelieved;
  });
};
