import { distanceM, type Place, type Route, type Router } from '@qdn/domain';
import type { Engine } from './engine.ts';

/** Timeout of one request, in ms: a page waits for the answer. */
const LIMIT_MS = 1500;
/** Maximum age of a cached route, in ms. */
const MAX_AGE_MS = 3 * 60_000;
/** Maximum distance that a trailer may have driven since its route was computed, in m. */
const NEAR_M = 3000;
/** Pause after a failure, in ms. */
const REST_MS = 30_000;
/** Maximum entries; a limit on memory. A container sees one company's stops. */
const MAX_ENTRIES = 200;

type Known = { from: Place; route: Route | null; askedAt: number };

const keyOf = ({ lat, lon }: Place): string => `${lat.toFixed(5)},${lon.toFixed(5)}`;

/** Returns the rest of a route that has been driven in part, in proportion to the straight-line distance that is left. */
const rest = ({ distanceM: metres, seconds }: Route, share: number): Route => ({
  distanceM: metres * share,
  seconds: seconds === null ? null : seconds * share,
});

/**
 * Caches a routing engine's routes for some minutes, limits the wait, and returns null when no answer comes in time. Concurrent
 * callers share one request.
 * @param now returns epoch ms
 * @param failed called with the error of each request without an answer
 */
export const cachedRouter = (
  ask: Engine,
  now: () => number,
  failed: (error: unknown) => void,
  limitMs: number = LIMIT_MS,
): Router => {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<Known | null>>();
  let restsUntil = Number.NEGATIVE_INFINITY;

  const question = async (from: Place, to: Place): Promise<Known | null> => {
    const time = new AbortController();
    const limit = setTimeout(() => time.abort(new Error(`no answer within ${limitMs} ms`)), limitMs);
    // The timeout also holds for an engine that ignores the signal.
    const given = new Promise<never>((_, reject) => {
      time.signal.addEventListener('abort', () => reject(time.signal.reason), { once: true });
    });
    try {
      const route = await Promise.race([ask(from, to, time.signal), given]);
      const entry = { from, route, askedAt: now() };
      if (known.size >= MAX_ENTRIES) known.clear();
      known.set(keyOf(to), entry);
      return entry;
    } catch (error) {
      restsUntil = now() + REST_MS;
      failed(error);
      return null;
    } finally {
      clearTimeout(limit);
    }
  };

  return async (from, to) => {
    const key = keyOf(to);
    const before = known.get(key);
    const isGood = before && now() - before.askedAt < MAX_AGE_MS && distanceM(before.from, from) < NEAR_M;
    let entry = isGood ? before : null;
    if (!entry) {
      if (now() < restsUntil) return null;
      const waiting = asking.get(key) ?? question(from, to).finally(() => asking.delete(key));
      asking.set(key, waiting);
      entry = await waiting;
    }
    if (!entry?.route) return null;
    const straight = distanceM(entry.from, to);
    return straight > 0 ? rest(entry.route, distanceM(from, to) / straight) : entry.route;
  };
};
