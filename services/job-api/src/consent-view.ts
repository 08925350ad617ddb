import type { Wire } from '@qdn/contracts';
import type { Consent } from '@qdn/domain';

/** Returns an entry of a consent's history in an answer. */
export const consentView = ({ phone, isStopped, by, why, actor, at }: Consent): Wire<'consent'> => ({
  phone,
  isStopped,
  by,
  why,
  actor: actor ?? null,
  at: new Date(at).toISOString(),
});
