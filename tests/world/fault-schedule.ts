import type { FaultPlan } from '@qdn/world';
import type { Fault } from '../nemesis/nemesis.ts';
import { type Random, randomFrom } from '../nemesis/random.ts';

/*
 * Frequencies of faults in a usual and in a bad week. tests/nemesis proves the relay's promises under faults in every second call;
 * here the faults are as rare as in production, so that the scoreboard shows what they cost a company.
 */

/** A span of time, epoch ms. */
type Span = { from: number; to: number };

/** Faults of carrier and cloud. Shares and rates are between 0 and 1. */
export type FaultSchedule = {
  /** Per call of a port, per message or per text, as tests/nemesis/nemesis.ts describes each. */
  rates: Partial<Record<Fault, number>>;
  /** Share of requests that a store refuses, whose answer is lost, and before which the container restarts. */
  http: { throttled: number; lostAnswer: number; restarted: number };
  /** Share of accepted texts that never reach the phone because it is off. */
  phoneOff: number;
  /** Share of webhooks that are late, in any order. */
  lateWebhook: number;
  /** Maximum lag of an index behind its table, in ms. */
  indexLagMs: number;
  /** True when the carrier's list has no bodies, because the account redacts them. */
  isRedacted: boolean;
  /** Returns whether the carrier accepts nothing at a time. */
  isDown(at: number): boolean;
  /** Returns whether the company's number counts as unregistered at a time (error 30034): texts are accepted and not delivered. */
  isUnregistered(at: number): boolean;
};

const NO_FAULTS: FaultSchedule = {
  rates: {},
  http: { throttled: 0, lostAnswer: 0, restarted: 0 },
  phoneOff: 0,
  lateWebhook: 0,
  indexLagMs: 0,
  isRedacted: false,
  isDown: () => false,
  isUnregistered: () => false,
};

const USUAL_RATES: Partial<Record<Fault, number>> = {
  'crash-before': 0.0002,
  'crash-after': 0.0002,
  throttle: 0.001,
  'lost-answer': 0.0005,
  'done-twice': 0.001,
  stall: 0.0002,
  'slow-answer': 0.005,
  duplicate: 0.005,
  ghost: 0.002,
  undeleted: 0.002,
  'clock-jump': 0.01,
  'accept-and-drop': 0.003,
  'accept-late': 0.001,
  'accept-and-500': 0.001,
  'error-500': 0.003,
  'lost-text': 0.002,
  'too-many-requests': 0.01,
  'not-reached': 0.003,
  'late-list': 0.1,
  'no-list': 0.02,
  'receipts-disordered': 0.05,
  'receipts-repeated': 0.05,
  'receipts-missing': 0.02,
  'repeated-webhook': 0.01,
};
/** Factor of the rates in a bad week, and the maximum rate. */
const BAD_FACTOR = 10;
const MAX_RATE = 0.4;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WEEK_MS = 7 * DAY_MS;
/** Length of an outage, in ms: least and most. */
const OUTAGE_MS = [5 * MINUTE_MS, 20 * MINUTE_MS] as const;
/** Number of weeks after which an unregistered day comes again. */
const UNREGISTERED_EVERY_WEEKS = 4;

/** Returns a test for spans that are drawn for each week, however long the run is. */
const inDrawnSpan = (
  startAt: number,
  seed: number,
  spansOf: (random: Random, weekAt: number, week: number) => readonly Span[],
): ((at: number) => boolean) => {
  const weeks = new Map<number, readonly Span[]>();
  return (at) => {
    const week = Math.floor((at - startAt) / WEEK_MS);
    const spans = weeks.get(week) ?? spansOf(randomFrom(seed + week), startAt + week * WEEK_MS, week);
    weeks.set(week, spans);
    return spans.some(({ from, to }) => at >= from && at < to);
  };
};

const outages =
  (count: number) =>
  (random: Random, weekAt: number): Span[] =>
    Array.from({ length: count }, () => {
      const from = weekAt + random.between(0, WEEK_MS);
      return { from, to: from + random.between(...OUTAGE_MS) };
    });

/** Returns one working day of every fourth week, from the first on. */
const unregisteredDay = (random: Random, weekAt: number, week: number): Span[] => {
  if (week % UNREGISTERED_EVERY_WEEKS !== 0) return [];
  const from = weekAt + random.between(1, 4) * DAY_MS;
  return [{ from, to: from + DAY_MS }];
};

const timesRates = (rates: Partial<Record<Fault, number>>, factor: number): Partial<Record<Fault, number>> =>
  Object.fromEntries(Object.entries(rates).map(([fault, rate]) => [fault, Math.min(MAX_RATE, rate * factor)]));

/** Returns the faults of a plan. The seed decides the times of outages. @param startAt epoch ms */
export const faultScheduleOf = (plan: FaultPlan, seed: number, startAt: number): FaultSchedule => {
  if (plan === 'none') return NO_FAULTS;
  if (plan === 'usual')
    return {
      rates: USUAL_RATES,
      http: { throttled: 0.0002, lostAnswer: 0.0002, restarted: 0.0005 },
      phoneOff: 0.005,
      lateWebhook: 0.01,
      indexLagMs: 300,
      isRedacted: false,
      isDown: inDrawnSpan(startAt, seed, outages(1)),
      isUnregistered: () => false,
    };
  return {
    rates: timesRates(USUAL_RATES, BAD_FACTOR),
    http: { throttled: 0.01, lostAnswer: 0.005, restarted: 0.01 },
    phoneOff: 0.03,
    lateWebhook: 0.1,
    indexLagMs: 5000,
    isRedacted: true,
    isDown: inDrawnSpan(startAt, seed, outages(6)),
    isUnregistered: inDrawnSpan(startAt, seed + 1, unregisteredDay),
  };
};
