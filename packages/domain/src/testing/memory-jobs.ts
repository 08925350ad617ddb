import { ProductError } from '../errors.ts';
import type { JobId } from '../ids.ts';
import type { Job } from '../job.ts';
import { isActive, isUnderWay } from '../job-status.ts';
import { dueAround, dueAt, hasEndedByItself, type JobStore, OPEN_JOBS_READ, OVERDUE_MS } from '../ports/jobs.ts';
import { copyOf } from './copy-of.ts';

/** Makes a job store in memory, under the same contract as the table. `reads` counts the reads. */
export const memoryJobs = (initial: readonly Job[] = []): JobStore & { reads: number } => {
  const jobs = new Map<JobId, Job>(initial.map((job) => [job.id, copyOf(job)]));
  // In the order of creation. Most jobs of a long simulation have ended.
  const activeJobs = new Map<JobId, Job>();
  const put = (job: Job): void => {
    jobs.set(job.id, job);
    if (isActive(job.status)) activeJobs.set(job.id, job);
    else activeJobs.delete(job.id);
  };
  for (const job of jobs.values()) put(job);
  const active = (matches: (job: Job) => boolean, newest: (job: Job) => number): JobId[] =>
    [...activeJobs.values()]
      .filter(matches)
      .sort((a, b) => newest(b) - newest(a))
      .map(({ id }) => id);

  const store: JobStore & { reads: number } = {
    reads: 0,
    find: async (id) => {
      store.reads += 1;
      return copyOf(jobs.get(id) ?? null);
    },
    create: async (job) => {
      if (jobs.has(job.id)) throw new ProductError('conflict', 'exists');
      put(copyOf(job));
    },
    update: async (job) => {
      if (jobs.get(job.id)?.version !== job.version - 1) throw new ProductError('conflict', 'changed');
      put(copyOf(job));
    },
    activeByPhone: async (phone) => {
      store.reads += 1;
      return active(
        (job) => job.customer.phone === phone,
        (job) => job.createdAt,
      );
    },
    openByTrailer: async (trailer, now) => {
      store.reads += 1;
      const open = [...activeJobs.values()].filter((job) => job.trailers.includes(trailer));
      const byDue = open.sort((a, b) => dueAt(a) - dueAt(b) || (a.id < b.id ? -1 : 1));
      const due = byDue.filter((job) => dueAt(job) >= now - OVERDUE_MS).slice(0, OPEN_JOBS_READ.due);
      const overdue = byDue.filter((job) => dueAt(job) < now - OVERDUE_MS).slice(-OPEN_JOBS_READ.overdue);
      const soon = dueAround(
        due.map((job) => ({ job, dueAt: dueAt(job) })),
        now,
      ).map(({ job }) => job);
      const isAtWork = soon.some(({ status }) => isUnderWay(status));
      return copyOf([...soon, ...(isAtWork ? [] : overdue.toReversed())]);
    },
    endedByTrailer: async (trailer, since) => {
      store.reads += 1;
      const ended = [...jobs.values()].filter((job) => hasEndedByItself(job) && job.trailers.includes(trailer));
      const late = ended.filter((job) => dueAt(job) >= since).sort((a, b) => dueAt(b) - dueAt(a));
      return copyOf(late.slice(0, OPEN_JOBS_READ.ended));
    },
    list: async (statuses) => {
      store.reads += 1;
      const found = [...jobs.values()]
        .filter((job) => statuses.includes(job.status))
        .sort((a, b) => b.updatedAt - a.updatedAt);
      return {
        jobs: found.map(({ id, accountId, customer, status, trailers, updatedAt }) => ({
          id,
          accountId,
          customerName: customer.name,
          status,
          trailers: [...trailers],
          updatedAt,
        })),
        next: null,
      };
    },
  };
  return store;
};
