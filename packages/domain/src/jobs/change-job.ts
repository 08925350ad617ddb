import { ProductError } from '../errors.ts';
import type { Job } from '../job.ts';
import type { JobStore } from '../ports/jobs.ts';

/** Maximum attempts of one change. A trailer's fixes may change the job at the same moment. */
const MAX_CHANGE_ATTEMPTS = 4;

/** True for a write that lost against another writer. */
export const isConflict = (error: unknown): boolean => error instanceof ProductError && error.code === 'conflict';

/**
 * Changes a job under optimistic locking: reads, changes, writes if the version is unchanged, and starts over after a conflict.
 * @param read returns an object that holds the job, or null when there is none
 * @param change gets what was read; returns the changed job, or the same object to write nothing; `version` is counted up here
 * @returns what was read, with the job as it is now and as it was `before`; null when `read` found none
 * @throws ProductError `conflict` when the last attempt lost too; errors of `read` and `change`
 */
export const changeJob = async <Found extends { job: Job }>(
  jobs: Pick<JobStore, 'update'>,
  read: () => Promise<Found | null>,
  change: (job: Job, found: Found) => Job | Promise<Job>,
  maxAttempts = MAX_CHANGE_ATTEMPTS,
): Promise<(Found & { before: Job }) | null> => {
  for (let attempt = 1; ; attempt += 1) {
    const found = await read();
    if (!found) return null;
    const before = found.job;
    const changed = await change(before, found);
    if (changed === before) return { ...found, before };
    const job: Job = { ...changed, version: before.version + 1 };
    try {
      await jobs.update(job);
      return { ...found, job, before };
    } catch (error) {
      if (!isConflict(error) || attempt === maxAttempts) throw error;
    }
  }
};
