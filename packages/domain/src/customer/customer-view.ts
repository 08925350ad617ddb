import type { Fix } from '../fix.ts';
import type { Job, JobKind, StatusChange, Stop } from '../job.ts';
import { isCustomerSite, isInEffect } from '../job.ts';
import { isActive, type JobStatus, phaseOf } from '../job-status.ts';
import type { Eta } from '../movement/estimate-arrival.ts';
import { distanceM, type Place } from '../movement/geo.ts';
import { leadingTrail } from '../movement/job-eta.ts';
import { leadingProgress, progressOf, type TrailerProgress } from '../movement/progress.ts';
import { type CustomerStage, type CustomerState, customerState, type TrailerStage } from './customer-stage.ts';

/** Time after the end of an arrival range without an arrival from which the range is not shown any more, in ms. */
export const ETA_OVERDUE_MS = 2 * 60_000;

/** Time after a job's scheduled time without a departure from which that time is not shown any more, in ms. */
const TIME_OVER_MS = 2 * 3_600_000;

/** Tests whether the scheduled time of a job that waits is over: only its day is still true. Epoch ms. */
export const isTimeOver = (scheduledFor: number, now: number): boolean => now - scheduledFor > TIME_OVER_MS;

/** Stages in which the trailer drives to the customer, and those in which it is with them. */
const COMING: readonly CustomerStage[] = ['on_the_way', 'on_the_way_back'];
const PRESENT: readonly CustomerStage[] = ['at_site', 'back'];

/** Tests whether the trailer is on its way to the customer. */
export const isComing = (stage: CustomerStage): boolean => COMING.includes(stage);

/** Tests whether the trailer is at the customer's site. */
export const isPresent = (stage: CustomerStage): boolean => PRESENT.includes(stage);

/**
 * Everything that a job's customer may know at a moment. Times are epoch ms. The page, answers, notices and the texts to dispatchers take
 * the customer's facts from here and from nowhere else.
 *  - `site`: the customer's own stop that the trailer drives to or stands at; null in any other stage
 *  - `eta`: the arrival at it; null when it is not known, and when its range is over
 *  - `fixes`: positions on the customer's own legs; `trail` those of the trailer that is shown, oldest first
 *  - `status`: the job's status without the company's own stops
 */
export type CustomerView = Omit<CustomerState, 'stop' | 'trailers'> & {
  kind: JobKind;
  status: JobStatus;
  scheduledFor: number | null;
  trailerCount: number;
  site: Stop | null;
  eta: Eta | null;
  fixes: readonly Fix[];
  trail: readonly Fix[];
};

/** True while the trailer comes to be picked up, or is there for that. */
export const isPickup = ({
  kind,
  stage,
  site,
}: Pick<CustomerView, 'kind' | 'stage'> & { site: { kind: string } | null }): boolean =>
  (kind === 'final_pickup' || kind === 'dump_and_return') &&
  (stage === 'on_the_way' || stage === 'at_site') &&
  site?.kind === 'pickup';

/** Distance in m from a stop and from the stand there beyond which a trailer may be on its way to another customer. */
const ELSEWHERE_M = 150;

/** Returns the distance in m from a stop within which a trailer counts as near it, however small the ring is. */
const nearM = ({ radiusM }: Stop): number => Math.max(ELSEWHERE_M, radiusM);

/** Distance in m beyond that within which a trailer may stand that is at a stop whose address is inexact. */
const AT_STOP_RESERVE_M = 350;

/**
 * True for a position that a trailer took after its arrival, away from the stop. Its departure is concluded a moment later; until then its
 * new place may be another customer's.
 */
const isElsewhere = (job: Job, { status, stop: index, since, place }: TrailerProgress, fix: Fix): boolean => {
  const stop = job.stops[index];
  if (phaseOf(status) !== 'standing' || !stop || fix.at <= since) return false;
  return distanceM(fix, stop) > nearM(stop) && (place === null || distanceM(fix, place) > ELSEWHERE_M);
};

/**
 * Start of a leg: its time in epoch ms, the place of the stand before it, if known, and the phase and origin of the trailer's last change.
 * `isOnDrive`: the trailer was on a drive when it set out for the customer, and stood nowhere.
 */
type LegStart = { at: number; place: Place | null; isStanding: boolean; isSaid: boolean; isOnDrive: boolean };

const isSettingOutOnDrive = ({ by, status, place }: StatusChange): boolean =>
  by === 'fixes' && status === 'in_transit' && place === undefined;

/**
 * Returns the start of a trailer's present leg on a job: its departure for the stop where it stands or to which it drives. A trailer's
 * earlier positions belong to another leg, or to another job.
 */
const legStart = (job: Job, { trailerId, since, status, place, change }: TrailerProgress): LegStart => {
  const isStanding = phaseOf(status) === 'standing';
  const isSaid = change !== null && change.by !== 'fixes';
  const isOnDrive = change !== null && isSettingOutOnDrive(change);
  if (!isStanding) return { at: since, place, isStanding, isSaid, isOnDrive };
  const own = job.history.filter(
    (one) => !one.isTakenBack && (one.trailerId === undefined || one.trailerId === trailerId),
  );
  const before = own.at(-2);
  return before && phaseOf(before.status) === 'driving'
    ? { at: before.at, place: before.place ?? null, isStanding, isSaid, isOnDrive: isSettingOutOnDrive(before) }
    : { at: since, place: null, isStanding, isSaid, isOnDrive };
};

/** Distance in m from the place where a leg began within which a trailer's position is not shown: another customer may be there. */
const DEPARTURE_M = 500;

/** Tests whether all positions of a trail are within the distance of a shunt, at least two of them. */
const isUnmoved = (trail: readonly Fix[]): boolean => {
  const [first] = trail;
  return first !== undefined && trail.length > 1 && trail.every((fix) => distanceM(fix, first) <= ELSEWHERE_M);
};

/** Time before a position within which another one shows that the trailer was moving, in ms. */
const MOVING_WITHIN_MS = 2 * 60_000;

/** Returns a trailer's last position up to a moment (epoch ms), unless it was seen moving then: it did not stand there. */
const standingAt = (trail: readonly Fix[], at: number): Fix | null => {
  const last = trail.findLast((fix) => fix.at <= at);
  const isMoving =
    last !== undefined &&
    trail.some((fix) => fix.at < last.at && last.at - fix.at <= MOVING_WITHIN_MS && distanceM(fix, last) > ELSEWHERE_M);
  return last && !isMoving ? last : null;
};

/**
 * Returns the places where a trailer was when its leg began, away from the customer's site. A departure may be seen or said too early,
 * while the trailer is still with another customer. One place is that of its last position until then; while it drives because a person
 * has said so, also the one that it has not left since.
 */
const departurePlaces = (job: Job, trail: readonly Fix[], leg: LegStart): Place[] => {
  const { at, place, isStanding, isSaid, isOnDrive } = leg;
  const before = isOnDrive ? null : standingAt(trail, at);
  const newest = trail.at(-1);
  const unmoved = isSaid && !isStanding && newest && isUnmoved(trail) ? newest : null;
  const reserveM = isStanding ? AT_STOP_RESERVE_M : 0;
  const isOwnSite = (one: Place) =>
    job.stops.some((stop) => isCustomerSite(stop) && distanceM(one, stop) <= nearM(stop) + reserveM);
  return [place, before, unmoved].flatMap((one) => (one && !isOwnSite(one) ? [one] : []));
};

/** Tests whether a person has said that the trailer stands at its stop. */
const isSaidByPerson = (job: Job): boolean => {
  const { change } = leadingProgress(job);
  return change !== null && change.by !== 'fixes' && phaseOf(change.status) === 'standing';
};

/**
 * Returns a trail up to its last position at the stop where a person says that its trailer stands. They may say so late, when it is under
 * way to someone else.
 */
const upToStop = (trail: readonly Fix[], site: Stop): Fix[] => {
  const atStopM = nearM(site) + AT_STOP_RESERVE_M;
  return trail.slice(0, trail.findLastIndex((fix) => distanceM(fix, site) <= atStopM) + 1);
};

/** Increase of the distance to the site, in m, from which a trailer has turned away from it, when it is also twice as far as before. */
const TURNED_AWAY_M = 600;

/** Tests whether a trailer on its way has turned away from the site: it has been there unseen, or has something else to do first. */
const hasTurnedAway = (trail: readonly Fix[], site: Stop): boolean => {
  const newest = trail.at(-1);
  if (!newest) return false;
  const nearestM = Math.min(...trail.map((fix) => distanceM(fix, site)));
  return distanceM(newest, site) > nearestM + Math.max(TURNED_AWAY_M, nearestM);
};

/** Distance in m from a stop of the company's own within which a trailer's position is not shown. */
const COMPANY_PLACE_M = 500;

/** Tests whether a position is at the customer's site. */
const isAtSite = (job: Job, fix: Fix): boolean =>
  job.stops.some((stop) => isCustomerSite(stop) && distanceM(fix, stop) <= stop.radiusM);

/** Tests whether a position gives away a stop of the company's own. */
const isAtCompanyStop = (job: Job, fix: Fix): boolean =>
  job.stops.some((stop) => !isCustomerSite(stop) && distanceM(fix, stop) <= Math.max(COMPANY_PLACE_M, stop.radiusM));

/**
 * Picks the fixes of the customer's own legs, and of them the `visible` positions. Those before may be at another customer's site, and so
 * may the first ones.
 */
const fixesOfLegs = (job: Job, trailers: readonly TrailerStage[], fixes: readonly Fix[]) => {
  const theirs = trailers.filter(({ stage }) => isComing(stage) || isPresent(stage));
  const legs = new Map(
    theirs.map(({ trailerId }) => {
      const progress = progressOf(job, trailerId);
      const start = legStart(job, progress);
      const own = fixes.filter((fix) => fix.trailerId === trailerId).sort((a, b) => a.at - b.at);
      return [trailerId, { progress, began: start.at, places: departurePlaces(job, own, start) }] as const;
    }),
  );
  const ofLegs = fixes.filter((fix) => fix.at >= (legs.get(fix.trailerId)?.began ?? Number.POSITIVE_INFINITY));
  const visible = ofLegs.filter((fix) => {
    const leg = legs.get(fix.trailerId);
    if (leg === undefined || isElsewhere(job, leg.progress, fix)) return false;
    const isSecret = isAtCompanyStop(job, fix) || leg.places.some((place) => distanceM(fix, place) <= DEPARTURE_M);
    return !isSecret || isAtSite(job, fix);
  });
  return { ofLegs, visible };
};

/** Steps of the distance that a customer sees from a position that they may not see, in m. */
const ROUGH_M = 5000;
const roughly = (metres: number): number => Math.ceil(metres / ROUGH_M) * ROUGH_M;

/** Status of a job without the company's own stops, which are the customer's business no more than the times there. */
const statusFor = (job: Job, stage: CustomerStage): JobStatus => {
  if (!isActive(job.status)) return job.status;
  if (stage === 'under_way') return 'in_transit';
  return stage === 'away' || stage === 'done' ? 'en_route_to_next' : job.status;
};

/**
 * Returns everything that a job's customer may know. They see positions and arrival times on their own legs only: on the way to their
 * site, and at it. Of the company's own stops they see neither place nor time, and nothing at all of those after their last stop.
 * @param known the recent fixes of the job in any order, and the result of `etaOf`
 * @param now epoch ms
 */
export const customerView = (
  job: Job,
  { fixes, eta }: { fixes: readonly Fix[]; eta: Eta | null },
  now: number,
): CustomerView => {
  const { stop, trailers, ...state } = customerState(job);
  const isTheirs = stop !== null;
  const { ofLegs, visible } = fixesOfLegs(job, isTheirs ? trailers : [], fixes);
  const site = isTheirs ? (job.stops[stop] ?? null) : null;
  const leading = leadingTrail(job, visible, now);
  const leader = leading[0]?.trailerId;
  // Positions that are hidden show a turn too: the trailer may be back at the place that it came from.
  const way = () => leadingTrail(job, leader ? ofLegs.filter(({ trailerId }) => trailerId === leader) : ofLegs, now);
  const isAway = site !== null && isComing(state.stage) && hasTurnedAway(way(), site);
  const trail = site && (isAway || isSaidByPerson(job)) ? upToStop(leading, site) : leading;
  // Positions that are left out of the trail say nothing about the trailer's state either.
  const isCut = trail.length < leading.length;
  const lastAt = trail.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  const known = isCut ? visible.filter(({ trailerId, at }) => trailerId !== leader || at <= lastAt) : visible;
  // The arrival is theirs even where the position that it is from is not.
  const isKnown = isComing(state.stage) && !isAway && eta !== null && now <= eta.latest + ETA_OVERDUE_MS;
  return {
    ...state,
    since: Math.min(now, state.since),
    kind: job.kind,
    status: statusFor(job, state.stage),
    scheduledFor: job.scheduledFor,
    trailerCount: job.trailers.length,
    site,
    eta: isKnown ? { ...eta, distanceM: trail.length > 0 ? eta.distanceM : roughly(eta.distanceM) } : null,
    fixes: known,
    trail,
  };
};

/** Tests whether a change is about a stop of the company's own. */
const isAboutCompanyStop = (job: Job, { stop }: StatusChange): boolean => {
  const about = stop === undefined ? undefined : job.stops[stop];
  return about !== undefined && !isCustomerSite(about);
};

/**
 * Returns the changes of a job that its customer may see: none at the company's own stops, none after their last one, and none that was
 * taken back.
 */
export const customerHistory = (job: Job): readonly StatusChange[] => {
  const { stage, since } = customerState(job);
  return job.history
    .filter(isInEffect)
    .filter((change) => !isAboutCompanyStop(job, change) && !(stage === 'done' && change.at > since));
};

/** Returns the stops at the customer's site. The current one is the next of them, or the last when the trailer has left it. */
export const customerStops = (job: Job): { stops: Stop[]; currentStop: number } => {
  const stops = job.stops.filter(isCustomerSite);
  const before = job.stops.slice(0, job.currentStop).filter(isCustomerSite).length;
  return { stops, currentStop: Math.max(0, Math.min(before, stops.length - 1)) };
};
