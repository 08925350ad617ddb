import type { Fix } from '../fix.ts';
import type { Job } from '../job.ts';
import { isActive, isUnderWay, phaseOf } from '../job-status.ts';

const lastChange = (job: Job): number => job.history.at(-1)?.at ?? job.createdAt;

/**
 * Picks the job that a trailer's fixes belong to, when it is assigned to several: the one under way that changed last, else the one
 * scheduled first; one without a time is for now. Null when none is active.
 */
export const jobForTrailer = (jobs: readonly Job[]): Job | null => {
  const underWay = jobs.filter(({ status }) => isUnderWay(status)).sort((a, b) => lastChange(b) - lastChange(a));
  const scheduled = jobs
    .filter(({ status }) => phaseOf(status) === 'waiting')
    .sort((a, b) => (a.scheduledFor ?? a.createdAt) - (b.scheduledFor ?? b.createdAt));
  return underWay[0] ?? scheduled[0] ?? null;
};

/** True when a fix belongs to the job's history: for an ended job, only a late fix that was taken before the end. */
export const belongsTo = (job: Job, fix: Fix): boolean => isActive(job.status) || fix.at <= lastChange(job);
