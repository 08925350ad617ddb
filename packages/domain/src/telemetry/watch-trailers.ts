import type { Fix } from '../fix.ts';
import type { JobId, TrailerId } from '../ids.ts';
import { phaseOf, statusesIn } from '../job-status.ts';
import type { JobStore, JobSummary } from '../ports/jobs.ts';
import type { TelemetryDependencies } from './dependencies.ts';
import { updateJobs } from './update-jobs.ts';

/** Statuses of jobs whose trailers are watched. */
const UNDER_WAY = statusesIn('driving', 'standing');
/** Silence after which a trailer counts as silent, in ms. Trackers report every 10 s to a minute, and no tunnel takes this long. */
export const SILENT_AFTER_MS = 10 * 60_000;
/** Reports read of each trailer, and their maximum age in ms: enough to tell a stand from a lost signal. */
const REPORTS_READ = 190;
const READ_MS = 6 * 3_600_000;

/** Reads a trailer's newest fixes, as many as tell a stand from a lost signal. One query. `now` is epoch ms. */
export const readForSilence = (
  locations: Pick<TelemetryDependencies['locations'], 'recent'>,
  trailerId: TrailerId,
  now: number,
): Promise<Fix[]> => locations.recent(trailerId, now, REPORTS_READ, now - READ_MS);

/** Reads all jobs under way, page by page. */
const jobsUnderWay = async (jobs: Pick<JobStore, 'list'>): Promise<JobSummary[]> => {
  const found: JobSummary[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<JobStore['list']>> = await jobs.list(UNDER_WAY, after);
    found.push(...page.jobs);
    after = page.next;
  } while (after !== null);
  return found;
};

/**
 * Looks at the trailers of all jobs under way, which may have stopped reporting. Silence can mean that a trailer stands: then its jobs
 * arrive, or end. One read of each trailer's newest reports.
 * @returns jobs on the road whose trailers have not reported for ten minutes. A trailer at a site may have its tracker off for days
 */
export const watchTrailers = async (
  dependencies: TelemetryDependencies,
  jobs: Pick<JobStore, 'list'>,
): Promise<JobId[]> => {
  const now = dependencies.now();
  const underWay = await jobsUnderWay(jobs);
  const trailers = [...new Set(underWay.flatMap((job) => job.trailers as TrailerId[]))];
  const newest = new Map<TrailerId, Fix | undefined>();
  const arrived = new Set<JobId>();
  await Promise.all(
    trailers.map(async (trailerId) => {
      const fixes = await readForSilence(dependencies.locations, trailerId, now);
      newest.set(trailerId, fixes.at(-1));
      if (fixes.length === 0) return;
      const changed = await updateJobs(dependencies, { trailerId, fixes, now, from: now, also: null });
      for (const { after } of changed) if (phaseOf(after.status) !== 'driving') arrived.add(after.id);
    }),
  );
  return underWay
    .filter(({ id, status }) => phaseOf(status) === 'driving' && !arrived.has(id))
    .filter(({ trailers: own, updatedAt }) => {
      const heard = Math.max(updatedAt, ...own.map((trailer) => newest.get(trailer as TrailerId)?.at ?? 0));
      // The trailer of a job that was just set to this status by hand has had no time to report.
      return now - heard > SILENT_AFTER_MS;
    })
    .map(({ id }) => id);
};
