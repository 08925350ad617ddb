import { isActive, type Job, type JobId, type JobStore, jobForTrailer, type TrailerId } from '@qdn/domain';

/** A container goes on with what it knows of a job for this long, in ms: a batch of posts costs one read. */
const JOB_MAX_AGE_MS = 5000;
/** And with which job a trailer drives for, as long as that job says so itself. A finished job is noticed at once. */
const TRAILER_MAX_AGE_MS = 60_000;
/** A container sees one company's jobs; this only keeps a long-lived one from growing. */
const MAX_ENTRIES = 500;

/** Jobs, remembered for some seconds. Reads one item per post at most; two more when a trailer has to be found. */
export type JobCache = {
  /** At most five seconds old; null when there is none. */
  find(id: JobId): Promise<Job | null>;
  /** As it stands now. */
  findFresh(id: JobId): Promise<Job | null>;
  /** The active job that a trailer drives for, or null. A newly assigned one is noticed within a minute. */
  findByTrailer(trailer: TrailerId): Promise<Job | null>;
  /** @throws ProductError `conflict` when the job changed meanwhile */
  update(job: Job): Promise<void>;
};

type Entry<T> = { value: T; readAt: number };

/** @param now epoch ms */
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
      // That there is none is not remembered: it may be created in the next moment.
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
