import { parseTracking, type Tracking } from './tracking.ts';

/** The reason why a link shows nothing. `unreadable`: it is not one of ours, or was cut off on its way. */
export type LinkProblem = 'missing' | 'unreadable' | 'expired' | 'revoked';

/** The outcome of one request. `retryAfterMs` is 0 when the server did not say. */
export type Answer =
  | { kind: 'tracking'; tracking: Tracking; ageS: number }
  | { kind: 'link'; problem: LinkProblem }
  | { kind: 'trouble'; retryAfterMs: number };

/** A token's expiry in epoch ms, as it says itself; null when it cannot be read. */
const expiryOf = (token: string): number | null => {
  try {
    const part = token.split('.')[1] ?? '';
    const claims: unknown = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')));
    const exp = typeof claims === 'object' && claims !== null && 'exp' in claims ? claims.exp : null;
    return typeof exp === 'number' ? exp * 1000 : null;
  } catch {
    return null;
  }
};

const secondsOf = (headers: Headers, name: string): number => {
  const seconds = Number(headers.get(name) ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
};

const bodyOf = async (response: Response): Promise<unknown> => {
  try {
    return await response.json();
  } catch {
    return null;
  }
};

const problemCode = (body: unknown): string | null => {
  const type = typeof body === 'object' && body !== null && 'type' in body ? body.type : null;
  return typeof type === 'string' && type.startsWith('urn:qdn:problem:') ? type.slice('urn:qdn:problem:'.length) : null;
};

/** Refusals that are final. */
const FOREVER = new Set(['unauthenticated', 'link-revoked', 'forbidden', 'job-not-found']);

/**
 * Reads the answer to `GET /api/jobs/<token>/location`. A refusal ends the tracking only in our own API's words, or with
 * 401 or 410: any proxy on the way can say 403 or 404.
 */
export const readAnswer = async (response: Response, token: string): Promise<Answer> => {
  const body = await bodyOf(response);
  if (response.ok) {
    const tracking = parseTracking(body);
    return tracking
      ? { kind: 'tracking', tracking, ageS: secondsOf(response.headers, 'age') }
      : { kind: 'trouble', retryAfterMs: 0 };
  }
  const code = problemCode(body);
  const refused = response.status === 401 || response.status === 410 || (code !== null && FOREVER.has(code));
  if (!refused) return { kind: 'trouble', retryAfterMs: secondsOf(response.headers, 'retry-after') * 1000 };
  if (code === 'link-revoked') return { kind: 'link', problem: 'revoked' };
  const expiry = expiryOf(token);
  const serverTime = Date.parse(response.headers.get('date') ?? '');
  const expired = response.status === 410 || (expiry !== null && expiry <= serverTime);
  return { kind: 'link', problem: expired ? 'expired' : 'unreadable' };
};
