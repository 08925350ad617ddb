import type { AccountId, JobId, PhoneNumber, TrailerId } from '../ids.ts';
import type { BackupContact, Job, JobKind, Stop } from '../job.ts';
import type { JobStore } from '../ports/jobs.ts';

/** Radius within which a trailer has arrived, in m, when the stop does not give one. */
const DEFAULT_RADIUS_M = 100;

/** A job to create. `scheduledFor` is epoch ms, null without a date. Without `contacts` the company's are used. */
export type JobDraft = {
  id: JobId;
  accountId: AccountId;
  kind: JobKind;
  customer: { name: string; phone: PhoneNumber };
  stops: ReadonlyArray<Omit<Stop, 'radiusM'> & { radiusM?: number | undefined }>;
  trailers: readonly TrailerId[];
  contacts: readonly BackupContact[];
  scheduledFor: number | null;
};

/** Rounds to about a decimetre, like stored fixes. DynamoDB refuses numbers nearer to zero than 1e-130, which JSON can hold. */
const degrees = (value: number): number => Math.round(value * 1e6) / 1e6;

/**
 * Creates a job, scheduled, at version 1. A job without contacts of its own uses the company's at the time of each message.
 * @param now epoch ms
 * @throws ProductError `conflict` when the ID is taken
 */
export const createJob = async (jobs: Pick<JobStore, 'create'>, draft: JobDraft, now: number): Promise<Job> => {
  const job: Job = {
    ...draft,
    stops: draft.stops.map(({ lat, lon, radiusM = DEFAULT_RADIUS_M, ...stop }) => ({
      ...stop,
      lat: degrees(lat),
      lon: degrees(lon),
      radiusM,
    })),
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
