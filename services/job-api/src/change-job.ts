import { type Job, type JobStore, ProductError } from '@qdn/domain';

/** A trailer's fixes may change the job in the same moment; somebody who looks this often meets no more than bad luck. */
const TRIES = 4;

/**
 * Reads, changes and writes a job; when somebody else wrote it meanwhile, reads it again and repeats the change.
 * @param read gives what holds the job, or null when there is none
 * @param change gives the job as it should be; the version is counted up here
 * @throws ProductError `conflict` when others were faster each time; whatever `change` throws
 */
export const changeJob = async <Found extends { job: Job }>(
  jobs: Pick<JobStore, 'update'>,
  read: () => Promise<Found | null>,
  change: (job: Job) => Job | Promise<Job>,
): Promise<Found | null> => {
  for (let tries = 1; ; tries += 1) {
    const found = await read();
    if (!found) return null;
    const after: Job = { ...(await change(found.job)), version: found.job.version + 1 };
    try {
      await jobs.update(after);
      return { ...found, job: after };
    } catch (error) {
      if (!(error instanceof ProductError) || error.code !== 'conflict' || tries === TRIES) throw error;
    }
  }
};
