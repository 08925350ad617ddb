import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import type { Job, StatusChange, Stop } from '../job.ts';
import { isActive, phaseOf, STATUS_TRAITS } from '../job-status.ts';
import { distanceM } from './geo.ts';
import { momentsOf, trackOf } from './track.ts';

/** Time inside the ring that tells an arrival from a drive-by, in ms. */
export const ARRIVAL_DWELL_MS = 20_000;
/** Minimum speed inside the ring of a trailer that drives by, in m/s (9 km/h). */
const STANDING_MPS = 2.5;
/** Distance of a departed trailer from the stop, in radii: hysteresis, so that a parked trailer's jitter is not a departure. */
const DEPARTURE_RADII = 1.5;
const DEPARTURE_FIXES = 2;
/** A poor fix widens the ring of arrival by its accuracy, up to this many metres. */
const MAX_ACCURACY_ALLOWANCE_M = 150;
/** Distance towards the stop that counts as the departure of a scheduled job's trailer, in m. */
const SET_OUT_M = 150;
/** Number and maximum age (ms) of the earlier fixes by which a fix is judged. */
export const HINDSIGHT_FIXES = 30;
export const HINDSIGHT_MS = 30 * 60_000;
/** Lead before a scheduled job, in ms: earlier movement belongs to something else. */
const SET_OUT_LEAD_MS = 6 * 3_600_000;

const accuracyM = (fix: Fix): number => fix.accuracyM ?? 0;
const isInside = (fix: Fix, stop: Stop): boolean =>
  distanceM(fix, stop) <= stop.radiusM + Math.min(accuracyM(fix), MAX_ACCURACY_ALLOWANCE_M);
const isBeyond = (fix: Fix, stop: Stop): boolean =>
  distanceM(fix, stop) > stop.radiusM * DEPARTURE_RADII + accuracyM(fix);
/** Minimum distance between two fixes, in m, given their accuracy. */
const movedM = (from: Fix, to: Fix): number => distanceM(from, to) - accuracyM(from) - accuracyM(to);

/** True before a scheduled job's day: until then its trailer's movements belong to other jobs. */
export const isAhead = (job: Job, at: number): boolean =>
  phaseOf(job.status) === 'waiting' && job.scheduledFor !== null && at < job.scheduledFor - SET_OUT_LEAD_MS;

/** True when the job has left its last stop. It keeps that stop's index, because there is no further one. */
export const leftLastStop = (job: Job): boolean =>
  STATUS_TRAITS[job.status].drive === 'next' && job.history.at(-1)?.stop === job.currentStop;

/**
 * Start of the fixes that count for the present leg, in epoch ms. Fixes from before a departure still count: a trailer whose first fix
 * is at the stop has arrived there.
 */
const legSince = (job: Job): number =>
  job.history.findLast(({ by, status }) => by === 'operator' || STATUS_TRAITS[status].drive !== 'first')?.at ??
  job.createdAt;

/** Progress of one trailer on the job's present leg. */
type Progress = { seen: Fix[]; inside: Fix[]; beyond: number; wasInside: boolean };

const progressed = (track: readonly Fix[], stop: Stop): Progress => {
  const progress: Progress = { seen: [...track], inside: [], beyond: 0, wasInside: false };
  for (const fix of track) {
    if (isInside(fix, stop)) {
      progress.inside.push(fix);
      progress.beyond = 0;
      progress.wasInside = true;
    } else if (isBeyond(fix, stop)) {
      progress.inside = [];
      progress.beyond += 1;
    } else {
      // A fix between the rings changes nothing: jitter at the edge does not end a stay.
      progress.beyond = 0;
    }
  }
  return progress;
};

const hasArrived = ({ inside }: Progress): boolean => {
  const newest = inside.at(-1);
  if (!newest) return false;
  const earlier = inside.findLast((fix) => newest.at - fix.at >= ARRIVAL_DWELL_MS);
  return earlier !== undefined && movedM(earlier, newest) <= (STANDING_MPS * (newest.at - earlier.at)) / 1000;
};

/** True when a trailer that was never inside the ring moves: an operator's "at site" may mean one parked down the road. */
const hasDeparted = ({ seen, beyond, wasInside }: Progress, fix: Fix, stop: Stop): boolean =>
  beyond >= DEPARTURE_FIXES && (wasInside || seen.some((before) => movedM(before, fix) > stop.radiusM / 2));

const hasSetOut = ({ seen }: Progress, fix: Fix, stop: Stop): boolean =>
  seen.some(
    (before) => distanceM(before, stop) - distanceM(fix, stop) - accuracyM(before) - accuracyM(fix) > SET_OUT_M,
  );

/** True when this trailer can leave the stop for the job. Of several trailers, only one that came to the stop can. */
const canDepartFor = (job: Job, trailerId: TrailerId, progress: Progress): boolean => {
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
  const phase = phaseOf(job.status);
  if (phase === 'standing') {
    if (!canDepartFor(job, trailerId, progress) || !hasDeparted(progress, fix, stop)) return null;
    return step('en_route_to_next', Math.min(currentStop + 1, job.stops.length - 1), `left the ${place}`);
  }
  // After the last stop there is no arrival: arriving at the same stop again would undo the departure.
  if (leftLastStop(job)) return null;
  if (hasArrived(progress)) return step('at_site', currentStop, `within ${stop.radiusM} m of the ${place}`);
  if (phase === 'waiting' && hasSetOut(progress, fix, stop))
    return step('in_transit', currentStop, `set out for the ${place}`);
  return null;
};

const byTime = (a: Fix, b: Fix): number => a.at - b.at || (a.trailerId < b.trailerId ? -1 : 1);

/** Each trailer's plausible fixes, each with the earlier ones by which it is judged, itself last. One per moment. */
const judged = (fixes: readonly Fix[], from: number): Fix[][] => {
  const moments = momentsOf(fixes);
  return moments.flatMap((fix, i) => {
    if (fix.at < from) return [];
    const before = moments.slice(Math.max(0, i + 1 - HINDSIGHT_FIXES), i + 1);
    const believed = trackOf(before.filter(({ at }) => at > fix.at - HINDSIGHT_MS));
    return believed.at(-1) === fix ? [believed] : [];
  });
};

/** Returns the job without the decisions that its fixes led to since a moment. */
const withoutDecisionsSince = (job: Job, from: number): Pick<Job, 'status' | 'currentStop' | 'history'> => {
  const decided = job.history.findLastIndex(({ by }) => by === 'operator');
  const first = job.history.findIndex(({ by, at }, i) => i > decided && by === 'fixes' && at >= from);
  const dropped = first < 0 ? undefined : job.history[first];
  if (!dropped) return job;
  const history = job.history.slice(0, first);
  return {
    history,
    status: history.at(-1)?.status ?? 'scheduled',
    currentStop: dropped.stop ?? job.currentStop,
  };
};

const sameHistory = (a: Job, b: Job): boolean =>
  a.history.length === b.history.length &&
  a.history.every((change, i) => {
    const other = b.history[i];
    return (
      change.at === other?.at &&
      change.status === other.status &&
      change.stop === other.stop &&
      change.trailerId === other.trailerId
    );
  });

/**
 * Returns the job with the status that follows from its trailers' fixes; the same object when nothing changes.
 *
 * Arrival needs two fixes over 20 s inside the ring without driving through it; departure needs two beyond 1.5 radii. Fixes count in
 * the order in which they were taken, not in which they arrived: decisions from fixes since `from` are undone first, and made again
 * from all fixes. So the outcome depends on the set of fixes alone. An operator's decision is never undone, and no fix from before it
 * counts. Ended jobs never change.
 *
 *     scheduled ─► in_transit ─► at_site ─► en_route_to_next ─► at_site ─► …
 *         └─────────────────────────┘
 *
 * @param fixes of the job's trailers, in any order: all since `from`, and the earlier ones by which they are judged (`HINDSIGHT_FIXES`
 *   of each trailer, or all in `HINDSIGHT_MS`)
 * @param now epoch ms
 * @param from epoch ms: decisions from earlier fixes stay
 */
export const followFixes = (job: Job, fixes: readonly Fix[], now: number, from: number): Job => {
  if (!isActive(job.status)) return job;
  let after: Job = { ...job, ...withoutDecisionsSince(job, from) };
  let since = after.history.at(-1)?.at ?? job.createdAt;
  // A trailer that has since been removed from the job keeps its decisions.
  const trailers = new Set([
    ...job.trailers,
    ...job.history.flatMap(({ at, trailerId }) => (at >= from ? (trailerId ?? []) : [])),
  ]);
  const tracks = [...trailers].flatMap((trailer) =>
    judged(
      fixes.filter((fix) => fix.trailerId === trailer),
      from,
    ),
  );
  const inTime = tracks.flatMap((track) => {
    const fix = track.at(-1);
    return fix ? [{ fix, track }] : [];
  });
  for (const { fix, track } of inTime.sort((a, b) => byTime(a.fix, b.fix))) {
    const stop = after.stops[after.currentStop];
    if (!stop) break;
    if (fix.at <= since || isAhead(after, fix.at)) continue;
    const leg = legSince(after);
    const before = after;
    const ofLeg = track.filter(({ at }) => at > leg && !isAhead(before, at));
    const step = nextStep(after, stop, fix, progressed(ofLeg, stop));
    if (!step) continue;
    after = { ...after, status: step.status, currentStop: step.currentStop, history: [...after.history, step.change] };
    since = fix.at;
  }
  return sameHistory(after, job) ? job : { ...after, updatedAt: now, version: job.version + 1 };
};
