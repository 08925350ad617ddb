import { distanceM, type Place, type Roads, type Route } from '@qdn/domain';
import type { Engine } from './engine.ts';

/** A page waits for the answer: an engine that takes longer is done without, in ms. */
const LIMIT_MS = 1500;
/** What was learned of a trailer's way is good for so long, in ms, and as long as it has not gone further than this, in metres. */
const MAX_AGE_MS = 3 * 60_000;
const NEAR_M = 3000;
/** An engine that failed is left alone for so long, in ms. */
const REST_MS = 30_000;
/** A container sees one company's stops; this only keeps a long-lived one from growing. */
const MAX_ENTRIES = 200;

type Known = { from: Place; route: Route | null; askedAt: number };

const keyOf = ({ lat, lon }: Place): string => `${lat.toFixed(5)},${lon.toFixed(5)}`;

/** The rest of a way whose beginning has been driven since: as much of it as is left of the straight line. */
const rest = ({ distanceM: metres, seconds }: Route, share: number): Route => ({
  distanceM: metres * share,
  seconds: seconds === null ? null : seconds * share,
});

/**
 * A road engine that is asked seldom, waited for briefly, and never missed: one question for a trailer's way in some minutes, and
 * null when there is no answer in time. Two who ask at the same moment share one question.
 * @param now epoch ms
 * @param failed told of each question that was not answered
 */
export const patientRoads = (
  ask: Engine,
  now: () => number,
  failed: (error: unknown) => void,
  limitMs: number = LIMIT_MS,
): Roads => {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<Known | null>>();
  let restsUntil = Number.NEGATIVE_INFINITY;

  const question = async (from: Place, to: Place): Promise<Known | null> => {
    const time = new AbortController();
    const limit = setTimeout(() => time.abort(new Error(`no answer within ${limitMs} ms`)), limitMs);
    // An engine that takes no notice of the signal is not waited for either.
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
