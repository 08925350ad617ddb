import type { Quarantined, TrailerId } from '@qdn/domain';

/** What waits longer than this for a fix to go with is stored by itself, and no more often, in ms. */
const NOTE_EVERY_MS = 60_000;
/** A container sees one company's trailers; this only keeps a long-lived one from growing. */
const MAX_TRAILERS = 500;

/**
 * What was kept out of the trailers' tracks and is not stored yet. It goes along with a trailer's next fix, which is written
 * anyway. When no fix comes, it is stored by itself, once a minute at most; what a container that ends has kept for less than
 * that is lost.
 */
export type Quarantine = {
  add(trailerId: TrailerId, quarantined: readonly Quarantined[]): void;
  /** All that waits for a trailer: it waits no longer. */
  take(trailerId: TrailerId): Quarantined[];
  /** Whether what waits is to be stored by itself. `now` is epoch ms; `urgent` when no fix is to be expected. */
  isDue(trailerId: TrailerId, now: number, urgent: boolean): boolean;
};

const newer = (a: Quarantined['last'], b: Quarantined['last']): Quarantined['last'] => {
  if (!a || !b) return a ?? b;
  return b.at >= a.at ? b : a;
};

/** One of each reason, with their counts added up and the newest example. */
export const addUp = (quarantined: readonly Quarantined[]): Quarantined[] => {
  const sums = new Map<Quarantined['reason'], Quarantined>();
  for (const one of quarantined) {
    const sum = sums.get(one.reason);
    sums.set(one.reason, sum ? { ...sum, count: sum.count + one.count, last: newer(sum.last, one.last) } : one);
  }
  return [...sums.values()];
};

export const createQuarantine = (now: () => number): Quarantine => {
  const waiting = new Map<TrailerId, { since: number; quarantined: Quarantined[] }>();
  const notedAt = new Map<TrailerId, number>();
  return {
    add: (trailerId, quarantined) => {
      if (quarantined.length === 0) return;
      const before = waiting.get(trailerId);
      if (!before && waiting.size >= MAX_TRAILERS) waiting.clear();
      waiting.set(trailerId, {
        since: before?.since ?? now(),
        quarantined: addUp([...(before?.quarantined ?? []), ...quarantined]),
      });
    },
    take: (trailerId) => {
      const taken = waiting.get(trailerId)?.quarantined ?? [];
      waiting.delete(trailerId);
      if (notedAt.size >= MAX_TRAILERS) notedAt.clear();
      notedAt.set(trailerId, now());
      return taken;
    },
    isDue: (trailerId, at, urgent) => {
      const entry = waiting.get(trailerId);
      if (!entry) return false;
      const rested = at - (notedAt.get(trailerId) ?? Number.NEGATIVE_INFINITY) >= NOTE_EVERY_MS;
      return rested && (urgent || at - entry.since >= NOTE_EVERY_MS);
    },
  };
};
