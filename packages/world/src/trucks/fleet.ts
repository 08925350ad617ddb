import type { Site, Town } from '../geography/index.ts';
import type { Random } from '../random.ts';
import { driveDay, type TrailerDay } from './day.ts';
import type { Berth } from './journey.ts';
import {
  type Chances,
  type DayPlan,
  HOUR_MS,
  MINUTE_MS,
  type PlannedJob,
  planFleetDay,
  USUAL_CHANCES,
} from './plan.ts';

/** Jobs that an office gave to another trailer after a breakdown. */
export type Reassignment = { at: number; from: string; to: string; jobIds: readonly string[] };

export type FleetDay = { trailerDays: readonly TrailerDay[]; reassignments: readonly Reassignment[] };

/** Time from a breakdown until the office has found another trailer, in min: least and most. */
const REASSIGNED_MIN = [15, 60] as const;

/** Returns the breakdown of a day with its jobs that another trailer can still do. */
const breakdownOf = ({ truth }: TrailerDay, plan: DayPlan): { at: number; jobs: PlannedJob[] } | null => {
  const breakdown = truth.incidents.find(({ kind }) => kind === 'breakdown');
  if (!breakdown) return null;
  const jobs = plan.jobs.filter(({ jobId }) => truth.unfinishedJobIds.includes(jobId));
  return { at: breakdown.from, jobs };
};

/**
 * Drives a day of a fleet. When a trailer breaks down, the one with the fewest jobs takes over the jobs that are left, after its
 * own. A day without a breakdown is the same for each trailer, whatever the others do.
 */
export const driveFleetDay = (
  town: Town,
  plans: readonly DayPlan[],
  chances: Chances,
  random: Random,
  overnight: ReadonlyMap<string, Berth> = new Map(),
): FleetDay => {
  const seedOf = ({ trailerId, midnight }: DayPlan): Random => random.fork(trailerId).fork(String(midnight));
  const reassignments: Reassignment[] = [];
  const taken = new Map<string, PlannedJob[]>();
  const days = plans.map((plan) => driveDay(town, plan, chances, seedOf(plan), overnight.get(plan.trailerId)));
  for (const [i, plan] of plans.entries()) {
    const breakdown = days[i] && breakdownOf(days[i], plan);
    const [helper] = plans
      .filter((_, other) => days[other] && !breakdownOf(days[other], plans[other] ?? plan))
      .sort((one, other) => one.jobs.length - other.jobs.length);
    if (!breakdown || breakdown.jobs.length === 0 || !helper) continue;
    const at =
      breakdown.at +
      seedOf(plan)
        .fork('office')
        .between(...REASSIGNED_MIN) *
        MINUTE_MS;
    const jobIds = breakdown.jobs.map(({ jobId }) => jobId);
    reassignments.push({ at, from: plan.trailerId, to: helper.trailerId, jobIds });
    const late = breakdown.jobs.map((job) => ({ ...job, notBefore: Math.max(job.notBefore, at) }));
    taken.set(helper.trailerId, [...(taken.get(helper.trailerId) ?? []), ...late]);
  }
  const trailerDays = plans.map((plan, i) => {
    const extra = taken.get(plan.trailerId);
    const day = days[i];
    if (day && !extra) return day;
    // The breakdown of the helper was drawn without these jobs; it stays without one.
    const jobs = [...plan.jobs, ...(extra ?? [])];
    return driveDay(town, { ...plan, jobs }, { ...chances, breakdown: 0 }, seedOf(plan), overnight.get(plan.trailerId));
  });
  return { trailerDays, reassignments };
};

export type FleetOptions = {
  trailerIds: readonly string[];
  /** Local midnight at which the first day begins, epoch ms. */
  firstMidnight: number;
  days: number;
  chances?: Chances;
  /** IANA name. Without it every day has 24 h. */
  timeZone?: string;
  /** Begins the IDs of the jobs. */
  jobPrefix?: string;
};

/** Returns the local midnights from the first on, one more than days: a day with a clock change has 23 or 25 h. */
export const midnightsOf = (firstMidnight: number, days: number, timeZone?: string): number[] => {
  const clock = new Intl.DateTimeFormat('en-US', { timeZone: timeZone ?? 'UTC', hour: 'numeric', hourCycle: 'h23' });
  const hourAt = (at: number): number => Number(clock.format(at));
  const midnights = [firstMidnight];
  for (let day = 1; day <= days; day += 1) {
    const guess = (midnights.at(-1) ?? firstMidnight) + 24 * HOUR_MS;
    const hour = timeZone ? hourAt(guess) : 0;
    midnights.push(hour === 0 ? guess : guess + (hour > 12 ? 24 - hour : -hour) * HOUR_MS);
  }
  return midnights;
};

/** Lets customers keep the trailers of some last deliveries; the next job of the trailer is then to fetch it. */
const withNightsOut = (town: Town, days: readonly DayPlan[][], chances: Chances, random: Random): DayPlan[][] => {
  const keptAt = new Map<string, Site>();
  return days.map((plans, day) =>
    plans.map((plan): DayPlan => {
      const { trailerId } = plan;
      const site = keptAt.get(trailerId);
      const [first, ...rest] = plan.jobs;
      if (site && !first) return { ...plan, staysOut: true };
      keptAt.delete(trailerId);
      const own = random.fork(`overnight/${day}/${trailerId}`);
      const dump = own.pick(town.sitesOf('dump'));
      const stops = (kept: Site): PlannedJob['stops'] => [
        { kind: 'pickup', site: kept },
        { kind: 'dump_site', site: dump },
      ];
      const jobs =
        site && first ? [{ ...first, kind: 'final_pickup' as const, stops: stops(site) }, ...rest] : plan.jobs;
      const last = jobs.at(-1);
      const [stop] = last?.stops ?? [];
      if (!stop || last?.kind !== 'delivery' || !own.chance(chances.overnight)) return { ...plan, jobs };
      keptAt.set(trailerId, stop.site);
      return { ...plan, jobs, staysOut: true };
    }),
  );
};

/** Plans all days of a fleet, so that jobs can be booked weeks ahead. */
export const planFleet = (
  town: Town,
  { trailerIds, firstMidnight, days, timeZone, jobPrefix = 'QDN', chances = USUAL_CHANCES }: FleetOptions,
  random: Random,
): DayPlan[][] => {
  const midnights = midnightsOf(firstMidnight, days, timeZone);
  const plans = midnights.slice(0, days).map((midnight, day) => {
    const clockShiftMs = 24 * HOUR_MS - ((midnights[day + 1] ?? 0) - midnight);
    const weekday = new Date(midnight + 12 * HOUR_MS).getUTCDay();
    const weekend = weekday === 0 || weekday === 6;
    const options = { trailerIds, midnight, weekend, clockShiftMs, jobPrefix, day };
    return planFleetDay(town, options, random.fork(`plan/${day}`));
  });
  return withNightsOut(town, plans, chances, random);
};

/** Yields the days of a fleet with their plans, one after another, so that a month needs the memory of a day. */
export function* driveFleet(
  town: Town,
  options: FleetOptions,
  random: Random,
): Generator<FleetDay & { plans: readonly DayPlan[] }> {
  let overnight = new Map<string, Berth>();
  for (const plans of planFleet(town, options, random)) {
    const driven = driveFleetDay(town, plans, options.chances ?? USUAL_CHANCES, random.fork('drives'), overnight);
    overnight = new Map(driven.trailerDays.map((each) => [each.trailerId, each.overnight]));
    yield { ...driven, plans };
  }
}
