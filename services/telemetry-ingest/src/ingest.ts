import {
  acceptFixes,
  announce,
  belongsTo,
  etaOf,
  type Fix,
  faultOf,
  followFixes,
  HINDSIGHT_FIXES,
  HINDSIGHT_MS,
  type Ignored,
  type IgnoreReason,
  type Job,
  learnFrom,
  legsSince,
  ProductError,
  type Quarantined,
  type TrailerId,
} from '@qdn/domain';
import type { Dependencies } from './dependencies.ts';
import { addUp } from './quarantine.ts';

/** What is older than this when it comes is late: all that was taken since is read, not only the newest reports. In ms. */
const LATE_MS = 2 * 60_000;
/** Reports of one trailer read for what comes in time: enough to judge a fix by, at a fix a second too. */
const REPORTS = 75;
/** Two posts that crossed each other have not seen each other's fixes; the next one makes up for it, so long ago, in ms. */
const CROSSING_MS = 30_000;
/** Two trailers of one job may arrive in the same second; one of them then sees a newer version and looks again. */
const TRIES = 3;

/** What became of a report. `before` and `after` are the job's states: the same one when its status has not changed. */
export type Ingested = { accepted: number; ignored: Ignored; before: Job; after: Job };

type Refused = { fix: Fix; reason: IgnoreReason };

const foreignReason = (job: Job, fix: Fix): IgnoreReason | null => {
  if (!job.trailers.includes(fix.trailerId)) return 'wrong-trailer';
  return belongsTo(job, fix) ? null : 'job-ended';
};

const isPlace = ({ at, lat, lon }: Fix): boolean => Math.abs(at) < 1e14 && Math.abs(lat) < 1e6 && Math.abs(lon) < 1e6;

/** What is kept of refused fixes, by trailer. A jump is in the track itself, where later fixes may prove it right. */
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

/** Whether these are enough to judge each trailer's fixes from a moment on. */
const reachBack = (known: readonly Fix[], job: Job, from: number): boolean =>
  job.trailers.every(
    (trailer) => known.filter(({ trailerId, at }) => trailerId === trailer && at < from).length >= HINDSIGHT_FIXES,
  );

/** The stored fixes by which those from a moment on are judged, and all since. One read; two for a swarm of reports. */
const knownSince = async (
  locations: Dependencies['locations'],
  job: Job,
  from: number,
  now: number,
): Promise<Fix[]> => {
  const since = from - HINDSIGHT_MS;
  const all = () => locations.recent(job.id, now, Number.POSITIVE_INFINITY, since);
  if (from < now - LATE_MS) return all();
  const reports = REPORTS * Math.max(1, job.trailers.length);
  const known = await locations.recent(job.id, now, reports, since);
  return known.length < reports || reachBack(known, job, from) ? known : all();
};

/**
 * Stores a report's fixes and lets the job's status follow. One query, one write per trailer, and a write of the job only when
 * its status changes or the customer is to be told something. Every fix is counted once, as accepted or under the reason why it
 * does not count.
 * @throws ProductError `unavailable` when a store cannot be reached: the device keeps its fixes and sends them again, and what
 * was stored already is then a duplicate
 */
export const ingest = async (
  dependencies: Pick<
    Dependencies,
    'jobs' | 'locations' | 'notices' | 'quarantine' | 'travel' | 'lessons' | 'now' | 'log'
  >,
  job: Job,
  reported: readonly Fix[],
): Promise<Ingested> => {
  const { locations, quarantine, now: clock, log } = dependencies;
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
  const { before, after } = await follow(dependencies, job, fixes, now, from);
  if (after.history !== before.history) await note(dependencies, after, fixes, now);
  if (after.status !== before.status)
    log.info('status changed', { jobId: job.id, from: before.status, to: after.status });
  return { accepted, ignored: counted(refused), before, after };
};

/** Stores the fixes, with all that waits in quarantine for their trailers; what cannot be stored waits on. */
const store = async (
  { locations, quarantine }: Pick<Dependencies, 'locations' | 'quarantine'>,
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
    // This report's own will be counted when it comes again.
    for (const [trailer, own] of waiting) quarantine.add(trailer, own);
    throw error;
  }
  for (const [trailer, own] of quarantined) if (!trailers.has(trailer)) quarantine.add(trailer, own);
};

/**
 * Stores what waits in quarantine for a trailer, if it has waited long enough. A failure here refuses no report: it waits on.
 * @param urgent when there is no fix to be expected that it could go with
 */
export const settleQuarantine = async (
  { locations, quarantine, now, log }: Pick<Dependencies, 'locations' | 'quarantine' | 'now' | 'log'>,
  trailerId: TrailerId,
  urgent: boolean,
): Promise<void> => {
  if (!quarantine.isDue(trailerId, now(), urgent)) return;
  const waiting = quarantine.take(trailerId);
  try {
    await locations.note(trailerId, waiting, now());
  } catch (error) {
    quarantine.add(trailerId, waiting);
    log.warn('quarantine not stored yet', { trailerId, reason: error instanceof Error ? error.message : 'unknown' });
  }
};

/**
 * Notes what finished drives teach of the next ones. Late fixes teach them anew. A failure here refuses no report: it is one drive
 * less to learn from.
 */
const note = async (
  { locations, lessons, log }: Pick<Dependencies, 'locations' | 'lessons' | 'log'>,
  job: Job,
  known: readonly Fix[],
  now: number,
): Promise<void> => {
  const since = legsSince(job);
  if (since === null) return;
  try {
    const reachesBack = known.some(({ at }) => at <= since);
    const fixes = reachesBack ? known : await locations.recent(job.id, now, Number.POSITIVE_INFINITY, since);
    await learnFrom(lessons.store, job, fixes, lessons.timeZone);
  } catch (error) {
    log.warn('a drive taught nothing', { jobId: job.id, reason: error instanceof Error ? error.message : 'unknown' });
  }
};

const follow = async (
  { jobs, notices, travel }: Pick<Dependencies, 'jobs' | 'notices' | 'travel'>,
  seen: Job,
  fixes: readonly Fix[],
  now: number,
  from: number,
): Promise<{ before: Job; after: Job }> => {
  let job = seen;
  for (let tries = 1; ; tries += 1) {
    const followed = followFixes(job, fixes, now, from);
    const eta = notices.policy.kinds.length > 0 ? await etaOf(travel, followed, fixes, now) : null;
    const announced = await announce({ ...notices, now }, followed, eta);
    if (announced === job) return { before: job, after: job };
    const after = { ...announced, version: job.version + 1 };
    try {
      await jobs.update(after);
      return { before: job, after };
    } catch (error) {
      if (!(error instanceof ProductError) || error.code !== 'conflict') throw error;
      job = (await jobs.findFresh(job.id)) ?? job;
      // The fixes are stored; the next report sees the same and tries again.
      if (tries === TRIES) return { before: job, after: job };
    }
  }
};
