import type { Fix, JobId, LocationStore, TrailerId } from '@qdn/domain';

/** Reports read for the position, the trail and the pace: five minutes of single fixes from one trailer every 10 s. */
const REPORTS_SHOWN = 30;
/** How far back one of several trailers is looked for that the newest reports say nothing of, in ms. */
const SILENT_SINCE_MS = 2 * 3_600_000;

/**
 * What a job's trailers reported of late, asked for at once. One read; another when several trailers share a job and some are not
 * among the newest reports: what fell silent is looked for among the last two hours'.
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
