import type { Battery, Fix, Freshness, IgnoreReason, Quarantined, SignKind, SilenceCause } from '../fix.ts';
import type { JobId, TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';
import { jobForTrailer } from '../movement/assignment.ts';
import { dayTrackOf } from '../movement/day-track.ts';
import { freshnessOf } from '../movement/freshness.ts';
import { distanceM } from '../movement/geo.ts';
import { type Motion, motionOf, silenceOf } from '../movement/motion.ts';
import { differingSpeedUnit, type SpeedUnit } from '../movement/speed-unit.ts';
import { trackOf } from '../movement/track.ts';
import type { JobStore } from '../ports/jobs.ts';
import type { LocationStore, TrailerDay } from '../ports/locations.ts';
import { startOfDay } from './start-of-day.ts';

/** A trailer's newest position. `at` is epoch ms, `ageS` seconds; `cause` explains why it is not live. */
export type TrailerPosition = Motion &
  Pick<Fix, 'lat' | 'lon' | 'at' | 'accuracyM'> & { ageS: number; freshness: Freshness; cause: SilenceCause | null };

/** A trailer's tracker today. `since` is the day's start, `now` the time of reading, `heardAt` the last report; all epoch ms. */
export type TrailerReport = {
  trailerId: TrailerId;
  jobId: JobId | null;
  now: number;
  since: number;
  position: TrailerPosition | null;
  battery: Battery | null;
  heardAt: number | null;
  /** The program that sends, where it is known. */
  client: string | null;
  /** Usual time between two fixes on the road, in s; null without enough of them. */
  intervalS: number | null;
  /** Messages of today without a fix, by kind; at most one a minute is counted. */
  signsToday: Array<{ kind: SignKind; count: number }>;
  /** Unit of its speeds where the distances between its fixes show another one than expected; `position` is corrected. */
  speedUnit: SpeedUnit | null;
  /** Error of its clock in s, positive when it is behind, by which its newest report was corrected; null for a right clock. */
  clockErrorS: number | null;
  fixesToday: number;
  drivenTodayM: number;
  ignoredToday: Quarantined[];
};

/** Returns the ignored points by reason, each with its newest example: those in quarantine, and the track's jumps. */
export const ignoredOf = (
  fixes: readonly Fix[],
  track: readonly Fix[],
  quarantined: readonly Quarantined[],
): Quarantined[] => {
  const ignored = new Map<IgnoreReason, Quarantined>();
  const add = ({ reason, count, last }: Quarantined) => {
    const sum = ignored.get(reason) ?? { reason, count: 0, last: null };
    const newer = last && last.at >= (sum.last?.at ?? Number.NEGATIVE_INFINITY) ? last : sum.last;
    ignored.set(reason, { reason, count: sum.count + count, last: newer });
  };
  for (const one of quarantined) add(one);
  const believed = new Set(track.map(({ at }) => at));
  const jumps = new Map(fixes.filter(({ at }) => !believed.has(at)).map((fix) => [fix.at, fix]));
  for (const { at, lat, lon } of jumps.values()) add({ reason: 'jump', count: 1, last: { at, lat, lon } });
  return [...ignored.values()];
};

const corrected = (fix: Fix, unit: SpeedUnit | null): Fix =>
  unit === null || fix.speedMps === null ? fix : { ...fix, speedMps: Math.round(fix.speedMps * unit.factor * 10) / 10 };

/**
 * Returns a trailer's newest position, with its freshness and motion; null without one.
 * @param now epoch ms
 * @param speedUnit unit in which the client sends its speeds, where it is not the expected one
 */
export const positionOf = (
  track: readonly Fix[],
  job: Job | null,
  now: number,
  speedUnit: SpeedUnit | null = null,
): TrailerPosition | null => {
  const newest = track.at(-1);
  if (!newest) return null;
  const { lat, lon, at, accuracyM } = newest;
  const freshness = freshnessOf(now - at);
  return {
    lat,
    lon,
    at,
    ageS: Math.max(0, Math.round((now - at) / 1000)),
    freshness,
    cause: freshness === 'live' ? null : silenceOf(job ?? { status: 'in_transit' }, track),
    accuracyM,
    ...motionOf(track.map((fix) => corrected(fix, speedUnit))),
  };
};

/** Mean speed between two fixes from which they were taken on the road, in m/s. */
const ROAD_MPS = 2;
/** Number of pairs of fixes from which an interval is usual. */
const USUAL_FROM = 5;

/** Returns the median time between two fixes on the road, in s. */
const intervalOf = (track: readonly Fix[]): number | null => {
  const gaps = track.slice(1).flatMap((fix, i) => {
    const before = track[i];
    if (!before) return [];
    const ms = fix.at - before.at;
    return distanceM(before, fix) >= (ROAD_MPS * ms) / 1000 ? [ms] : [];
  });
  const median = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)];
  return median === undefined || gaps.length < USUAL_FROM ? null : Math.round(median / 1000);
};

/** Returns the error of the clock that the newest report was corrected by, in s; null when it was not. */
const clockErrorOfNewest = (fixes: readonly Fix[]): number | null => {
  const newest = fixes.reduce<Fix | null>((best, fix) => (best && best.at >= fix.at ? best : fix), null);
  const errorMs = newest?.clock?.errorMs ?? 0;
  return errorMs === 0 ? null : Math.round(errorMs / 1000);
};

const reportOf = (
  trailerId: TrailerId,
  job: Job | null,
  { fixes, quarantined, heardAt, client, signs }: TrailerDay,
  since: number,
  now: number,
): TrailerReport => {
  const track = trackOf(fixes);
  const today = track.filter(({ at }) => at >= since);
  const heard = Math.max(heardAt ?? 0, track.at(-1)?.at ?? 0);
  const speedUnit = differingSpeedUnit(today, client);
  return {
    trailerId,
    jobId: job?.id ?? null,
    now,
    since,
    position: positionOf(track, job, now, speedUnit),
    battery: track.findLast((fix) => fix.battery)?.battery ?? null,
    heardAt: heard > 0 ? Math.min(heard, now) : null,
    client,
    intervalS: intervalOf(today),
    signsToday: [...Map.groupBy(signs, ({ kind }) => kind)].map(([kind, { length }]) => ({ kind, count: length })),
    speedUnit,
    clockErrorS: clockErrorOfNewest(fixes),
    fixesToday: today.length,
    drivenTodayM: Math.round(dayTrackOf(today).metres),
    ignoredToday: ignoredOf(
      fixes.filter(({ at }) => at >= since),
      track,
      quarantined,
    ),
  };
};

/**
 * Reads a trailer's tracker today, whatever its jobs were, for the operator: its position, and ignored points with their reasons.
 * @param timeZone IANA name; the day begins at its midnight
 * @param now epoch ms
 */
export const readTrailer = async (
  { jobs, locations }: { jobs: Pick<JobStore, 'openByTrailer'>; locations: Pick<LocationStore, 'recent' | 'since'> },
  trailerId: TrailerId,
  timeZone: string,
  now: number,
): Promise<TrailerReport> => {
  const since = startOfDay(now, timeZone);
  const [open, day] = await Promise.all([jobs.openByTrailer(trailerId, now), locations.since(trailerId, now, since)]);
  const job = jobForTrailer(open, now);
  // A trailer parked since yesterday has a position too.
  const before = day.fixes.length === 0 ? await locations.recent(trailerId, now, 1) : [];
  return reportOf(trailerId, job, { ...day, fixes: [...before, ...day.fixes] }, since, now);
};
