import type { Job } from '../job.ts';
import { isUnderWay, phaseOf } from '../job-status.ts';
import { dueAt, OVERDUE_MS } from '../ports/jobs.ts';

const lastChange = (job: Job): number => job.history.at(-1)?.at ?? job.createdAt;

/**
 * Picks the job that a trailer works on, or is to work on next, when it is assigned to several: the one under way that changed last, else
 * the one due first. One that is long overdue was forgotten, and comes last. Null when none is active.
 * @param now epoch ms
 */
export const jobForTrailer = (jobs: readonly Job[], now: number): Job | null => {
  const underWay = jobs.filter(({ status }) => isUnderWay(status)).sort((a, b) => lastChange(b) - lastChange(a));
  const isOverdue = (job: Job) => dueAt(job) < now - OVERDUE_MS;
  const waiting = jobs
    .filter(({ status }) => phaseOf(status) === 'waiting')
    .sort((a, b) => Number(isOverdue(a)) - Number(isOverdue(b)) || dueAt(a) - dueAt(b));
  return underWay[0] ?? waiting[0] ?? null;
};
