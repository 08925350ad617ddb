import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import type { LocationStore } from '../ports/locations.ts';

/** Reports read of each trailer for the position, the trail and the pace: five minutes of single fixes every 10 s. */
const REPORTS_SHOWN = 30;

/** Reads the newest fixes of a job's trailers, as a map and an arrival time need them: one read of each, two of a silent one. @param reports maximum number of reports of a trailer */
export const recentFixes = async (
  locations: Pick<LocationStore, 'shown'>,
  trailers: readonly TrailerId[],
  now: number,
  reports: number = REPORTS_SHOWN,
): Promise<Fix[]> => (await Promise.all(trailers.map((trailer) => locations.shown(trailer, now, reports)))).flat();
