import type { Fix } from '../fix.ts';
import { isActive, type Job } from '../job.ts';

const isUnderWay = (job: Job): boolean => isActive(job.status) && job.status !== 'scheduled';
const lastChange = (job: Job): number => job.history.at(-1)?.at ?? job.createdAt;

/**
 * The job that a trailer's fixes are of, when it is assigned to several: the one under way, last changed first; else the one
 * scheduled first, where one without a time is for now. Null when none is active.
 */
export const jobForTrailer = (jobs: readonly Job[]): Job | null => {
  const underWay = jobs.filter(isUnderWay).sort((a, b) => lastChange(b) - lastChange(a));
  const scheduled = jobs
    .filter(({ status }) => status === 'scheduled')
    .sort((a, b) => (a.scheduledFor ?? a.createdAt) - (b.scheduledFor ?? b.createdAt));
  return underWay[0] ?? scheduled[0] ?? null;
};

/** Whether a job's history takes a fix: of an ended job only what was driven before the end and comes late. */
export const belongsTo = (job: Job, fix: Fix): boolean => isActive(job.status) || fix.at <= lastChange(job);
