import { FIX_TTL_S, type Fix } from '../fix.ts';
import type { JobId } from '../ids.ts';
import type { LocationStore } from '../ports/locations.ts';

type Report = { jobId: JobId; newestAt: number; fixes: Fix[] };

/** Fixes in memory, under the same contract as the table. `reads` counts what an engine would have been asked. */
export const memoryLocations = (): LocationStore & { reads: number } => {
  const reports = new Map<string, Report>();
  const store: LocationStore & { reads: number } = {
    reads: 0,
    append: async (jobId, fixes) => {
      for (const [trailerId, own] of Map.groupBy(fixes, (fix) => fix.trailerId)) {
        const newestAt = Math.max(...own.map(({ at }) => at));
        reports.set(`${jobId} ${trailerId} ${own.map(({ at }) => at).sort()}`, {
          jobId,
          newestAt,
          fixes: structuredClone(own),
        });
      }
    },
    recent: async (jobId, now, count, since = Number.NEGATIVE_INFINITY) => {
      store.reads += 1;
      return [...reports.values()]
        .filter((report) => report.jobId === jobId && report.newestAt > since)
        .sort((a, b) => b.newestAt - a.newestAt)
        .slice(0, count)
        .flatMap(({ fixes }) => structuredClone(fixes))
        .filter(({ at }) => at > now - FIX_TTL_S * 1000)
        .sort((a, b) => a.at - b.at);
    },
  };
  return store;
};
