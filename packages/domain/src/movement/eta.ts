import type { Fix } from '../fix.ts';
import type { Stop, StopKind } from '../job.ts';
import type { Route } from '../ports/travel.ts';
import { distanceM } from './geo.ts';
import { straightLeftM } from './legs.ts';
import type { Spread, TravelModel } from './travel.ts';

/** What a range of arrival times rests on: what is typical, the company's own drives, or a road engine. */
export const ETA_BASES = ['typical', 'learned', 'route'] as const;
export type EtaBasis = (typeof ETA_BASES)[number];

/**
 * A range of arrival times in epoch ms: four arrivals in five lie between `earliest` and `latest`, half are before `likely`. `distanceM` is
 * the road left, in metres; `after` the stops on the way; `asOf` when the position was taken.
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

/** From so many drives of its own on, the company's pace and not the typical one decides. */
const LEARNED_FROM = 6;
/** Slower than this is a red light, not a pace, in m/s. */
const SLOWEST_MPS = 4;
const FASTEST_MPS = 28;
/**
 * How much the recent pace counts beside the expected one right before the stop; half as much this many metres away. Little: of five
 * minutes in a town the red lights are the larger part, and on recorded drives more weight made every error larger (bench/eta.ts).
 */
const RECENT_WEIGHT = 0.2;
const RECENT_HALVES_M = 15_000;
/** Whose time knows of the traffic needs the recent pace less. */
const RECENT_BESIDE_TRAFFIC = 0.5;
/** The pace is taken over this long a window, in ms, and not from less than a minute of it. */
const PACE_WINDOW_MS = 5 * 60_000;
const PACE_AT_LEAST_MS = 60_000;
/** Who is seen driving is surer than who has not set out: the range in logarithms is narrower by this factor. */
const SURER_BY_PACE = 0.75;
/** The smallest half width of a range, in ms. */
const MIN_SPREAD_MS = 60_000;
/** Who has stayed longer than usual may leave at any moment, and stays on for this share of a usual stay. */
const STAYS_ON = 0.25;

/** Metres per second along the trail of the last minutes; null when it is too short to say. */
const recentPace = (trail: readonly Fix[]): number | null => {
  const newest = trail.at(-1);
  if (!newest) return null;
  const window = trail.filter((fix) => newest.at - fix.at <= PACE_WINDOW_MS);
  const first = window[0];
  if (!first || newest.at - first.at < PACE_AT_LEAST_MS) return null;
  let metres = 0;
  for (let i = 1; i < window.length; i++) {
    const [a, b] = [window[i - 1], window[i]];
    if (a && b) metres += distanceM(a, b);
  }
  return metres / ((newest.at - first.at) / 1000);
};

/** As wide a range in proportion, about another time in ms. */
const scaled = ({ early, likely, late }: Spread, to: number): Spread =>
  likely > 0
    ? { early: (early / likely) * to, likely: to, late: (late / likely) * to }
    : { early: to, likely: to, late: to };

/** The drive that has begun: as expected, and as the last minutes have it. */
const driveUnderWay = (leftM: number, expected: Spread, recent: number | null, recentWeight: number): Spread => {
  if (recent === null || leftM === 0) return expected;
  const weight = (recentWeight * RECENT_HALVES_M) / (RECENT_HALVES_M + leftM);
  const recentMs = (leftM / Math.min(FASTEST_MPS, Math.max(SLOWEST_MPS, recent))) * 1000;
  const likely = Math.exp(weight * Math.log(recentMs) + (1 - weight) * Math.log(expected.likely));
  const surer = (bound: number) => likely * (bound / expected.likely) ** SURER_BY_PACE;
  return { early: surer(expected.early), likely, late: surer(expected.late) };
};

/** What is left of a stay. */
const dwellLeft = ({ early, likely, late }: Spread, stayedMs: number): Spread => ({
  early: Math.max(0, early - stayedMs),
  likely: Math.max(STAYS_ON * likely, likely - stayedMs),
  late: Math.max(STAYS_ON * late, late - stayedMs),
});

/** One after the other: what each may be earlier or later by does not add up, its square does. */
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

/** Where a trailer is on its way: at the first of the stops since `standingSince` (epoch ms), or driving there when that is null. */
export type Way = { trail: readonly Fix[]; stops: readonly Stop[]; standingSince: number | null };

/**
 * Estimates the arrival at the last of some stops. The way is the straight line times a road factor, or what a road engine says of
 * its first part; the pace a blend of what is expected and the last minutes'. The range widens with the age of the position and is
 * never in the past.
 * @param way its trail oldest first
 * @param now epoch ms
 * @param route from the newest fix to the first stop, where a road engine knows it
 * @returns null without a stop, and for who is driving without a trail
 */
export const estimateArrival = (
  { trail, stops, standingSince }: Way,
  now: number,
  model: TravelModel,
  route: Route | null = null,
): Eta | null => {
  const newest = trail.at(-1);
  const [first, ...rest] = stops;
  if (!first || (!newest && standingSince === null)) return null;
  // A phone's clock may be ahead: what it saw it has seen by now.
  const seenAt = Math.min(newest?.at ?? now, now);
  const drive = (leftM: number, at: number): Spread => model.drive(leftM, at);
  const parts: Spread[] = [];
  let left = 0;
  let hasPace = false;
  const startsAt = standingSince === null ? seenAt : now;
  if (standingSince !== null) {
    parts.push(dwellLeft(model.dwell(first.kind), Math.max(0, now - standingSince)));
  } else if (newest) {
    left = route ? route.distanceM : straightLeftM(newest, first) * model.roadFactor;
    const usual = drive(left, seenAt);
    const traffic = route?.seconds ?? null;
    const expected = traffic === null ? usual : scaled(usual, traffic * 1000);
    const recent = recentPace(trail);
    hasPace = recent !== null;
    const weight = traffic === null ? RECENT_WEIGHT : RECENT_WEIGHT * RECENT_BESIDE_TRAFFIC;
    parts.push(driveUnderWay(left, expected, recent, weight));
  }
  for (const [i, stop] of rest.entries()) {
    const from = stops[i] ?? first;
    if (i > 0 || standingSince === null) parts.push(model.dwell(from.kind));
    const road = straightLeftM(from, stop) * model.roadFactor;
    left += road;
    parts.push(drive(road, startsAt + together(parts).likely));
  }
  const whole = together(parts);
  const agedMs = standingSince === null ? (now - seenAt) / 2 : 0;
  const likely = Math.max(startsAt + whole.likely, now);
  const earliest = Math.max(now, Math.min(startsAt + whole.early, likely - MIN_SPREAD_MS) - agedMs);
  const latest = Math.max(
    likely + Math.max(MIN_SPREAD_MS, whole.late - whole.likely) + agedMs,
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
