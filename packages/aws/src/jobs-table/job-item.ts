import { type StoredJob, storedJob } from '@qdn/contracts/stored';
import { attentionAt, isActive, type Job, needsAttention } from '@qdn/domain';
import { readItem, type Unbranded } from '../read-item.ts';
import { ATTENTION, endedPhoneKey, jobKey, phoneKey, statusKey } from './keys.ts';

/**
 * Returns the job as an item. In `by-phone`, active jobs and those that have ended have different keys; the attributes of `by-attention` are
 * there only while they hold, because that index is sparse.
 */
export const toItem = (job: Job) => {
  const stored: StoredJob = job;
  return {
    ...jobKey(job.id),
    ...stored,
    customerName: job.customer.name,
    statusKey: statusKey(job.status),
    phoneKey: isActive(job.status) ? phoneKey(job.customer.phone) : endedPhoneKey(job.customer.phone),
    ...(needsAttention(job) ? { attention: ATTENTION.jobs, attentionAt: attentionAt(job) } : {}),
  };
};

/** Returns the job of an item. @throws BrokenItem that names the attribute */
export const fromItem = (item: unknown): Job => {
  const stored = readItem(storedJob, item, 'qdn-jobs is not a job') as StoredJob;
  const job: Unbranded<Job> = stored;
  // The schema has checked every pattern that the brands stand for.
  return job as Job;
};
