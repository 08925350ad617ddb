import type { Site, Town } from '../geography/index.ts';
import type { Random } from '../random.ts';

export type JobKind = 'delivery' | 'exchange' | 'dump_and_return' | 'final_pickup';
export type StopKind = 'pickup' | 'drop_off' | 'dump_site';

export type PlannedStop = {
  kind: StopKind;
  site: Site;
  /** The trailer is left here and fetched not before this time, epoch ms. Without it the truck waits with it. */
  staysUntil?: number;
};

export type PlannedJob = {
  jobId: string;
  kind: JobKind;
  /** The truck does not set out for this job earlier, epoch ms. */
  notBefore: number;
  stops: readonly PlannedStop[];
};

/** The work of a trailer on one day. */
export type DayPlan = {
  trailerId: string;
  /** Local midnight at which the day begins, epoch ms. */
  midnight: number;
  weekend: boolean;
  /** Clocks move forward by this at 2:00, in ms; negative when they move back. */
  clockShiftMs?: number;
  jobs: readonly PlannedJob[];
  /** The last job leaves the trailer at its last stop, where it stays for the night. */
  staysOut?: boolean;
};

/** Probabilities of all that a plan does not say: per day, per leg or per stop. */
export type Chances = {
  /** Per day: moves within the yard of less than 300 m. */
  shunt: number;
  lunch: number;
  fuel: number;
  breakdown: number;
  /** Per leg. */
  uTurn: number;
  wrongTurn: number;
  /** Passes the site of another customer, at the distance of its driveway, without stopping. */
  passBy: number;
  /** Per stop. */
  roundTheBlock: number;
  fetch: number;
  acrossTheStreet: number;
  /** Per day that ends with a delivery: the customer keeps the trailer overnight. */
  overnight: number;
};

export const USUAL_CHANCES: Chances = {
  shunt: 0.4,
  lunch: 0.8,
  fuel: 0.3,
  breakdown: 0.01,
  uTurn: 0.05,
  wrongTurn: 0.1,
  passBy: 0.15,
  roundTheBlock: 0.08,
  fetch: 0.04,
  acrossTheStreet: 0.12,
  overnight: 0.1,
};

/** A day on which nothing happens but the work. */
export const QUIET_CHANCES: Chances = {
  shunt: 0,
  lunch: 0,
  fuel: 0,
  breakdown: 0,
  uTurn: 0,
  wrongTurn: 0,
  passBy: 0,
  roundTheBlock: 0,
  fetch: 0,
  acrossTheStreet: 0,
  overnight: 0,
};

export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;
/** Local hour at which clocks change. */
const CLOCK_CHANGE_H = 2;

type LocalDay = Pick<DayPlan, 'midnight' | 'clockShiftMs'>;

/** Returns the time of a local hour of the day, epoch ms. */
export const timeOfHour = ({ midnight, clockShiftMs = 0 }: LocalDay, hour: number): number =>
  midnight + hour * HOUR_MS - (hour >= CLOCK_CHANGE_H ? clockShiftMs : 0);

/** Returns the local hour of a time of the day. */
export const hourOfTime = ({ midnight, clockShiftMs = 0 }: LocalDay, at: number): number => {
  const sinceMidnight = at - midnight + (at - midnight >= CLOCK_CHANGE_H * HOUR_MS ? clockShiftMs : 0);
  return (((sinceMidnight / HOUR_MS) % 24) + 24) % 24;
};

/** Probability that a job takes two trailers, and the delay of the second, in ms. */
const TWO_TRAILERS = 0.07;
const SECOND_TRAILER_DELAY_MS = 14 * MINUTE_MS;

const stopsOf = (kind: JobKind, customer: Site, dump: Site): PlannedStop[] => {
  const [pickup, dropOff]: PlannedStop[] = [
    { kind: 'pickup', site: customer },
    { kind: 'drop_off', site: customer },
  ];
  const dumpStop: PlannedStop = { kind: 'dump_site', site: dump };
  if (!pickup || !dropOff) return [];
  if (kind === 'delivery') return [dropOff];
  if (kind === 'exchange') return [dropOff, dumpStop];
  return kind === 'final_pickup' ? [pickup, dumpStop] : [pickup, dumpStop, dropOff];
};

export type FleetPlanOptions = {
  trailerIds: readonly string[];
  midnight: number;
  weekend: boolean;
  clockShiftMs?: number;
  /** Begins the IDs of the jobs: `QDN` gives `QDN-10011`. */
  jobPrefix: string;
  /** Number of the day, from 0 on. */
  day?: number;
};

/**
 * Plans a day of a fleet: on weekdays 2 to 5 jobs a trailer from 6:30 on, on weekends at most one; some jobs with two trailers.
 * A trailer shares jobs with the next one
 * in the list alone, so that more trailers at its end leave the plans of the others unchanged, but for the last one's.
 */
export const planFleetDay = (town: Town, options: FleetPlanOptions, random: Random): DayPlan[] => {
  const { trailerIds, midnight, weekend, clockShiftMs = 0, jobPrefix, day = 0 } = options;
  const plans = trailerIds.map((trailerId, index): DayPlan & { jobs: PlannedJob[] } => {
    const own = random.fork(trailerId);
    const count = weekend ? own.between(0, 1) : own.between(2, 5);
    let notBefore = timeOfHour(options, 6.5) + own.between(0, 60) * MINUTE_MS;
    const jobs = Array.from({ length: count }, (_, i): PlannedJob => {
      const kind = own.pick<JobKind>(['delivery', 'delivery', 'exchange', 'dump_and_return', 'final_pickup']);
      const stops = stopsOf(kind, own.pick(town.sitesOf('customer')), own.pick(town.sitesOf('dump')));
      const number = (day + 1) * 10_000 + (index + 1) * 10 + i + 1;
      const job = { jobId: `${jobPrefix}-${number}`, kind, notBefore, stops };
      notBefore += own.between(90, 150) * MINUTE_MS;
      return job;
    });
    return { trailerId, midnight, weekend, clockShiftMs, jobs };
  });
  for (const [i, { trailerId, jobs }] of plans.entries()) {
    const helper = plans[i + 1];
    const own = random.fork(`${trailerId}/helper`);
    const [shared] = jobs;
    if (!shared || !helper || weekend || !own.chance(TWO_TRAILERS)) continue;
    const joined = { ...shared, notBefore: shared.notBefore + SECOND_TRAILER_DELAY_MS };
    helper.jobs.splice(0, 0, joined);
  }
  return plans;
};
