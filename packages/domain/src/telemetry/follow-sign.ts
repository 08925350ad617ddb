import type { TrailerId } from '../ids.ts';
import type { TelemetryDependencies } from './dependencies.ts';
import { updateJobs } from './update-jobs.ts';
import { readForSilence } from './watch-trailers.ts';

/**
 * Updates the progress of a trailer's jobs by a message without a position: at rest, or in motion. Two reads, and none of the fixes for a
 * trailer without open jobs.
 * @param standing true when the device says that it is at rest, false when it says that it moves
 */
export const followSign = async (
  dependencies: TelemetryDependencies,
  trailerId: TrailerId,
  standing: boolean,
): Promise<void> => {
  const { jobs, locations, now: clock } = dependencies;
  const now = clock();
  if ((await jobs.openByTrailer(trailerId)).length === 0) return;
  const fixes = await readForSilence(locations, trailerId, now);
  if (fixes.length === 0) return;
  await updateJobs(dependencies, { trailerId, fixes, now, from: now, also: null, sign: standing });
};
