import { FIX_TTL_S, type Fix, type Quarantined } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import type { LocationStore } from '../ports/locations.ts';

type Report = { newestAt: number; trailerId: TrailerId; fixes: Fix[]; quarantined: Quarantined[] };
type Note = { trailerId: TrailerId; at: number; quarantined: Quarantined[] };

/** Only the newest fix of a report keeps its battery, as in the table. */
const kept = (fixes: readonly Fix[], newestAt: number): Fix[] =>
  fixes
    .toSorted((a, b) => a.at - b.at)
    .map(({ battery, ...fix }) => (fix.at === newestAt && battery ? { ...fix, battery } : fix));

/** Makes a location store in memory, under the same contract as the table. `reads` and `writes` count the calls. */
export const memoryLocations = (): LocationStore & { reads: number; writes: number } => {
  const reports = new Map<string, Report>();
  const notes: Note[] = [];
  const isAlive = (now: number) => (fix: Fix) => fix.at > now - FIX_TTL_S * 1000;
  const store: LocationStore & { reads: number; writes: number } = {
    reads: 0,
    writes: 0,
    append: async (fixes, quarantined) => {
      for (const [trailerId, own] of Map.groupBy(fixes, (fix) => fix.trailerId)) {
        const newestAt = Math.max(...own.map(({ at }) => at));
        store.writes += 1;
        reports.set(`${trailerId} ${JSON.stringify(own.toSorted((a, b) => a.at - b.at))}`, {
          newestAt,
          trailerId,
          fixes: structuredClone(kept(own, newestAt)),
          quarantined: structuredClone([...(quarantined?.get(trailerId) ?? [])]),
        });
      }
    },
    note: async (trailerId, quarantined, at) => {
      store.writes += 1;
      notes.push({ trailerId, at, quarantined: structuredClone([...quarantined]) });
    },
    recent: async (trailerId, now, count, since = Number.NEGATIVE_INFINITY) => {
      store.reads += 1;
      return [...reports.values()]
        .filter((report) => report.trailerId === trailerId && report.newestAt > since)
        .sort((a, b) => b.newestAt - a.newestAt)
        .slice(0, count)
        .flatMap(({ fixes }) => structuredClone(fixes))
        .filter(isAlive(now))
        .sort((a, b) => a.at - b.at);
    },
    since: async (trailerId, now, since) => {
      const of = [...reports.values()].filter((report) => report.trailerId === trailerId && report.newestAt > since);
      const heard = notes.filter((note) => note.trailerId === trailerId && note.at > since);
      return structuredClone({
        fixes: of
          .flatMap(({ fixes }) => fixes)
          .filter((fix) => fix.at > since && isAlive(now)(fix))
          .sort((a, b) => a.at - b.at),
        quarantined: [...of, ...heard].flatMap(({ quarantined }) => quarantined),
        heardAt: heard.length > 0 ? Math.max(...heard.map(({ at }) => at)) : null,
      });
    },
  };
  return store;
};
