import type { Truth, Visit } from '../trucks/truth.ts';
import { type Deliveries, evidentEvents } from './evidence.ts';
import { type JobTruth, jobTruthsOf } from './job-truth.ts';
import type { Press, Sighting } from './observations.ts';
import { quantileOf } from './quantiles.ts';
import type { Figure } from './scoreboard.ts';
import { type Transition, transitionsOf } from './transitions.ts';

export type JobFacts = {
  truths: readonly Truth[];
  /** IDs of all booked jobs: also of those that no trailer did. */
  bookedJobIds: readonly string[];
  sightings: readonly Sighting[];
  presses: readonly Press[];
  /** Trailers whose devices send wrong times. Their fixes are left out of the figure for fixes under a wrong job. */
  wrongClocks?: ReadonlySet<string>;
  /** Positions that the system has taken, by which `judgeEvidentEvents` counts. */
  deliveries?: Deliveries;
};

const MINUTE_MS = 60_000;
/** Tolerance for a status that is seen before the truth: noise, and the interval of the looks. */
export const EARLY_MS = 2 * MINUTE_MS;
/** Time before setting out from which on a job may count as begun: hitching, leaving the yard. */
const EARLY_BEGIN_MS = 5 * MINUTE_MS;
/** A begin counts when it is seen before the first arrival, or within this time. */
const BEGIN_LIMIT_MS = 15 * MINUTE_MS;
/** An arrival counts when it is seen before the departure, or within this time after it. */
const ARRIVAL_LIMIT_MS = 5 * MINUTE_MS;
/** A departure or an end counts when it is seen within this time. */
const END_LIMIT_MS = 60 * MINUTE_MS;
/** Fixes this near to the border of two jobs may belong to either. */
const BORDER_MS = 3 * MINUTE_MS;

/** Numbers of events that a system should see by itself. */
type Tally = { due: number; latenessS: number[]; false: number };
const newTally = (): Tally => ({ due: 0, latenessS: [], false: 0 });

export type JobTallies = { begun: Tally; arrived: Tally; left: Tally; ended: Tally };

const seconds = (ms: number): number => Math.max(0, ms) / 1000;

const isBegun = ({ status }: Transition): boolean => status !== 'scheduled' && status !== 'cancelled';

/** The transitions that a job made by its fixes, until someone pressed the same or a later status by hand. */
const byThemselves = (transitions: readonly Transition[]): readonly Transition[] =>
  transitions.filter(({ by }) => by === 'fixes');

const firstSeen = (
  transitions: readonly Transition[],
  matches: (transition: Transition) => boolean,
): Transition | undefined => transitions.find(matches);

const judgeBegin = (job: JobTruth, own: readonly Transition[], tally: Tally): void => {
  tally.due += 1;
  const firstArrival = job.stops[0]?.arrivedAt ?? job.setOutAt;
  const begun = firstSeen(own, isBegun);
  if (!begun) return;
  if (begun.seenAt < job.setOutAt - EARLY_BEGIN_MS) {
    tally.false += 1;
    // It begins in time all the same when the false begin stays; it is counted as false alone.
    return;
  }
  if (begun.seenAt <= Math.max(firstArrival, job.setOutAt + BEGIN_LIMIT_MS))
    tally.latenessS.push(seconds(begun.seenAt - job.setOutAt));
};

const isDuring = (at: number, { arrivedAt, leftAt }: Pick<Visit, 'arrivedAt' | 'leftAt'>, afterMs: number): boolean =>
  at >= arrivedAt - EARLY_MS && at <= leftAt + afterMs;

const judgeArrivals = (job: JobTruth, own: readonly Transition[], tally: Tally): void => {
  const arrivals = own.filter(({ status }) => status === 'at_site');
  for (const { stop, arrivedAt, leftAt } of job.stops) {
    tally.due += 1;
    const seen = arrivals.find(
      (arrival) => arrival.stop === stop && isDuring(arrival.seenAt, { arrivedAt, leftAt }, ARRIVAL_LIMIT_MS),
    );
    if (seen) tally.latenessS.push(seconds(seen.seenAt - arrivedAt));
  }
  const visits = job.stops.flatMap((stop) => stop.visits);
  // An arrival that is seen late is not false: late fixes fill in a history.
  const isTrueOf =
    ({ stop, seenAt, since }: Transition) =>
    (visit: Visit): boolean =>
      visit.stop === stop &&
      seenAt >= visit.arrivedAt - EARLY_MS &&
      (seenAt <= visit.leftAt + END_LIMIT_MS || isDuring(since, visit, 0));
  tally.false += arrivals.filter((arrival) => !visits.some(isTrueOf(arrival))).length;
};

const judgeDepartures = (job: JobTruth, own: readonly Transition[], tally: Tally): void => {
  for (const { stop, leftAt } of job.stops.slice(0, -1)) {
    tally.due += 1;
    const departures = own.filter((each) => each.status === 'en_route_to_next' && each.stop === stop + 1);
    tally.false += departures.filter(({ seenAt }) => seenAt < leftAt - EARLY_MS).length;
    const seen = departures.find(({ seenAt }) => seenAt >= leftAt - EARLY_MS);
    if (seen && seen.seenAt <= leftAt + END_LIMIT_MS) tally.latenessS.push(seconds(seen.seenAt - leftAt));
  }
};

const judgeEnd = (job: JobTruth, own: readonly Transition[], tally: Tally): void => {
  const ends = own.filter(({ status }) => status === 'completed');
  const { endedAt, unloadedAt } = job;
  if (endedAt === null || unloadedAt === null) {
    tally.false += ends.length;
    return;
  }
  tally.due += 1;
  tally.false += ends.filter(({ seenAt }) => seenAt < unloadedAt - EARLY_MS).length;
  const seen = ends.find(({ seenAt }) => seenAt >= unloadedAt - EARLY_MS);
  if (seen && seen.seenAt <= endedAt + END_LIMIT_MS) tally.latenessS.push(seconds(seen.seenAt - endedAt));
};

/** Compares the statuses of jobs with the truth. A false status is one that was not true when it was seen. */
export const tallyJobs = ({ truths, bookedJobIds, sightings }: JobFacts): JobTallies & { jobs: number } => {
  const tallies = { begun: newTally(), arrived: newTally(), left: newTally(), ended: newTally() };
  const transitions = Map.groupBy(transitionsOf(sightings), ({ jobId }) => jobId);
  const jobs = jobTruthsOf(truths);
  for (const job of jobs.values()) {
    const own = byThemselves(transitions.get(job.jobId) ?? []);
    judgeBegin(job, own, tallies.begun);
    judgeArrivals(job, own, tallies.arrived);
    judgeDepartures(job, own, tallies.left);
    judgeEnd(job, own, tallies.ended);
  }
  for (const jobId of new Set(bookedJobIds)) {
    if (jobs.has(jobId)) continue;
    // No trailer did this job, so that each status by its fixes is false.
    const own = byThemselves(transitions.get(jobId) ?? []);
    if (own.some(isBegun)) tallies.begun.false += 1;
    tallies.arrived.false += own.filter(({ status }) => status === 'at_site').length;
    tallies.ended.false += own.filter(({ status }) => status === 'completed').length;
  }
  return { ...tallies, jobs: jobs.size };
};

/** Compares the statuses of jobs with the truth, of those events alone for which the delivered positions are evidence. */
const tallyEvident = ({ truths, sightings, deliveries = new Map() }: JobFacts): JobTallies => {
  const tallies = { begun: newTally(), arrived: newTally(), left: newTally(), ended: newTally() };
  const transitions = Map.groupBy(transitionsOf(sightings), ({ jobId }) => jobId);
  for (const job of jobTruthsOf(truths).values()) {
    const own = byThemselves(transitions.get(job.jobId) ?? []);
    const { isBegun: canBegin, stops, isEnded: canEnd } = evidentEvents(job, deliveries);
    if (canBegin) judgeBegin(job, own, tallies.begun);
    judgeArrivals({ ...job, stops: job.stops.filter(({ stop }) => stops.includes(stop)) }, own, tallies.arrived);
    if (canEnd) judgeEnd(job, own, tallies.ended);
  }
  return tallies;
};

/** Judges the begins, arrivals and ends for which there is evidence; no figures without the delivered positions. */
export const judgeEvidentEvents = (facts: JobFacts): Figure[] => {
  if (!facts.deliveries) return [];
  const tallies = tallyEvident(facts);
  return (['begun', 'arrived', 'ended'] as const).map((event): Figure => {
    const { due, latenessS } = tallies[event];
    const value = due ? latenessS.length / due : 1;
    return {
      ...{ group: 'jobs', name: `${event} by themselves, of those with evidence`, value, of: due },
      ...{ unit: 'share', better: 'higher' },
    };
  });
};

/** Work of a trailer for a job: from setting out to leaving its last stop. */
type Span = { jobId: string; from: number; to: number };

const spansOf = (truths: readonly Truth[]): Map<string, Span[]> => {
  const spans = new Map<string, Span[]>();
  for (const { trailerId, legs, visits } of truths) {
    const own = spans.get(trailerId) ?? [];
    spans.set(trailerId, own);
    for (const [jobId, ofJob] of Map.groupBy(legs, (leg) => leg.jobId)) {
      const stays = visits.filter((visit) => visit.jobId === jobId);
      const from = Math.min(...ofJob.map(({ setOutAt }) => setOutAt));
      own.push({
        jobId,
        from,
        to: Math.max(...stays.map(({ leftAt }) => leftAt), ...ofJob.map((leg) => leg.setOutAt)),
      });
    }
  }
  return spans;
};

/** Counts the fixes that were shown under a job while all of its trailers worked for another one. */
export const countWrongFixes = ({
  truths,
  sightings,
  wrongClocks = new Set(),
}: JobFacts): { wrong: number; of: number } => {
  const spans = spansOf(truths);
  const trailersOf = new Map<string, Set<string>>();
  for (const [trailerId, own] of spans)
    for (const { jobId } of own) trailersOf.set(jobId, (trailersOf.get(jobId) ?? new Set<string>()).add(trailerId));
  const seen = new Set<string>();
  let wrong = 0;
  for (const { jobId, trail } of sightings) {
    const trailers = [...(trailersOf.get(jobId) ?? [])];
    if (trailers.some((trailerId) => wrongClocks.has(trailerId))) continue;
    for (const { at } of trail) {
      const key = `${jobId}/${at}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const isElsewhere = (trailerId: string): boolean =>
        (spans.get(trailerId) ?? []).some(
          (span) => span.jobId !== jobId && at >= span.from + BORDER_MS && at <= span.to - BORDER_MS,
        );
      if (trailers.length > 0 && trailers.every(isElsewhere)) wrong += 1;
    }
  }
  return { wrong, of: seen.size };
};

/** Delay of what was never seen, in s. */
const NEVER_S = END_LIMIT_MS / 1000;

const tallyFigures = (name: string, { due, latenessS, false: wrong }: Tally): Figure[] => {
  const late = [...latenessS, ...Array.from({ length: due - latenessS.length }, () => NEVER_S)];
  return [
    {
      group: 'jobs',
      name: `${name} by themselves`,
      value: due ? latenessS.length / due : 1,
      of: due,
      unit: 'share',
      better: 'higher',
    },
    {
      group: 'jobs',
      name: `${name} late, p50`,
      value: quantileOf(late, 0.5),
      of: due,
      unit: 's',
      better: 'lower',
    },
    {
      group: 'jobs',
      name: `${name} late, p90`,
      value: quantileOf(late, 0.9),
      of: due,
      unit: 's',
      better: 'lower',
    },
    { group: 'jobs', name: `${name} falsely`, value: wrong, of: due, unit: 'count', better: 'lower' },
  ];
};

/**
 * Judges beginnings, arrivals, departures and ends of jobs. Presses needed are those that put right what the fixes did not say or
 * said falsely: one for each missing and each false status.
 */
export const judgeJobs = (facts: JobFacts): Figure[] => {
  const { jobs, ...tallies } = tallyJobs(facts);
  const missing = Object.values(tallies).reduce((sum, { due, latenessS }) => sum + due - latenessS.length, 0);
  const wrong = Object.values(tallies).reduce((sum, tally) => sum + tally.false, 0);
  const fixes = countWrongFixes(facts);
  const per100 = (count: number): number => (jobs ? (100 * count) / jobs : 0);
  return [
    ...tallyFigures('begun', tallies.begun),
    ...tallyFigures('arrived', tallies.arrived),
    ...tallyFigures('left', tallies.left),
    ...tallyFigures('ended', tallies.ended),
    {
      ...{ group: 'jobs', name: 'arrivals missing', value: tallies.arrived.due - tallies.arrived.latenessS.length },
      ...{ of: tallies.arrived.due, unit: 'count', better: 'lower' },
    },
    {
      group: 'jobs',
      name: 'fixes under a wrong job',
      value: fixes.wrong,
      of: fixes.of,
      unit: 'count',
      better: 'lower',
    },
    {
      group: 'jobs',
      name: 'presses needed',
      value: per100(missing + wrong),
      of: jobs,
      unit: 'per 100 jobs',
      better: 'lower',
    },
    {
      ...{ group: 'jobs', name: 'presses made', value: per100(facts.presses.length), of: jobs, unit: 'per 100 jobs' },
      better: 'lower',
    },
  ];
};
