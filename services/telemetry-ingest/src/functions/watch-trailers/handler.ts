import { findSilentJobs, type JobStore, type LocationStore } from '@qdn/domain';
import { type Logger, scheduledHandler } from '@qdn/lambda';

export type WatchTrailersDependencies = {
  jobs: Pick<JobStore, 'list'>;
  locations: Pick<LocationStore, 'recent'>;
  /** Epoch ms. */
  now: () => number;
  log: Logger;
};

/** Maximum number of job IDs in one line of the log. */
const MAX_NAMED = 10;

/** Counts, every five minutes, the jobs whose trailers have stopped reporting. A silent tracker sends no metric of its own. */
export const watchTrailers = ({ jobs, locations, now, log }: WatchTrailersDependencies) =>
  scheduledHandler({ name: 'watch-trailers', log }, async () => {
    const silent = await findSilentJobs({ jobs, locations }, now());
    if (silent.length > 0) log.warn('TRAILERS_SILENT', { jobs: silent.slice(0, MAX_NAMED).join(' ') });
    log.measure({ StaleJobs: silent.length });
  });
