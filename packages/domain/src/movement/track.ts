import type { Fix } from '../fix.ts';
import { distanceM } from './geo.ts';

/** No trailer is pulled faster, in m/s (about 200 km/h, to leave room for GPS noise). */
const MAX_SPEED_MPS = 55;
/** A hop this short is never a jump, whatever the clock says: GPS noise, in metres. */
const NOISE_M = 300;
/** So many fixes in a row can be wrong, and the track goes on behind them. Bounds the work when a device jumps to and fro. */
const LOOKBACK = 50;

/** Whether one trailer could not have gone from one fix to the other in the time between them. */
const isJump = (a: Fix, b: Fix): boolean => {
  const metres = distanceM(a, b) - (a.accuracyM ?? 0) - (b.accuracyM ?? 0);
  const seconds = Math.max(1, Math.abs(b.at - a.at) / 1000);
  return metres > NOISE_M && metres / seconds > MAX_SPEED_MPS;
};

/** By time; of one time the more accurate first, then by place, so that the order never depends on who came first. */
const inOrder = (a: Fix, b: Fix): number =>
  a.at - b.at ||
  (a.accuracyM ?? Number.MAX_VALUE) - (b.accuracyM ?? Number.MAX_VALUE) ||
  a.lat - b.lat ||
  a.lon - b.lon ||
  (a.speedMps ?? -1) - (b.speedMps ?? -1) ||
  (a.headingDeg ?? -1) - (b.headingDeg ?? -1);

/** The fixes of one trailer, oldest first, one per moment. */
export const momentsOf = (fixes: readonly Fix[]): Fix[] =>
  fixes.toSorted(inOrder).filter((fix, i, sorted) => fix.at !== sorted[i - 1]?.at);

/** The longest possible way that ends with a fix: how many fixes it has, and the one before on it. */
type Way = { fix: Fix; length: number; from: Way | null };

/**
 * The fixes of one trailer that can all be true, oldest first, one per moment: the largest number of them that it could have
 * driven through. A jump is a property of the whole track: of a lone fix far away nobody knows whether it or the others are
 * wrong, so a jump is left out until more fixes agree with it than with the rest. Of two ways that are equally likely the older
 * one stands: a position does not move on one fix's word. The result depends on the set of fixes alone, not on their order or
 * repetition.
 */
export const trackOf = (fixes: readonly Fix[]): Fix[] => {
  const ways: Way[] = [];
  /** The longest way among the first so many. */
  const longest = [0];
  for (const fix of momentsOf(fixes)) {
    const way: Way = { fix, length: 1, from: null };
    for (let j = ways.length - 1; j >= Math.max(0, ways.length - 1 - LOOKBACK); j--) {
      // Nothing before this one can be better: at once, where there is no jump.
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
