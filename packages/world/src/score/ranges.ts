import { type LatLon, metersBetween } from '../geography/index.ts';
import type { Leg, Truth } from '../trucks/truth.ts';
import { isCustomerStop, type JobTruth, jobTruthsOf } from './job-truth.ts';
import type { PageView, ShownRange } from './observations.ts';
import { quantileOf } from './quantiles.ts';
import type { Figure } from './scoreboard.ts';

/** Kind of tracker by the time between its positions while driving. */
export type TrackerPace = 'seconds' | 'minutes' | 'seldom';
const PACES: readonly TrackerPace[] = ['seconds', 'minutes', 'seldom'];

export type RangeFacts = {
  truths: readonly Truth[];
  views: readonly PageView[];
  /** Place of the customer's site, as booked. */
  customers: ReadonlyMap<string, { place: LatLon }>;
  /** The time promised for each job, epoch ms. */
  scheduled: ReadonlyMap<string, number>;
  paces: ReadonlyMap<string, TrackerPace>;
};

const MINUTE_MS = 60_000;

/** Stage of a drive. */
export type Stage = 'at set-out' | 'under way' | 'last 5 minutes';
const STAGES: readonly Stage[] = ['at set-out', 'under way', 'last 5 minutes'];
const SET_OUT_MS = 3 * MINUTE_MS;
const LAST_MS = 5 * MINUTE_MS;

/** A look at the page while the trailer was on its way to the customer. */
type Probe = {
  stage: Stage;
  pace: TrackerPace;
  arrivedAt: number;
  shown: ShownRange | null;
  straight: ShownRange | null;
  past: ShownRange;
};

/** Baseline 1: the straight way from the newest position, times a factor for detours, at one speed. */
const DETOUR_FACTOR = 1.35;
const SPEED_MPS = 40 / 3.6;
const STRAIGHT_SHARES = { earliest: 0.75, latest: 1.5 } as const;
/** Least half width of both baselines, in ms. */
const LEAST_MS = 2 * MINUTE_MS;

export const straightRange = (view: Pick<PageView, 'at' | 'lastHeard'>, site: LatLon): ShownRange | null => {
  if (!view.lastHeard) return null;
  const driveMs = (1000 * DETOUR_FACTOR * metersBetween(view.lastHeard, site)) / SPEED_MPS;
  // The way since that position is unknown, so that the arrival is now at the earliest.
  const from = view.lastHeard.at;
  const likely = Math.max(view.at, from + driveMs);
  return {
    earliest: Math.max(view.at, Math.min(likely - LEAST_MS, from + driveMs * STRAIGHT_SHARES.earliest)),
    likely,
    latest: Math.max(likely + LEAST_MS, from + driveMs * STRAIGHT_SHARES.latest),
  };
};

/** Legs that the second baseline needs before it uses their times; until then it has the promised time. */
const LEAST_PAST_LEGS = 5;
const PROMISE_MS = 30 * MINUTE_MS;

/** Baseline 2: the durations of the company's past legs, from the tenth to the ninetieth percentile; before there are some, the promise. */
export const pastRange = (
  at: number,
  setOutAt: number,
  pastMs: readonly number[],
  scheduledFor: number,
): ShownRange => {
  const around =
    pastMs.length < LEAST_PAST_LEGS
      ? { earliest: scheduledFor - PROMISE_MS, likely: scheduledFor, latest: scheduledFor + PROMISE_MS }
      : {
          earliest: setOutAt + quantileOf(pastMs, 0.1),
          likely: setOutAt + quantileOf(pastMs, 0.5),
          latest: setOutAt + quantileOf(pastMs, 0.9),
        };
  const { earliest, likely, latest } = around;
  return {
    earliest: Math.max(at, earliest),
    likely: Math.max(at, likely),
    latest: Math.max(at + LEAST_MS, latest),
  };
};

const stageOf = (at: number, setOutAt: number, arrivedAt: number): Stage => {
  if (arrivedAt - at <= LAST_MS) return 'last 5 minutes';
  return at - setOutAt <= SET_OUT_MS ? 'at set-out' : 'under way';
};

type Drive = Leg & { trailerId: string; arrivedAt: number };

const legAt = ({ legs, stops }: JobTruth, at: number): Drive | null => {
  for (const { stop, kind } of stops) {
    if (!isCustomerStop(kind)) continue;
    for (const leg of legs) {
      const { arrivedAt } = leg;
      if (leg.stop === stop && arrivedAt !== null && leg.setOutAt <= at && at < arrivedAt) return { ...leg, arrivedAt };
    }
  }
  return null;
};

const probesOf = ({ truths, views, customers, scheduled, paces }: RangeFacts): Probe[] => {
  const jobs = jobTruthsOf(truths);
  const legs = truths
    .flatMap((truth) => truth.legs)
    .flatMap((leg) => (leg.arrivedAt === null ? [] : [{ ...leg, arrivedAt: leg.arrivedAt }]));
  const ended = legs.sort((one, other) => one.arrivedAt - other.arrivedAt);
  return views.flatMap((view): Probe[] => {
    const job = jobs.get(view.jobId);
    const site = customers.get(view.jobId)?.place;
    const leg = job && legAt(job, view.at);
    if (!leg || !site) return [];
    const pastMs = ended
      .filter(({ arrivedAt }) => arrivedAt < leg.setOutAt)
      .map((past) => past.arrivedAt - past.setOutAt);
    const { arrivedAt, setOutAt, trailerId } = leg;
    return [
      {
        ...{ stage: stageOf(view.at, setOutAt, arrivedAt), pace: paces.get(trailerId) ?? 'minutes', arrivedAt },
        ...{ shown: view.range, straight: straightRange(view, site) },
        past: pastRange(view.at, setOutAt, pastMs, scheduled.get(view.jobId) ?? setOutAt),
      },
    ];
  });
};

type Guess = { range: ShownRange; arrivedAt: number };

const holds = ({ range: { earliest, latest }, arrivedAt }: Guess): boolean =>
  arrivedAt >= earliest - MINUTE_MS / 2 && arrivedAt <= latest + MINUTE_MS / 2;

const coverageOf = (guesses: readonly Guess[]): number =>
  guesses.length ? guesses.filter(holds).length / guesses.length : 0;

const figuresOf = (stage: Stage, source: string, guesses: readonly Guess[]): Figure[] => {
  const of = guesses.length;
  const errors = guesses.map(({ range, arrivedAt }) => Math.abs(range.likely - arrivedAt) / 1000);
  const widths = guesses.map(({ range }) => (range.latest - range.earliest) / 1000);
  const named = (name: string): string => `${name} ${stage}${source}`;
  return [
    { group: 'ranges', name: named('coverage'), value: coverageOf(guesses), of, unit: 'share', better: 'higher' },
    { group: 'ranges', name: named('width, p50'), value: quantileOf(widths, 0.5), of, unit: 's', better: 'lower' },
    { group: 'ranges', name: named('error, p50'), value: quantileOf(errors, 0.5), of, unit: 's', better: 'lower' },
    { group: 'ranges', name: named('error, p90'), value: quantileOf(errors, 0.9), of, unit: 's', better: 'lower' },
  ];
};

const guessesOf = (probes: readonly Probe[], pick: (probe: Probe) => ShownRange | null): Guess[] =>
  probes.flatMap((probe) => {
    const range = pick(probe);
    return range ? [{ range, arrivedAt: probe.arrivedAt }] : [];
  });

/** Judges the arrival ranges that customers saw while the trailer came to them, beside two baselines from the inputs alone. */
export const judgeRanges = (facts: RangeFacts): Figure[] => {
  const probes = probesOf(facts);
  const byStage = STAGES.flatMap((stage) => {
    const own = probes.filter((probe) => probe.stage === stage);
    const shown = guessesOf(own, (probe) => probe.shown);
    const missing = own.length - shown.length;
    return [
      ...figuresOf(stage, '', shown),
      {
        group: 'ranges',
        name: `ranges missing ${stage}`,
        value: missing,
        of: own.length,
        unit: 'count',
        better: 'lower',
      } as const,
      ...figuresOf(
        stage,
        ', straight line',
        guessesOf(own, (probe) => probe.straight),
      ),
      ...figuresOf(
        stage,
        ', past legs',
        guessesOf(own, (probe) => probe.past),
      ),
    ];
  });
  const byPace = PACES.flatMap((pace): Figure[] => {
    const own = probes.filter((probe) => probe.pace === pace);
    const guesses = guessesOf(own, (probe) => probe.shown);
    const name = `coverage, positions every few ${pace === 'seldom' ? 'hours or 500 m' : pace}`;
    return [{ group: 'ranges', name, value: coverageOf(guesses), of: guesses.length, unit: 'share', better: 'higher' }];
  });
  return [...byStage, ...byPace];
};
