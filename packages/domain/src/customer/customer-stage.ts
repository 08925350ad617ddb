import type { TrailerId } from '../ids.ts';
import { isCustomerSite, isInEffect, type Job, type JobKind } from '../job.ts';
import { isUnderWay, type JobStatus, phaseOf } from '../job-status.ts';
import {
  leadingProgress,
  leftLastStop,
  progressOf,
  progressSteps,
  type TrailerProgress,
} from '../movement/progress.ts';

/**
 * Stages of a job as its customer sees it. `under_way`: at work for the job, at a stop of the company's own first. `away`: has left the
 * customer and will return. `back`: at the customer again. `done`: has left the customer's last stop; the stops after it are not theirs.
 * `failed`: came, and could not do the work.
 */
export const CUSTOMER_STAGES = [
  'scheduled',
  'under_way',
  'on_the_way',
  'at_site',
  'away',
  'on_the_way_back',
  'back',
  'done',
  'failed',
  'cancelled',
] as const;
export type CustomerStage = (typeof CUSTOMER_STAGES)[number];

/** Result of a job for its customer: the word for its last stage, as in "Delivered 2:05 PM". */
export const JOB_OUTCOMES = ['delivered', 'swapped', 'returned', 'picked_up'] as const;
export type JobOutcome = (typeof JOB_OUTCOMES)[number];

const OUTCOME_OF_KIND: Readonly<Record<JobKind, JobOutcome>> = {
  delivery: 'delivered',
  exchange: 'swapped',
  dump_and_return: 'returned',
  final_pickup: 'picked_up',
};

/** Index of the last stop at the customer's site; -1 without one. */
export const lastCustomerStop = ({ stops }: Pick<Job, 'stops'>): number => stops.findLastIndex(isCustomerSite);

/** Returns a job's result. A trailer that is emptied after the customer's last stop, and not brought back, has been picked up. */
export const outcomeOf = (job: Pick<Job, 'kind' | 'stops'>): JobOutcome => {
  const last = lastCustomerStop(job);
  const isNotReturned =
    job.stops[last]?.kind === 'pickup' || job.stops.slice(last + 1).some(({ kind }) => kind === 'dump_site');
  return job.kind === 'dump_and_return' && isNotReturned ? 'picked_up' : OUTCOME_OF_KIND[job.kind];
};

/** True for a stop after one of the company's own that follows a stop at the customer's: the trailer returns. */
const isReturn = ({ stops }: Pick<Job, 'stops'>, index: number): boolean => {
  const first = stops.findIndex(isCustomerSite);
  return first >= 0 && stops.slice(first, index).some((stop) => !isCustomerSite(stop));
};

/** Returns the stages of a job that its customer sees one after the other, from booking to its result. */
export const stagesOf = (job: Pick<Job, 'stops'>): CustomerStage[] => {
  const returns = isReturn(job, lastCustomerStop(job));
  return ['scheduled', 'on_the_way', 'at_site', ...(returns ? (['away', 'on_the_way_back'] as const) : []), 'done'];
};

/** A trailer's place in a job: its status, the index of its present or next stop, and whether it has left the last stop. */
type Standing = { status: JobStatus; stop: number; hasLeftLast: boolean };

/** Returns the stage of one trailer, or of the job that it leads. */
const stageOfStanding = (job: Pick<Job, 'stops'>, { status, stop: index, hasLeftLast }: Standing): CustomerStage => {
  const phase = phaseOf(status);
  if (phase === 'called-off') return 'cancelled';
  if (phase === 'not-done') return 'failed';
  if (phase === 'done') return 'done';
  if (phase === 'waiting') return 'scheduled';
  const last = lastCustomerStop(job);
  const stop = job.stops[index];
  if (last >= 0 && (index > last || hasLeftLast)) return 'done';
  if (!stop || !isCustomerSite(stop)) return job.stops.slice(0, index).some(isCustomerSite) ? 'away' : 'under_way';
  if (phase === 'standing') return isReturn(job, index) ? 'back' : 'at_site';
  phase satisfies 'driving';
  return isReturn(job, index) ? 'on_the_way_back' : 'on_the_way';
};

/** A trailer's own stage, the time from which it holds (epoch ms), and whether it had set out before. */
export type TrailerStage = { trailerId: TrailerId; stage: CustomerStage; since: number; hadSetOut: boolean };

/** Returns a job without changes that were taken back, and without the taking back: what is undone has not been. */
const withoutUndone = (job: Job): Job =>
  job.history.some(({ isTakenBack }) => isTakenBack) ? { ...job, history: job.history.filter(isInEffect) } : job;

/** Returns the stage of one trailer of a job by its own changes. */
export const trailerStage = (job: Job, trailerId: TrailerId): TrailerStage => {
  const steps: TrailerProgress[] = progressSteps(withoutUndone(job), trailerId);
  const stages = steps.map((step) => stageOfStanding(job, step));
  const stage = stages.at(-1) ?? 'scheduled';
  const began = stages.findLastIndex((one) => one !== stage) + 1;
  const hadSetOut = began > 0 && stages[began - 1] !== 'scheduled';
  return { trailerId, stage, since: steps[began]?.since ?? job.createdAt, hadSetOut };
};

/**
 * True when the job has left its last stop, also when its end was taken back since: an open job does not make its trailer return, and
 * its way may be to another customer until it is at the stop again, unless the office has sent it back.
 */
const hasLeftLastStop = (job: Job, leader: TrailerProgress): boolean =>
  leftLastStop(job) ||
  (leader.change?.takesBack !== undefined &&
    !leader.change.isSentBack &&
    isUnderWay(job.status) &&
    progressOf(withoutUndone(job), leader.trailerId).hasLeftLast);

/**
 * A job's state for its customer, from the job alone. Times are epoch ms.
 *  - `since`: the time from which the stage holds
 *  - `stages`: the stages of this job, from booking to its result, which is `outcome`
 *  - `stop`: index of the customer's stop that the trailer drives to or stands at; null in any other stage
 *  - `trailersDone`: the trailers of several that have left the customer for good, and the time of the last of them
 *  - `trailers`: the stage of each trailer
 */
export type CustomerState = {
  stage: CustomerStage;
  since: number;
  stages: readonly CustomerStage[];
  outcome: JobOutcome;
  stop: number | null;
  trailersDone: { count: number; at: number } | null;
  trailers: readonly TrailerStage[];
};

/** Picks the trailers of several that are done while others are not. */
const doneBefore = (stage: CustomerStage, trailers: readonly TrailerStage[]): CustomerState['trailersDone'] => {
  const done = trailers.filter((one) => one.stage === 'done');
  const isOver = stage === 'done' || stage === 'failed' || stage === 'cancelled';
  return isOver || done.length === 0 ? null : { count: done.length, at: Math.max(...done.map(({ since }) => since)) };
};

/** Returns the time of the visit at which a job could not be done, epoch ms: of the last arrival, however late someone has noted it. */
const failedVisitAt = (job: Job): number | undefined => {
  const booked = job.history.findLastIndex(({ status }) => phaseOf(status) === 'waiting');
  return job.history.slice(booked + 1).findLast((change) => isInEffect(change) && phaseOf(change.status) === 'standing')
    ?.at;
};

/**
 * Returns the time from which a job is in a stage, epoch ms: it is done when the last of the trailers that came has left, and has failed
 * at its last visit.
 */
const sinceOf = (job: Job, leader: TrailerProgress, stage: CustomerStage, own: readonly TrailerStage[]): number => {
  if (stage === 'failed') return failedVisitAt(job) ?? leader.since;
  const leading = own.find(({ trailerId }) => trailerId === leader.trailerId) ?? trailerStage(job, leader.trailerId);
  const came = own.filter((one) => one.stage === 'done' && one.hadSetOut);
  if (stage === 'done' && came.length > 0) return Math.max(...came.map(({ since }) => since));
  return leading.stage === stage ? leading.since : leader.since;
};

/** Returns a job's state for its customer. */
export const customerState = (job: Job): CustomerState => {
  const leader = leadingProgress(job);
  const lead = { status: job.status, stop: job.currentStop, hasLeftLast: hasLeftLastStop(job, leader) };
  const shown = stageOfStanding(job, lead);
  const own = job.trailers.map((trailer) => trailerStage(job, trailer));
  // The job's own fields decide about the trailer that it shows: a person's change is about all of them.
  const trailers = own.map((one) => (one.trailerId === leader.trailerId ? { ...one, stage: shown } : one));
  // A job is done for its customer when its last trailer has left them.
  const hasMoreToCome = isUnderWay(job.status) && own.some(({ stage }) => stage === 'scheduled');
  const stage = shown === 'done' && hasMoreToCome ? 'under_way' : shown;
  const here = job.stops[job.currentStop];
  const isTheirs = here !== undefined && isCustomerSite(here) && isUnderWay(job.status) && shown !== 'done';
  return {
    stage,
    since: sinceOf(job, leader, shown, own),
    stages: stagesOf(job),
    outcome: outcomeOf(job),
    stop: isTheirs ? job.currentStop : null,
    trailersDone: doneBefore(stage, trailers),
    trailers,
  };
};
