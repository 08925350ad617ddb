import type { Fix } from '../fix.ts';
import { isActive, type Job, type StatusChange } from '../job.ts';
import { distanceM } from './geo.ts';

/** Inside the ring this long, in ms, and it is an arrival and no drive-by. */
export const ARRIVAL_DWELL_MS = 20_000;
/** A departed trailer is beyond this many radii: the hysteresis that keeps parked jitter from looking like leaving. */
const DEPARTURE_RADII = 1.5;
/** A poor fix widens the ring by its accuracy, up to this many metres. */
const MAX_ACCURACY_ALLOWANCE_M = 150;
/** A scheduled job's trailer has set out once it is this far, in metres, from where it stood. */
const SET_OUT_M = 150;

const allowanceM = (fix: Fix) => Math.min(fix.accuracyM ?? 0, MAX_ACCURACY_ALLOWANCE_M);

/** What the fixes say of the job: its status and the stop it is about. */
type Situation = { status: Job['status']; currentStop: number };

/**
 * The status change that a job's recent fixes call for, or null. Arrival needs two fixes over 20 s inside the ring,
 * departure two beyond 1.5 radii. Only fixes taken after the last change count, so that an operator's decision holds and a
 * late fix never moves a job backwards; ended jobs never change.
 *
 *     scheduled ─► in_transit ─► at_site ─► en_route_to_next ─► at_site ─► …
 *
 * @param fixes of the job's trailers, in any order
 */
export const nextStatus = (job: Job, fixes: readonly Fix[]): (Situation & { change: StatusChange }) | null => {
  if (!isActive(job.status)) return null;
  const since = job.history.at(-1)?.at ?? job.createdAt;
  for (const trailer of job.trailers) {
    const own = fixes.filter((fix) => fix.trailerId === trailer && fix.at > since).sort((a, b) => a.at - b.at);
    const found = nextForTrailer(job, own);
    if (found) return found;
  }
  return null;
};

const nextForTrailer = (job: Job, fixes: readonly Fix[]): (Situation & { change: StatusChange }) | null => {
  const stop = job.stops[job.currentStop];
  const newest = fixes.at(-1);
  if (!stop || !newest) return null;
  const because = (situation: Situation, at: number, reason: string) => ({
    ...situation,
    change: { status: situation.status, at, by: 'fixes' as const, reason },
  });
  const inside = (fix: Fix) => distanceM(fix, stop) <= stop.radiusM + allowanceM(fix);
  const beyond = (fix: Fix) => distanceM(fix, stop) > stop.radiusM * DEPARTURE_RADII + allowanceM(fix);

  if (job.status === 'at_site') {
    const last = fixes.slice(-2);
    if (last.length < 2 || !last.every(beyond)) return null;
    const next = job.stops[job.currentStop + 1];
    const currentStop = next ? job.currentStop + 1 : job.currentStop;
    return because({ status: 'en_route_to_next', currentStop }, newest.at, `left the ${stop.kind.replace('_', ' ')}`);
  }

  const arrivedAt = firstOfFinalRun(fixes, inside);
  // After the last stop there is nothing to arrive at: the same stop again would undo the departure.
  const headingSomewhere = job.status !== 'en_route_to_next' || !leftLastStop(job);
  if (arrivedAt && headingSomewhere && newest.at - arrivedAt.at >= ARRIVAL_DWELL_MS) {
    return because(
      { status: 'at_site', currentStop: job.currentStop },
      newest.at,
      `within ${stop.radiusM} m of the ${stop.kind.replace('_', ' ')}`,
    );
  }
  const first = fixes[0];
  if (job.status === 'scheduled' && first && distanceM(first, newest) - allowanceM(newest) > SET_OUT_M) {
    return because({ status: 'in_transit', currentStop: job.currentStop }, newest.at, 'set out');
  }
  return null;
};

/** Whether the job stands at its last stop's index because there is no further one to head for. */
export const leftLastStop = (job: Job): boolean => {
  if (job.status !== 'en_route_to_next' || job.currentStop !== job.stops.length - 1) return false;
  const arrivals = job.history.filter(({ status }) => status === 'at_site').length;
  return arrivals >= job.stops.length;
};

/** The first of the unbroken run, at the end of the fixes, that satisfy the condition. */
const firstOfFinalRun = (fixes: readonly Fix[], condition: (fix: Fix) => boolean): Fix | null => {
  let first: Fix | null = null;
  for (const fix of fixes) first = condition(fix) ? (first ?? fix) : null;
  return first;
};

/** The job after a change of status, at the next version. `at` is epoch ms. */
export const withStatus = (job: Job, situation: Situation & { change: StatusChange }, at: number): Job => ({
  ...job,
  status: situation.status,
  currentStop: situation.currentStop,
  history: [...job.history, situation.change],
  updatedAt: at,
  version: job.version + 1,
});
