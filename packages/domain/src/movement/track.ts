import type { Fix } from '../fix.ts';
import { distanceM } from './geo.ts';

/** No trailer is pulled faster, in m/s (about 200 km/h, to leave room for GPS noise). */
const MAX_SPEED_MPS = 55;
/** A hop this short is never a jump, whatever the clock says: GPS noise, in metres. */
const NOISE_M = 300;
/** How many runs back a run may be continued from: bounds the work when a device jumps with every fix. */
const LOOKBACK_RUNS = 50;

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
  a.lon - b.lon;

/** A stretch without a jump. `best` is the most fixes on any possible way that ends with it, `from` the run before on it. */
type Run = { fixes: Fix[]; best: number; from: Run | null };

const runsOf = (fixes: readonly Fix[]): Run[] => {
  const runs: Run[] = [];
  let before: Fix | null = null;
  for (const fix of fixes) {
    const run = runs.at(-1);
    if (run && before && !isJump(before, fix)) run.fixes.push(fix);
    else runs.push({ fixes: [fix], best: 1, from: null });
    before = fix;
  }
  return runs;
};

const continues = (run: Run, earlier: Run): boolean => {
  const [last, first] = [earlier.fixes.at(-1), run.fixes[0]];
  return last !== undefined && first !== undefined && !isJump(last, first);
};

/**
 * The fixes of one trailer that can all be true, oldest first, one per moment: the largest number of them that it could have
 * driven through. A jump is a property of the whole track: of a lone fix far away nobody knows whether it or the others are
 * wrong, so a jump is left out until more fixes agree with it than with the rest. The result depends on the set of fixes
 * alone, not on their order or repetition.
 */
export const trackOf = (fixes: readonly Fix[]): Fix[] => {
  const sorted = fixes.toSorted(inOrder);
  const single = sorted.filter((fix, i) => fix.at !== sorted[i - 1]?.at);
  const runs = runsOf(single);
  if (runs.length <= 1) return single;
  runs.forEach((run, i) => {
    for (const earlier of runs.slice(Math.max(0, i - LOOKBACK_RUNS), i)) {
      if ((run.from?.best ?? 0) < earlier.best && continues(run, earlier)) run.from = earlier;
    }
    run.best = run.fixes.length + (run.from?.best ?? 0);
  });
  // Of two ways that are equally likely the older one stands: a position does not move on one fix's word.
  let end: Run | null = runs.reduce((best, run) => (run.best > best.best ? run : best));
  const way: Fix[][] = [];
  for (; end; end = end.from) way.unshift(end.fixes);
  return way.flat();
};
