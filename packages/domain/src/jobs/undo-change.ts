import { ProductError } from '../errors.ts';
import type { JobId, MessageSid, TrailerId } from '../ids.ts';
import type { Job, StatusChange } from '../job.ts';
import { isActive, isUnderWay, type JobStatus, phaseOf } from '../job-status.ts';
import { progressOf } from '../movement/progress.ts';
import type { JobStore } from '../ports/jobs.ts';
import { withChange } from './with-change.ts';

/**
 * The person who takes a change back: of the office, or a driver by a text, which `messageSid` names. `sendsBack`: the trailer goes back to
 * the stop now.
 */
export type Undoer = { by: 'operator' | 'driver'; name: string; messageSid?: MessageSid; sendsBack?: boolean };

/** Names of the changes, as people read them. */
const CHANGE_NAMES: Readonly<Record<JobStatus, string>> = {
  scheduled: 'went back',
  in_transit: 'set out',
  at_site: 'arrived',
  en_route_to_next: 'left',
  completed: 'ended',
  failed: 'could not be done',
  cancelled: 'cancelled',
};

/** Names a change in one or two words: `arrived`, `ended`. */
export const nameOfChange = (status: JobStatus): string => CHANGE_NAMES[status];

/** True for a job of one trailer that the office has ended: a slip that the office takes back as it takes back any end. */
const isEndedByOffice = ({ history, trailers }: Pick<Job, 'history' | 'trailers'>): boolean => {
  const last = history.at(-1);
  return last !== undefined && history.length > 1 && trailers.length === 1 && phaseOf(last.status) === 'done';
};

/**
 * Returns the change of a job that can be taken back: its last one, by its trailer's fixes or by the driver, and for the office also the
 * end that it has set itself. Any other decision of the office is changed by another decision, and an undo is not undone.
 * @param by the side that takes it back
 */
export const changeToUndo = (
  job: Pick<Job, 'history' | 'trailers'>,
  by: Undoer['by'] = 'operator',
): StatusChange | null => {
  const last = job.history.at(-1);
  if (!last || last.takesBack !== undefined) return null;
  return last.by !== 'operator' || (by === 'operator' && isEndedByOffice(job)) ? last : null;
};

/** Age from which a job does not run again, in ms: until the end of the next day. */
const UNDO_MAX_AGE_MS = 48 * 3_600_000;

/**
 * Returns the sentence that says why nothing can be taken back; null when something can.
 * @param now epoch ms
 * @param by the side that takes it back
 */
export const undoRefusal = (job: Job, now: number, by: Undoer['by'] = 'operator'): string | null => {
  const last = job.history.at(-1);
  const change = changeToUndo(job, by);
  if (last?.takesBack !== undefined) return `Already done: ${last.reason}. Nothing else was changed.`;
  if (!change)
    return `Nothing to take back: the last change of ${job.id} was made by a person${last?.reason ? ` (${last.reason})` : ''}. Set its status instead.`;
  if (now - (change.decidedAt ?? change.at) > UNDO_MAX_AGE_MS)
    return `The last change of ${job.id} is more than two days old, so it cannot run again. Create a new job instead.`;
  return null;
};

/**
 * Returns the job without its last change, which `changeToUndo` names. The change stays in the history, marked, and is followed by the undo,
 * which restores what was before. An undo is a person's decision: no fix from before it counts, so that the same evidence does not lead
 * to the same change again.
 * @param isTrailerBusy true while the trailer is under way for another job: then this one waits for it
 * @param now epoch ms
 * @throws ProductError `conflict` when there is nothing to take back
 */
export const withoutLastChange = (job: Job, undoer: Undoer, isTrailerBusy: boolean, now: number): Job => {
  const refusal = undoRefusal(job, now, undoer.by);
  const change = changeToUndo(job, undoer.by);
  if (refusal !== null || !change) throw new ProductError('conflict', refusal ?? 'Nothing to take back.');
  const trailerId = change.trailerId ?? job.trailers[0] ?? ('' as TrailerId);
  const before = progressOf({ ...job, history: job.history.slice(0, -1) }, trailerId);
  const status = isTrailerBusy && isUnderWay(before.status) ? 'scheduled' : before.status;
  // The place of a stand that the trailer has seemed to leave is not where it is now.
  const place = !isActive(change.status) && phaseOf(status) === 'standing' ? before.place : null;
  const undo: StatusChange = {
    status,
    at: Math.max(now, change.decidedAt ?? change.at),
    by: undoer.by,
    reason: `"${nameOfChange(change.status)}" was taken back by ${undoer.name}`,
    stop: before.stop,
    ...(change.trailerId ? { trailerId: change.trailerId } : {}),
    ...(place ? { place } : {}),
    takesBack: change.status,
    ...(undoer.sendsBack ? { isSentBack: true } : {}),
    ...(undoer.messageSid ? { messageSid: undoer.messageSid } : {}),
  };
  const marked: Job = { ...job, history: [...job.history.slice(0, -1), { ...change, isTakenBack: true }] };
  return withChange(marked, undo, now);
};

/** True when a trailer of the job is under way for another job. @param now epoch ms */
export const isTrailerBusy = async (
  jobs: Pick<JobStore, 'openByTrailer'>,
  job: { id: JobId; trailerId: TrailerId | null },
  now: number,
): Promise<boolean> => {
  if (job.trailerId === null) return false;
  const open = await jobs.openByTrailer(job.trailerId, now);
  return open.some((other) => other.id !== job.id && isUnderWay(progressOf(other, job.trailerId as TrailerId).status));
};
