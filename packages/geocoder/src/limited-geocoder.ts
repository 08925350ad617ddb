import { setTimeout as sleep } from 'node:timers/promises';
import type { FoundPlace, Geocoder } from '@qdn/domain';
import type { GeocodingEngine } from './engine.ts';

/** Timeout of one request, in ms: a person waits for the answer. */
const LIMIT_MS = 4000;
/** Maximum age of a cached answer, in ms. Public servers ask callers to cache. */
const MAX_AGE_MS = 10 * 60_000;
/** Maximum entries; a limit on memory. */
const MAX_ENTRIES = 200;

type Cached = { places: FoundPlace[]; at: number };

/**
 * Limits an engine: a timeout, a pause between two requests, and answers kept for some minutes. Requests are made one after another.
 * @param now returns epoch ms
 * @param pauseMs least time between the starts of two requests, in ms
 */
export const limitedGeocoder = (
  ask: GeocodingEngine,
  now: () => number,
  pauseMs: number,
  limitMs: number = LIMIT_MS,
): Geocoder => {
  const cached = new Map<string, Cached>();
  let turn: Promise<unknown> = Promise.resolve();
  let askedAt = Number.NEGATIVE_INFINITY;

  const request = async (text: string, near: Parameters<Geocoder>[1]): Promise<FoundPlace[]> => {
    await sleep(Math.max(0, askedAt + pauseMs - now()));
    askedAt = now();
    return ask(text, near, AbortSignal.timeout(limitMs));
  };

  return async (text, near) => {
    const key = `${text.toLowerCase()}|${near?.lat.toFixed(2)}|${near?.lon.toFixed(2)}`;
    const known = cached.get(key);
    if (known && now() - known.at < MAX_AGE_MS) return known.places;
    const answer = turn.then(async () => request(text, near));
    turn = answer.catch(() => undefined);
    const places = await answer;
    if (cached.size >= MAX_ENTRIES) cached.clear();
    cached.set(key, { places, at: now() });
    return places;
  };
};
