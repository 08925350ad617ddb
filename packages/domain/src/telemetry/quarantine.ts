import type { Heard, Quarantined } from '../fix.ts';
import type { TrailerId } from '../ids.ts';

/** Wait for a fix before refused points are written separately, and the minimum interval of such writes, in ms. */
const NOTE_EVERY_MS = 60_000;
/** Maximum trailers; a limit on memory. A container sees one company's trailers. */
const MAX_TRAILERS = 500;

/** Content of a trailer's reports that is not stored yet: refused points, and the newest sign of life. */
export type Waiting = { quarantined: Quarantined[]; heard: Heard | null };

/**
 * Refused points and signs of life that are not stored yet, by trailer. They are written together with the trailer's next fix. When none
 * comes, they are written separately, at most once a minute. A container that ends loses less than a minute of them.
 */
export type Quarantine = {
  add(trailerId: TrailerId, quarantined: readonly Quarantined[], heard?: Heard | null): void;
  /** Removes and returns a trailer's waiting points and sign of life. */
  take(trailerId: TrailerId): Waiting;
  /** True when the points must be written separately. `now` is epoch ms; `urgent` when no fix is expected. */
  isDue(trailerId: TrailerId, now: number, urgent: boolean): boolean;
};

const newer = (a: Quarantined['last'], b: Quarantined['last']): Quarantined['last'] => {
  if (!a || !b) return a ?? b;
  return b.at >= a.at ? b : a;
};

/** Merges entries of the same reason: adds up the counts, keeps the newest example. */
export const addUp = (quarantined: readonly Quarantined[]): Quarantined[] => {
  const sums = new Map<Quarantined['reason'], Quarantined>();
  for (const one of quarantined) {
    const sum = sums.get(one.reason);
    sums.set(one.reason, sum ? { ...sum, count: sum.count + one.count, last: newer(sum.last, one.last) } : one);
  }
  return [...sums.values()];
};

/** Creates an empty quarantine. @param now returns epoch ms */
export const createQuarantine = (now: () => number): Quarantine => {
  const waiting = new Map<TrailerId, Waiting & { since: number }>();
  const notedAt = new Map<TrailerId, number>();
  return {
    add: (trailerId, quarantined, heard = null) => {
      if (quarantined.length === 0 && heard === null) return;
      const before = waiting.get(trailerId);
      if (!before && waiting.size >= MAX_TRAILERS) waiting.clear();
      waiting.set(trailerId, {
        since: before?.since ?? now(),
        quarantined: addUp([...(before?.quarantined ?? []), ...quarantined]),
        heard: heard ?? before?.heard ?? null,
      });
    },
    take: (trailerId) => {
      const { quarantined = [], heard = null } = waiting.get(trailerId) ?? {};
      waiting.delete(trailerId);
      if (notedAt.size >= MAX_TRAILERS) notedAt.clear();
      notedAt.set(trailerId, now());
      return { quarantined, heard };
    },
    isDue: (trailerId, at, urgent) => {
      const entry = waiting.get(trailerId);
      if (!entry) return false;
      const rested = at - (notedAt.get(trailerId) ?? Number.NEGATIVE_INFINITY) >= NOTE_EVERY_MS;
      return rested && (urgent || at - entry.since >= NOTE_EVERY_MS);
    },
  };
};
