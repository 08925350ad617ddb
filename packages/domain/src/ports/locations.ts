import type { Fix, Heard, Quarantined, SignKind } from '../fix.ts';
import type { TrailerId } from '../ids.ts';

/**
 * One trailer's stored fixes since a moment. `heardAt` is the time of its last report without a usable position, `client` the program
 * that sent the newest report. `signs` are the noted messages without a fix, oldest first.
 */
export type TrailerDay = {
  fixes: Fix[];
  quarantined: Quarantined[];
  heardAt: number | null;
  client: string | null;
  signs: Array<{ at: number; kind: SignKind; standing?: boolean }>;
};

/** Time after a moment in which reports are searched for fixes from before it, in ms: trackers send them late, in batches. */
export const LATE_REPORT_MS = 2 * 3_600_000;

/** Maximum fixes of an item: a tenth of the 400 KB that DynamoDB takes. Only a tracker that was offline for hours sends more at once. */
export const MAX_FIXES_OF_ITEM = 1000;

/** Splits a report into the fixes of its items, oldest first. */
export const itemsOfReport = (fixes: readonly Fix[]): Fix[][] => {
  const sorted = fixes.toSorted((a, b) => a.at - b.at);
  return Array.from({ length: Math.ceil(sorted.length / MAX_FIXES_OF_ITEM) }, (_, i) =>
    sorted.slice(i * MAX_FIXES_OF_ITEM, (i + 1) * MAX_FIXES_OF_ITEM),
  );
};

/** Maximum number of reports and of notes that `latest` reads. */
export const LATEST_READ = { reports: 12, notes: 5 } as const;

/**
 * Store of fixes, which it keeps for seven days. A track belongs to a trailer, with or without a job; a job's fixes are those of its
 * trailers while they work on it.
 */
export type LocationStore = {
  /**
   * Stores the fixes of one report, with the points that were kept out of each trailer's track: one write per trailer and 1000 fixes. Storing the
   * same report again changes nothing. Concurrent reports are all kept.
   * @param client the program that sent the report, where it is known
   */
  append(
    fixes: readonly Fix[],
    quarantined?: ReadonlyMap<TrailerId, readonly Quarantined[]>,
    client?: string | null,
  ): Promise<void>;
  /**
   * Stores a report without a fix: the points that were kept out of the trailer's track, and the sign of life. One write. `at` is epoch ms.
   */
  note(trailerId: TrailerId, quarantined: readonly Quarantined[], at: number, heard?: Heard | null): Promise<void>;
  /**
   * Reads the fixes of a trailer's newest reports, oldest first, none older than the time to live.
   * @param reports maximum number of reports
   * @param since reads only reports whose newest fix was taken after this; times are epoch ms
   */
  recent(trailerId: TrailerId, now: number, reports: number, since?: number): Promise<Fix[]>;
  /**
   * Reads the newest fixes of a trailer for a map and an arrival time, oldest first: of the last minutes all, and of earlier ones the more
   * seldom the older they are (`shownOf`). Reads the reports of the last half hour, and earlier ones when these hold hardly a fix.
   * @param reports maximum number of reports
   */
  shown(trailerId: TrailerId, now: number, reports: number): Promise<Fix[]>;
  /**
   * Reads a trailer's fixes from one moment to before another, oldest first. A report that ends over two hours later is not searched for
   * them. Times are epoch ms.
   */
  between(trailerId: TrailerId, now: number, from: number, to: number): Promise<Fix[]>;
  /**
   * Reads a trailer's newest reports and notes within the time to live: two reads, whatever their age. `heardAt` and `client` are as known
   * from these. See `LATEST_READ`.
   */
  latest(trailerId: TrailerId, now: number): Promise<TrailerDay>;
  /** Reads a trailer's fixes, and the points that were kept out of its track, since a moment. Times are epoch ms. */
  since(trailerId: TrailerId, now: number, since: number): Promise<TrailerDay>;
};
