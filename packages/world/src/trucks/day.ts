import { metersBetween, type PlanePoint, planeDistanceM, type Site, type Town, type Way } from '../geography/index.ts';
import type { Random } from '../random.ts';
import { type Detour, stoppedShort, wayPast, withUTurn, withWrongTurn } from './detours.ts';
import { type Berth, berthAt, type Journey, journeyFrom } from './journey.ts';
import { drawDriver, type LocalClock, type PlaneSample } from './kinematics.ts';
import { type Chances, type DayPlan, HOUR_MS, hourOfTime, MINUTE_MS, type PlannedJob, timeOfHour } from './plan.ts';
import type { Trajectory } from './trajectory.ts';
import type { Incident, Leg, Truth, Visit } from './truth.ts';
import { visit } from './visit.ts';

/** A day of a trailer: its true positions, and the truth about its work. */
export type TrailerDay = {
  trailerId: string;
  trajectory: Trajectory;
  truth: Truth;
  /** The place where it stands at the end of the day: in the yard, or at a customer. */
  overnight: Berth;
};

/** Latest time to set out for a job, and the time for lunch, in local hours. */
const LAST_START_H = 18.5;
const LUNCH_H = [11.2, 13.5] as const;
/** Half of the sides of the yard in which trailers stand, in m. */
const YARD_M = { x: 90, y: 50 } as const;

type Work = {
  town: Town;
  plan: DayPlan;
  chances: Chances;
  journey: Journey;
  random: Random;
  legs: Leg[];
  visits: Visit[];
  incidents: Incident[];
  /** The pauses that the driver still wants to make today. */
  wanted: { lunch: boolean; fuel: boolean };
};

const localClock =
  (plan: DayPlan): LocalClock =>
  (at) => ({ hour: hourOfTime(plan, at), weekend: plan.weekend });

const yardPoint = ({ yard }: Town, random: Random): PlanePoint => ({
  x: yard.point.x + random.within(-YARD_M.x, YARD_M.x),
  y: yard.point.y + random.within(-YARD_M.y, YARD_M.y),
});

/** Moves the trailer to another place in the yard. */
const shunt = ({ town, journey, random, incidents }: Work, name: string): void => {
  const from = journey.now();
  journey.driveStraight(yardPoint(town, random.fork(name)));
  const place = town.plane.toLatLon(journey.position());
  if (journey.now() > from) incidents.push({ kind: 'shunt', from, to: journey.now(), place, jobId: null });
};

/** Pauses for lunch or fuel on the way. Returns the time from the stop to the departure, in ms. */
const pause = ({ town, journey, incidents }: Work, kind: 'lunch' | 'fuel', jobId: string, random: Random): number => {
  const { point } = journey.berth();
  const nearest = [...town.sitesOf(kind)].sort(
    (a, b) => planeDistanceM(a.point, point) - planeDistanceM(b.point, point),
  );
  const site = random.pick(nearest.slice(0, 2));
  journey.driveTo(berthAt(town, site, false, random), town.router.wayBetween(journey.berth().roadside, site.roadside));
  const from = journey.now();
  journey.standUntil(from + (kind === 'lunch' ? random.between(20, 45) : random.between(5, 15)) * MINUTE_MS);
  incidents.push({ kind, from, to: journey.now(), place: site.place, jobId });
  return journey.now() - from;
};

const pausesBefore = (work: Work, jobId: string, random: Random): number => {
  const { wanted, journey, plan } = work;
  const { hour } = localClock(plan)(journey.now());
  let pausedMs = 0;
  if (wanted.lunch && hour >= LUNCH_H[0] && hour < LUNCH_H[1]) {
    wanted.lunch = false;
    pausedMs += pause(work, 'lunch', jobId, random.fork('lunch'));
  }
  if (wanted.fuel && random.chance(0.4)) {
    wanted.fuel = false;
    pausedMs += pause(work, 'fuel', jobId, random.fork('fuel'));
  }
  return pausedMs;
};

/** Returns a customer whose site the truck passes: of another stop of the day, if there is one. */
const siteToPass = ({ town, plan, journey }: Work, to: Site, random: Random): Site => {
  const isElsewhere = (site: Site): boolean => site !== to && site.roadside !== journey.berth().roadside;
  const stops = plan.jobs
    .flatMap((job) => job.stops)
    .filter(({ kind, site }) => kind !== 'dump_site' && isElsewhere(site));
  return stops.length > 0 ? random.pick(stops).site : random.pick(town.sitesOf('customer').filter(isElsewhere));
};

type PlannedWay = { way: Way; events: { kind: 'u-turn' | 'wrong-turn' | 'pass-by'; place: PlanePoint; site?: Site }[] };

const planWay = (work: Work, to: Site, random: Random): PlannedWay => {
  const { town, journey, chances } = work;
  const from = journey.berth().roadside;
  const events: PlannedWay['events'] = [];
  let way = town.router.wayBetween(from, to.roadside);
  if (random.chance(chances.passBy)) {
    const site = siteToPass(work, to, random.fork('pass'));
    const detour = wayPast(town, from, site, to.roadside, random.chance(0.5));
    way = detour.way;
    events.push({ kind: 'pass-by', place: site.point, site });
  }
  const take = (kind: 'u-turn' | 'wrong-turn', detour: Detour | null): void => {
    if (!detour) return;
    way = detour.way;
    events.push({ kind, place: detour.place });
  };
  // A wrong turn finds its own way to the end, so that it would leave out a pass.
  if (random.chance(chances.wrongTurn) && events.length === 0)
    take('wrong-turn', withWrongTurn(town, way, to.roadside, random.fork('wrong')));
  if (random.chance(chances.uTurn)) take('u-turn', withUTurn(town, way, random.fork('u-turn')));
  return { way, events };
};

/** Notes the events of a way at the time when the truck was nearest to them. */
const noteEvents = (work: Work, events: PlannedWay['events'], driven: readonly PlaneSample[], jobId: string): void => {
  for (const { kind, place, site } of events) {
    let [nearestM, at] = [Number.POSITIVE_INFINITY, work.journey.now()];
    for (const sample of driven) {
      const distanceM = planeDistanceM(sample, place);
      if (distanceM < nearestM) [nearestM, at] = [distanceM, sample.at];
    }
    const noted = { kind, from: at, to: at, place: work.town.plane.toLatLon(place), jobId };
    work.incidents.push(site ? { ...noted, passed: { siteId: site.id, distanceM: nearestM } } : noted);
  }
};

const drivenM = (samples: Trajectory['samples']): number =>
  samples.reduce((sum, sample, i) => sum + metersBetween(samples[i - 1] ?? sample, sample), 0);

/** Breaks down on the way, or does not start on a short one: stands for hours before it is towed to the yard. */
const breakDown = ({ town, journey, incidents }: Work, job: PlannedJob, to: Site, random: Random): void => {
  const whole = town.router.wayBetween(journey.berth().roadside, to.roadside);
  const short = stoppedShort(town, whole, random);
  if (short) journey.driveTo({ roadside: short.roadside, point: town.router.pointAt(short.roadside) }, short.way);
  const from = journey.now();
  const place = town.plane.toLatLon(journey.position());
  journey.standUntil(from + random.between(90, 240) * MINUTE_MS);
  incidents.push({ kind: 'breakdown', from, to: journey.now(), place, jobId: job.jobId });
};

/** True for the first pickup of a trailer that the customer kept overnight. */
const isThere = ({ journey, legs }: Work, job: PlannedJob, stop: number): boolean => {
  const planned = job.stops[stop];
  return legs.length === 0 && planned?.kind === 'pickup' && journey.berth().roadside === planned.site.roadside;
};

/** Does a job. Returns false when the truck broke down on the way. */
const doJob = (work: Work, job: PlannedJob, breaksDownAt: number | null): boolean => {
  const { town, journey, chances, plan } = work;
  for (const [stop, { site }] of job.stops.entries()) {
    const random = work.random.fork(`${job.jobId}/${stop}`);
    const setOutAt = journey.now();
    const before = journey.samples().length;
    const leg = { jobId: job.jobId, stop, setOutAt };
    if (breaksDownAt === stop) {
      breakDown(work, job, site, random.fork('breakdown'));
      work.legs.push({ ...leg, arrivedAt: null, distanceM: drivenM(journey.samples().slice(before - 1)), pausedMs: 0 });
      return false;
    }
    if (isThere(work, job, stop)) {
      work.legs.push({ ...leg, arrivedAt: journey.now(), distanceM: 0, pausedMs: 0 });
      const options = { trailerId: plan.trailerId, job, stop, site, acrossTheStreet: false };
      work.visits.push(visit(town, journey, options, { ...chances, roundTheBlock: 0, fetch: 0 }, random.fork('visit')));
      continue;
    }
    const pausedMs = pausesBefore(work, job.jobId, random.fork('pauses'));
    const { way, events } = planWay(work, site, random.fork('way'));
    const acrossTheStreet = site.kind === 'customer' && random.chance(chances.acrossTheStreet);
    const driven = journey.driveTo(berthAt(town, site, acrossTheStreet, random.fork('berth')), way);
    noteEvents(work, events, driven, job.jobId);
    const distanceM = drivenM(journey.samples().slice(before - 1));
    work.legs.push({ ...leg, arrivedAt: journey.now(), distanceM, pausedMs });
    const options = { trailerId: plan.trailerId, job, stop, site, acrossTheStreet };
    work.visits.push(visit(town, journey, options, chances, random.fork('visit')));
  }
  return true;
};

const returnToYard = ({ town, journey, random }: Work): void => {
  if (planeDistanceM(journey.position(), town.yard.point) < YARD_M.x * 2) return;
  const berth = { roadside: town.yard.roadside, point: yardPoint(town, random.fork('evening')) };
  journey.driveTo(berth, town.router.wayBetween(journey.berth().roadside, town.yard.roadside));
};

/** Does the jobs in their order. Returns those that are not finished. */
const work = (state: Work): PlannedJob[] => {
  const { plan, journey, random, chances } = state;
  const breaksDown = plan.jobs.length > 0 && random.fork('breakdown').chance(chances.breakdown);
  const broken = breaksDown ? random.fork('breakdown/job').pick(plan.jobs) : null;
  for (const [i, job] of plan.jobs.entries()) {
    // Between jobs the truck waits where it is, or in the yard when there is more than an hour.
    // A trailer that a customer kept overnight stays there until the truck fetches it.
    if (job.notBefore - journey.now() > HOUR_MS && i > 0) returnToYard(state);
    journey.standUntil(job.notBefore);
    if (journey.now() > timeOfHour(plan, LAST_START_H)) return plan.jobs.slice(i);
    const stop = job === broken ? random.fork('breakdown/stop').between(0, job.stops.length - 1) : null;
    if (!doJob(state, job, stop)) return plan.jobs.slice(i);
  }
  return [];
};

/** Leaves the trailer at the last stop for the night, when the plan says so. The truck drives home without it. */
const keepsTrailer = ({ plan, visits }: Work, unfinished: readonly PlannedJob[], beganOut: boolean): boolean => {
  const last = visits.at(-1);
  if (plan.jobs.length === 0) return beganOut;
  if (!plan.staysOut || !last || unfinished.length > 0 || last.kind !== 'drop_off') return false;
  visits[visits.length - 1] = { ...last, leftBehind: true };
  return true;
};

/**
 * Drives a day of a trailer, from midnight to midnight; it ends in the yard, unless a customer keeps the trailer.
 * @param overnight the place where it begins; without it the seed draws one in the yard
 * The same plan, chances and seed give the same day; a further job leaves the drives before it unchanged.
 */
export const driveDay = (
  town: Town,
  plan: DayPlan,
  chances: Chances,
  random: Random,
  overnight?: Berth,
): TrailerDay => {
  const driver = drawDriver(random.fork('driver'));
  const berth = overnight ?? { roadside: town.yard.roadside, point: yardPoint(town, random.fork('morning')) };
  const journey = journeyFrom(town, driver, localClock(plan), berth, plan.midnight, random.fork('journey'));
  const wanted = { lunch: random.fork('lunch').chance(chances.lunch), fuel: random.fork('fuel').chance(chances.fuel) };
  const state: Work = { town, plan, chances, journey, random, legs: [], visits: [], incidents: [], wanted };
  const shunts = random.fork('shunts');
  const first = plan.jobs[0]?.notBefore ?? timeOfHour(plan, 10);
  const inYard = planeDistanceM(berth.point, town.yard.point) < YARD_M.x * 2;
  if (shunts.chance(chances.shunt) && inYard) {
    journey.standUntil(first - shunts.between(20, 240) * MINUTE_MS);
    shunt(state, 'shunt/morning');
  }
  const unfinished = work(state);
  const staysOut = keepsTrailer(state, unfinished, !inYard);
  if (!staysOut) returnToYard(state);
  if (shunts.chance(chances.shunt) && !staysOut) {
    journey.standUntil(journey.now() + shunts.between(10, 60) * MINUTE_MS);
    shunt(state, 'shunt/evening');
  }
  const midnight = timeOfHour(plan, 24);
  journey.standUntil(midnight);
  const { legs, visits, incidents } = state;
  const days = { trailerId: plan.trailerId, from: plan.midnight, to: midnight };
  const unfinishedJobIds = unfinished.map(({ jobId }) => jobId);
  incidents.sort((one, other) => one.from - other.from);
  return {
    trailerId: plan.trailerId,
    trajectory: { samples: journey.samples() },
    truth: { ...days, legs, visits, incidents, unfinishedJobIds },
    overnight: journey.berth(),
  };
};
