import type { Fix, Ignored, IgnoreReason, Quarantined } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';
import { changeJob, isConflict } from '../jobs/change-job.ts';
import { acceptFixes, faultOf } from '../movement/acceptance.ts';
import { belongsTo } from '../movement/assignment.ts';
import { etaOf } from '../movement/job-eta.ts';
import { legsSince } from '../movement/legs.ts';
import { followFixes, HINDSIGHT_FIXES, HINDSIGHT_MS } from '../movement/status-from-fixes.ts';
import { learnFrom } from '../movement/travel-source.ts';
import { announce } from '../relay/notice.ts';
import type { TelemetryDependencies } from './dependencies.ts';
import { addUp } from './quarantine.ts';

/** Age on arrival from which a report is late, in ms: then everything stored since is read, not only the newest reports. */
const LATE_MS = 2 * 60_000;
/** Stored reports read per trailer for a report in time: enough to judge a fix, even at one fix per second. */
const REPORTS_READ = 75;
/** Window that the next post re-reads, in ms, because two concurrent posts do not see each other's fixes. */
const CROSSING_MS = 30_000;
/** Maximum attempts to write the job's new status. Two trailers of one job may arrive in the same second. */
const MAX_STATUS_ATTEMPTS = 3;

/** Outcome of a report. `before` and `after` are the same job when its status has not changed. */
export type Ingested = { accepted: number; ignored: Ignored; before: Job; after: Job };

type Refused = { fix: Fix; reason: IgnoreReason };

const foreignReason = (job: Job, fix: Fix): IgnoreReason | null => {
  if (!job.trailers.includes(fix.trailerId)) return 'wrong-trailer';
  return belongsTo(job, fix) ? null : 'job-ended';
};

const isPlace = ({ at, lat, lon }: Fix): boolean => Math.abs(at) < 1e14 && Math.abs(lat) < 1e6 && Math.abs(lon) < 1e6;

/** Refused fixes to keep, by trailer. A jump stays in the track, because later fixes may prove it right. */
const quarantinedOf = (refused: readonly Refused[]): Map<TrailerId, Quarantined[]> =>
  new Map(
    [...Map.groupBy(refused, ({ fix }) => fix.trailerId)].map(([trailerId, own]) => [
      trailerId,
      addUp(
        own
          .filter(({ reason }) => reason !== 'jump')
          .map(({ fix, reason }) => ({
            reason,
            count: 1,
            last: isPlace(fix) ? { at: fix.at, lat: fix.lat, lon: fix.lon } : null,
          })),
      ),
    ]),
  );

const counted = (refused: readonly Refused[]): Ignored => {
  const ignored: Ignored = {};
  for (const { reason } of refused) ignored[reason] = (ignored[reason] ?? 0) + 1;
  return ignored;
};

/** True when the known fixes are enough to judge each trailer's fixes from a moment on. */
const reachBack = (known: readonly Fix[], job: Job, from: number): boolean =>
  job.trailers.every(
    (trailer) => known.filter(({ trailerId, at }) => trailerId === trailer && at < from).length >= HINDSIGHT_FIXES,
  );

/** Reads the stored fixes since a moment, and the earlier ones to judge them by. One read; two when reports are very dense. */
const knownSince = async (
  locations: TelemetryDependencies['locations'],
  job: Job,
  from: number,
  now: number,
): Promise<Fix[]> => {
  const since = from - HINDSIGHT_MS;
  const all = () => locations.recent(job.id, now, Number.POSITIVE_INFINITY, since);
  if (from < now - LATE_MS) return all();
  const reports = REPORTS_READ * Math.max(1, job.trailers.length);
  const known = await locations.recent(job.id, now, reports, since);
  return known.length < reports || reachBack(known, job, from) ? known : all();
};

/**
 * Stores a report's fixes and updates the job's status. One query, one write per trailer, and a write of the job only when its
 * status changes or a notice to the customer is due. Counts every fix once: as accepted, or under the reason why it is ignored.
 * @throws ProductError `unavailable` when a store cannot be reached: the device keeps its fixes and sends them again; those already
 * stored are then duplicates
 */
export const ingestFixes = async (
  dependencies: TelemetryDependencies,
  job: Job,
  reported: readonly Fix[],
): Promise<Ingested> => {
  const { locations, quarantine, now: clock, emit } = dependencies;
  const now = clock();
  const judgedAlone = reported.map((fix) => ({ fix, reason: foreignReason(job, fix) ?? faultOf(fix, now) }));
  const sound = judgedAlone.filter(({ reason }) => reason === null).map(({ fix }) => fix);
  const unsound = judgedAlone.flatMap(({ fix, reason }) => (reason ? [{ fix, reason }] : []));
  if (sound.length === 0) {
    for (const [trailerId, own] of quarantinedOf(unsound)) quarantine.add(trailerId, own);
    return { accepted: 0, ignored: counted(unsound), before: job, after: job };
  }

  const from = Math.min(...sound.map(({ at }) => at)) - CROSSING_MS;
  const known = await knownSince(locations, job, from, now);
  const { stored, accepted, refused: doubtful } = acceptFixes(sound, known, now);
  const refused = [...unsound, ...doubtful];
  await store(dependencies, job, stored, quarantinedOf(refused));
  const fixes = [...known, ...stored];
  const { before, after } = await updateStatus(dependencies, job, fixes, now, from);
  if (after.history !== before.history) await storeSamples(dependencies, after, fixes, now);
  if (after.status !== before.status)
    emit({ kind: 'status-changed', jobId: job.id, from: before.status, to: after.status });
  return { accepted, ignored: counted(refused), before, after };
};

/** Stores the fixes with their trailers' quarantined points. After a failure the points stay in quarantine. */
const store = async (
  { locations, quarantine }: Pick<TelemetryDependencies, 'locations' | 'quarantine'>,
  job: Job,
  fixes: readonly Fix[],
  quarantined: ReadonlyMap<TrailerId, readonly Quarantined[]>,
): Promise<void> => {
  const trailers = new Set(fixes.map(({ trailerId }) => trailerId));
  const waiting = new Map([...trailers].map((trailer) => [trailer, quarantine.take(trailer)]));
  const along = new Map(
    [...waiting].map(([trailer, own]) => [trailer, addUp([...own, ...(quarantined.get(trailer) ?? [])])]),
  );
  try {
    if (fixes.length > 0) await locations.append(job.id, fixes, along);
  } catch (error) {
    // The device repeats this report; its own refused fixes are counted then.
    for (const [trailer, own] of waiting) quarantine.add(trailer, own);
    throw error;
  }
  for (const [trailer, own] of quarantined) if (!trailers.has(trailer)) quarantine.add(trailer, own);
};

/**
 * Adds finished drives to the travel-time model's samples; late fixes replace a drive's sample. A failure never refuses a report:
 * the model has one sample fewer.
 */
const storeSamples = async (
  { locations, samples, emit }: Pick<TelemetryDependencies, 'locations' | 'samples' | 'emit'>,
  job: Job,
  known: readonly Fix[],
  now: number,
): Promise<void> => {
  const since = legsSince(job);
  if (since === null) return;
  try {
    const reachesBack = known.some(({ at }) => at <= since);
    const fixes = reachesBack ? known : await locations.recent(job.id, now, Number.POSITIVE_INFINITY, since);
    await learnFrom(samples.store, job, fixes, samples.timeZone);
  } catch (error) {
    emit({ kind: 'sample-not-stored', jobId: job.id, error });
  }
};

/**
 * Writes the status that follows from the fixes, and orders the notices that are due. After the last conflict the status stays as it
 * is: the fixes are stored, and the next report updates the status.
 */
const updateStatus = async (
  { jobs, notices, travel }: Pick<TelemetryDependencies, 'jobs' | 'notices' | 'travel'>,
  seen: Job,
  fixes: readonly Fix[],
  now: number,
  from: number,
): Promise<{ before: Job; after: Job }> => {
  let latest = seen;
  let isFirst = true;
  const readLatest = async () => {
    if (!isFirst) latest = (await jobs.findFresh(seen.id)) ?? latest;
    isFirst = false;
    return { job: latest };
  };
  const change = async (job: Job): Promise<Job> => {
    const followed = followFixes(job, fixes, now, from);
    const eta = notices.policy.kinds.length > 0 ? await etaOf(travel, followed, fixes, now) : null;
    return announce({ ...notices, now }, followed, eta);
  };
  try {
    const { before, job: after } = (await changeJob(jobs, readLatest, change, MAX_STATUS_ATTEMPTS)) ?? {
      before: seen,
      job: seen,
    };
    return { before, after };
  } catch (error) {
    if (!isConflict(error)) throw error;
    const { job } = await readLatest();
    return { before: job, after: job };
  }
};
