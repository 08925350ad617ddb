import type { Job } from '../job.ts';
import { JOB_STATUSES } from '../job-status.ts';
import type { JobStore } from '../ports/jobs.ts';
import { type Visit, visitAt, visitsOf } from './job-visits.ts';

/**
 * Lists visits from one moment to before another, of one page of the jobs that changed since, last changed first: one read of the page,
 * and one of each job. A page may hold no visit of the range.
 * @param range epoch ms
 * @param after `next` of the page before, null for the first page
 * @throws ProductError `schema-violation` for any other `after`
 */
export const listVisits = async (
  jobs: Pick<JobStore, 'list' | 'find'>,
  { from, to }: { from: number; to: number },
  after: string | null,
): Promise<{ visits: Visit[]; next: string | null }> => {
  const page = await jobs.list(JOB_STATUSES, after);
  // No job has a visit after its last change.
  const changed = page.jobs.filter(({ updatedAt }) => updatedAt >= from);
  const found = await Promise.all(changed.map(({ id }) => jobs.find(id)));
  const visits = found
    .filter((job): job is Job => job !== null)
    .flatMap(visitsOf)
    .filter((visit) => visitAt(visit) >= from && visitAt(visit) < to);
  return { visits, next: changed.length < page.jobs.length ? null : page.next };
};
