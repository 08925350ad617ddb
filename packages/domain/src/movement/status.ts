import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import { isActive, type Job, type StatusChange, type Stop } from '../job.ts';
import { distanceM } from './geo.ts';
import { trackOf } from './track.ts';

/** Inside the ring this long, in ms, and it is an arrival and no drive-by. */
export const ARRIVAL_DWELL_MS = 20_000;
/** Whoever still moves this fast through the ring, in m/s (9 km/h), is driving by. */
const STANDING_MPS = 2.5;
/** A departed trailer is beyond this many radii: the hysteresis that keeps parked jitter from looking like leaving. */
const DEPARTURE_RADII = 1.5;
const DEPARTURE_FIXES = 2;
/** A poor fix widens the ring of arrival by its accuracy, up to this many metres. */
const MAX_ACCURACY_ALLOWANCE_M = 150;
/** A scheduled job's trailer has set out once it is this much nearer to the stop than where it stood, in metres. */
const SET_OUT_M = 150;
/** A trailer that moves earlier than this before a scheduled job does so for something else, in ms. */
const SET_OUT_LEAD_MS = 6 * 3_600_000;

const accuracyM = (fix: Fix): number => fix.accuracyM ?? 0;
const isInside = (fix: Fix, stop: Stop): boolean =>
  distanceM(fix, stop) <= stop.radiusM + Math.min(accuracyM(fix), MAX_ACCURACY_ALLOWANCE_M);
const isBeyond = (fix: Fix, stop: Stop): boolean =>
  distanceM(fix, stop) > stop.radiusM * DEPARTURE_RADII + accuracyM(fix);
/** How far apart two fixes are at the least, in metres. */
const movedM = (from: Fix, to: Fix): number => distanceM(from, to) - accuracyM(from) - accuracyM(to);

/** Whether a scheduled job's day has not come yet: until then its trailer's movements are none of its business. */
export const isAhead = (job: Job, at: number): boolean =>
  job.status === 'scheduled' && job.scheduledFor !== null && at < job.scheduledFor - SET_OUT_LEAD_MS;

/** Whether the job has left its last stop: it stands at that stop's index because there is no further one to head for. */
export const leftLastStop = (job: Job): boolean =>
  job.status === 'en_route_to_next' && job.history.at(-1)?.stop === job.currentStop;

/** What one trailer has done since the job's last change. */
type Progress = { first: Fix; inside: Fix[]; beyond: number; wasInside: boolean };

const progressed = (before: Progress | undefined, fix: Fix, stop: Stop): Progress => {
  const { first, inside, beyond, wasInside } = before ?? { first: fix, inside: [], beyond: 0, wasInside: false };
  if (isInside(fix, stop)) return { first, inside: [...inside, fix], beyond: 0, wasInside: true };
  // Between the rings is neither: jitter at the edge does not undo a dwell.
  if (!isBeyond(fix, stop)) return { first, inside, beyond: 0, wasInside };
  return { first, inside: [], beyond: beyond + 1, wasInside };
};

const hasArrived = ({ inside }: Progress): boolean => {
  const newest = inside.at(-1);
  if (!newest) return false;
  const earlier = inside.findLast((fix) => newest.at - fix.at >= ARRIVAL_DWELL_MS);
  return earlier !== undefined && movedM(earlier, newest) <= (STANDING_MPS * (newest.at - earlier.at)) / 1000;
};

/** Never having been seen inside, it must at least move: an operator's "at site" may be of a trailer parked down the road. */
const hasDeparted = ({ first, beyond, wasInside }: Progress, fix: Fix, stop: Stop): boolean =>
  beyond >= DEPARTURE_FIXES && (wasInside || movedM(first, fix) > stop.radiusM / 2);

const hasSetOut = ({ first }: Progress, fix: Fix, stop: Stop): boolean =>
  distanceM(first, stop) - distanceM(fix, stop) - accuracyM(first) - accuracyM(fix) > SET_OUT_M;

/** Of several trailers, only one that came to the stop can leave it for the job. */
const speaksForDeparture = (job: Job, trailerId: TrailerId, progress: Progress): boolean => {
  const arrived = job.history.at(-1)?.trailerId;
  if (job.trailers.length === 1) return true;
  return arrived !== undefined && job.trailers.includes(arrived) ? arrived === trailerId : progress.wasInside;
};

type Step = Pick<Job, 'status' | 'currentStop'> & { change: StatusChange };

const nextStep = (job: Job, stop: Stop, fix: Fix, progress: Progress): Step | null => {
  const { currentStop } = job;
  const { trailerId } = fix;
  const place = stop.kind.replace('_', ' ');
  const step = (status: Job['status'], nextStop: number, reason: string): Step => ({
    status,
    currentStop: nextStop,
    change: { status, at: fix.at, by: 'fixes', reason, stop: currentStop, trailerId },
  });
  if (job.status === 'at_site') {
    if (!speaksForDeparture(job, trailerId, progress) || !hasDeparted(progress, fix, stop)) return null;
    return step('en_route_to_next', Math.min(currentStop + 1, job.stops.length - 1), `left the ${place}`);
  }
  // After the last stop there is nothing to arrive at: the same stop again would undo the departure.
  if (leftLastStop(job)) return null;
  if (hasArrived(progress)) return step('at_site', currentStop, `within ${stop.radiusM} m of the ${place}`);
  if (job.status === 'scheduled' && hasSetOut(progress, fix, stop))
    return step('in_transit', currentStop, `set out for the ${place}`);
  return null;
};

/**
 * The job as its trailers' fixes have it, at the next version; the very same job when they change nothing. Arrival needs two
 * fixes over 20 s inside the ring without driving through it, departure two beyond 1.5 radii. Fixes count one after the other
 * in the order they were taken, and only those after the last change, so that an operator's decision holds and a late fix never
 * moves a job backwards. Ended jobs never change.
 *
 *     scheduled ─► in_transit ─► at_site ─► en_route_to_next ─► at_site ─► …
 *         └─────────────────────────┘
 *
 * @param fixes recent ones of the job's trailers, in any order, the known ones too
 * @param now epoch ms
 */
export const followFixes = (job: Job, fixes: readonly Fix[], now: number): Job => {
  const tracks = job.trailers.map((trailer) => trackOf(fixes.filter((fix) => fix.trailerId === trailer)));
  const inTime = tracks.flat().sort((a, b) => a.at - b.at || (a.trailerId < b.trailerId ? -1 : 1));
  let after = job;
  let since = job.history.at(-1)?.at ?? job.createdAt;
  let progress = new Map<TrailerId, Progress>();
  for (const fix of inTime) {
    const stop = after.stops[after.currentStop];
    if (!stop || !isActive(after.status)) break;
    if (fix.at <= since || isAhead(after, fix.at)) continue;
    const own = progressed(progress.get(fix.trailerId), fix, stop);
    progress.set(fix.trailerId, own);
    const step = nextStep(after, stop, fix, own);
    if (!step) continue;
    // A phone's clock may be ahead; nothing has happened later than now.
    const change = { ...step.change, at: Math.min(fix.at, now) };
    after = { ...after, status: step.status, currentStop: step.currentStop, history: [...after.history, change] };
    since = fix.at;
    progress = new Map();
  }
  return after === job ? job : { ...after, updatedAt: now, version: job.version + 1 };
};
