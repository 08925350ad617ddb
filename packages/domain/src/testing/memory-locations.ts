import { FIX_TTL_S, type Fix, type Heard, type Quarantined } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import { itemsOfReport, LATE_REPORT_MS, LATEST_READ, type LocationStore, type TrailerDay } from '../ports/locations.ts';
import { LEAST_SHOWN, SHOWN_MS, shownOf } from '../ports/shown-fixes.ts';
import { MAX_PAGE_BYTES } from './table-limits.ts';

type Report = { newestAt: number; fixes: readonly Fix[]; quarantined: Quarantined[]; client: string | null };
type Note = { at: number; quarantined: Quarantined[]; heard: Heard | null };

/** The reports of one trailer, in the order of their newest fixes, and its notes. */
type Track = { byKey: Map<string, Report>; reports: Report[]; notes: Note[] };

/** Interval at which expired reports are removed, in ms of the reader's clock. */
const SWEEP_EVERY_MS = 24 * 3_600_000;
const TTL_MS = FIX_TTL_S * 1000;
/** Bytes of a fix in the table at most: six numbers, and the list around them. */
const BYTES_OF_FIX = 40;
const BYTES_OF_ITEM = 200;

/** Copies a fix: much faster than structuredClone, and a week of a fleet reads millions. */
const copyOf = (fix: Fix): Fix => (fix.battery ? { ...fix, battery: { ...fix.battery } } : { ...fix });

/** Only the newest fix of a report keeps its battery, as in the table. */
const kept = (fixes: readonly Fix[], newestAt: number): Fix[] =>
  fixes
    .toSorted((a, b) => a.at - b.at)
    .map(({ battery, ...fix }) => (fix.at === newestAt && battery ? { ...fix, battery: { ...battery } } : fix));

/** Adds a report at its place. Of reports with the same newest fix, the first to arrive stays the newest. */
const insert = (reports: Report[], report: Report): void => {
  let index = reports.length;
  while (index > 0 && (reports[index - 1]?.newestAt ?? 0) >= report.newestAt) index -= 1;
  reports.splice(index, 0, report);
};

/** Adds a note at its place, by time. */
const insertNote = (notes: Note[], note: Note): void => {
  let index = notes.length;
  while (index > 0 && (notes[index - 1]?.at ?? 0) > note.at) index -= 1;
  notes.splice(index, 0, note);
};

/** Returns the part of a list, sorted by time, that is newer than a moment. It costs what it returns, however long the list is. */
const newerThan = <T>(sorted: readonly T[], timeOf: (entry: T) => number, moment: number): T[] => {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (timeOf(sorted[middle] as T) > moment) to = middle;
    else from = middle + 1;
  }
  return sorted.slice(from);
};

/** Removes the reports and notes that the table would have deleted. */
const removeExpired = ({ byKey, reports, notes }: Track, now: number): void => {
  const alive = reports.findIndex(({ newestAt }) => newestAt > now - TTL_MS);
  const expired = new Set(reports.splice(0, alive < 0 ? reports.length : alive));
  for (const [key, report] of byKey) if (expired.has(report)) byKey.delete(key);
  const aliveNotes = notes.findIndex(({ at }) => at > now - TTL_MS);
  notes.splice(0, aliveNotes < 0 ? notes.length : aliveNotes);
};

/** Returns the newest reports of a trailer, newest first. */
const newestReports = ({ reports }: Track, count: number, since: number): Report[] => {
  const newest: Report[] = [];
  for (let i = reports.length - 1; i >= 0 && newest.length < count; i -= 1) {
    const report = reports[i];
    if (!report || report.newestAt <= since) break;
    newest.push(report);
  }
  return newest;
};

/** Returns the number of answers that reports take: DynamoDB ends one at 1 MB. */
const answersFor = (reports: readonly Report[]): number => {
  const bytes = reports.reduce((sum, { fixes }) => sum + BYTES_OF_ITEM + BYTES_OF_FIX * fixes.length, 0);
  return Math.max(1, Math.ceil(bytes / MAX_PAGE_BYTES));
};

const atOf = ({ at }: { at: number }): number => at;
const newestOf = ({ newestAt }: Report): number => newestAt;

/** Returns the client of the newest report or note that names one, and the signs of life without a fix. */
const heardOf = (reports: readonly Report[], notes: readonly Note[]): Pick<TrailerDay, 'client' | 'signs'> => {
  const named = [
    ...reports.map(({ newestAt, client }) => ({ at: newestAt, client })),
    ...notes.map(({ at, heard }) => ({ at, client: heard?.client ?? null })),
  ].filter(({ client }) => client !== null);
  return {
    client: named.toSorted((a, b) => a.at - b.at).at(-1)?.client ?? null,
    signs: notes
      .flatMap(({ at, heard }) => {
        if (!heard || heard.kind === 'position') return [];
        const { kind, standing } = heard;
        return [{ at, kind, ...(standing === undefined ? {} : { standing }) }];
      })
      .sort((a, b) => a.at - b.at),
  };
};

const dayOf = (reports: readonly Report[], notes: readonly Note[], after: number): TrailerDay => ({
  fixes: reports
    .flatMap(({ fixes }) => fixes)
    .filter((fix) => fix.at > after)
    .map(copyOf)
    .sort((a, b) => a.at - b.at),
  quarantined: structuredClone([...reports, ...notes].flatMap(({ quarantined }) => quarantined)),
  heardAt: notes.length > 0 ? Math.max(...notes.map(({ at }) => at)) : null,
  ...heardOf(reports, notes),
});

/** Stores an item of a report. One that is stored again replaces its refused points. */
const put = (
  { byKey, reports }: Track,
  sorted: readonly Fix[],
  quarantined: readonly Quarantined[],
  client: string | null,
): void => {
  const key = JSON.stringify(sorted);
  const stored = structuredClone([...quarantined]);
  const known = byKey.get(key);
  if (known) {
    known.quarantined = stored;
    return;
  }
  const newestAt = sorted.at(-1)?.at ?? 0;
  const report = { newestAt, fixes: kept(sorted, newestAt), quarantined: stored, client };
  byKey.set(key, report);
  insert(reports, report);
};

/**
 * Makes a location store in memory, under the same contract as the table, and with its limits on items and answers. `reads` counts the
 * answers of an engine, `writes` the calls.
 */
export const memoryLocations = (): LocationStore & { reads: number; writes: number } => {
  const tracks = new Map<TrailerId, Track>();
  let sweptAt = Number.NEGATIVE_INFINITY;
  const isAlive = (now: number) => (fix: Fix) => fix.at > now - TTL_MS;
  const sweep = (now: number): void => {
    if (now - sweptAt < SWEEP_EVERY_MS) return;
    sweptAt = now;
    for (const track of tracks.values()) removeExpired(track, now);
  };
  const trackOf = (trailerId: TrailerId): Track => {
    const known = tracks.get(trailerId) ?? { byKey: new Map(), reports: [], notes: [] };
    tracks.set(trailerId, known);
    return known;
  };
  const store: LocationStore & { reads: number; writes: number } = {
    reads: 0,
    writes: 0,
    append: async (fixes, quarantined, client = null) => {
      for (const [trailerId, own] of Map.groupBy(fixes, (fix) => fix.trailerId)) {
        store.writes += 1;
        for (const [i, part] of itemsOfReport(own).entries())
          put(trackOf(trailerId), part, (i === 0 && quarantined?.get(trailerId)) || [], client);
      }
    },
    note: async (trailerId, quarantined, at, heard = null) => {
      store.writes += 1;
      insertNote(trackOf(trailerId).notes, { at, quarantined: structuredClone([...quarantined]), heard });
    },
    recent: async (trailerId, now, count, since = Number.NEGATIVE_INFINITY) => {
      sweep(now);
      const alive = isAlive(now);
      // Reports seldom overlap, so the fixes are nearly in order already.
      const newest = newestReports(trackOf(trailerId), count, since).toReversed();
      store.reads += answersFor(newest);
      const found = newest.flatMap(({ fixes }) => fixes.filter(alive)).map(copyOf);
      return found.sort((a, b) => a.at - b.at);
    },
    between: async (trailerId, now, from, to) => {
      const after = Math.max(from - 1, now - TTL_MS);
      const found = newerThan(trackOf(trailerId).reports, newestOf, after).filter(
        ({ newestAt }) => newestAt <= to + LATE_REPORT_MS,
      );
      store.reads += answersFor(found);
      return found
        .flatMap(({ fixes }) => fixes)
        .filter((fix) => fix.at > after && fix.at < to)
        .map(copyOf)
        .sort((a, b) => a.at - b.at);
    },
    latest: async (trailerId, now) => {
      store.reads += 1;
      const { reports, notes } = trackOf(trailerId);
      const alive = reports.slice(-LATEST_READ.reports).filter(({ newestAt }) => newestAt > now - TTL_MS);
      const heard = notes.slice(-LATEST_READ.notes).filter(({ at }) => at > now - TTL_MS);
      return dayOf(alive, heard, now - TTL_MS);
    },
    shown: async (trailerId, now, count) => {
      sweep(now);
      const read = (since: number): Fix[] => {
        const newest = newestReports(trackOf(trailerId), count, since);
        store.reads += answersFor(newest);
        return newest
          .flatMap(({ fixes }) => shownOf(fixes, atOf, newest[0]?.newestAt ?? 0))
          .filter(isAlive(now))
          .map(copyOf)
          .sort((a, b) => a.at - b.at);
      };
      const late = read(now - SHOWN_MS);
      return late.length < Math.min(LEAST_SHOWN, count) ? read(Number.NEGATIVE_INFINITY) : late;
    },
    since: async (trailerId, now, since) => {
      const track = trackOf(trailerId);
      const of = newerThan(track.reports, newestOf, since);
      store.reads += answersFor(of);
      const heard = newerThan(track.notes, atOf, since);
      return dayOf(of, heard, Math.max(since, now - TTL_MS));
    },
  };
  return store;
};
