import type { Fix } from '../fix.ts';
import type { JobId, TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';
import { isActive, isUnderWay } from '../job-status.ts';
import { isConflict } from '../jobs/change-job.ts';
import { recentFixes } from '../jobs/recent-fixes.ts';
import { followTrack } from '../movement/follow-trailer.ts';
import { etaOf } from '../movement/job-eta.ts';
import { siteSamples } from '../movement/learned-sites.ts';
import { legsSince } from '../movement/legs.ts';
import { questionAbout } from '../movement/near-stop.ts';
import { type StandTrack, standTrackOf } from '../movement/stand.ts';
import { learnFrom } from '../movement/travel-source.ts';
import { OVERDUE_MS } from '../ports/jobs.ts';
import { announce } from '../relay/notice.ts';
import { alertOwner, askOwner } from './alert-owner.ts';
import type { TelemetryDependencies } from './dependencies.ts';

/** Maximum attempts to write the jobs' new state. Two trailers of one job may arrive in the same second. */
const MAX_STATUS_ATTEMPTS = 3;

/** The fixes of one trailer that its jobs are to follow: known ones, with the new ones since `from`. Times are epoch ms. */
export type Following = {
  trailerId: TrailerId;
  fixes: readonly Fix[];
  now: number;
  from: number;
  /** A job that the report names, which may not be among the trailer's open ones. */
  also: JobId | null;
  /** Word of the trailer's device since its last fix: true at rest, false in motion. */
  sign?: boolean;
};

/** The fixes by which a job's arrival is estimated: the trailer's own, and those of the job's other trailers. */
const fixesOfJob = async (
  { locations }: Pick<TelemetryDependencies, 'locations'>,
  job: Job,
  { trailerId, fixes, now }: Following,
): Promise<readonly Fix[]> => {
  const others = job.trailers.filter((one) => one !== trailerId);
  return others.length === 0 ? fixes : [...fixes, ...(await recentFixes(locations, others, now))];
};

/** Adds the notice that is due to a job. */
const announced = async (
  dependencies: Pick<TelemetryDependencies, 'locations' | 'notices' | 'travel'>,
  job: Job,
  following: Following,
): Promise<Job> => {
  const { notices, travel } = dependencies;
  const { now } = following;
  if (notices.policy.kinds.length === 0) return job;
  const eta = await etaOf(travel, job, await fixesOfJob(dependencies, job, following), now);
  return announce({ ...notices, now }, job, eta);
};

/** Adds the question that a trailer's stand calls for to a job. */
const asked = (job: Job, { trailerId, now, from, sign }: Following, seen: StandTrack | null): Job => {
  const newest = seen?.track.at(-1);
  if (!seen || !newest || !isUnderWay(job.status)) return job;
  const question = questionAbout(job, trailerId, seen, from < now ? null : { ms: now - newest.at, sign: sign ?? null });
  return question ? { ...job, question } : job;
};

/** Age from which a report is late, in ms: it may open jobs again that have ended by themselves since. */
export const LATE_MS = 2 * 60_000;

/** Reads the jobs that the trailer's fixes may move. */
const jobsOf = async (
  { jobs }: Pick<TelemetryDependencies, 'jobs'>,
  { trailerId, also, from, now }: Following,
): Promise<Job[]> => {
  const isLate = from < now - LATE_MS;
  const [open, ended] = await Promise.all([
    jobs.openByTrailer(trailerId),
    isLate ? jobs.endedByTrailer(trailerId, from - OVERDUE_MS) : [],
  ]);
  const found = [...open, ...ended];
  if (!also || found.some(({ id }) => id === also)) return found;
  const named = await jobs.find(also);
  return named && isActive(named.status) && named.trailers.includes(trailerId) ? [...found, named] : found;
};

/** Writes the changed jobs of one attempt. @returns the jobs that were written, with the one whose write lost against another */
const writeChanges = async (
  { jobs }: Pick<TelemetryDependencies, 'jobs'>,
  changes: ReadonlyArray<{ before: Job; after: Job }>,
): Promise<{ written: Array<{ before: Job; after: Job }>; lost: JobId | null }> => {
  const written: Array<{ before: Job; after: Job }> = [];
  for (const { before, after: changed } of changes) {
    const after: Job = { ...changed, version: before.version + 1 };
    try {
      await jobs.update(after);
      written.push({ before, after });
    } catch (error) {
      if (!isConflict(error)) throw error;
      return { written, lost: before.id };
    }
  }
  return { written, lost: null };
};

/**
 * Adds finished drives to the travel-time model's samples; late fixes replace a drive's sample. A failure never refuses a report:
 * the model has one sample fewer.
 */
const storeSamples = async (
  { locations, samples, emit }: Pick<TelemetryDependencies, 'locations' | 'samples' | 'emit'>,
  job: Job,
  { trailerId, fixes: known, now }: Following,
): Promise<void> => {
  const since = legsSince(job, trailerId);
  if (since === null && siteSamples(job).length === 0) return;
  try {
    const reachesBack = since === null || known.some(({ at }) => at <= since);
    const fixes = reachesBack ? known : await locations.recent(trailerId, now, Number.POSITIVE_INFINITY, since);
    await learnFrom(samples.store, job, fixes, samples.timeZone);
  } catch (error) {
    emit({ kind: 'sample-not-stored', jobId: job.id, error });
  }
};

/**
 * Writes the progress of a trailer's jobs that follows from its fixes, and orders the notices that are due. After a conflict the job is
 * read again and all is decided again; after the last one it stays as it is: the fixes are stored, and the next report updates it.
 * @returns the jobs that changed, as they were and as they are
 */
export const updateJobs = async (
  dependencies: Pick<
    TelemetryDependencies,
    'jobs' | 'locations' | 'notices' | 'alerts' | 'travel' | 'samples' | 'emit' | 'follow'
  >,
  following: Following,
): Promise<Array<{ before: Job; after: Job }>> => {
  const { jobs, emit, follow, travel } = dependencies;
  const { trailerId, fixes, now, from, sign } = following;
  const options = { ...follow, ...(sign === undefined ? {} : { sign }) };
  const changed: Array<{ before: Job; after: Job }> = [];
  let present: readonly Job[] = [];
  let seen: StandTrack | null = null;
  for (let attempt = 1; attempt <= MAX_STATUS_ATTEMPTS; attempt += 1) {
    const open = await jobsOf(dependencies, following);
    if (open.length > 0) {
      seen ??= standTrackOf(fixes);
      options.siteOf ??= (await travel.model()).site;
    }
    const followed = seen ? followTrack(open, trailerId, seen, now, from, options) : [];
    present = followed;
    const changes: Array<{ before: Job; after: Job }> = [];
    for (const [i, before] of open.entries()) {
      const job = followed[i] ?? before;
      const told = isUnderWay(job.status) || job !== before ? await announced(dependencies, job, following) : job;
      const after = asked(told, following, seen);
      if (after !== before) changes.push({ before, after });
    }
    const { written, lost } = await writeChanges(dependencies, changes);
    changed.push(...written);
    if (lost === null) break;
    await jobs.findFresh(lost);
  }
  for (const { before, after } of changed) {
    if (after.question && after.question !== before.question) await askOwner(dependencies, after, after.question);
    if (after.history !== before.history) await storeSamples(dependencies, after, following);
    if (after.status !== before.status)
      emit({ kind: 'status-changed', jobId: before.id, from: before.status, to: after.status });
  }
  if (from < now) await alertOwner(dependencies, trailerId, fixes, present, from);
  return changed;
};
