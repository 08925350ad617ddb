import type { AccountId, JobId, TrailerId } from '../ids.ts';
import type { BackupContact, Job, JobKind } from '../job.ts';
import type { JobStore } from '../ports/jobs.ts';
import { type StopDraft, toStop } from './stop-draft.ts';

/** A job to create. `scheduledFor` is epoch ms, null without a date. Without `contacts` the company's are used. */
export type JobDraft = {
  id: JobId;
  accountId: AccountId;
  kind: JobKind;
  customer: Job['customer'];
  stops: readonly StopDraft[];
  trailers: readonly TrailerId[];
  contacts: readonly BackupContact[];
  scheduledFor: number | null;
  notes?: string | undefined;
};

/**
 * Creates a job, scheduled, at version 1. A job without contacts of its own uses the company's at the time of each message.
 * @param now epoch ms
 * @throws ProductError `conflict` when the ID is taken
 */
export const createJob = async (jobs: Pick<JobStore, 'create'>, draft: JobDraft, now: number): Promise<Job> => {
  const { notes, ...rest } = draft;
  const job: Job = {
    ...rest,
    stops: draft.stops.map(toStop),
    ...(notes ? { notes } : {}),
    currentStop: 0,
    trailers: [...draft.trailers],
    status: 'scheduled',
    history: [{ status: 'scheduled', at: now, by: 'operator', reason: 'created', stop: 0 }],
    contacts: [...draft.contacts],
    revokedLinks: [],
    notices: [],
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  await jobs.create(job);
  return job;
};
