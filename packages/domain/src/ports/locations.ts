import type { Fix, Quarantined } from '../fix.ts';
import type { JobId, TrailerId } from '../ids.ts';

/** What the store has of one trailer since a moment. `heardAt` is when it reported last without a place that could be kept. */
export type TrailerDay = { fixes: Fix[]; quarantined: Quarantined[]; heardAt: number | null };

/** Where fixes are kept for seven days. */
export type LocationStore = {
  /**
   * Stores the fixes of one report together, and with a trailer's fixes what was kept out of its track: one write a trailer.
   * Storing the same report again changes nothing, and no other report is lost.
   */
  append(
    jobId: JobId,
    fixes: readonly Fix[],
    quarantined?: ReadonlyMap<TrailerId, readonly Quarantined[]>,
  ): Promise<void>;
  /** Stores what was kept out of a trailer's track when there is no fix to go with: one write. `at` is epoch ms. */
  note(trailerId: TrailerId, quarantined: readonly Quarantined[], at: number): Promise<void>;
  /**
   * The fixes of the newest reports, at most so many, oldest first, none older than the time to live. Of the reports whose newest
   * fix was taken after `since` only, where given. Times are epoch ms.
   */
  recent(jobId: JobId, now: number, reports: number, since?: number): Promise<Fix[]>;
  /** A trailer's fixes for these jobs, and what was kept out of its track, reported or taken after `since`. Times are epoch ms. */
  since(trailerId: TrailerId, jobIds: readonly JobId[], now: number, since: number): Promise<TrailerDay>;
};
