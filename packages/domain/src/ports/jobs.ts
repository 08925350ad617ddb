import type { JobId, PhoneNumber, TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';
import { type JobStatus, phaseOf } from '../job-status.ts';
import { hasOpenQuestion } from '../movement/near-stop.ts';

export type JobSummary = {
  id: JobId;
  accountId: string;
  customerName: string;
  status: JobStatus;
  trailers: string[];
  updatedAt: number;
};

/** Age from which a job counts as overdue, and the time before it is due from which a trailer may set out for it, in ms. */
export const OVERDUE_MS = 18 * 3_600_000;
export const AHEAD_MS = 6 * 3_600_000;
/** Maximum number of open jobs read of a trailer. */
export const OPEN_JOBS_READ = { due: 6, overdue: 4, ended: 10 } as const;

/** Maximum number of ended jobs read of a phone. */
export const ENDED_JOBS_OF_PHONE_READ = 5;

/** Time at which a job is due, epoch ms. */
export const dueAt = ({ scheduledFor, createdAt }: Pick<Job, 'scheduledFor' | 'createdAt'>): number =>
  scheduledFor ?? createdAt;

/** Maximum number of jobs for the operator's attention that are read at once, the newest first. */
export const ATTENTION_JOBS_READ = 50;

/** True for a job that ended without the office: by its trailer's fixes, or by its driver's text. */
export const hasEndedByItself = ({ status, history }: Pick<Job, 'status' | 'history'>): boolean => {
  const last = history.at(-1);
  return ['done', 'not-done'].includes(phaseOf(status)) && last !== undefined && last.by !== 'operator';
};

/** Returns the time at which a job ended without the office, epoch ms: when that was seen. */
export const endedAt = ({ history, updatedAt }: Pick<Job, 'history' | 'updatedAt'>): number => {
  const last = history.at(-1);
  return last?.decidedAt ?? last?.at ?? updatedAt;
};

/** True for a job that is for the operator's attention: it ended without the office, or has an open question. */
export const needsAttention = (job: Job): boolean => hasEndedByItself(job) || hasOpenQuestion(job);

/** Returns the time from which a job is for the operator's attention, epoch ms. */
export const attentionAt = (job: Job): number =>
  hasOpenQuestion(job) ? (job.question?.at ?? job.updatedAt) : endedAt(job);

/** Picks, of jobs in the order of their times, those of the next hours and the one after them. */
export const dueAround = <T extends { dueAt: number }>(due: readonly T[], now: number): T[] => {
  const later = due.findIndex((one) => one.dueAt > now + AHEAD_MS);
  return due.slice(0, later < 0 ? due.length : later + 1);
};

/** Store of jobs. Every write is conditional; a lost race is a ProductError `conflict`. */
export type JobStore = {
  /** Reads the newest state, or null. */
  find(id: JobId): Promise<Job | null>;
  /** Reads the newest states of jobs, a hundred in a request; those without one are left out. */
  findAll(ids: readonly JobId[]): Promise<Job[]>;
  /** @throws ProductError `conflict` when the ID is taken */
  create(job: Job): Promise<void>;
  /** Replaces the job if it is still at `job.version - 1`. @throws ProductError `conflict` otherwise */
  update(job: Job): Promise<void>;
  /** Active jobs of a customer's phone, newest first. */
  activeByPhone(phone: PhoneNumber): Promise<JobId[]>;
  /** Jobs of a customer's phone that are done or called off: of the newest ones, in any order. */
  endedByPhone(phone: PhoneNumber): Promise<Job[]>;
  /**
   * Active jobs a trailer is assigned to, those due around `now` (epoch ms) first: of a trailer that is booked for weeks, the ones of
   * the next hours and the one after them, then, unless one of these is under way, the last overdue ones. A job without a date is due
   * when it is created. See `dueAround`.
   */
  openByTrailer(trailer: TrailerId, now: number): Promise<Job[]>;
  /** Jobs of a trailer that ended by themselves and were due since a moment (epoch ms), which late fixes may open again. */
  endedByTrailer(trailer: TrailerId, since: number): Promise<Job[]>;
  /**
   * Reads one page of jobs in any of the statuses, last changed first. `after` is the `next` of the previous page.
   * @throws ProductError `schema-violation` for any other `after`
   */
  list(statuses: readonly JobStatus[], after: string | null): Promise<{ jobs: JobSummary[]; next: string | null }>;
};

/** Reads the jobs for the operator's attention; a port of its own, because one function needs it. */
export type AttentionJobs = {
  /**
   * Jobs that ended by themselves or have an open question since a moment (epoch ms), the newest `ATTENTION_JOBS_READ` of them, newest
   * first. May lag behind by a moment.
   */
  attentionSince(since: number): Promise<Job[]>;
};
