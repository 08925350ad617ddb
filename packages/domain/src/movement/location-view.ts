import type { Reader } from '../caller.ts';
import { customerView } from '../customer/customer-view.ts';
import type { Fix, Freshness, SilenceCause } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import { isCustomerSite, type Job, type Stop } from '../job.ts';
import { isActive, type JobStatus } from '../job-status.ts';
import type { Eta } from './estimate-arrival.ts';
import { isAhead } from './follow-trailer.ts';
import { freshnessOf } from './freshness.ts';
import { distanceM } from './geo.ts';
import { leadingTrail } from './job-eta.ts';
import { motionOf, silenceOf, stands } from './motion.ts';
import { leadingProgress, leftLastStop } from './progress.ts';
import { trackOf } from './track.ts';

/** The company as customers see it, and its time zone (IANA name). */
export type CompanyCard = { name: string; phone: string; textNumber: string; timeZone: string };

const TRAIL_POINTS = 60;

/** Picks at most `count` items, evenly spread, always including the newest. */
const thin = <T>(items: readonly T[], count: number): T[] => {
  const step = Math.max(1, Math.ceil(items.length / count));
  return items.filter((_, i) => (items.length - 1 - i) % step === 0);
};

/** State of one trailer. `at_stop`: inside the ring around the current stop. */
export const TRAILER_STATES = ['no_position', 'moving', 'standing', 'at_stop'] as const;
export type TrailerState = (typeof TRAILER_STATES)[number];

/** One trailer's position; all fields but its name are null when the reader may not see it. Ages are in s. */
export type TrailerView = {
  trailerId: TrailerId;
  state: TrailerState | null;
  freshness: Freshness | null;
  ageS: number | null;
  cause: SilenceCause | null;
};

const ageOf = (fix: Fix, now: number): number => Math.max(0, now - fix.at);

/** Probable cause of a trailer's silence; null while it reports. */
const causeOf = (job: Job, trail: readonly Fix[], now: number): SilenceCause | null => {
  const newest = trail.at(-1);
  return newest && freshnessOf(ageOf(newest, now)) !== 'live' ? silenceOf(job, trail) : null;
};

const trailerView = (job: Job, trailerId: TrailerId, fixes: readonly Fix[], now: number): TrailerView => {
  const trail = trackOf(fixes.filter((fix) => fix.trailerId === trailerId));
  const newest = trail.at(-1);
  if (!newest) return { trailerId, state: 'no_position', freshness: null, ageS: null, cause: null };
  const stop = job.stops[job.currentStop];
  const atStop = stop !== undefined && distanceM(newest, stop) <= stop.radiusM;
  const ageMs = ageOf(newest, now);
  return {
    trailerId,
    state: atStop ? 'at_stop' : stands(trail) ? 'standing' : 'moving',
    freshness: freshnessOf(ageMs),
    ageS: Math.round(ageMs / 1000),
    cause: causeOf(job, trail, now),
  };
};

const iso = (at: number) => new Date(at).toISOString();

/** The part of a job that its reader may see: `fixes` null where positions are hidden, `stop` null where there is none to name. */
type Seen = {
  status: JobStatus;
  since: number;
  stop: Stop | null;
  fixes: readonly Fix[] | null;
  trail: readonly Fix[];
  eta: Eta | null;
};

/** A job that has ended or is scheduled for another day shows no position: its trailer works for someone else. */
const seenByOperator = (job: Job, fixes: readonly Fix[], eta: Eta | null, now: number): Seen => {
  const active = isActive(job.status);
  const isShown = active && !isAhead(job, now);
  return {
    status: job.status,
    since: Math.min(now, leadingProgress(job).since),
    stop: (active && !leftLastStop(job) ? job.stops[job.currentStop] : null) ?? null,
    fixes: isShown ? fixes : null,
    trail: isShown ? leadingTrail(job, fixes, now) : [],
    eta,
  };
};

const etaAnswer = (eta: Eta) => ({
  earliest: iso(eta.earliest),
  likely: iso(eta.likely),
  latest: iso(eta.latest),
  distanceM: eta.distanceM,
  reason: eta.reason,
  basis: eta.basis,
  after: eta.after,
  asOf: iso(eta.asOf),
});

/**
 * Returns the part of a job that a reader may see, in the shape of the `jobLocation` schema. The part of a customer is `customerView`.
 * @param fixes recent fixes of the job, in any order
 * @param eta the result of `etaOf`
 * @param now epoch ms
 */
export const jobLocationView = (
  job: Job,
  fixes: readonly Fix[],
  eta: Eta | null,
  now: number,
  company: CompanyCard,
  reader: Reader,
) => {
  const view = customerView(job, { fixes, eta }, now);
  const isTheirs = view.site !== null;
  const seen: Seen =
    reader === 'operator'
      ? seenByOperator(job, fixes, eta, now)
      : { ...view, stop: view.site, fixes: isTheirs ? view.fixes : null };
  const { stop, trail } = seen;
  const newest = trail.at(-1);
  return {
    jobId: job.id,
    kind: job.kind,
    status: seen.status,
    // A phone's clock may be ahead.
    statusSince: iso(seen.since),
    stage: view.stage,
    stageSince: iso(view.since),
    stages: [...view.stages],
    outcome: view.outcome,
    scheduledFor: job.scheduledFor === null ? null : iso(job.scheduledFor),
    trailerCount: job.trailers.length,
    trailersDone: view.trailersDone && { count: view.trailersDone.count, at: iso(view.trailersDone.at) },
    trailers: job.trailers.map(
      (trailer): TrailerView =>
        seen.fixes
          ? trailerView(job, trailer, seen.fixes, now)
          : { trailerId: trailer, state: null, freshness: null, ageS: null, cause: null },
    ),
    serverTime: iso(now),
    company: { name: company.name, phone: company.phone, textNumber: company.textNumber, timeZone: company.timeZone },
    stop: stop && {
      kind: stop.kind,
      lat: stop.lat,
      lon: stop.lon,
      radiusM: stop.radiusM,
      customerSite: isCustomerSite(stop),
    },
    position: newest
      ? {
          trailerId: newest.trailerId,
          lat: newest.lat,
          lon: newest.lon,
          at: iso(newest.at),
          ageS: Math.round(ageOf(newest, now) / 1000),
          freshness: freshnessOf(now - newest.at),
          cause: causeOf(job, trail, now),
          accuracyM: newest.accuracyM,
          ...motionOf(trail),
        }
      : null,
    trail: thin(trail, TRAIL_POINTS).map((fix): [number, number, number] => [fix.lat, fix.lon, fix.at]),
    eta: seen.eta && etaAnswer(seen.eta),
  };
};
