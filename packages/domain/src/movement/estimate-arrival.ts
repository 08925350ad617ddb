import type { Fix } from '../fix.ts';
import type { Stop, StopKind } from '../job.ts';
import type { Route } from '../ports/travel.ts';
import { areaOf } from './area.ts';
import { LOST_MS } from './freshness.ts';
import { distanceM, type Place } from './geo.ts';
import { straightLeftM } from './legs.ts';
import type { Areas, Spread, TravelModel } from './travel.ts';

/** Basis of a range of arrival times: typical values, the company's own drives, or a router. */
export const ETA_BASES = ['typical', 'learned', 'route'] as const;
export type EtaBasis = (typeof ETA_BASES)[number];

/**
 * A range of arrival times in epoch ms: four arrivals in five are between `earliest` and `latest`, half are before `likely`. `distanceM`
 * is the remaining road in m, `after` the stops on the way, `asOf` the time of the position.
 */
export type Eta = {
  earliest: number;
  likely: number;
  latest: number;
  distanceM: number;
  reason: string;
  basis: EtaBasis;
  after: StopKind[];
  asOf: number;
};

/** Number of drives from which the company's own pace replaces the typical one. */
const LEARNED_FROM = 6;
/**
 * The pace of the last minutes: its window and minimum in ms, its largest weight beside the expected pace, and the time of driving after
 * which it has half of that. A standing trailer counts as this slow, in m/s, and stands within this distance, in m. Chosen with
 * `bench/eta.ts` (ADR 39).
 */
const RECENT = { windowMs: 15 * 60_000, leastMs: 60_000, weight: 0.5, halfAtMs: 60_000, leastMps: 0.7, standM: 150 };
/** Time from which a stand is more than a red light, in ms. */
const BREAK_FROM_MS = 3 * 60_000;
/** Smaller weight for a route whose duration includes the traffic. */
const RECENT_BESIDE_TRAFFIC = 0.5;
/**
 * Exponents of a range under way, compared with one at departure: some of the delays have shown, but it may still stand at lights. Half
 * of the change is reached after this time of driving, in ms.
 */
const UNDER_WAY = { early: 1.4, late: 0.27, halfAtMs: 4 * 60_000 };
/** Deviation of an arrival that does not depend on the distance, in ms: a red light, a gate, the minute between two positions. */
const ANY_DISTANCE_MS = 60_000;
/** The same on the late side when a drive begins, in ms: a stop on the way, a queue. Half of it is left after some time of driving, in ms. */
const NOT_SHOWN_YET = { ms: 6 * 60_000, halfAtMs: 30_000 };
/** Minimum half width of a range, in ms. */
const MIN_SPREAD_MS = 60_000;
/** Remaining share of a usual stay when a trailer has already stayed longer: it may leave at any moment. */
const OVERDUE_STAY_SHARE = 0.25;

const areasOf = (from: Place, to: Place): Areas => ({ from: areaOf(from), to: areaOf(to) });

/** Deviation of the last minutes from the expected pace: the natural logarithm of their ratio, over a time in ms. */
type Deviation = { log: number; ms: number };

/** Interval of which one fix counts, in ms, and the age of the oldest one that does: more fixes would tell nothing more, and cost more. */
const SPARSE = { everyMs: 10_000, oldestMs: 20 * 60_000 };

/** Returns the newest fix and others before it, oldest first, at least some seconds from each other. */
const sparse = (trail: readonly Fix[]): Fix[] => {
  const newest = trail.at(-1);
  if (!newest) return [];
  const found = [newest];
  let next = newest.at - SPARSE.everyMs;
  for (let i = trail.length - 2; i >= 0; i -= 1) {
    const fix = trail[i];
    if (!fix || newest.at - fix.at > SPARSE.oldestMs) break;
    if (fix.at > next) continue;
    found.push(fix);
    next = fix.at - SPARSE.everyMs;
  }
  return found.reverse();
};

/** Returns the fixes of the last minutes. A stand at their beginning is left out: it may be the stop before. */
const recentWay = (trail: readonly Fix[]): Fix[] => {
  const newest = trail.at(-1);
  const window = trail.filter((fix) => newest && newest.at - fix.at <= RECENT.windowMs);
  const oldest = window[0];
  const moved = window.findIndex((fix) => oldest && distanceM(oldest, fix) > RECENT.standM);
  return window.slice(moved < 0 ? -1 : moved - 1);
};

/** Remaining time of a stand away from the stops, in ms: a break, or a jam. The longer it has lasted, the longer it may last. */
const standLeft = (trail: readonly Fix[], setOutAt: number): Spread => {
  const newest = trail.at(-1);
  const since = trail.findLastIndex((fix) => newest && distanceM(newest, fix) > RECENT.standM) + 1;
  const stoodMs = (newest?.at ?? 0) - Math.max(setOutAt, trail[since]?.at ?? 0);
  return stoodMs < BREAK_FROM_MS
    ? { early: 0, likely: 0, late: 0 }
    : { early: 0, likely: stoodMs / 2, late: 2 * stoodMs };
};

/** Returns the deviation of a trail's last minutes, compared with drives as long as them; null when the trail is too short. */
const recentDeviation = (trail: readonly Fix[], model: TravelModel): Deviation | null => {
  const way = recentWay(trail);
  const [first, newest] = [way[0], way.at(-1)];
  const ms = first && newest ? newest.at - first.at : 0;
  if (!first || !newest || ms < RECENT.leastMs) return null;
  const metres = way.reduce((sum, fix, i) => sum + distanceM(way[i - 1] ?? fix, fix), 0);
  const roadM = Math.max(metres, (RECENT.leastMps * ms) / 1000);
  return { log: Math.log(ms / model.drive(roadM, first.at, areasOf(first, newest)).likely), ms };
};

/** Returns the delays in ms that a drive may still have that has just begun. Close to the stop there is no room for them. */
const notShownYetMs = (likelyMs: number, drivenMs: number): number =>
  Math.min(NOT_SHOWN_YET.ms, 2 * likelyMs) / (1 + drivenMs / NOT_SHOWN_YET.halfAtMs);

/** Scales a range to another likely duration, in ms. */
const scaled = ({ early, likely, late }: Spread, to: number): Spread =>
  likely > 0
    ? { early: (early / likely) * to, likely: to, late: (late / likely) * to }
    : { early: to, likely: to, late: to };

/**
 * Returns the remaining duration of a drive that has begun. The likely one follows the pace of the last minutes in part, and the range
 * reaches to the duration at that pace: a vehicle that stops at each corner may go on so.
 * @param share of the usual weight of the last minutes
 */
const driveUnderWay = (expected: Spread, { log, ms }: Deviation, share: number): Spread => {
  const seen = ms / (ms + RECENT.halfAtMs);
  const shown = ms / (ms + UNDER_WAY.halfAtMs);
  const weight = share * RECENT.weight * seen;
  const rest = seen * (1 - weight) * log;
  const likely = expected.likely * Math.exp(weight * log);
  const bound = (at: number, exponent: number, beyond: number) =>
    likely * (at / expected.likely) ** (1 + (exponent - 1) * shown) * Math.exp(beyond);
  return {
    early: bound(expected.early, UNDER_WAY.early, Math.min(0, rest)),
    likely,
    late: bound(expected.late, UNDER_WAY.late, Math.max(0, rest)),
  };
};

/** Remaining duration of a stay. */
const dwellLeft = ({ early, likely, late }: Spread, stayedMs: number): Spread => ({
  early: Math.max(0, early - stayedMs),
  likely: Math.max(OVERDUE_STAY_SHARE * likely, likely - stayedMs),
  late: Math.max(OVERDUE_STAY_SHARE * late, late - stayedMs),
});

/** Adds durations up. Their deviations add as squares, because they are independent. */
const together = (parts: readonly Spread[]): Spread => {
  const likely = parts.reduce((sum, part) => sum + part.likely, 0);
  const off = (of: (part: Spread) => number) => Math.hypot(...parts.map(of));
  return {
    early: Math.max(0, likely - off((part) => part.likely - part.early)),
    likely,
    late: likely + off((part) => part.late - part.likely),
  };
};

const reasonOf = (basis: EtaBasis, hasPace: boolean, after: readonly StopKind[]): string => {
  const how = {
    typical: 'straight line and typical pace',
    learned: 'straight line and the pace of our own drives',
    route: 'the route of the router',
  }[basis];
  const pace = hasPace ? ', and the pace of the last minutes' : '';
  const stops = after.length > 0 ? `, after a stop at the ${after.join(', the ').replaceAll('_', ' ')}` : '';
  return `${how}${pace}${stops}`;
};

/**
 * A trailer's way: at the first stop since `standingSince` (epoch ms), or driving to it when that is null. It set out at `setOutAt`, if
 * known: a position from before is from where it stood until then.
 */
export type Way = {
  trail: readonly Fix[];
  stops: readonly Stop[];
  standingSince: number | null;
  setOutAt?: number;
};

/**
 * Estimates the arrival at the last of some stops. The distance is the straight line times a road factor, or the router's for the
 * first part. The pace is a blend of the expected one and that of the last minutes. The range widens with the age of the position and
 * is never in the past. A lost position gives a range as long as the latest arrival by it is still ahead.
 * @param way its trail oldest first
 * @param now epoch ms
 * @param route from the newest fix to the first stop, where the router has one
 * @returns null without a stop, and for a driving trailer without a trail
 */
export const estimateArrival = (
  { trail, stops, standingSince, setOutAt = 0 }: Way,
  now: number,
  model: TravelModel,
  route: Route | null = null,
): Eta | null => {
  const newest = trail.at(-1);
  const [first, ...rest] = stops;
  if (!first || (!newest && standingSince === null)) return null;
  // A phone's clock may be ahead; its fix cannot be from the future.
  const seenAt = Math.min(newest?.at ?? now, now);
  const parts: Spread[] = [];
  let left = 0;
  let hasPace = false;
  const droveFrom = Math.min(now, Math.max(seenAt, setOutAt));
  const startsAt = standingSince === null ? droveFrom : now;
  if (standingSince !== null) {
    parts.push(dwellLeft(model.dwell(first.kind), Math.max(0, now - standingSince)));
  } else if (newest) {
    left = route ? route.distanceM : straightLeftM(newest, first) * model.roadFactor;
    const usual = model.drive(left, seenAt, areasOf(newest, first));
    const traffic = route?.seconds ?? null;
    const expected = traffic === null ? usual : scaled(usual, traffic * 1000);
    const way = sparse(trail);
    const deviation = recentDeviation(way, model);
    hasPace = deviation !== null;
    const share = traffic === null ? 1 : RECENT_BESIDE_TRAFFIC;
    parts.push(deviation && expected.likely > 0 ? driveUnderWay(expected, deviation, share) : expected);
    parts.push(standLeft(way, setOutAt));
    const lateMs = ANY_DISTANCE_MS + notShownYetMs(expected.likely, deviation?.ms ?? 0);
    parts.push({ early: -ANY_DISTANCE_MS, likely: 0, late: lateMs });
  }
  for (const [i, stop] of rest.entries()) {
    const from = stops[i] ?? first;
    if (i > 0 || standingSince === null) parts.push(model.dwell(from.kind));
    const road = straightLeftM(from, stop) * model.roadFactor;
    left += road;
    parts.push(model.drive(road, startsAt + together(parts).likely, areasOf(from, stop)));
  }
  const whole = together(parts);
  const ageMs = now - startsAt;
  const isLost = ageMs > LOST_MS;
  if (isLost && startsAt + whole.late < now) return null;
  // A trailer that is silent for a long time may have stood all the time.
  const [agedMs, agedLateMs] = [ageMs / 2, isLost ? ageMs : ageMs / 2];
  const likely = Math.max(startsAt + whole.likely, now);
  const earliest = Math.max(now, Math.min(startsAt + whole.early, likely - MIN_SPREAD_MS) - agedMs);
  const latest = Math.max(
    likely + Math.max(MIN_SPREAD_MS, whole.late - whole.likely) + agedLateMs,
    earliest + MIN_SPREAD_MS,
  );
  const basis: EtaBasis = route ? 'route' : model.legs >= LEARNED_FROM ? 'learned' : 'typical';
  const after = stops.slice(0, -1).map(({ kind }) => kind);
  return {
    earliest: Math.round(earliest),
    likely: Math.round(likely),
    latest: Math.round(latest),
    distanceM: Math.round(left),
    reason: reasonOf(basis, hasPace, after),
    basis,
    after,
    asOf: seenAt,
  };
};
