import type { Job, JobId, JobStore, TrailerId } from '@qdn/domain';

/** A container goes on with what it knows of a job for this long, in ms: a trailer that reports every 10 s costs no second read. */
const MAX_AGE_MS = 5000;

/** A job store that remembers what it read for five seconds. `forget` after a lost race; writes are remembered. */
export const createJobCache = (store: JobStore, now: () => number) => {
  const jobs = new Map<JobId, { job: Job | null; readAt: number }>();
  const trailers = new Map<TrailerId, { ids: JobId[]; readAt: number }>();
  const isFresh = (entry: { readAt: number } | undefined) => entry !== undefined && now() - entry.readAt < MAX_AGE_MS;
  /** A container sees one company's jobs; this only keeps a long-lived one from growing. */
  const bounded = (map: Map<unknown, unknown>) => {
    if (map.size > 500) map.clear();
  };
  return {
    find: async (id: JobId): Promise<Job | null> => {
      const known = jobs.get(id);
      if (known && isFresh(known)) return known.job;
      const job = await store.find(id);
      bounded(jobs);
      jobs.set(id, { job, readAt: now() });
      return job;
    },
    activeByTrailer: async (trailer: TrailerId): Promise<JobId[]> => {
      const known = trailers.get(trailer);
      if (known && isFresh(known)) return known.ids;
      const ids = await store.activeByTrailer(trailer);
      bounded(trailers);
      trailers.set(trailer, { ids, readAt: now() });
      return ids;
    },
    update: async (job: Job): Promise<void> => {
      await store.update(job);
      jobs.set(job.id, { job, readAt: now() });
    },
    forget: (): void => {
      jobs.clear();
      trailers.clear();
    },
  };
};
