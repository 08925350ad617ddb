import { personKey } from './conversation/person-key.ts';

/**
 * The origin of a consent: the carrier’s keywords `stop` and `start`, a wish in other `words`, a refusal by the
 * `carrier`, a `dispatcher`’s reply, or the `operator`’s command.
 */
export const CONSENT_ORIGINS = ['stop', 'start', 'words', 'carrier', 'dispatcher', 'operator'] as const;
export type ConsentOrigin = (typeof CONSENT_ORIGINS)[number];

/**
 * The consent of a number. `isStopped`: it gets no texts. `why` has the words, the name of
 * the dispatcher or the operator’s reason; null for a carrier. `actor` is the label of the operator’s token. `at` is epoch ms.
 */
export type Consent = {
  phone: string;
  isStopped: boolean;
  by: ConsentOrigin;
  why: string | null;
  actor?: string;
  at: number;
};

/** Maximum length of `why`, in characters. */
export const MAX_CONSENT_REASON = 200;

/** Returns a consent with its number without a channel, and a reason of limited length. */
export const consentOf = ({ phone, why, ...consent }: Consent): Consent => ({
  ...consent,
  phone: personKey(phone),
  why: why === null ? null : [...why].slice(0, MAX_CONSENT_REASON).join(''),
});

/** Tests whether a dispatcher may undo it: it was a dispatcher's decision, and not the person's own wish. */
export const isUndoneByDispatcher = ({ by }: Consent): boolean => by === 'dispatcher';
