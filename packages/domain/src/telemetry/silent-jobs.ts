import type { JobId } from '../ids.ts';
import { statusesIn } from '../job-status.ts';
import type { JobStore, JobSummary } from '../ports/jobs.ts';
import type { LocationStore } from '../ports/locations.ts';

/** Statuses in which a customer watches a moving trailer. A trailer at a site may have its tracker off for days. */
const ON_THE_ROAD = statusesIn('driving');
/** Silence after which a trailer counts as silent, in ms. Trackers report every 10 s to a minute, and no tunnel takes this long. */
export const SILENT_AFTER_MS = 10 * 60_000;

/**
 * Finds jobs on the road whose trailers have not reported for ten minutes. Reads the jobs page by page, and one report each.
 * @param now epoch ms
 */
export const findSilentJobs = async (
  { jobs, locations }: { jobs: Pick<JobStore, 'list'>; locations: Pick<LocationStore, 'recent'> },
  now: number,
): Promise<JobId[]> => {
  const isSilent = async ({ id, updatedAt }: JobSummary): Promise<boolean> => {
    const [newest] = (await locations.recent(id, now, 1)).slice(-1);
    // The trailer of a job that was just set to this status by hand has had no time to report.
    return now - Math.max(newest?.at ?? 0, updatedAt) > SILENT_AFTER_MS;
  };
  const silent: JobId[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<JobStore['list']>> = await jobs.list(ON_THE_ROAD, after);
    const found = await Promise.all(page.jobs.map(async (job) => ((await isSilent(job)) ? [job.id] : [])));
    silent.push(...found.flat());
    after = page.next;
  } while (after !== null);
  return silent;
};
