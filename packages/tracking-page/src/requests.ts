import type { FilledPath } from '@qdn/contracts';
import type { getLocation } from '@qdn/contracts/routes';

/** A request for the first answer that was started before the page's code had arrived. */
export type EarlyRequest = { token: string; response: Promise<Response>; giveUp: AbortController };

/** Requests the job's position. The first answer is that of the early request, if it was for the same token. */
export const createRequests = (origin: string, token: string, early: EarlyRequest | null) => {
  let prepared = early?.token === token ? early : null;
  return async (signal: AbortSignal): Promise<Response> => {
    const first = prepared;
    prepared = null;
    if (first) {
      signal.addEventListener('abort', () => first.giveUp.abort(), { once: true });
      return first.response;
    }
    const path = `/api/jobs/${token}/location` satisfies FilledPath<typeof getLocation>;
    return fetch(`${origin}${path}`, {
      signal,
      // Keeps positions off the reader's disk, and the token out of logs.
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      headers: { accept: 'application/json' },
    });
  };
};
