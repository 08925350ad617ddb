import type { Reader } from '../caller.ts';
import type { Fix, Freshness, SilenceCause } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import { isCustomerSite, type Job } from '../job.ts';
import { isActive, isUnderWay, phaseOf } from '../job-status.ts';
import { type Eta, LOST_MS } from './estimate-arrival.ts';
import { isAhead } from './follow-trailer.ts';
import { distanceM } from './geo.ts';
import { leadingTrail } from './job-eta.ts';
import { motionOf, silenceOf, stands } from './motion.ts';
import { leadingProgress, leftLastStop, progressOf, type TrailerProgress } from './progress.ts';
import { trackOf } from './track.ts';

/** The company as customers see it, and its time zone (IANA name). */
export type CompanyCard = { name: string; phone: string; textNumber: string; timeZone: string };

const LIVE_MS = 60_000;
const TRAIL_POINTS = 60;

/** Returns the freshness of a position: live < 60 s ≤ recent ≤ 15 min < lost. `ageMs` is its age. */
export const freshnessOf = (ageMs: number): Freshness =>
  ageMs < LIVE_MS ? 'live' : ageMs <= LOST_MS ? 'recent' : 'lost';

/** Picks at most `count` items, evenly spread, always including the newest. */
const thin = <T>(items: readonly T[], count: number): T[] => {
  const step = Math.max(1, Math.ceil(items.length / count));
  return items.filter((_, i) => (items.length - 1 - i) % step === 0);
};

/**
 * True when the job is on its customer's own leg: on the way to their site, or at it. Before that, and on legs to the dump site and
 * the yard, the customer may not see the position.
 */
export const isOwnLeg = (job: Job): boolean => {
  const stop = job.stops[job.currentStop];
  return isUnderWay(job.status) && stop !== undefined && isCustomerSite(stop) && !leftLastStop(job);
};

/**
 * Returns the start of a trailer's present leg on a job, in epoch ms: its departure for the stop where it stands or to which it drives. A
 * trailer's earlier positions belong to another leg, or to another job.
 */
const legBegan = (job: Job, { trailerId, since, status }: TrailerProgress): number => {
  if (phaseOf(status) !== 'standing') return since;
  const own = job.history.filter((change) => change.trailerId === undefined || change.trailerId === trailerId);
  const before = own.at(-2);
  return before && phaseOf(before.status) === 'driving' ? before.at : since;
};

/**
 * Returns the time of a job's status for a reader, epoch ms. A customer's job was done when the trailer left them: its end at a dump site is
 * the company's own business.
 */
const shownSince = (job: Job, reader: Reader): number => {
  const { since } = leadingProgress(job);
  if (reader === 'operator' || phaseOf(job.status) !== 'done') return since;
  const atCustomer = job.history.findLast(({ by, stop, isTakenBack }) => {
    const about = stop === undefined ? undefined : job.stops[stop];
    return by !== 'operator' && !isTakenBack && about !== undefined && isCustomerSite(about);
  });
  return atCustomer?.at ?? since;
};

/** Distance in m from a stop and from the stand there beyond which a trailer may be on its way to another customer. */
const ELSEWHERE_M = 150;

/**
 * True for a position that a trailer took after its arrival, away from the stop. Its departure is concluded a moment later; until then its
 * new place may be another customer's.
 */
const isElsewhere = (job: Job, { status, stop: index, since, place }: TrailerProgress, fix: Fix): boolean => {
  const stop = job.stops[index];
  if (phaseOf(status) !== 'standing' || !stop || fix.at <= since) return false;
  const nearM = Math.max(ELSEWHERE_M, stop.radiusM);
  return distanceM(fix, stop) > nearM && (place === null || distanceM(fix, place) > ELSEWHERE_M);
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

/** Steps of the distance that a customer sees from a position that they may not see, in m. */
const ROUGH_M = 5000;
const roughly = (metres: number): number => Math.ceil(metres / ROUGH_M) * ROUGH_M;

const iso = (at: number) => new Date(at).toISOString();

/**
 * Returns the part of a job that a reader may see, in the shape of the `jobLocation` schema. A job that has ended or is scheduled for
 * another day shows no position, because its trailer works for someone else. A customer sees positions and arrival times on their own
 * leg only; on other legs, the status and the kind of stop.
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
  const active = isActive(job.status);
  const shown = active && (reader === 'operator' ? !isAhead(job, now) : isOwnLeg(job));
  // Points before the customer's leg may be at another customer's site.
  const legs = new Map(
    job.trailers.map((trailer) => {
      const progress = progressOf(job, trailer);
      return [trailer, { progress, began: legBegan(job, progress) }];
    }),
  );
  const isOfLeg = (fix: Fix): boolean => {
    const leg = legs.get(fix.trailerId);
    return leg !== undefined && fix.at >= leg.began && !isElsewhere(job, leg.progress, fix);
  };
  const visible = reader === 'operator' ? fixes : fixes.filter(isOfLeg);
  const trail = shown ? leadingTrail(job, visible, now) : [];
  const newest = trail.at(-1);
  const stop = active && !leftLastStop(job) ? job.stops[job.currentStop] : undefined;
  const stopShown = stop && (reader === 'operator' || isCustomerSite(stop));
  // A customer sees the arrival on their own leg, but not the stops before it. The position that it is from may be hidden.
  const etaShown = shown || reader === 'operator' ? eta : null;
  return {
    jobId: job.id,
    kind: job.kind,
    status: job.status,
    // A phone's clock may be ahead.
    statusSince: iso(Math.min(now, shownSince(job, reader))),
    scheduledFor: job.scheduledFor === null ? null : iso(job.scheduledFor),
    trailerCount: job.trailers.length,
    trailers: job.trailers.map(
      (trailer): TrailerView =>
        shown
          ? trailerView(job, trailer, visible, now)
          : { trailerId: trailer, state: null, freshness: null, ageS: null, cause: null },
    ),
    serverTime: iso(now),
    company: { name: company.name, phone: company.phone, textNumber: company.textNumber, timeZone: company.timeZone },
    stop: stop
      ? {
          kind: stop.kind,
          lat: stopShown ? stop.lat : null,
          lon: stopShown ? stop.lon : null,
          radiusM: stopShown ? stop.radiusM : null,
          customerSite: isCustomerSite(stop),
        }
      : null,
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
    eta: etaShown
      ? {
          earliest: iso(etaShown.earliest),
          likely: iso(etaShown.likely),
          latest: iso(etaShown.latest),
          distanceM: newest || reader === 'operator' ? etaShown.distanceM : roughly(etaShown.distanceM),
          reason: etaShown.reason,
          basis: etaShown.basis,
          after: etaShown.after,
          asOf: iso(etaShown.asOf),
        }
      : null,
  };
};
