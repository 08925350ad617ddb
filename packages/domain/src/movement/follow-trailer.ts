import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import { isCustomerSite, type Job, type StatusChange, type Stop } from '../job.ts';
import { isActive, isUnderWay, type JobPhase, phaseOf } from '../job-status.ts';
import { AHEAD_MS, dueAt, OVERDUE_MS } from '../ports/jobs.ts';
import { expectedMs } from './expected-drive.ts';
import { distanceM, type Place } from './geo.ts';
import { derivedState, progressOf, type TrailerProgress } from './progress.ts';
import { neededStandMs } from './ring.ts';
import { type Stand, type StandTrack, standTrackOf } from './stand.ts';
import {
  type Candidate,
  type Evidence,
  isAtRest,
  type OwnPlace,
  SIGNED_STAND_MS,
  SILENT_AT_STOP_MS,
  stopsAhead,
  visitedAt,
} from './visits.ts';

/** Age of the earlier fixes by which a fix is judged, in ms. */
export const HINDSIGHT_MS = 30 * 60_000;

/** Distance of a departed trailer from the place where it stood, in radii of the stop, and at least in m. */
const DEPARTURE_RADII = 1.5;
const DEPARTURE_M = 120;
/**
 * A trailer has left when it is this far away, in m, or has been beyond the ring for this long, in ms: longer than round the block, or
 * than letting another truck out.
 */
const CLEARLY_AWAY_M = 400;
const AWAY_MS = 5 * 60_000;
/** Stand at another stop next door by which a trailer has left, in ms, and its least distance from the place where it stood, in m. */
const NEXT_DOOR_MS = 3 * 60_000;
const NEXT_DOOR_M = 40;
/** One fix this far away is enough when the tracker reports seldom: distance in m, interval in ms. */
const FAR_AWAY_M = 1000;
const SELDOM_MS = 60_000;
/** Speed in m/s to estimate the moment of a departure between two distant fixes. */
const TOWN_MPS = 10;

/** A trailer sets out when it is this far from where it stood, in m: more than a shunt in the yard. */
const SHUNT_M = 300;
/** And when it is nearer to the stop by this, in m, or by half of the way. */
const APPROACH_M = 500;
/** A stand of this length in ms is the place from which a trailer sets out, or to which it goes home. */
const BASE_STAND_MS = 120_000;
/** Time before a scheduled job at which its drive may begin: a part of the expected drive, and a reserve, in ms. */
const LEAD_SHARE = 1.25;
const LEAD_RESERVE_MS = 20 * 60_000;
/** A job that was booked this short a time ago, in ms, is meant for now: its drive may begin this much earlier, in ms. */
const JUST_BOOKED_MS = 15 * 60_000;
const JUST_BOOKED_LEAD_MS = 40 * 60_000;
/** Added to the time of an overdue job, in ms, so that it comes after those of today. */
const LAST_MS = 365 * 24 * 3_600_000;
/** Time after which a second trailer that has not set out does not come any more, in ms. */
const NOT_COMING_MS = 4 * 3_600_000;

/** A job that has left its last stop is done when the trailer is this far away, in m, or after this time, in ms. */
const DONE_M = 1500;
const DONE_MS = 30 * 60_000;
/** A job is done after this stand at its last stop: at the company's own places, and at a customer who keeps the trailer, in ms. */
const DONE_AT_OWN_STOP_MS = 45 * 60_000;
const DONE_AT_CUSTOMER_MS = 4 * 3_600_000;
/** The visit of a trailer that was left at a stop long before the job's time begins this long before that time, in ms. */
const BEFORE_DUE_MS = 5 * 60_000;
/** Time before the next fix of a silent tracker at which its trailer may have left already, in ms. */
const SILENT_UNTIL_MS = 5 * 60_000;
/** A job whose trailer was at its first stop already has begun when it leaves no earlier than this before the job's time, in ms. */
const LEAVES_BEFORE_DUE_MS = 20 * 60_000;

/** Settings of the rules: places of the company's own, and whether jobs end by themselves. */
export type FollowOptions = {
  ownPlaces: readonly OwnPlace[];
  completes: boolean;
  /** Returns the place where trailers really stand at a stop, as visits have told; null when it is not known. */
  siteOf?: (stop: Stop) => Place | null;
  /** Word of the trailer's device since its last fix: true at rest, false in motion. */
  sign?: boolean;
};

/** True before a scheduled job's day: until then its trailer's movements belong to other jobs. */
export const isAhead = (job: Pick<Job, 'status' | 'scheduledFor'>, at: number): boolean =>
  phaseOf(job.status) === 'waiting' && job.scheduledFor !== null && at < job.scheduledFor - AHEAD_MS;

/** The evidence of one moment, with the stands before it. */
type Moment = Evidence & { stands: readonly Stand[] };
type Following = { job: Job; progress: TrailerProgress };
type Change = StatusChange & { decidedAt: number };
type Step = { job: Job; change: Change };

/** Rounds to about a decimetre, like stored fixes. */
const degrees = (value: number): number => Math.round(value * 1e6) / 1e6;
const accuracyM = (fix: Fix): number => fix.accuracyM ?? 0;
const nameOf = (stop: Stop | undefined): string => (stop?.kind ?? 'stop').replace('_', ' ');

const step = (
  { job, progress }: Following,
  at: number,
  decidedAt: number,
  change: Pick<StatusChange, 'status' | 'reason' | 'stop'> & { place?: Place | null },
): Step => {
  const { place, ...rest } = change;
  return {
    job,
    change: {
      ...rest,
      at: Math.max(at, progress.since),
      by: 'fixes',
      trailerId: progress.trailerId,
      ...(place ? { place: { lat: degrees(place.lat), lon: degrees(place.lon) } } : {}),
      decidedAt,
    },
  };
};

/** The run of fixes at the end of a track that are away from a place and from a stop. */
const awayRun = (
  { track, index }: Moment,
  { since }: TrailerProgress,
  place: Place,
  stop: Stop,
): { first: Fix; before: Fix | null; last: Fix } | null => {
  const limit = Math.max(DEPARTURE_RADII * stop.radiusM, DEPARTURE_M);
  let first: Fix | null = null;
  let i = index;
  for (; i >= 0; i -= 1) {
    const fix = track[i];
    if (!fix || fix.at <= since) break;
    const away = distanceM(fix, place) > limit + accuracyM(fix) && distanceM(fix, stop) > stop.radiusM + accuracyM(fix);
    if (!away) break;
    first = fix;
  }
  const last = track[index];
  return first && last ? { first, before: i >= 0 ? (track[i] ?? null) : null, last } : null;
};

/**
 * True after an undo of a change to this phase. What was seen before it does not count again, and neither does what goes on: only a new
 * stand or a new drive does.
 */
const hasTakenBack = ({ change }: TrailerProgress, phase: JobPhase): boolean =>
  change?.takesBack !== undefined && phaseOf(change.takesBack) === phase;

/** The first place where the trailer stood for a while since a moment; null without one. */
const standSince = ({ stands, index }: Moment, since: number): Place | null => {
  const own = stands.slice(0, index + 1);
  return own.find(({ from, to }) => from >= since && to - from >= BASE_STAND_MS) ?? null;
};

/** True where a stand that had begun before the last change is not an arrival: it was taken back, or the driver has finished there. */
const needsNewStand = (progress: TrailerProgress): boolean =>
  hasTakenBack(progress, 'standing') ||
  (progress.change?.by === 'driver' && phaseOf(progress.change.status) === 'driving');

/** Departure of a standing trailer; null while it is there. */
const departure = (following: Following, moment: Moment): Step | null => {
  const { job, progress } = following;
  const stop = job.stops[progress.stop];
  if (phaseOf(progress.status) !== 'standing' || !stop || moment.silentMs > 0) return null;
  const firstSeen = moment.track.find(({ at }) => at > progress.since);
  // An operator's "at site" says no place: the trailer may be parked down the road, or still be on its way.
  const place = hasTakenBack(progress, 'driving')
    ? standSince(moment, progress.since)
    : (progress.place ?? firstSeen ?? stop);
  const run = place && awayRun(moment, progress, place, stop);
  if (!run || !place) return null;
  const { first, before, last } = run;
  if (!progress.place && distanceM(last, stop) < distanceM(place, stop)) return null;
  const metres = distanceM(last, place);
  const interval = last.at - (moment.track[moment.index - 1]?.at ?? last.at);
  const hasLeft =
    (first !== last && (metres > CLEARLY_AWAY_M + accuracyM(last) || last.at - first.at >= AWAY_MS)) ||
    (metres > FAR_AWAY_M && interval >= SELDOM_MS);
  if (!hasLeft) return null;
  const since = Math.max(progress.since, before?.at ?? progress.since);
  const drivenMs = (distanceM(first, place) / TOWN_MPS) * 1000;
  // An estimate to the second: the mean place of a stand depends on the fixes that were known.
  const estimate = Math.round((first.at - drivenMs) / 1000) * 1000;
  const at = Math.min(first.at, Math.max(since, estimate));
  const reason = `left the ${nameOf(stop)}`;
  return step(following, at, moment.at, { status: 'en_route_to_next', reason, stop: progress.stop });
};

/** Departure of a trailer that has moved on to a stop next door: it stands much nearer to that one, and not where it stood before. */
const movingNextDoor = (all: readonly Following[], { stand, at }: Moment): Step | null => {
  const following = all.find(({ progress }) => phaseOf(progress.status) === 'standing');
  if (!following || stand.to - stand.from < NEXT_DOOR_MS) return null;
  const { job, progress } = following;
  const stop = job.stops[progress.stop];
  if (!stop || !progress.place || stand.from <= progress.since) return null;
  if (distanceM(stand, progress.place) < NEXT_DOOR_M) return null;
  const others = all.flatMap(({ job: other, progress: { stop: next } }) =>
    isAhead(other, at) ? [] : other.stops.slice(other === job ? next + 1 : next),
  );
  const metres = distanceM(stand, stop);
  const isAtAnother = others.some((other) => distanceM(stand, other) < Math.min(metres, other.radiusM) / 2);
  if (!isAtAnother) return null;
  const reason = `left the ${nameOf(stop)}`;
  return step(following, stand.from, at, { status: 'en_route_to_next', reason, stop: progress.stop });
};

/** True while the trailer is under way for another job, with work left. */
const isBusy = (all: readonly Following[], job: Job): boolean =>
  all.some(
    ({ job: other, progress }) =>
      other.id !== job.id && ['driving', 'standing'].includes(phaseOf(progress.status)) && !progress.hasLeftLast,
  );

/** Arrival of a trailer at the most likely of the stops ahead, of all its jobs. */
const arrival = (
  all: readonly Following[],
  moment: Moment,
  { ownPlaces: others, siteOf }: FollowOptions,
): Step | null => {
  const { stand, at } = moment;
  const current = all.find(({ progress }) => phaseOf(progress.status) === 'standing');
  if (current) return null;
  const candidates = all
    .filter(({ job }) => !isAhead(job, at))
    .flatMap(({ job, progress }) => stopsAhead(job, progress, moment, isBusy(all, job)));
  const stopOf = ({ job, stop }: Candidate) => job.stops[stop];
  const reached = candidates
    .flatMap((candidate) => {
      const stop = stopOf(candidate);
      if (!stop) return [];
      const rivals = [...others, ...candidates.flatMap((other) => (other === candidate ? [] : (stopOf(other) ?? [])))];
      const since = Math.max(candidate.progress.decidedAt, earliestFor(candidate, all));
      if (needsNewStand(candidate.progress) && stand.from < candidate.progress.since) return [];
      if (at < leftThereUntil(candidate, stand)) return [];
      const counted = visitedAt(moment, stop, rivals, since, candidate.leastMs, siteOf?.(stop) ?? null);
      return counted === null ? [] : [{ candidate, stop, counted, metres: distanceM(stand, stop), since }];
    })
    .sort(
      (a, b) =>
        a.candidate.rank - b.candidate.rank || dueAt(a.candidate.job) - dueAt(b.candidate.job) || a.metres - b.metres,
    );
  const [best] = reached;
  if (!best) return null;
  const { candidate, stop, counted, since, metres } = best;
  const reason = candidate.isReturn
    ? `returned to the ${nameOf(stop)}`
    : `${Math.round(metres)} m from the ${nameOf(stop)}`;
  return step(candidate, Math.max(stand.from, since), counted, {
    status: 'at_site',
    reason,
    stop: candidate.stop,
    place: stand,
  });
};

/** Moment from which a trailer that was left at a job's first stop counts as being there for this job, epoch ms. */
const leftThereUntil = ({ job, progress, stop }: Candidate, stand: Stand): number => {
  const { scheduledFor } = job;
  const wasLeftThere =
    phaseOf(progress.status) === 'waiting' &&
    stop === 0 &&
    scheduledFor !== null &&
    stand.from < scheduledFor - AHEAD_MS;
  return wasLeftThere ? scheduledFor - BEFORE_DUE_MS : Number.NEGATIVE_INFINITY;
};

/** Moment before which a waiting job's fixes belong to another job of the trailer, epoch ms. */
const earliestFor = ({ job }: Pick<Candidate, 'job'>, all: readonly Following[]): number =>
  Math.max(
    ...all.map(({ job: other, progress }) =>
      other === job || phaseOf(progress.status) === 'waiting' ? Number.NEGATIVE_INFINITY : progress.since,
    ),
    Number.NEGATIVE_INFINITY,
  );

/** Visit of a waiting job's first stop that was not seen: the trailer stood there for another job, or since the day before. */
const unseenVisit = (next: Following, stop: Stop, base: Stand | Fix, since: number, moment: Moment): Step | null => {
  const { at, track } = moment;
  const { scheduledFor } = next.job;
  if (scheduledFor !== null && at < scheduledFor - LEAVES_BEFORE_DUE_MS) return null;
  const [first, last] = 'to' in base ? [base.from, base.to] : [base.at, base.at];
  // A tracker that is silent while it stands shows the end of the stand by its next fix.
  const until = Math.max(last, (track.find((fix) => fix.at > last)?.at ?? last) - SILENT_UNTIL_MS);
  if (until - first < neededStandMs(distanceM(base, stop), stop.radiusM)) return null;
  const from = Math.max(since, first, Math.min(scheduledFor ?? first, until));
  if (from > until) return null;
  const reason = `was at the ${nameOf(stop)}`;
  return step(next, from, at, { status: 'at_site', reason, stop: next.progress.stop, place: base });
};

/** The last place where the trailer stood, before a moment; its first fix without one, unless a stand is needed. */
const baseOf = ({ stands, index, track }: Moment, since: number, isStandNeeded: boolean): Stand | Fix | null => {
  for (let i = index; i >= 0; i -= 1) {
    const stand = stands[i];
    if (!stand || stand.to < since) break;
    if (stand.to - stand.from >= BASE_STAND_MS && stand.to < (stands[index]?.from ?? 0)) return stand;
  }
  if (isStandNeeded) return null;
  // A tracker that reports seldom shows a stand as one fix at rest.
  const here = stands[index]?.from ?? 0;
  const atRest = track.findLast((fix, i) => fix.at < here && fix.at >= since && isAtRest(track, i));
  return atRest ?? track.find(({ at }) => at >= since) ?? null;
};

/** Distance in m from an earlier fix, and time since then in ms, by which a fix was on a drive. */
const ON_DRIVE_M = 150;
const ON_DRIVE_MS = 2 * 60_000;

/** Returns the place from which a trailer sets out; null when it was on a drive there, and did not stand. */
const departurePlace = (track: readonly Fix[], base: Stand | Fix): Place | null => {
  if ('to' in base) return base;
  const wasDriving = track.some(
    (fix) => fix.at < base.at && base.at - fix.at <= ON_DRIVE_MS && distanceM(fix, base) > ON_DRIVE_M,
  );
  return wasDriving ? null : base;
};

/** Moment from which fixes show where a trailer sets out, epoch ms: with the last one before the job was booked, which says where it was then. */
const seenSince = ({ job, progress }: Following, { track }: Moment, since: number): number =>
  since === job.createdAt && progress.since === job.createdAt
    ? (track.findLast(({ at }) => at <= since)?.at ?? since)
    : since;

/** Departure of the next scheduled job's trailer for its first stop. */
const settingOut = (all: readonly Following[], moment: Moment): Step | null => {
  const { track, index, at, silentMs } = moment;
  const fix = track[index];
  if (!fix || silentMs > 0) return null;
  // A job that is long overdue was forgotten, and one that a person has opened again waits: they come after those of today.
  const isLast = ({ job, progress }: Following) => dueAt(job) < at - OVERDUE_MS || hasTakenBack(progress, 'done');
  const turn = (following: Following) => dueAt(following.job) + (isLast(following) ? LAST_MS : 0);
  const next = all
    .filter(({ progress, job }) => phaseOf(progress.status) === 'waiting' && !isAhead(job, at))
    .sort((a, b) => turn(a) - turn(b))[0];
  const stop = next?.job.stops[next.progress.stop];
  const isAtWork = all.some(({ progress }) => isUnderWay(progress.status));
  if (isAtWork || !next || !stop) return null;
  const since = Math.max(next.progress.decidedAt, earliestFor(next, all));
  if (fix.at <= since) return null;
  const base = baseOf(moment, seenSince(next, moment, since), hasTakenBack(next.progress, 'driving'));
  if (!base) return null;
  const [wayM, leftM, movedM] = [distanceM(base, stop), distanceM(fix, stop), distanceM(base, fix)];
  if (movedM - accuracyM(fix) > CLEARLY_AWAY_M && !hasTakenBack(next.progress, 'standing')) {
    const visit = unseenVisit(next, stop, base, since, moment);
    if (visit) return visit;
  }
  const { scheduledFor } = next.job;
  const isJustBooked = at - next.job.createdAt < JUST_BOOKED_MS;
  const leadMs = LEAD_SHARE * expectedMs(wayM) + LEAD_RESERVE_MS + (isJustBooked ? JUST_BOOKED_LEAD_MS : 0);
  const isEarly = scheduledFor !== null && at < scheduledFor - leadMs;
  const hasMoved = movedM - accuracyM(fix) > Math.min(SHUNT_M, wayM / 2);
  const isNearer = wayM - leftM - accuracyM(fix) > Math.min(APPROACH_M, wayM / 2);
  if (isEarly || !hasMoved || !isNearer) return null;
  const reason = `set out for the ${nameOf(stop)}`;
  const place = departurePlace(track, base);
  return step(next, fix.at, fix.at, { status: 'in_transit', reason, stop: next.progress.stop, place });
};

/** Return of a trailer that had only seemed to set out: to its yard, or to the place that it had left. */
const goingHome = (all: readonly Following[], moment: Moment, ownPlaces: readonly OwnPlace[]): Step | null => {
  const { stand, at } = moment;
  if (stand.to - stand.from < BASE_STAND_MS) return null;
  const under = all.find(({ progress }) => phaseOf(progress.status) === 'driving');
  if (!under) return null;
  const { progress, job } = under;
  const { change } = progress;
  const isFirstDrive = change?.by === 'fixes' && change.status === 'in_transit' && stand.from > progress.since;
  if (!isFirstDrive) return null;
  const yard = ownPlaces.find((place) => place.kind === 'yard' && distanceM(place, stand) <= place.radiusM);
  const isBack = progress.place !== null && distanceM(progress.place, stand) <= SHUNT_M / 2;
  const stop = job.stops[progress.stop];
  if ((!yard && !isBack) || !stop || distanceM(stop, stand) <= stop.radiusM) return null;
  return step(under, stand.from, at, { status: 'scheduled', reason: 'went back without a visit', stop: progress.stop });
};

/** End of a job whose work is done: far from its last stop, long after it, or at a last stop of the company's own. */
const completion = (all: readonly Following[], moment: Moment, ownPlaces: readonly OwnPlace[]): Step | null => {
  const { stand, at, track, index } = moment;
  for (const following of all) {
    const { job, progress } = following;
    const stop = job.stops[progress.stop];
    if (!stop) continue;
    const isLast = progress.stop === job.stops.length - 1;
    const base = { status: 'completed', stop: progress.stop } as const;
    if (progress.hasLeftLast && isActive(progress.status)) {
      const fix = track[index];
      const isFar = fix !== undefined && fix.at > progress.since && distanceM(fix, stop) > DONE_M;
      const isHome =
        stand.from > progress.since &&
        stand.to - stand.from >= BASE_STAND_MS &&
        ownPlaces.some((place) => distanceM(place, stand) <= place.radiusM);
      const reason = `left the ${nameOf(stop)}, the last stop`;
      if (isFar || isHome) return step(following, progress.since, at, { ...base, reason });
      const decidedAt = progress.since + DONE_MS;
      if (at >= decidedAt)
        return step(following, progress.since, Math.max(decidedAt, fix?.at ?? 0), { ...base, reason });
    }
    const stayMs = isCustomerSite(stop) ? DONE_AT_CUSTOMER_MS : DONE_AT_OWN_STOP_MS;
    const isDoneThere =
      isLast &&
      phaseOf(progress.status) === 'standing' &&
      progress.change?.by !== 'operator' &&
      !hasTakenBack(progress, 'done') &&
      at - progress.since >= stayMs;
    const doneAt = Math.max(progress.since + stayMs, track[index]?.at ?? 0);
    if (isDoneThere)
      return step(following, doneAt, doneAt, { ...base, reason: `at the ${nameOf(stop)}, the last stop` });
  }
  return null;
};

/**
 * End of a job of several trailers of which one is done, and another has not set out for hours: it does not come any more. The moments of
 * each of them count, because a tracker of a trailer that stays in the yard may be silent.
 */
const notComing = (all: readonly Following[], { at }: Moment): Step | null => {
  for (const { job } of all) {
    if (job.trailers.length < 2) continue;
    const trailers = job.trailers.map((trailerId) => progressOf(job, trailerId));
    const done = trailers.filter(({ status, change }) => phaseOf(status) === 'done' && change?.by !== 'operator');
    const isAtWork = trailers.some(({ status }) => isUnderWay(status));
    const waiting = trailers.find(({ status }) => phaseOf(status) === 'waiting');
    if (done.length === 0 || isAtWork || !waiting) continue;
    const doneAt = Math.max(...done.map(({ since }) => since));
    const since = hasTakenBack(waiting, 'done') ? Math.max(doneAt, waiting.since) : doneAt;
    if (at - since < NOT_COMING_MS) continue;
    return step({ job, progress: waiting }, at, at, {
      status: 'completed',
      reason: 'did not come',
      stop: waiting.stop,
    });
  }
  return null;
};

/** The jobs that another one's begin ends or puts back: a trailer works on one job at a time. */
const displaced = (all: readonly Following[], { job: begun, change }: Step): Step[] =>
  all.flatMap((following) => {
    const { job, progress } = following;
    const phase = phaseOf(progress.status);
    if (job.id === begun.id || phaseOf(change.status) === 'waiting' || !['driving', 'standing'].includes(phase))
      return [];
    const servedCustomer = job.stops
      .slice(0, progress.hasLeftLast ? job.stops.length : progress.stop)
      .some(isCustomerSite);
    const restIsOwn = job.stops.slice(progress.stop).every((stop) => !isCustomerSite(stop));
    const isDone = progress.hasLeftLast || (servedCustomer && restIsOwn);
    const stop = progress.stop;
    // Neither the next job nor its times belong into this one's history, which its customer reads.
    const reason = isDone ? 'its trailer began the next job' : 'its trailer began another job first';
    return [
      step(following, progress.since, change.decidedAt, { status: isDone ? 'completed' : 'scheduled', reason, stop }),
    ];
  });

/** Returns the job without the decisions that this trailer's fixes led to since a moment. A person's decision stays. */
const withoutDecisionsSince = (job: Job, trailerId: TrailerId, from: number): Job => {
  const lastByPerson = job.history.findLastIndex(
    (change) => change.by !== 'fixes' && (change.trailerId === undefined || change.trailerId === trailerId),
  );
  const history = job.history.filter(
    ({ by, at, decidedAt, trailerId: own }, i) =>
      by !== 'fixes' || own !== trailerId || i < lastByPerson || (decidedAt ?? at) < from,
  );
  return history.length === job.history.length ? job : { ...job, history };
};

/**
 * Returns the job with the present stop in its last change, where a person's change does not name one: when the decisions after it are
 * undone, the job's own field has another value.
 */
const withNamedStop = (job: Job): Job => {
  const last = job.history.at(-1);
  if (!last || last.by === 'fixes' || last.stop !== undefined) return job;
  return { ...job, history: [...job.history.slice(0, -1), { ...last, stop: job.currentStop }] };
};

const sameChange = (a: StatusChange, b: StatusChange | undefined): boolean =>
  a.at === b?.at &&
  a.status === b.status &&
  a.stop === b.stop &&
  a.trailerId === b.trailerId &&
  a.decidedAt === b.decidedAt;
const sameHistory = (a: Job, b: Job): boolean =>
  a.history.length === b.history.length && a.history.every((change, i) => sameChange(change, b.history[i]));

const inOrder = (a: StatusChange, b: StatusChange): number => (a.decidedAt ?? a.at) - (b.decidedAt ?? b.at);

/** Applies steps to the jobs of a trailer. */
const applied = (all: readonly Following[], steps: readonly Step[]): Following[] =>
  all.map((following) => {
    const own = steps
      .filter(({ job }) => job.id === following.job.id)
      .map(({ change: { decidedAt, ...change } }) => (decidedAt === change.at ? change : { ...change, decidedAt }));
    if (own.length === 0) return following;
    const history = [...following.job.history, ...own].sort(inOrder);
    const job = { ...following.job, history };
    return { job, progress: progressOf(job, following.progress.trailerId) };
  });

const isOpen = ({ progress }: Following): boolean => isActive(progress.status);

/** Decides everything that one moment shows, one decision after another. */
const decided = (before: readonly Following[], moment: Moment, options: FollowOptions): Following[] => {
  const { ownPlaces, completes } = options;
  let all = [...before];
  // At most a departure, the end of one job and the begin of the next can be seen at one moment.
  for (let i = 0; i < 4; i += 1) {
    const open = all.filter(isOpen);
    const leaving = open.map((following) => departure(following, moment)).find((one) => one !== null);
    const next =
      leaving ??
      movingNextDoor(open, moment) ??
      arrival(open, moment, options) ??
      (completes ? (completion(open, moment, ownPlaces) ?? notComing(all, moment)) : null) ??
      goingHome(open, moment, ownPlaces) ??
      settingOut(open, moment);
    if (!next) break;
    all = applied(all, [...displaced(open, next), next]);
  }
  return all;
};

/**
 * Returns the jobs of one trailer with the progress that follows from its fixes; the same object for a job that does not change.
 *
 * The trailer works on one job at a time, the earliest due one first. A stand counts as a visit of the stop that it fits best, whichever
 * job it belongs to; the longer the stand, the wider the ring (`neededStandMs`). Silence after a slow fix counts as standing. A return
 * reopens a visit; going home takes back a departure. Fixes count in the order in which they were taken: decisions since `from` are
 * undone first, and made again from all fixes, so the outcome depends on the set of fixes alone. A person's decision is never undone, and
 * no fix from before it counts.
 *
 * @param jobs open jobs of the trailer, in any order
 * @param seen the trailer's track by all its fixes since `from`, and the earlier ones of `HINDSIGHT_MS`
 * @param now epoch ms; silence counts up to then
 * @param from epoch ms: decisions from earlier fixes stay
 */
export const followTrack = (
  jobs: readonly Job[],
  trailerId: TrailerId,
  { track, stands }: StandTrack,
  now: number,
  from: number,
  options: FollowOptions,
): Job[] => {
  const named = jobs.map(withNamedStop);
  let all: Following[] = named.map((job) => {
    // A job that ended by itself may be open again after late fixes; one that a person ended stays ended.
    const mayChange = isActive(job.status) || job.history.at(-1)?.by === 'fixes';
    const undone = mayChange ? withoutDecisionsSince(job, trailerId, from) : job;
    return { job: undone, progress: progressOf(undone, trailerId) };
  });
  for (const [index, stand] of stands.entries()) {
    const fix = track[index];
    if (!fix) continue;
    const until = track[index + 1]?.at ?? now;
    // Nothing is decided before `from`, and most of the track is from before.
    if (fix.at < from && until < from) continue;
    const sign = index === track.length - 1 ? (options.sign ?? null) : null;
    const seen = { stand, stands, track, index, sign };
    if (fix.at >= from) all = decided(all, { ...seen, at: fix.at, silentMs: 0 }, options);
    if (until - fix.at > (sign === true ? SIGNED_STAND_MS : SILENT_AT_STOP_MS) && until >= from)
      all = decided(all, { ...seen, at: until - 1, silentMs: until - 1 - fix.at }, options);
  }
  return all.map(({ job }, i) => {
    const before = jobs[i] as Job;
    if (sameHistory(job, named[i] as Job)) return before;
    const state = derivedState(job);
    return { ...job, ...state, updatedAt: now, version: before.version + 1 };
  });
};

/** Returns the same as `followTrack`. @param fixes of the trailer and others, in any order */
export const followTrailer = (
  jobs: readonly Job[],
  trailerId: TrailerId,
  fixes: readonly Fix[],
  now: number,
  from: number,
  options: FollowOptions,
): Job[] => {
  const own = fixes.filter((fix) => fix.trailerId === trailerId);
  return followTrack(jobs, trailerId, standTrackOf(own), now, from, options);
};
