import type { Fix } from '../fix.ts';
import type { JobId } from '../ids.ts';

/** Where fixes are kept for seven days. */
export type LocationStore = {
  /** Stores the fixes of one report together. Storing the same report again changes nothing, and no other report is lost. */
  append(jobId: JobId, fixes: readonly Fix[]): Promise<void>;
  /**
   * The fixes of the newest reports, at most so many, oldest first, none older than the time to live. Of the reports whose newest
   * fix was taken after `since` only, where given. Times are epoch ms.
   */
  recent(jobId: JobId, now: number, reports: number, since?: number): Promise<Fix[]>;
};
