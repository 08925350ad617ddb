import type { JobId, TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';
import { isActive } from '../job-status.ts';
import type { JobStore } from '../ports/jobs.ts';

/** Maximum age of a cached job and of a trailer's list of jobs, in ms: a batch of posts costs one read. */
const JOB_MAX_AGE_MS = 5000;
/** Maximum entries; a limit on memory. A container sees one company's jobs. */
const MAX_ENTRIES = 500;

/** Jobs, cached for some seconds. */
export type JobCache = {
  /** Returns the job, at most five seconds old; null when there is none. */
  find(id: JobId): Promise<Job | null>;
  /** Reads the job's newest state. */
  findFresh(id: JobId): Promise<Job | null>;
  /** Finds the trailer's active jobs, at most five seconds old: those due around now first. */
  openByTrailer(trailer: TrailerId): Promise<Job[]>;
  /** Reads the trailer's jobs that ended by themselves and were due since a moment, epoch ms. */
  endedByTrailer(trailer: TrailerId, since: number): Promise<Job[]>;
  /** Writes the job. @throws ProductError `conflict` when it has changed meanwhile */
  update(job: Job): Promise<void>;
};

type Entry<T> = { value: T; readAt: number };

/** Creates an empty cache in front of a job store. @param now returns epoch ms */
export const createJobCache = (
  store: Pick<JobStore, 'find' | 'update' | 'openByTrailer' | 'endedByTrailer'>,
  now: () => number,
): JobCache => {
  const jobs = new Map<JobId, Entry<Job>>();
  const byTrailer = new Map<TrailerId, Entry<readonly JobId[]>>();
  const known = <K, T>(map: Map<K, Entry<T>>, key: K): T | undefined => {
    const entry = map.get(key);
    return entry && now() - entry.readAt < JOB_MAX_AGE_MS ? entry.value : undefined;
  };
  const remember = <K, T>(map: Map<K, Entry<T>>, key: K, value: T): void => {
    if (map.size >= MAX_ENTRIES) map.clear();
    map.set(key, { value, readAt: now() });
  };

  const cache: JobCache = {
    find: async (id) => known(jobs, id) ?? cache.findFresh(id),
    findFresh: async (id) => {
      const job = await store.find(id);
      // A missing job is not cached: it may be created a moment later.
      if (job) remember(jobs, id, job);
      else jobs.delete(id);
      return job;
    },
    openByTrailer: async (trailer) => {
      let ids = known(byTrailer, trailer);
      if (!ids) {
        const open = await store.openByTrailer(trailer, now());
        for (const job of open) remember(jobs, job.id, job);
        ids = open.map(({ id }) => id);
        remember(byTrailer, trailer, ids);
      }
      const found = await Promise.all(ids.map(cache.find));
      return found.filter((job): job is Job => job !== null && isActive(job.status) && job.trailers.includes(trailer));
    },
    endedByTrailer: store.endedByTrailer,
    update: async (job) => {
      await store.update(job);
      remember(jobs, job.id, job);
    },
  };
  return cache;
};
