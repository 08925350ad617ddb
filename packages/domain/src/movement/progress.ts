import type { TrailerId } from '../ids.ts';
import { isCustomerSite, type Job, type StatusChange, type Stop } from '../job.ts';
import { isActive, type JobPhase, type JobStatus, phaseOf, STATUS_TRAITS } from '../job-status.ts';
import type { Place } from './geo.ts';

/**
 * One trailer's progress on a job, by the job's history: its status, the index of its present or next stop, the time of its last change
 * (epoch ms), the place where it stands or last stood, and whether it has left the last stop. `decided` is the time up to which fixes
 * are used up: of an operator's change, or of the trailer's own last one.
 */
export type TrailerProgress = {
  trailerId: TrailerId;
  status: JobStatus;
  stop: number;
  since: number;
  place: Place | null;
  hasLeftLast: boolean;
  /** Last change; null before the first. */
  change: StatusChange | null;
  /** Time of the last change by a person, epoch ms; fixes from before it do not count. */
  decidedAt: number;
};

const isAbout = (change: StatusChange, trailerId: TrailerId): boolean =>
  change.trailerId === undefined || change.trailerId === trailerId;

/** True for a departure: it names the stop that was left. An operator's names the next one, and so does an undo. */
export const isDeparture = ({ status, by, takesBack }: StatusChange): boolean =>
  by !== 'operator' && takesBack === undefined && STATUS_TRAITS[status].drive === 'next';

/** Returns a trailer's progress on a job after each change, from the job's creation on: at least one. */
export const progressSteps = (job: Job, trailerId: TrailerId): [TrailerProgress, ...TrailerProgress[]] => {
  let progress: TrailerProgress = {
    trailerId,
    status: 'scheduled',
    stop: 0,
    since: job.createdAt,
    place: null,
    hasLeftLast: false,
    change: null,
    decidedAt: job.createdAt,
  };
  const steps: [TrailerProgress, ...TrailerProgress[]] = [progress];
  const last = job.stops.length - 1;
  for (const [i, change] of job.history.entries()) {
    if (!isAbout(change, trailerId)) continue;
    // A person's last change may leave it to the job's own field.
    const named = change.stop ?? (i === job.history.length - 1 ? job.currentStop : progress.stop);
    const departs = isDeparture(change);
    progress = {
      ...progress,
      status: change.status,
      stop: departs ? Math.min(named + 1, last) : named,
      since: change.at,
      place: change.place ?? (departs ? progress.place : null),
      hasLeftLast: departs ? named === last : phaseOf(change.status) === 'done' && progress.hasLeftLast,
      change,
      decidedAt: change.by === 'fixes' ? progress.decidedAt : Math.max(progress.decidedAt, change.at),
    };
    steps.push(progress);
  }
  return steps;
};

/** Returns a trailer's progress on a job. */
export const progressOf = (job: Job, trailerId: TrailerId): TrailerProgress => {
  const steps = progressSteps(job, trailerId);
  return steps[steps.length - 1] ?? steps[0];
};

/** Order in which a job shows its trailers: the customer's own leg first, then other work, then those that are done or wait. */
const rankOf = ({ status, stop, hasLeftLast }: TrailerProgress, stops: readonly Stop[]): number => {
  const here = stops[stop];
  const atCustomer = here !== undefined && isCustomerSite(here) && !hasLeftLast;
  const ranks: Readonly<Record<JobPhase, number>> = {
    standing: atCustomer ? 0 : 2,
    driving: atCustomer ? 1 : hasLeftLast ? 4 : 3,
    waiting: 5,
    'not-done': 6,
    done: 7,
    'called-off': 8,
  };
  return ranks[phaseOf(status)];
};

/** Returns the progress of all trailers of a job, in the order in which the job shows them. */
export const progressOfAll = (job: Job): TrailerProgress[] =>
  job.trailers
    .map((trailerId) => progressOf(job, trailerId))
    .sort((a, b) => rankOf(a, job.stops) - rankOf(b, job.stops) || b.since - a.since);

/**
 * Returns the progress that a job shows: of the trailer that matters most to its customer. A job without trailers shows its last change.
 */
export const leadingProgress = (job: Job): TrailerProgress =>
  progressOfAll(job)[0] ?? progressOf(job, (job.history.at(-1)?.trailerId ?? '') as TrailerId);

/** Returns the job's status and stop by its trailers' progress. A job that the office has ended stays ended. */
export const derivedState = (job: Job): Pick<Job, 'status' | 'currentStop'> => {
  const last = job.history.at(-1);
  if (job.trailers.length === 0 || (last?.by === 'operator' && !isActive(last.status))) {
    return { status: last?.status ?? job.status, currentStop: last?.stop ?? job.currentStop };
  }
  const { status, stop } = leadingProgress(job);
  return { status, currentStop: stop };
};

/** True when the job, as it shows itself, has left its last stop. It keeps that stop's index, because there is no further one. */
export const leftLastStop = (job: Job): boolean => {
  const { hasLeftLast, status } = leadingProgress(job);
  return hasLeftLast && isActive(status);
};
