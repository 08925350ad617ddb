import { ProductError } from '../errors.ts';
import type { JobId } from '../ids.ts';
import type { Job } from '../job.ts';
import { isActive } from '../job-status.ts';
import type { JobStore } from '../ports/jobs.ts';

/** Makes a job store in memory, under the same contract as the table. `reads` counts the reads. */
export const memoryJobs = (initial: readonly Job[] = []): JobStore & { reads: number } => {
  const jobs = new Map<JobId, Job>(initial.map((job) => [job.id, structuredClone(job)]));
  const active = (matches: (job: Job) => boolean, newest: (job: Job) => number): JobId[] =>
    [...jobs.values()]
      .filter((job) => isActive(job.status) && matches(job))
      .sort((a, b) => newest(b) - newest(a))
      .map(({ id }) => id);

  const store: JobStore & { reads: number } = {
    reads: 0,
    find: async (id) => {
      store.reads += 1;
      return structuredClone(jobs.get(id) ?? null);
    },
    create: async (job) => {
      if (jobs.has(job.id)) throw new ProductError('conflict', 'exists');
      jobs.set(job.id, structuredClone(job));
    },
    update: async (job) => {
      if (jobs.get(job.id)?.version !== job.version - 1) throw new ProductError('conflict', 'changed');
      jobs.set(job.id, structuredClone(job));
    },
    activeByPhone: async (phone) => {
      store.reads += 1;
      return active(
        (job) => job.customer.phone === phone,
        (job) => job.createdAt,
      );
    },
    activeByTrailer: async (trailer) => {
      store.reads += 1;
      return active(
        (job) => job.trailers.includes(trailer),
        (job) => job.updatedAt,
      );
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
