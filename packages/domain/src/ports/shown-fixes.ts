/*
 * The fixes that a map and an arrival time need of a trailer's newest reports. A reader of a poll decodes these alone, so that its
 * work is the same whether a report has one fix or a thousand.
 */

/** Age of the newest reports that are read at first, in ms. */
export const SHOWN_MS = 30 * 60_000;
/** Number of fixes below which the reports before these are read as well: a silent trailer has an older position. */
export const LEAST_SHOWN = 6;
/** Minimum interval of shown fixes, in ms: more often tells nothing about pace and position. */
const INTERVAL_MS = 4000;
/** Interval of shown fixes as a part of their age: all of a usual tracker's last five minutes, one a minute an hour ago. */
const INTERVAL_OF_AGE = 1 / 60;

/**
 * Picks the fixes of one report that are shown: the newest one, and before it the more seldom the older they are.
 * @param fixes oldest first
 * @param atOf returns the time of a fix, epoch ms; a fix without a number is picked, so that its reader refuses it
 * @param newestAt time of the trailer's newest fix, epoch ms
 * @returns the picked ones, oldest first
 */
export const shownOf = <T>(fixes: readonly T[], atOf: (fix: T) => number, newestAt: number): T[] => {
  const picked: T[] = [];
  let next = Number.POSITIVE_INFINITY;
  for (let i = fixes.length - 1; i >= 0; i -= 1) {
    const fix = fixes[i] as T;
    const at = atOf(fix);
    if (at > next) continue;
    picked.push(fix);
    next = at - Math.max(INTERVAL_MS, (newestAt - at) * INTERVAL_OF_AGE);
  }
  return picked.reverse();
};
