import { type Job, ProductError } from '@qdn/domain';
import type { Caller } from '@qdn/lambda';

/** @throws ProductError `link-revoked` when the caller's tracking link was revoked */
export const refuseRevoked = (job: Job, caller: Caller): void => {
  if (caller.kind === 'track' && job.revokedLinks.includes(caller.linkId)) {
    throw new ProductError('link-revoked', 'This tracking link was withdrawn. Ask the company for a new one.');
  }
};
