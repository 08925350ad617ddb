import { type JobStore, watchTrailers as lookAtTrailers, type TelemetryDependencies } from '@qdn/domain';
import { type Logger, scheduledHandler } from '@qdn/lambda';

export type WatchTrailersDependencies = TelemetryDependencies & { jobList: Pick<JobStore, 'list'>; log: Logger };

/** Maximum number of job IDs in one line of the log. */
const MAX_NAMED = 10;

/**
 * Looks every minute at the trailers of all jobs under way: a silent tracker sends no request by which its job could be updated. Counts
 * the jobs whose trailers have stopped reporting on the road.
 */
export const watchTrailers = (dependencies: WatchTrailersDependencies) => {
  const { log } = dependencies;
  return scheduledHandler({ name: 'watch-trailers', log }, async () => {
    const silent = await lookAtTrailers(dependencies, dependencies.jobList);
    if (silent.length > 0) log.warn('TRAILERS_SILENT', { jobs: silent.slice(0, MAX_NAMED).join(' ') });
    log.measure({ StaleJobs: silent.length });
  });
};
