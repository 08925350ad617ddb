import {
  areaOf,
  distanceM,
  EMPTY_TRAVEL,
  estimateArrival,
  type Fix,
  learn,
  type TravelModel,
  travelModel,
} from '@qdn/domain';
import type { RecordedLeg } from './recorded-legs.ts';

/** Time zone of the drives. */
const ZONE = 'UTC';
const MINUTE_MS = 60_000;

/** Stages of a leg, by the truth: its last 5 minutes, the first 3 minutes of a longer one, and the time between. */
export const STAGES = ['setting out', 'half way', 'last 5 minutes'] as const;
export type Stage = (typeof STAGES)[number];
const SET_OUT_MS = 3 * MINUTE_MS;
const LAST_MS = 5 * MINUTE_MS;
/** Maximum number of moments of one leg and stage, so that a long leg counts no more than others. */
const MOMENTS = 5;

/** Baseline 1: the straight line times a road factor at a fixed speed, in m/s. */
const LINE = { roadFactor: 1.3, mps: 60 / 3.6 };
/** Baseline 2: the same way at the pace of the last minutes, in ms, from at least some minutes; a standing vehicle is not infinitely slow. */
const PACE = { windowMs: 10 * MINUTE_MS, leastMs: 2 * MINUTE_MS, leastMps: 1 };

/** A predicted arrival, epoch ms, and its range; a baseline has none. */
export type Prediction = { likely: number; earliest: number | null; latest: number | null };
/** Predicts the arrival of a leg at `now` (epoch ms) from its fixes until then. */
export type Estimator = (
  trail: readonly Fix[],
  leg: RecordedLeg,
  now: number,
  taught: TravelModel,
) => Prediction | null;

const untaught = travelModel(EMPTY_TRAVEL, ZONE);
const ours = (trail: readonly Fix[], { to }: RecordedLeg, now: number, model: TravelModel): Prediction | null =>
  estimateArrival({ trail, stops: [to], standingSince: null }, now, model);

const lineAt = (trail: readonly Fix[], { to }: RecordedLeg, mps: number): Prediction | null => {
  const newest = trail.at(-1);
  if (!newest) return null;
  const likely = newest.at + ((LINE.roadFactor * distanceM(newest, to)) / mps) * 1000;
  return { likely, earliest: null, latest: null };
};

const paceOf = (trail: readonly Fix[]): number => {
  const newest = trail.at(-1);
  const window = newest ? trail.filter(({ at }) => newest.at - at <= PACE.windowMs) : [];
  const ms = (newest?.at ?? 0) - (window[0]?.at ?? 0);
  if (ms < PACE.leastMs) return LINE.mps;
  const metres = window.reduce((sum, fix, i) => sum + distanceM(window[i - 1] ?? fix, fix), 0);
  return Math.max(PACE.leastMps, (metres * 1000) / ms);
};

/** The product's estimators for a new company and for one that has learned the legs before, and two baselines. */
export const ESTIMATORS = {
  'not taught': (trail, leg, now) => ours(trail, leg, now, untaught),
  learned: ours,
  '1.3 × line at 60 km/h': (trail, leg) => lineAt(trail, leg, LINE.mps),
  'pace of 10 minutes': (trail, leg) => lineAt(trail, leg, paceOf(trail)),
} as const satisfies Record<string, Estimator>;

/** The error of a prediction in ms, its range's width in ms, and the presence of the truth in the range. */
export type Outcome = {
  set: string;
  isSlow: boolean;
  stage: Stage;
  by: string;
  errorMs: number;
  widthMs: number | null;
  isInside: boolean;
};

/** Returns the moments of each stage at which a leg is predicted: each minute, evenly thinned. */
const momentsOf = ({ fixes, arrivedAt }: RecordedLeg): Array<{ stage: Stage; now: number }> => {
  const began = fixes[0]?.at ?? 0;
  const count = fixes.length === 1 ? 1 : Math.ceil((arrivedAt - began) / MINUTE_MS);
  const minutes = Array.from({ length: count }, (_, i) => began + i * MINUTE_MS);
  const stageOf = (now: number): Stage => {
    if (fixes.length === 1) return 'setting out';
    if (arrivedAt - now <= LAST_MS) return 'last 5 minutes';
    return now - began <= SET_OUT_MS ? 'setting out' : 'half way';
  };
  return STAGES.flatMap((stage) => {
    const own = minutes.filter((now) => stageOf(now) === stage);
    const step = Math.max(1, own.length / MOMENTS);
    return Array.from({ length: Math.min(MOMENTS, own.length) }, (_, i) => ({
      stage,
      now: own[Math.floor((i + 0.5) * step)] ?? own[0] ?? 0,
    }));
  });
};

/**
 * Predicts each leg at its moments by each estimator. The taught one has learned the earlier legs of the same data set, as on the day itself.
 * @param legs oldest first
 */
export const outcomesOf = (
  legs: readonly RecordedLeg[],
  estimators: Readonly<Record<string, Estimator>>,
): Outcome[] => {
  const records = new Map<string, typeof EMPTY_TRAVEL>();
  return legs.flatMap((leg, n) => {
    const { set, isSlow, fixes, to, arrivedAt, roadM } = leg;
    const record = records.get(set) ?? EMPTY_TRAVEL;
    const taught = travelModel(record, ZONE);
    const outcomes = momentsOf(leg).flatMap(({ stage, now }) => {
      const trail = fixes.filter(({ at }) => at <= now);
      return Object.entries(estimators).flatMap(([by, estimate]): Outcome[] => {
        const made = estimate(trail, leg, now, taught);
        if (!made) return [];
        const { likely, earliest, latest } = made;
        const isInside = earliest !== null && latest !== null && earliest <= arrivedAt && arrivedAt <= latest;
        const widthMs = earliest === null || latest === null ? null : latest - earliest;
        return [{ set, isSlow, stage, by, errorMs: Math.abs(likely - arrivedAt), widthMs, isInside }];
      });
    });
    const first = fixes[0];
    if (first) {
      const straightM = Math.round(Math.max(1, distanceM(first, to) - to.radiusM / 2));
      const seconds = Math.round((arrivedAt - first.at) / 1000);
      records.set(
        set,
        learn(
          record,
          [{ id: `leg ${n}`, at: first.at, straightM, roadM, seconds, from: areaOf(first), to: areaOf(to) }],
          [],
          ZONE,
        ),
      );
    }
    return outcomes;
  });
};
