import type { PlanePoint, Town } from '../geography/index.ts';
import type { Random } from '../random.ts';
import { driveDay, type TrailerDay } from './day.ts';
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
  overnight: ReadonlyMap<string, PlanePoint> = new Map(),
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
  /** Local midnight at which the first day begins, epoch ms. Every day has 24 h. */
  firstMidnight: number;
  days: number;
  chances?: Chances;
};

/** Yields the days of a fleet with their plans, one after another, so that a month needs the memory of a day. */
export function* driveFleet(
  town: Town,
  { trailerIds, firstMidnight, days, chances = USUAL_CHANCES }: FleetOptions,
  random: Random,
): Generator<FleetDay & { plans: readonly DayPlan[] }> {
  let overnight = new Map<string, PlanePoint>();
  for (let day = 0; day < days; day += 1) {
    const midnight = firstMidnight + day * 24 * HOUR_MS;
    const weekday = new Date(midnight + 12 * HOUR_MS).getUTCDay();
    const options = { trailerIds, midnight, weekend: weekday === 0 || weekday === 6, jobPrefix: `D${day + 1}-` };
    const plans = planFleetDay(town, options, random.fork(`plan/${day}`));
    const driven = driveFleetDay(town, plans, chances, random.fork('drives'), overnight);
    overnight = new Map(driven.trailerDays.map((each) => [each.trailerId, each.overnight]));
    yield { ...driven, plans };
  }
}
