import type { Fault } from '../phones/faults.ts';
import { RETRY_AFTER_S } from '../phones/faults.ts';
import type { StoredMessage } from '../phones/memory.ts';
import type { AccountAnswer } from './account-api.ts';
import { type ApiError, apiErrors } from './api-error.ts';

/** The answer to a request: JSON, silence, or a dropped connection. */
export type Outcome =
  | { kind: 'json'; status: number; body: object | null; headers?: Record<string, string>; message?: StoredMessage }
  | { kind: 'silence' }
  | { kind: 'drop'; message: StoredMessage };

export const refuse = (error: ApiError, headers: Record<string, string> = {}): Outcome => ({
  kind: 'json',
  status: error.status,
  headers,
  body: {
    code: error.code,
    message: error.message,
    more_info: `https://www.twilio.com/docs/errors/${error.code}`,
    status: error.status,
  },
});

export const toOutcome = (answer: AccountAnswer): Outcome =>
  'code' in answer ? refuse(answer) : { kind: 'json', ...answer };

/** Returns the answer of an `api` fault; null for faults that let the request through at first. */
export const faultAnswer = (fault: Fault | null): Outcome | null => {
  if (fault === 'error-500') return refuse(apiErrors.internal());
  if (fault === 'too-many-requests')
    return refuse(apiErrors.tooManyRequests(), { 'retry-after': String(RETRY_AFTER_S) });
  if (fault === 'unauthorized') return refuse(apiErrors.authenticate());
  return fault === 'timeout' ? { kind: 'silence' } : null;
};
