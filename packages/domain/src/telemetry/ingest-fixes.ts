import type { Fix, Ignored, IgnoreReason, Quarantined } from '../fix.ts';
import type { JobId, TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';
import { acceptFixes, faultOf } from '../movement/acceptance.ts';
import { HINDSIGHT_MS } from '../movement/follow-trailer.ts';
import { clockErrorOf, delayOf, evidentClockError, isUsualDelay, notedReport } from '../movement/tracker-clock.ts';
import type { TelemetryDependencies } from './dependencies.ts';
import { addUp } from './quarantine.ts';
import { LATE_MS, updateJobs } from './update-jobs.ts';

/** Stored reports read for a report in time: enough for the hindsight of a tracker that reports every ten seconds or more seldom. */
const REPORTS_READ = 190;
/** Stored reports read for a tracker that reports more often: four minutes of two a second. More would cost more than it tells. */
const DENSE_REPORTS_READ = 480;
/** A tracker with fewer fixes than this in the time of hindsight reports seldom: then its last reports count, up to this age in ms. */
const SELDOM_FIXES = 4;
const SELDOM_REPORTS_READ = 8;
const SELDOM_MS = 24 * 3_600_000;
/** Window that the next post re-reads, in ms, because two concurrent posts do not see each other's fixes. */
const CROSSING_MS = 30_000;

/** Outcome of a trailer's report: the changed jobs, each as it was before and as it is now. */
export type Ingested = { accepted: number; ignored: Ignored; changed: Array<{ before: Job; after: Job }> };

type Refused = { fix: Fix; reason: IgnoreReason };

const isPlace = ({ at, lat, lon }: Fix): boolean => Math.abs(at) < 1e14 && Math.abs(lat) < 1e6 && Math.abs(lon) < 1e6;

/** Refused fixes to keep. A jump stays in the track, because later fixes may prove it right. */
const quarantinedOf = (refused: readonly Refused[]): Quarantined[] =>
  addUp(
    refused
      .filter(({ reason }) => reason !== 'jump')
      .map(({ fix, reason }) => ({
        reason,
        count: 1,
        last: isPlace(fix) ? { at: fix.at, lat: fix.lat, lon: fix.lon } : null,
      })),
  );

const counted = (refused: readonly Refused[]): Ignored => {
  const ignored: Ignored = {};
  for (const { reason } of refused) ignored[reason] = (ignored[reason] ?? 0) + 1;
  return ignored;
};

/**
 * Facts about trackers, by store: those that report seldom, whose older reports are read with the same one read, and the errors of wrong
 * clocks in ms. A limit on memory.
 */
type KnownTrackers = { seldom: Set<TrailerId>; clockErrors: Map<TrailerId, number> };
const trackersIn = new WeakMap<object, KnownTrackers>();
const MAX_TRACKERS = 500;
const trackersOf = (locations: TelemetryDependencies['locations']): KnownTrackers => {
  const known = trackersIn.get(locations) ?? { seldom: new Set(), clockErrors: new Map() };
  if (known.seldom.size > MAX_TRACKERS) known.seldom.clear();
  if (known.clockErrors.size > MAX_TRACKERS) known.clockErrors.clear();
  trackersIn.set(locations, known);
  return known;
};

/** Reads the stored fixes since a moment, and the earlier ones to judge them by. One read; two when reports are very dense. */
const knownSince = async (
  locations: TelemetryDependencies['locations'],
  trailerId: TrailerId,
  from: number,
  now: number,
): Promise<Fix[]> => {
  const since = from - HINDSIGHT_MS;
  const all = () => locations.recent(trailerId, now, Number.POSITIVE_INFINITY, since);
  // Of a late report everything stored since is needed, not only the newest reports.
  if (from < now - LATE_MS) return all();
  const { seldom } = trackersOf(locations);
  if (seldom.has(trailerId)) {
    const last = await locations.recent(trailerId, now, SELDOM_REPORTS_READ, from - SELDOM_MS);
    if (last.length < SELDOM_REPORTS_READ || (last[0]?.at ?? since) <= since) return last;
    seldom.delete(trailerId);
  }
  const known = await locations.recent(trailerId, now, REPORTS_READ, since);
  if (known.length < SELDOM_FIXES) seldom.add(trailerId);
  const isDense = known.length >= REPORTS_READ && (known[0]?.at ?? since) > since;
  return isDense ? locations.recent(trailerId, now, DENSE_REPORTS_READ, since) : known;
};

/** Returns a report with the times of a right clock. One read for a report that is late or ahead, and none for any other. */
const withRightTimes = async (
  locations: TelemetryDependencies['locations'],
  trailerId: TrailerId,
  reported: readonly Fix[],
  now: number,
): Promise<readonly Fix[]> => {
  const places = reported.filter(isPlace);
  const delayMs = places.length === 0 ? 0 : delayOf(places, now);
  const { clockErrors } = trackersOf(locations);
  if (isUsualDelay(delayMs)) return reported;
  const guess = clockErrors.get(trailerId) ?? evidentClockError(delayMs);
  const since = now - Math.max(0, delayMs - guess) - HINDSIGHT_MS;
  const lately = await locations.recent(trailerId, now, Number.POSITIVE_INFINITY, since);
  const isKnown = lately.some(({ clock }) => clock !== undefined);
  const known = isKnown ? lately : await locations.recent(trailerId, now, SELDOM_REPORTS_READ, now - SELDOM_MS);
  const errorMs = clockErrorOf(known, delayMs, now);
  if (errorMs === 0) clockErrors.delete(trailerId);
  else clockErrors.set(trailerId, errorMs);
  return notedReport(reported, errorMs, now);
};

/**
 * Stores a trailer's fixes, with or without a job, and updates the progress of its jobs. One query, one write, and a write of a job only
 * when its status changes or a notice to the customer is due. Counts every fix once: as accepted, or under the reason why it is ignored.
 * @param also a job that the report names, which may not be among the trailer's open ones
 * @throws ProductError `unavailable` when a store cannot be reached: the device keeps its fixes and sends them again; those already
 * stored are then duplicates
 */
export const ingestFixes = async (
  dependencies: TelemetryDependencies,
  trailerId: TrailerId,
  sent: readonly Fix[],
  also: JobId | null = null,
): Promise<Ingested> => {
  const { locations, quarantine, now: clock } = dependencies;
  const now = clock();
  const reported = await withRightTimes(locations, trailerId, sent, now);
  const judgedAlone = reported.map((fix) => ({ fix, reason: faultOf(fix, now) }));
  const sound = judgedAlone.filter(({ reason }) => reason === null).map(({ fix }) => fix);
  const unsound = judgedAlone.flatMap(({ fix, reason }) => (reason ? [{ fix, reason }] : []));
  if (sound.length === 0) {
    quarantine.add(trailerId, quarantinedOf(unsound));
    return { accepted: 0, ignored: counted(unsound), changed: [] };
  }
  const from = Math.min(...sound.map(({ at }) => at)) - CROSSING_MS;
  const known = await knownSince(locations, trailerId, from, now);
  const { stored, accepted, refused: doubtful } = acceptFixes(sound, known, now);
  const refused = [...unsound, ...doubtful];
  await store(dependencies, trailerId, stored, quarantinedOf(refused));
  const changed = await updateJobs(dependencies, { trailerId, fixes: [...known, ...stored], now, from, also });
  return { accepted, ignored: counted(refused), changed };
};

/** Stores the fixes with the trailer's quarantined points. After a failure the points stay in quarantine. */
const store = async (
  { locations, quarantine }: Pick<TelemetryDependencies, 'locations' | 'quarantine'>,
  trailerId: TrailerId,
  fixes: readonly Fix[],
  quarantined: readonly Quarantined[],
): Promise<void> => {
  if (fixes.length === 0) {
    quarantine.add(trailerId, quarantined);
    return;
  }
  const waiting = quarantine.take(trailerId);
  try {
    const points = addUp([...waiting.quarantined, ...quarantined]);
    await locations.append(fixes, new Map([[trailerId, points]]), waiting.heard?.client);
  } catch (error) {
    // The device repeats this report; its own refused fixes are counted then.
    quarantine.add(trailerId, waiting.quarantined, waiting.heard);
    throw error;
  }
};
