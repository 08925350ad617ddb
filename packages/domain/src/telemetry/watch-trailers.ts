import type { Fix } from '../fix.ts';
import type { JobId, TrailerId } from '../ids.ts';
import { type JobStatus, phaseOf, statusesIn } from '../job-status.ts';
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

/** Age of a trailer's newest report, in ms, up to which that report itself has moved its jobs: silence says nothing yet. */
const HEARD_MS = 60_000;
/** Number of trailers that are looked at concurrently: as many as the AWS SDK has connections to DynamoDB. */
const TRAILERS_AT_ONCE = 50;

/**
 * A part of the work, for a fleet that one run cannot look at: the jobs whose IDs fall into part `index`, from 0, of `of` parts. `isOver`
 * returns true when the run must end.
 */
export type WatchPart = { index: number; of: number; isOver: () => boolean };
const WHOLE: WatchPart = { index: 0, of: 1, isOver: () => false };

/** Outcome of a look: jobs on the road without a report for ten minutes, and the number of trailers that the time did not reach. */
export type Watched = { silent: JobId[]; notReached: number };

/** Returns the part of a job: an FNV-1a hash of its ID, so that the jobs of a day spread evenly. */
const partOf = (id: JobId, of: number): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % of;
};

/** Reads all jobs of a status, page by page. */
const jobsIn = async (jobs: Pick<JobStore, 'list'>, status: JobStatus): Promise<JobSummary[]> => {
  const found: JobSummary[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<JobStore['list']>> = await jobs.list([status], after);
    found.push(...page.jobs);
    after = page.next;
  } while (after !== null);
  return found;
};

/** Reads all jobs under way, each once, although a job may change its status between two pages. */
const jobsUnderWay = async (jobs: Pick<JobStore, 'list'>): Promise<JobSummary[]> => {
  const lists = await Promise.all(UNDER_WAY.map((status) => jobsIn(jobs, status)));
  return [...new Map(lists.flat().map((job) => [job.id, job])).values()];
};

/**
 * Returns the trailers in an order that begins elsewhere each minute: where the time ends before the list does, each trailer has its
 * turn within some minutes.
 */
const inTurn = <T>(trailers: readonly T[], now: number): T[] => {
  const minute = Math.floor(now / 60_000);
  // Multiples of the golden section spread evenly, whatever the number of trailers is.
  const start = Math.floor(((minute * 0.618034) % 1) * trailers.length);
  return [...trailers.slice(start), ...trailers.slice(0, start)];
};

/** Looks at one trailer, and moves its jobs when it is silent. @returns its newest fix, and its jobs that arrived or ended */
const lookAt = async (
  dependencies: TelemetryDependencies,
  trailerId: TrailerId,
  now: number,
): Promise<{ newest: Fix | undefined; arrived: JobId[] }> => {
  const newest = (await dependencies.locations.recent(trailerId, now, 1, now - READ_MS)).at(-1);
  if (!newest || now - newest.at <= HEARD_MS) return { newest, arrived: [] };
  const fixes = await readForSilence(dependencies.locations, trailerId, now);
  const changed = await updateJobs(dependencies, { trailerId, fixes, now, from: now, also: null });
  const arrived = changed.filter(({ after }) => phaseOf(after.status) !== 'driving').map(({ after }) => after.id);
  return { newest: fixes.at(-1), arrived };
};

/**
 * Looks at the trailers of all jobs under way, which may have stopped reporting. Silence can mean that a trailer stands: then its jobs
 * arrive, or end. One read of each trailer's newest report, and one of the earlier ones when it is more than a minute old.
 * @returns among others the jobs on the road whose trailers have not reported for ten minutes. A trailer at a site may have its
 * tracker off for days
 */
export const watchTrailers = async (
  dependencies: TelemetryDependencies,
  jobs: Pick<JobStore, 'list'>,
  { index, of, isOver }: WatchPart = WHOLE,
): Promise<Watched> => {
  const now = dependencies.now();
  const underWay = (await jobsUnderWay(jobs)).filter(({ id }) => partOf(id, of) === index);
  const trailers = inTurn([...new Set(underWay.flatMap((job) => job.trailers as TrailerId[]))], now);
  const newest = new Map<TrailerId, Fix | undefined>();
  const arrived = new Set<JobId>();
  let next = 0;
  const lookInTurn = async (): Promise<void> => {
    for (let trailerId = trailers[next++]; trailerId !== undefined && !isOver(); trailerId = trailers[next++]) {
      const seen = await lookAt(dependencies, trailerId, now);
      newest.set(trailerId, seen.newest);
      for (const id of seen.arrived) arrived.add(id);
    }
  };
  await Promise.all(Array.from({ length: TRAILERS_AT_ONCE }, lookInTurn));
  const silent = underWay
    .filter(({ id, status, trailers: own }) => {
      const wasLookedAt = own.every((trailer) => newest.has(trailer as TrailerId));
      return phaseOf(status) === 'driving' && wasLookedAt && !arrived.has(id);
    })
    .filter(({ trailers: own, updatedAt }) => {
      const heard = Math.max(updatedAt, ...own.map((trailer) => newest.get(trailer as TrailerId)?.at ?? 0));
      // The trailer of a job that was just set to this status by hand has had no time to report.
      return now - heard > SILENT_AFTER_MS;
    })
    .map(({ id }) => id);
  return { silent, notReached: trailers.length - newest.size };
};
