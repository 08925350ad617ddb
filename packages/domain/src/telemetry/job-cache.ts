import type { JobId, TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';
import { isActive } from '../job-status.ts';
import { jobForTrailer } from '../movement/assignment.ts';
import type { JobStore } from '../ports/jobs.ts';

/** Maximum age of a cached job, in ms: a batch of posts costs one read. */
const JOB_MAX_AGE_MS = 5000;
/** Maximum age of a trailer's cached job, in ms. A job that has ended or lost the trailer is never used. */
const TRAILER_MAX_AGE_MS = 60_000;
/** Maximum entries; a limit on memory. A container sees one company's jobs. */
const MAX_ENTRIES = 500;

/** Jobs, cached for some seconds. At most one read per post; two more when a trailer's job must be found. */
export type JobCache = {
  /** Returns the job, at most five seconds old; null when there is none. */
  find(id: JobId): Promise<Job | null>;
  /** Reads the job's newest state. */
  findFresh(id: JobId): Promise<Job | null>;
  /** Finds the trailer's active job, or null. A new assignment is seen within a minute. */
  findByTrailer(trailer: TrailerId): Promise<Job | null>;
  /** Writes the job. @throws ProductError `conflict` when it has changed meanwhile */
  update(job: Job): Promise<void>;
};

type Entry<T> = { value: T; readAt: number };

/** Creates an empty cache in front of a job store. @param now returns epoch ms */
export const createJobCache = (
  store: Pick<JobStore, 'find' | 'update' | 'activeByTrailer'>,
  now: () => number,
): JobCache => {
  const jobs = new Map<JobId, Entry<Job>>();
  const byTrailer = new Map<TrailerId, Entry<JobId>>();
  const known = <K, T>(map: Map<K, Entry<T>>, key: K, maxAgeMs: number): T | undefined => {
    const entry = map.get(key);
    return entry && now() - entry.readAt < maxAgeMs ? entry.value : undefined;
  };
  const remember = <K, T>(map: Map<K, Entry<T>>, key: K, value: T): void => {
    if (map.size >= MAX_ENTRIES) map.clear();
    map.set(key, { value, readAt: now() });
  };

  const cache: JobCache = {
    find: async (id) => known(jobs, id, JOB_MAX_AGE_MS) ?? cache.findFresh(id),
    findFresh: async (id) => {
      const job = await store.find(id);
      // A missing job is not cached: it may be created a moment later.
      if (job) remember(jobs, id, job);
      else jobs.delete(id);
      return job;
    },
    findByTrailer: async (trailer) => {
      const id = known(byTrailer, trailer, TRAILER_MAX_AGE_MS);
      const job = id ? await cache.find(id) : null;
      if (job && isActive(job.status) && job.trailers.includes(trailer)) return job;
      const candidates = await Promise.all((await store.activeByTrailer(trailer)).map(cache.findFresh));
      const found = jobForTrailer(candidates.filter((candidate) => candidate !== null));
      if (found) remember(byTrailer, trailer, found.id);
      return found;
    },
    update: async (job) => {
      await store.update(job);
      remember(jobs, job.id, job);
    },
  };
  return cache;
};
