import type { Fix, Quarantined } from '../fix.ts';
import type { TrailerId } from '../ids.ts';

/** One trailer's stored fixes since a moment. `heardAt` is the time of its last report without a usable position. */
export type TrailerDay = { fixes: Fix[]; quarantined: Quarantined[]; heardAt: number | null };

/**
 * Store of fixes, which it keeps for seven days. A track belongs to a trailer, with or without a job; a job's fixes are those of its
 * trailers while they work on it.
 */
export type LocationStore = {
  /**
   * Stores the fixes of one report, with the points that were kept out of each trailer's track: one write per trailer. Storing the
   * same report again changes nothing. Concurrent reports are all kept.
   */
  append(fixes: readonly Fix[], quarantined?: ReadonlyMap<TrailerId, readonly Quarantined[]>): Promise<void>;
  /** Stores points that were kept out of a trailer's track when its report has no fix: one write. `at` is epoch ms. */
  note(trailerId: TrailerId, quarantined: readonly Quarantined[], at: number): Promise<void>;
  /**
   * Reads the fixes of a trailer's newest reports, oldest first, none older than the time to live.
   * @param reports maximum number of reports
   * @param since reads only reports whose newest fix was taken after this; times are epoch ms
   */
  recent(trailerId: TrailerId, now: number, reports: number, since?: number): Promise<Fix[]>;
  /** Reads a trailer's fixes, and the points that were kept out of its track, since a moment. Times are epoch ms. */
  since(trailerId: TrailerId, now: number, since: number): Promise<TrailerDay>;
};
