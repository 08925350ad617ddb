import { STOP_KINDS, type StopKind } from '../job.ts';
import type { Area } from './area.ts';
import type { Place } from './geo.ts';
import { type SiteSample, siteOf, withSites } from './learned-sites.ts';
import { quantile } from './quantile.ts';
import { timeOfDay } from './time-of-day.ts';

/**
 * A finished drive to a stop. `at` is its start in epoch ms, `straightM` the straight line to the stop then, `roadM` the driven distance,
 * null with too few fixes. `missed` is the natural logarithm of its duration over the expected one. `id` names the leg: when late
 * fixes change it, the new sample replaces the old one. `from` and `to` are the areas of its ends; samples from before they were noted
 * have none.
 */
export type LegSample = {
  id: string;
  at: number;
  straightM: number;
  roadM: number | null;
  seconds: number;
  missed: number;
  from?: Area;
  to?: Area;
};

/** A finished stay at a stop; it began at `at`, epoch ms. */
export type DwellSample = { id: string; at: number; kind: StopKind; seconds: number };

/** Samples of the company's own drives and visits, oldest first. Records from before sites were learned have none. */
export type TravelRecord = {
  legs: readonly LegSample[];
  dwells: readonly DwellSample[];
  sites?: readonly SiteSample[];
};

export const EMPTY_TRAVEL: TravelRecord = { legs: [], dwells: [] };

/** Maximum samples: they are 12 KB. More would not improve the model, and would cost more to read. */
const LEGS_KEPT = 135;
const DWELLS_KEPT = 30;

/** Four in five durations are between `early` and `late`; half are below `likely`. In ms. */
export type Spread = { early: number; likely: number; late: number };

/** Areas in which a drive begins and ends. */
export type Areas = { from: Area; to: Area };

/** Travel times and stays of one company. */
export type TravelModel = {
  /** Number of the company's own drives in the model. */
  legs: number;
  /** Ratio of the road to the straight line. */
  roadFactor: number;
  /** Returns the duration of a drive of `roadM` metres that begins at `at` (epoch ms). */
  drive(roadM: number, at: number, areas?: Areas): Spread;
  dwell(kind: StopKind): Spread;
  /** Returns the place where trailers really stand at a stop; null when it is not known. */
  site(stop: Place): Place | null;
};

/**
 * Priors for a company without drives. Each `weight` is the number of the company's own samples that count as much as the prior.
 * Roads: Ballou et al., Transportation Research A 36 (2002), for the US. Pace, in m/s: `inTownMps` between two corners of a town, plus
 * `fasterFarMps` across the country; half of that is added at `halfWayM`.
 */
const ROAD_FACTOR = { prior: 1.3, weight: 10, least: 1, most: 3 };
const PACE = { inTownMps: 7, fasterFarMps: 14, halfWayM: 20_000, leastMps: 1.5, mostMps: 28 };
const OWN_PACE_WEIGHT = 10;
/** Deviation of the pace from the typical one by distance, per e-fold of the distance, around 5 km. */
const SLOPE = { weight: 20, least: -0.6, most: 0.3, pivotM: 5000, nearestM: 500, apart: 0.3 };
const TIME_OF_DAY_WEIGHT = 20;
const AREA_WEIGHT = 8;
/**
 * The tenth and the ninetieth percentile of `missed` before any drive. A company whose streets are unknown is more often slower than
 * the typical one than faster; as its level is learned, both move towards the middle by up to `centre`.
 */
const MISSED = { early: -0.35, late: 1.2, weight: 8, centre: 0.4 };
/** Loading and unloading, in minutes. From haulers' statements about dumpsters; the company's own stays replace them. */
const DWELL: Readonly<Record<StopKind, Spread>> = {
  pickup: { early: 10 * 60_000, likely: 20 * 60_000, late: 45 * 60_000 },
  drop_off: { early: 8 * 60_000, likely: 15 * 60_000, late: 40 * 60_000 },
  dump_site: { early: 12 * 60_000, likely: 25 * 60_000, late: 60 * 60_000 },
  yard: { early: 5 * 60_000, likely: 20 * 60_000, late: 90 * 60_000 },
};
const DWELL_WEIGHT = 5;
/** Quantiles of `early` and `late`: four in five durations are between them. */
const EARLY = 0.1;
const LATE = 0.9;

const median = (values: ArrayLike<number>): number => quantile(values, 0.5);

/** Blends a prior with the result of some samples, by their weights. */
const shrunk = (prior: number, weight: number, samples: number, learned: number): number =>
  (weight * prior + samples * learned) / (weight + samples);

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** Returns a truck's typical pace over `roadM` metres, in m/s. */
const typicalPace = (roadM: number): number => PACE.inTownMps + (PACE.fasterFarMps * roadM) / (roadM + PACE.halfWayM);

const logDistance = (roadM: number): number => Math.log(Math.max(SLOPE.nearestM, roadM) / SLOPE.pivotM);

/** Returns the median of the slopes between every two points (Theil–Sen), which an outlier does not change. */
const slopeOf = (points: ReadonlyArray<{ x: number; y: number }>): number => {
  const xs = Float64Array.from(points, ({ x }) => x);
  const ys = Float64Array.from(points, ({ y }) => y);
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let count = 0;
  for (let i = 1; i < xs.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const apart = (xs[i] ?? 0) - (xs[j] ?? 0);
      if (apart > SLOPE.apart || apart < -SLOPE.apart) slopes[count++] = ((ys[i] ?? 0) - (ys[j] ?? 0)) / apart;
    }
  }
  return median(slopes.subarray(0, count));
};

/** Returns the tenth and the ninetieth percentile of `missed`. They are never further apart than before the first drive. */
const missedOf = (legs: readonly LegSample[]): { early: number; late: number } => {
  const n = legs.length;
  const missed = legs.map((leg) => leg.missed);
  const centred = (MISSED.centre * n) / (n + OWN_PACE_WEIGHT);
  const early = Math.min(0, shrunk(MISSED.early - centred, MISSED.weight, n, quantile(missed, EARLY)));
  const late = Math.max(0, shrunk(MISSED.late - centred, MISSED.weight, n, quantile(missed, LATE)));
  const narrowed = Math.min(1, (MISSED.late - MISSED.early) / (late - early));
  return { early: early * narrowed, late: late * narrowed };
};

/** Deviations of the pace by the area of a drive's end, and by that of its start. */
type ByArea = { to: ReadonlyMap<Area, number>; from: ReadonlyMap<Area, number> };

/**
 * Returns the deviations that are left by area, first those of the ends and then, of what these leave, those of the starts.
 * @param left deviation of each leg from the level, slope and part of the day
 */
const byAreaOf = (legs: readonly LegSample[], left: readonly number[]): ByArea => {
  let rest = left.map((log, i) => ({ log, leg: legs[i] }));
  const deviations = (side: 'to' | 'from'): ReadonlyMap<Area, number> => {
    const found = new Map<Area, number>();
    for (const [area, own] of Map.groupBy(rest, ({ leg }) => leg?.[side])) {
      if (area !== undefined) {
        found.set(area, shrunk(0, AREA_WEIGHT, own.length, median(own.map(({ log }) => log))));
      }
    }
    rest = rest.map(({ log, leg }) => ({ log: log - (found.get(leg?.[side] ?? -1) ?? 0), leg }));
    return found;
  };
  const to = deviations('to');
  return { to, from: deviations('from') };
};

const dwellOf = (seconds: readonly number[], prior: Spread): Spread => {
  const at = (share: number, before: number) =>
    Math.exp(
      shrunk(
        Math.log(before),
        DWELL_WEIGHT,
        seconds.length,
        quantile(
          seconds.map((one) => Math.log(one * 1000)),
          share,
        ),
      ),
    );
  return { early: at(EARLY, prior.early), likely: at(0.5, prior.likely), late: at(LATE, prior.late) };
};

/**
 * Builds a company's travel-time model from its own drives and, while there are few, from typical values. It uses only medians and
 * quantiles, so that a flat tyre or an afternoon in the workshop hardly matters.
 *
 * A drive's duration is the typical one for its distance, times the company's own deviation for such a distance, time of day and areas. The
 * range is as wide as the past errors: each drive is predicted from earlier ones (Dawid's prequential principle), and four in five
 * were within the range.
 *
 * @param timeZone of the company; it decides the rush hours
 */
export const travelModel = (record: TravelRecord, timeZone: string): TravelModel => {
  const { legs, dwells } = record;
  const n = legs.length;
  const factors = legs.flatMap(({ roadM, straightM }) =>
    roadM === null ? [] : [Math.log(clamp(roadM / straightM, ROAD_FACTOR.least, ROAD_FACTOR.most))],
  );
  const roadFactor = Math.exp(shrunk(Math.log(ROAD_FACTOR.prior), ROAD_FACTOR.weight, factors.length, median(factors)));
  const points = legs.map(({ straightM, seconds, at }) => {
    const roadM = straightM * roadFactor;
    return {
      x: logDistance(roadM),
      y: Math.log(seconds / (roadM / typicalPace(roadM))),
      part: timeOfDay(at, timeZone),
    };
  });
  const slope = shrunk(0, SLOPE.weight, n, clamp(slopeOf(points), SLOPE.least, SLOPE.most));
  const level = shrunk(0, OWN_PACE_WEIGHT, n, median(points.map(({ x, y }) => y - slope * x)));
  const parts = Map.groupBy(points, ({ part }) => part);
  const byPart = new Map(
    [...parts].map(([part, own]) => [
      part,
      shrunk(0, TIME_OF_DAY_WEIGHT, own.length, median(own.map(({ x, y }) => y - slope * x - level))),
    ]),
  );
  const { early, late } = missedOf(legs);
  const stays = Map.groupBy(dwells, ({ kind }) => kind);
  const dwell = new Map(
    STOP_KINDS.map((kind) => [
      kind,
      dwellOf(
        (stays.get(kind) ?? []).map(({ seconds }) => seconds),
        DWELL[kind],
      ),
    ]),
  );
  const byArea = byAreaOf(
    legs,
    points.map(({ x, y, part }) => y - slope * x - level - (byPart.get(part) ?? 0)),
  );
  const paceMps = (roadM: number, at: number, areas: Areas | undefined): number => {
    const here = areas ? (byArea.to.get(areas.to) ?? 0) + (byArea.from.get(areas.from) ?? 0) : 0;
    const slower = level + slope * logDistance(roadM) + (byPart.get(timeOfDay(at, timeZone)) ?? 0) + here;
    return clamp(typicalPace(roadM) / Math.exp(slower), PACE.leastMps, PACE.mostMps);
  };
  return {
    legs: n,
    roadFactor,
    drive: (roadM, at, areas) => {
      const likely = (roadM / paceMps(roadM, at, areas)) * 1000;
      return { early: likely * Math.exp(early), likely, late: likely * Math.exp(late) };
    },
    dwell: (kind) => dwell.get(kind) ?? DWELL[kind],
    site: (stop) => siteOf(record.sites ?? [], stop),
  };
};

/**
 * Leaves out the oldest legs of the part of the day and the area that have the most, until few enough are left. So forty trailers do not
 * forget the mornings by the afternoon, nor the far customer for the dump that they reach ten times a day.
 * @param legs oldest first
 */
const variedLegs = (legs: readonly LegSample[], timeZone: string): LegSample[] => {
  let left = [...legs];
  while (left.length > LEGS_KEPT) {
    const groups = Map.groupBy(left, ({ at, to }) => `${timeOfDay(at, timeZone)} ${to}`);
    const [oldest] = [...groups.values()].reduce((most, own) => (own.length > most.length ? own : most));
    left = left.filter((leg) => leg !== oldest);
  }
  return left;
};

/** Returns the newest samples, each once, oldest first. Of two with the same ID the later one in the list wins. */
const kept = <T extends { id: string; at: number }>(samples: readonly T[], count: number): T[] =>
  [...new Map(samples.map((sample) => [sample.id, sample])).values()]
    .toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .slice(-count);

const isSame = <T extends object>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((one, i) => JSON.stringify(one) === JSON.stringify(b[i]));

/**
 * Adds samples to the record. Each leg is first predicted without it, so that the record holds the errors of its predictions.
 * @returns the same object when there is nothing new: a sample that is added twice counts once
 */
export const learn = (
  record: TravelRecord,
  legs: ReadonlyArray<Omit<LegSample, 'missed'>>,
  dwells: readonly DwellSample[],
  timeZone: string,
  sites: readonly SiteSample[] = [],
): TravelRecord => {
  let known = record.legs;
  for (const leg of legs) {
    const before = known.find(({ id }) => id === leg.id);
    if (before && isSame([{ ...before, ...leg }], [before])) continue;
    const others = known.filter(({ id }) => id !== leg.id);
    const model = travelModel({ legs: others, dwells: [] }, timeZone);
    const { from, to } = leg;
    const areas = from === undefined || to === undefined ? undefined : { from, to };
    const expected = model.drive(leg.straightM * model.roadFactor, leg.at, areas).likely / 1000;
    const learned = { ...leg, missed: Math.log(leg.seconds / expected) };
    known = variedLegs(kept([...others, learned], others.length + 1), timeZone);
  }
  const all = Map.groupBy([...record.dwells, ...dwells], ({ kind }) => kind);
  const stays = STOP_KINDS.flatMap((kind) => kept(all.get(kind) ?? [], DWELLS_KEPT));
  const before = record.sites ?? [];
  const places = withSites(before, sites);
  const isKnown = places === before && isSame(known, record.legs) && isSame(stays, record.dwells);
  return isKnown ? record : { legs: known, dwells: stays, ...(places.length > 0 ? { sites: places } : {}) };
};
