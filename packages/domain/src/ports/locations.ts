import type { Fix } from '../fix.ts';
import type { JobId } from '../ids.ts';

/** Where fixes are kept for seven days. */
export type LocationStore = {
  /** Stores fixes of one report together. Storing the same report again changes nothing. */
  append(jobId: JobId, fixes: readonly Fix[]): Promise<void>;
  /** The newest fixes, from at most `reports` reports, oldest first, none older than the time to live. `now` is epoch ms. */
  recent(jobId: JobId, now: number, reports: number): Promise<Fix[]>;
};
