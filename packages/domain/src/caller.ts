import { ProductError } from './errors.ts';
import type { AccountId, JobId, LinkId, TrailerId } from './ids.ts';
import type { Job } from './job.ts';

/** The caller that a verified token names: a customer's tracking link, a trailer's device, a hub of devices, or an operator. `expiresAt` is epoch ms. */
export type Caller =
  | { kind: 'track'; jobId: JobId; accountId: AccountId; linkId: LinkId; expiresAt: number }
  | { kind: 'device'; trailerId: TrailerId; expiresAt: number }
  /** A server or fleet service that sends for all of the company's trailers. */
  | { kind: 'hub'; label: string; expiresAt: number }
  | { kind: 'operator'; label: string; expiresAt: number };

/** Reader of a position: an operator sees all; a customer sees trailers on their own leg only. */
export type Reader = 'customer' | 'operator';

/** The reader that an answer is made for. Every caller except an operator gets the customer's view. */
export const readerOf = (caller: Caller): Reader => (caller.kind === 'operator' ? 'operator' : 'customer');

/** The refusal for a job that does not exist. Only operators may learn that it does not exist. */
export const noSuchJob = (caller: Caller): ProductError =>
  caller.kind === 'operator'
    ? new ProductError('job-not-found', 'No job has this ID.')
    : new ProductError('forbidden', 'This token is for another job.');

/**
 * Lets an operator read every job, and a tracking link its own job until the link is revoked.
 * @throws ProductError `link-revoked` after a revocation, `forbidden` for another account's job
 */
export const assertMayRead = (job: Job, caller: Caller): void => {
  if (caller.kind !== 'track') return;
  if (caller.jobId !== job.id || caller.accountId !== job.accountId) {
    throw new ProductError('forbidden', 'This token is for another job.');
  }
  if (job.revokedLinks.includes(caller.linkId)) {
    throw new ProductError('link-revoked', 'This tracking link was withdrawn. Ask the company for a new one.');
  }
};
