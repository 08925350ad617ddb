import { ProductError } from '../errors.ts';
import type { JobId, TrailerId } from '../ids.ts';
import type { BackupContact, Job, StatusChange } from '../job.ts';
import { isUnderWay, type JobStatus, STATUS_TRAITS } from '../job-status.ts';
import type { JobTimeline, ReadJobTimeline } from '../ports/job-timeline.ts';
import type { JobStore } from '../ports/jobs.ts';
import { announce, type NoticePolicy, type NoticeQueue } from '../relay/notice.ts';
import { changeJob } from './change-job.ts';

/** An operator's changes to a job; absent fields keep their values. With `version` they apply to that version only. Times are epoch ms. */
export type JobPatch = {
  version?: number | undefined;
  status?: JobStatus | undefined;
  currentStop?: number | undefined;
  trailers?: readonly TrailerId[] | undefined;
  contacts?: readonly BackupContact[] | undefined;
  scheduledFor?: number | undefined;
};

/** Ports of `updateJob`. `now` returns epoch ms. */
export type UpdateJobPorts = {
  jobs: Pick<JobStore, 'update'>;
  jobTimeline: ReadJobTimeline;
  notices: { queue: NoticeQueue; policy: NoticePolicy };
  now: () => number;
};

/** Fields that a patch leaves alone. A new field of a job does not compile until it is one of these, or `patched` sets it. */
type Kept = Extract<
  keyof Job,
  'id' | 'accountId' | 'kind' | 'customer' | 'stops' | 'revokedLinks' | 'notices' | 'createdAt' | 'version'
>;

/**
 * Returns the changes by which new trailers take over a job that is under way from others: they drive to its present or next stop. A
 * trailer that joins those of a job has not set out yet.
 */
const takenOver = (job: Job, trailers: readonly TrailerId[], operator: string, now: number): StatusChange[] => {
  const isReplaced = isUnderWay(job.status) && !job.trailers.some((one) => trailers.includes(one));
  if (!isReplaced) return [];
  const status: JobStatus = job.currentStop === 0 ? 'in_transit' : 'en_route_to_next';
  return trailers.map((trailerId) => ({
    status,
    at: now,
    by: 'operator',
    reason: `given to ${trailerId} by ${operator}`,
    stop: job.currentStop,
    trailerId,
  }));
};

/** Applies a patch. An operator's change of status enters the history: fixes from before it no longer move the job. */
const patched = (job: Job, patch: JobPatch, operator: string, now: number): Job => {
  if (patch.version !== undefined && patch.version !== job.version) {
    throw new ProductError('conflict', `The job is at version ${job.version}. Read it again and repeat the change.`);
  }
  if (patch.status && STATUS_TRAITS[job.status].refuses.includes(patch.status)) {
    throw new ProductError('schema-violation', `A job that is ${job.status} cannot become ${patch.status}.`, {
      violations: [{ pointer: '/status', detail: `must not be ${patch.status}: the job is ${job.status}` }],
    });
  }
  const currentStop = patch.currentStop ?? job.currentStop;
  if (currentStop >= job.stops.length) {
    throw new ProductError('schema-violation', 'The job has fewer stops.', {
      violations: [{ pointer: '/currentStop', detail: `must be less than ${job.stops.length}` }],
    });
  }
  const statusChanges = patch.status !== undefined || currentStop !== job.currentStop;
  const status = patch.status ?? job.status;
  const trailers = patch.trailers ? [...patch.trailers] : job.trailers;
  const changed: Omit<Job, Kept> = {
    status,
    currentStop,
    trailers,
    contacts: patch.contacts ? [...patch.contacts] : job.contacts,
    scheduledFor: patch.scheduledFor ?? job.scheduledFor,
    history: statusChanges
      ? [...job.history, { status, at: now, by: 'operator', reason: `set by ${operator}`, stop: currentStop }]
      : [...job.history, ...takenOver(job, trailers, operator, now)],
    updatedAt: now,
  };
  return { ...job, ...changed };
};

/**
 * Changes a job for an operator, and orders the notices that a new status needs.
 * @param operator the operator's label, for the history
 * @returns the changed job with its timeline, null when there is none
 * @throws ProductError `conflict` for another version, `schema-violation` for a change that the job does not allow
 */
export const updateJob = async (
  { jobs, jobTimeline, notices, now }: UpdateJobPorts,
  id: JobId,
  patch: JobPatch,
  operator: string,
): Promise<JobTimeline | null> =>
  changeJob(
    jobs,
    () => jobTimeline(id),
    async (job) => {
      const after = patched(job, patch, operator, now());
      return after.status === job.status ? after : announce({ ...notices, now: now() }, after, null);
    },
  );
