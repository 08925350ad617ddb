import type { Fix } from '../fix.ts';
import { isCustomerSite, type Job, type Stop } from '../job.ts';
import { phaseOf, STATUS_TRAITS } from '../job-status.ts';
import { distanceM, type Place } from './geo.ts';
import type { TrailerProgress } from './progress.ts';
import { neededStandMs } from './ring.ts';
import type { Stand } from './stand.ts';

/** A place of the company's own, such as the yard: a stand there is not a visit to a customer down the road. */
export type OwnPlace = Place & { kind: 'yard' | 'dump_site'; radiusM: number };

/** Maximum widening of a ring by a poor receiver, in m. */
const MAX_ACCURACY_ALLOWANCE_M = 150;
/** Accuracy in m that every good receiver has; it does not widen a ring. */
const USUAL_ACCURACY_M = 20;
/** Silence that counts as standing, in ms: longer than most red lights. */
export const SILENT_STAND_MS = 120_000;
/** The same right at a stop after a slow fix, in ms, with the distance from the stop, in m, and the speed, in m/s. */
export const SILENT_AT_STOP_MS = 90_000;
const AT_STOP_M = 50;
const SLOW_MPS = 4;
/** Silence that counts as standing whatever the tracker's interval is, in ms. */
const SILENT_AT_MOST_MS = 16 * 60_000;
/** Silence that counts as standing when the device says meanwhile that it is at rest, in ms. */
export const SIGNED_STAND_MS = 30_000;
/** Maximum speed of a device at rest, in m/s: the noise of a receiver. */
const REST_MPS = 1;
/** And it is longer than the tracker's usual interval by this factor. Number of intervals that tell the usual one. */
const SILENT_INTERVALS = 2;
const USUAL_OF = 8;
/** Interval and distance between two fixes by which a tracker also reports while it stands, in ms and m. */
const CHATTY_MS = 120_000;
const CHATTY_M = 15;
/** Maximum speed of the last fix before a silence that counts as standing, in m/s, right at a stop and farther away. */
const ROLLING_NEAR_MPS = 14;
const ROLLING_FAR_MPS = 9;
/** Away from a stop for this long, or beyond this share of the way to the stop between, a return is the next visit, not the same one. */
const SAME_VISIT_MS = 45 * 60_000;
const SAME_VISIT_SHARE = 0.5;
/** Distance within which two stops are at the same place, in m. */
const SAME_PLACE_M = 150;
/** Within the ring, another place counts as the more likely one when it is this much nearer, and the stop farther than this, in m. */
const NEXT_DOOR_SHARE = 0.5;
const NEXT_DOOR_M = 40;
/**
 * Distance in m up to which a stand that a tracker reported all along counts, and the same in radii of the stop: its place is exact, so that
 * farther away it is the gate or lunch, and the operator is asked. With more time between two reports, in ms, it is not exact.
 */
const SEEN_WITHIN_M = 250;
const SEEN_WITHIN_RADII = 2.5;
const SEEN_EVERY_MS = 90_000;
/** Duration of a stand that counts at an unexpected stop, : one that skips another, or of another job. */
const UNEXPECTED_MS = 3 * 60_000;
/** Duration of a silence that counts as such a stand, in ms: longer than most dead zones. */
const UNEXPECTED_SILENCE_MS = 6 * 60_000;

/**
 * Evidence that a trailer stands: its stand, the track up to then, the moment (epoch ms), and the silence before it in ms. `sign` is the
 * word of its device during this silence: true at rest, false in motion, null without one.
 */
export type Evidence = {
  stand: Stand;
  track: readonly Fix[];
  index: number;
  at: number;
  silentMs: number;
  sign: boolean | null;
};

/**
 * A stop that a trailer may be at. `rank` breaks ties: the lower, the more expected. `leastMs` is the shortest stand that counts there:
 * an unexpected stop takes longer.
 */
export type Candidate = {
  job: Job;
  progress: TrailerProgress;
  stop: number;
  rank: number;
  leastMs: number;
  isReturn: boolean;
};

const placeOf = (job: Job, index: number): Stop | undefined => job.stops[index];

/** True when the tracker reported while it stood, in the minutes before: its silence then means no signal. */
const isChatty = (track: readonly Fix[], index: number): boolean => {
  for (let i = index; i > 0 && i > index - 60; i -= 1) {
    const [a, b] = [track[i - 1], track[i]];
    if (a && b && b.at - a.at <= CHATTY_MS && b.at - a.at >= 1000 && distanceM(a, b) <= CHATTY_M) return true;
  }
  return false;
};

/** True when the device of the fix says that it is at rest: by its motion sensor, or by its speed where it measures speeds. */
export const isAtRest = (track: readonly Fix[], index: number): boolean => {
  const fix = track[index];
  if (!fix) return false;
  if (fix.standing !== undefined) return fix.standing && (fix.speedMps ?? 0) <= REST_MPS;
  if (fix.speedMps !== null) return fix.speedMps <= REST_MPS;
  // OwnTracks leaves a speed of zero out.
  return track.slice(Math.max(0, index - USUAL_OF), index).some(({ speedMps }) => (speedMps ?? 0) > REST_MPS);
};

/** Silence in ms that counts as standing for this tracker: a unit that reports every five minutes is silent for five. */
const silentStandMs = ({ track, index, sign }: Evidence, metres: number): number => {
  if (sign === true) return SIGNED_STAND_MS;
  const isSlowThere = metres <= AT_STOP_M && (track[index]?.speedMps ?? Number.POSITIVE_INFINITY) <= SLOW_MPS;
  const least = isSlowThere ? SILENT_AT_STOP_MS : SILENT_STAND_MS;
  if (isAtRest(track, index)) return least;
  const intervals: number[] = [];
  for (let i = index; i > 0 && intervals.length < USUAL_OF; i -= 1)
    intervals.push((track[i]?.at ?? 0) - (track[i - 1]?.at ?? 0));
  const usual = intervals.sort((a, b) => a - b)[Math.floor(intervals.length / 2)] ?? 0;
  return Math.max(least, Math.min(SILENT_AT_MOST_MS, SILENT_INTERVALS * usual));
};

/** True when silence after this fix can mean that the trailer stands. */
export const silenceMeansStanding = ({ track, index, sign }: Evidence, metres: number, radiusM: number): boolean => {
  const last = track[index];
  if (!last || sign === false) return false;
  const speed = last.speedMps ?? 0;
  if (sign === true || last.standing === true) return speed <= ROLLING_NEAR_MPS;
  if (metres <= radiusM) return speed <= ROLLING_NEAR_MPS;
  return speed <= (metres <= 4 * radiusM ? ROLLING_NEAR_MPS : ROLLING_FAR_MPS) && !isChatty(track, index);
};

/** True for a stand that its tracker reported all along, too far from the stop to be at it. */
const isSeenElsewhere = ({ from, to, fixes }: Stand, metres: number, radiusM: number): boolean =>
  metres > Math.max(SEEN_WITHIN_M, SEEN_WITHIN_RADII * radiusM) && fixes - 1 >= (to - from) / SEEN_EVERY_MS;

/** True when another known place is so much nearer to the stand that it is the more likely one. In a wide ring any nearer place is. */
const isNearerToAnother = (stand: Stand, metres: number, radiusM: number, others: readonly Place[]): boolean => {
  if (metres <= NEXT_DOOR_M) return false;
  const limitM = metres > 1.5 * radiusM ? metres : metres * NEXT_DOOR_SHARE;
  return others.some((other) => distanceM(stand, other) < limitM);
};

/**
 * Returns the moment at which a stand counts as a visit of a stop, epoch ms; null when it does not, yet.
 * @param others places that are nearer to other work: in a wide ring the nearest one wins
 * @param since fixes from before this do not count, epoch ms
 * @param site the place where trailers really stand at the stop; null when it is not known
 */
export const visitedAt = (
  evidence: Evidence,
  stop: Stop,
  others: readonly Place[],
  since: number,
  leastMs: number,
  site: Place | null = null,
): number | null => {
  const { stand, at, silentMs, sign } = evidence;
  const allowance = Math.min(MAX_ACCURACY_ALLOWANCE_M, Math.max(0, stand.accuracyM - USUAL_ACCURACY_M));
  const besideM = Math.min(distanceM(stand, stop), site ? distanceM(stand, site) : Number.POSITIVE_INFINITY);
  const metres = Math.max(0, besideM - allowance);
  const need = Math.max(leastMs, neededStandMs(metres, stop.radiusM));
  if (!Number.isFinite(need)) return null;
  if (isNearerToAnother(stand, metres, stop.radiusM, others)) return null;
  // A stand of which every fix is older says nothing: the trailer may have left since.
  if (stand.to < since) return null;
  const from = Math.max(stand.from, since);
  if (stand.to - from >= need) return isSeenElsewhere(stand, metres, stop.radiusM) ? null : at;
  // A dead zone is as silent as a stand: where no one expects the trailer, it must be longer.
  if (leastMs > 0 && sign !== true && silentMs < UNEXPECTED_SILENCE_MS) return null;
  const needed = silentStandMs(evidence, metres);
  if (silentMs < needed || !silenceMeansStanding(evidence, metres, stop.radiusM)) return null;
  const counted = Math.max(stand.to + needed, from + need);
  return counted <= at ? counted : null;
};

/** True when a stand at the place of the stop left last is a return to it, and not the next visit at the same place. */
const isReturn = (
  { job, progress }: Pick<Candidate, 'job' | 'progress'>,
  track: readonly Fix[],
  at: number,
): boolean => {
  const left = progress.hasLeftLast ? progress.stop : progress.stop - 1;
  const [stop, between] = [placeOf(job, left), placeOf(job, left + 1)];
  if (!stop || progress.hasLeftLast || !between) return true;
  const samePlaceAhead = job.stops.some((other, i) => i > left && distanceM(other, stop) <= SAME_PLACE_M);
  if (!samePlaceAhead) return true;
  const farthest = Math.max(
    0,
    ...track.filter((fix) => fix.at >= progress.since && fix.at <= at).map((fix) => distanceM(fix, stop)),
  );
  return at - progress.since < SAME_VISIT_MS && farthest < SAME_VISIT_SHARE * distanceM(stop, between);
};

/**
 * Returns the stops of a job that its trailer may be at now, the most expected one first.
 * @param isBusy true while the trailer is under way for another job
 */
export const stopsAhead = (
  job: Job,
  progress: TrailerProgress,
  { track, at }: Pick<Evidence, 'track' | 'at'>,
  isBusy: boolean,
): Candidate[] => {
  const { change } = progress;
  const isUnderWay = phaseOf(progress.status) === 'driving';
  const candidates: Candidate[] = [];
  const hasLeft = isUnderWay && change?.by === 'fixes' && STATUS_TRAITS[change.status].drive === 'next';
  if (hasLeft && isReturn({ job, progress }, track, at)) {
    const stop = progress.hasLeftLast ? progress.stop : progress.stop - 1;
    candidates.push({ job, progress, stop, rank: 1, leastMs: 0, isReturn: true });
  }
  if (progress.hasLeftLast) return candidates;
  for (let stop = progress.stop; stop < job.stops.length; stop += 1) {
    const isNext = stop === progress.stop;
    const place = job.stops[stop];
    // A job does not begin at a dump site after its customer's stop: the trailer is there for another job.
    if (!isNext && !isUnderWay && place && !isCustomerSite(place)) continue;
    const rank = isNext ? (isUnderWay ? 0 : 3) : isUnderWay ? 2 : 4;
    candidates.push({ job, progress, stop, rank, leastMs: isNext && !isBusy ? 0 : UNEXPECTED_MS, isReturn: false });
  }
  return candidates;
};
