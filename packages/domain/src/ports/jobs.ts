import type { JobId, PhoneNumber, TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';
import type { JobStatus } from '../job-status.ts';

export type JobSummary = {
  id: JobId;
  accountId: string;
  customerName: string;
  status: JobStatus;
  trailers: string[];
  updatedAt: number;
};

/** Store of jobs. Every write is conditional; a lost race is a ProductError `conflict`. */
export type JobStore = {
  /** Reads the newest state, or null. */
  find(id: JobId): Promise<Job | null>;
  /** @throws ProductError `conflict` when the ID is taken */
  create(job: Job): Promise<void>;
  /** Replaces the job if it is still at `job.version - 1`. @throws ProductError `conflict` otherwise */
  update(job: Job): Promise<void>;
  /** Active jobs of a customer's phone, newest first. */
  activeByPhone(phone: PhoneNumber): Promise<JobId[]>;
  /** Active jobs a trailer is assigned to, newest first. */
  activeByTrailer(trailer: TrailerId): Promise<JobId[]>;
  /**
   * Reads one page of jobs in any of the statuses, last changed first. `after` is the `next` of the previous page.
   * @throws ProductError `schema-violation` for any other `after`
   */
  list(statuses: readonly JobStatus[], after: string | null): Promise<{ jobs: JobSummary[]; next: string | null }>;
};
