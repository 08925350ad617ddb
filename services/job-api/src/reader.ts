import { type Job, ProductError, type Reader } from '@qdn/domain';
import type { Caller } from '@qdn/lambda';

/**
 * Lets operators read every job, and a tracking link its own while it stands.
 * @throws ProductError `link-revoked` when the link was withdrawn, `forbidden` when the job is another account's
 */
export const refuseOutsider = (job: Job, caller: Caller): void => {
  if (caller.kind !== 'track') return;
  if (caller.jobId !== job.id || caller.accountId !== job.accountId) {
    throw new ProductError('forbidden', 'This token is for another job.');
  }
  if (job.revokedLinks.includes(caller.linkId)) {
    throw new ProductError('link-revoked', 'This tracking link was withdrawn. Ask the company for a new one.');
  }
};

/** Whose eyes an answer is for. Whoever is no operator is told what a customer may know. */
export const readerOf = (caller: Caller): Reader => (caller.kind === 'operator' ? 'operator' : 'customer');
