/*
 * Is in the document itself and starts the first request while the page's code is still on its way. If a content security
 * policy does not know its hash, it does not run, and the page asks a little later. Must agree with link.ts.
 */
import type { FilledPath } from '@qdn/contracts';
import { looksLikeToken } from '@qdn/contracts/patterns';
import type { getLocation } from '@qdn/contracts/routes';

try {
  const token =
    new URLSearchParams(location.search).get('job_id') || history.state?.token || sessionStorage['qdn.token'];
  if (!document.hidden && looksLikeToken(token)) {
    const giveUp = new AbortController();
    const response = fetch(`/api/jobs/${token}/location` satisfies FilledPath<typeof getLocation>, {
      signal: giveUp.signal,
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      headers: { accept: 'application/json' },
    });
    response.catch(() => {});
    Object.assign(globalThis, { qdnEarlyRequest: { token, response, giveUp } });
  }
} catch {}
