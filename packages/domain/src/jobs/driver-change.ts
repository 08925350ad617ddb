import type { MessageSid } from '../ids.ts';
import type { Job, StatusChange } from '../job.ts';
import { isActive } from '../job-status.ts';
import type { TrailerProgress } from '../movement/progress.ts';
import { withChange } from './with-change.ts';

/** A driver's text that changes a job. `receivedAt` is epoch ms. */
export type DriverOrder = { name: string; messageSid: MessageSid; receivedAt: number };

/**
 * Returns the job with a driver's change of one trailer. It has the time of the text, not that of its processing; fixes from before it no
 * longer move this trailer.
 * @param now epoch ms
 */
const withDriverChange = (
  job: Job,
  { trailerId, since }: TrailerProgress,
  change: Pick<StatusChange, 'status' | 'stop'>,
  { name, messageSid, receivedAt }: DriverOrder,
  now: number,
): Job => {
  const at = Math.min(now, Math.max(receivedAt, since));
  const made: StatusChange = {
    ...change,
    at,
    ...(now > at ? { decidedAt: now } : {}),
    by: 'driver',
    reason: `${name}, by text`,
    trailerId,
    messageSid,
  };
  return withChange(job, made, now);
};

/** Returns the job with its trailer at the present or next stop. */
export const arrivedByDriver = (job: Job, progress: TrailerProgress, order: DriverOrder, now: number): Job =>
  withDriverChange(job, progress, { status: 'at_site', stop: progress.stop }, order, now);

/** Returns the job with the present stop finished: on the way to the next one, or completed after the last. */
export const finishedByDriver = (job: Job, progress: TrailerProgress, order: DriverOrder, now: number): Job => {
  const isLast = progress.stop === job.stops.length - 1;
  const status = isLast ? 'completed' : 'en_route_to_next';
  return withDriverChange(job, progress, { status, stop: progress.stop }, order, now);
};

/** Returns the job ended at the present stop without its work. */
export const failedByDriver = (job: Job, progress: TrailerProgress, order: DriverOrder, now: number): Job =>
  withDriverChange(job, progress, { status: 'failed', stop: progress.stop }, order, now);

/** Returns the change that a text has made in a job; undefined when it has made none. */
export const changeOfText = ({ history }: Pick<Job, 'history'>, messageSid: MessageSid): StatusChange | undefined =>
  history.find((change) => change.messageSid === messageSid);

/** True when the trailer has nothing left to do on the job. */
export const isFinished = ({ status }: TrailerProgress): boolean => !isActive(status);
