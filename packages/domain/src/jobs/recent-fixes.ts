import type { Fix } from '../fix.ts';
import type { JobId, TrailerId } from '../ids.ts';
import type { LocationStore } from '../ports/locations.ts';

/** Reports read for the position, the trail and the pace: five minutes of single fixes from one trailer every 10 s. */
const REPORTS_SHOWN = 30;
/** Window of the search for a trailer that is missing from the newest reports, in ms. */
const SILENT_SINCE_MS = 2 * 3_600_000;

/**
 * Starts reading a job's newest fixes at once. One read, or two when several trailers share a job and some are missing from the newest
 * reports: the second read covers the last two hours.
 */
export const recentFixes = (locations: Pick<LocationStore, 'recent'>, id: JobId, now: number) => {
  const newest = locations.recent(id, now, REPORTS_SHOWN);
  return {
    newest,
    ofAll: async (trailers: readonly TrailerId[]): Promise<Fix[]> => {
      const fixes = await newest;
      const heard = new Set(fixes.map(({ trailerId }) => trailerId));
      const complete = fixes.length < REPORTS_SHOWN || trailers.every((trailer) => heard.has(trailer));
      return complete ? fixes : locations.recent(id, now, Number.POSITIVE_INFINITY, now - SILENT_SINCE_MS);
    },
  };
};
