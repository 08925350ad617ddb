import type { JobStatus, JobStore, LocationStore } from '@qdn/domain';
import { type Logger, withCorrelation } from '@qdn/lambda';

export type WatchTrailersDependencies = {
  jobs: Pick<JobStore, 'list'>;
  locations: Pick<LocationStore, 'recent'>;
  /** Epoch ms. */
  now: () => number;
  log: Logger;
};

/** A trailer on the road is looked at by a customer; one at a site may stand there for days, its tracker switched off. */
const ON_THE_ROAD: readonly JobStatus[] = ['in_transit', 'en_route_to_next'];
/** Trackers report every 10 s to a minute; what is longer is no tunnel, in ms. */
export const SILENT_AFTER_MS = 10 * 60_000;

/**
 * Every five minutes: counts the jobs on the road of which no trailer has been heard for ten minutes. Only something that runs by
 * the clock can tell; who is silent sends no metric. A page of jobs, and one read each.
 */
export const watchTrailers = ({ jobs, locations, now, log }: WatchTrailersDependencies) => {
  const isSilent = async (job: Awaited<ReturnType<JobStore['list']>>['jobs'][number]): Promise<boolean> => {
    const [newest] = (await locations.recent(job.id, now(), 1)).slice(-1);
    // A job that was set off a moment ago by hand has had no time to report.
    return now() - Math.max(newest?.at ?? 0, job.updatedAt) > SILENT_AFTER_MS;
  };
  return (_event: unknown, context: { awsRequestId: string }): Promise<void> =>
    withCorrelation(context.awsRequestId, async () => {
      const silent: string[] = [];
      for (let after: string | null = null; ; ) {
        const page: Awaited<ReturnType<JobStore['list']>> = await jobs.list(ON_THE_ROAD, after);
        const found = await Promise.all(page.jobs.map(async (job) => ((await isSilent(job)) ? [job.id] : [])));
        silent.push(...found.flat());
        after = page.next;
        if (after === null) break;
      }
      if (silent.length > 0) log.warn('trailers have fallen silent', { jobs: silent.slice(0, 10).join(' ') });
      log.measure({ StaleJobs: silent.length });
    });
};
