import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  buildTown,
  type Chances,
  type DayPlan,
  driveDay,
  driveFleet,
  driveFleetDay,
  type FleetDay,
  hourOfTime,
  joinTrajectories,
  metersBetween,
  midnightsOf,
  planFleet,
  planFleetDay,
  QUIET_CHANCES,
  randomFrom,
  readerOf,
  standsOf,
  type TrailerDay,
  timeOfHour,
  USUAL_CHANCES,
} from '../index.ts';

const HOUR_MS = 3_600_000;
/** Monday, 30 November 2026, 0:00 in Austin. */
const MONDAY = Date.UTC(2026, 10, 30, 6);
const town = buildTown(randomFrom('trucks'));
const options = { trailerIds: ['T1', 'T2', 'T3', 'T4'], midnight: MONDAY, weekend: false, jobPrefix: 'J' };

const dayOf = (seed: number | string, chances: Partial<Chances>, base: Chances = QUIET_CHANCES): TrailerDay => {
  const random = randomFrom(seed);
  const [plan] = planFleetDay(town, options, random.fork('plan'));
  if (!plan) throw new Error('The plan has a trailer.');
  return driveDay(town, plan, { ...base, ...chances }, random.fork('day'));
};
const incidentsOf = ({ truth }: TrailerDay, kind: string) => truth.incidents.filter((each) => each.kind === kind);

/** Identifies a day; comparing its samples one by one would take seconds. */
const digestOf = (day: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(day) ?? '')
    .digest('hex');

/** Numbers from the samples alone. */
const motionOf = ({ trajectory: { samples } }: TrailerDay) => {
  let [fastest, hardestBraking, hardestAcceleration, longestJumpM, worstSpeedErrorM] = [0, 0, 0, 0, 0];
  for (const [i, sample] of samples.entries()) {
    const before = samples[i - 1];
    if (!before) continue;
    const seconds = (sample.at - before.at) / 1000;
    fastest = Math.max(fastest, sample.speedMps);
    hardestBraking = Math.max(hardestBraking, (before.speedMps - sample.speedMps) / seconds);
    hardestAcceleration = Math.max(hardestAcceleration, (sample.speedMps - before.speedMps) / seconds);
    const movedM = metersBetween(before, sample);
    longestJumpM = Math.max(longestJumpM, movedM);
    if (seconds === 1) worstSpeedErrorM = Math.max(worstSpeedErrorM, movedM - (before.speedMps + sample.speedMps) / 2);
  }
  return { fastest, hardestBraking, hardestAcceleration, longestJumpM, worstSpeedErrorM };
};

describe('driveDay', () => {
  test('gives the same day for the same seed, and another for another', () => {
    const [one, same, other] = [5, 5, 6].map((seed) => digestOf(dayOf(seed, {}, USUAL_CHANCES)));
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  test('keeps the limits of a truck with a trailer, a sample a second, from midnight to midnight', () => {
    fc.assert(
      fc.property(fc.nat(10_000), (seed) => {
        const day = dayOf(
          seed,
          { breakdown: 0.2, shunt: 1, uTurn: 0.5, wrongTurn: 0.5, passBy: 0.5, fetch: 0.3 },
          USUAL_CHANCES,
        );
        const motion = motionOf(day);
        expect(motion.fastest).toBeLessThan(30);
        expect(motion.hardestBraking).toBeLessThanOrEqual(2.6);
        expect(motion.hardestAcceleration).toBeLessThan(1);
        expect(motion.longestJumpM).toBeLessThan(31);
        expect(motion.worstSpeedErrorM).toBeLessThan(0.5);
        const { samples } = day.trajectory;
        expect(samples[0]?.at).toBe(MONDAY);
        expect(samples.at(-1)?.at).toBe(MONDAY + 24 * HOUR_MS);
        expect(samples.every(({ at }, i) => i === 0 || at > (samples[i - 1]?.at ?? 0))).toBe(true);
        const [first, last] = [samples[0], samples.at(-1)];
        for (const end of [first, last]) expect(end && metersBetween(end, town.yard.place)).toBeLessThan(250);
      }),
      { numRuns: 5 },
    );
  });

  test('agrees with its truth: the trailer stands where each visit says, while it says so', () => {
    fc.assert(
      fc.property(fc.nat(10_000), (seed) => {
        const day = dayOf(seed, { breakdown: 0, roundTheBlock: 0.5, fetch: 0.3, acrossTheStreet: 0.3 }, USUAL_CHANCES);
        const reader = readerOf(day.trajectory);
        const { visits, legs } = day.truth;
        expect(visits.length).toBeGreaterThan(0);
        for (const visit of visits) {
          expect(visit.arrivedAt).toBeLessThan(visit.unloadingAt);
          expect(visit.unloadingAt).toBeLessThan(visit.unloadedAt);
          expect(visit.unloadedAt).toBeLessThan(visit.leftAt);
          for (const at of [visit.arrivedAt, visit.unloadingAt, visit.unloadedAt, visit.leftAt]) {
            const there = reader.at(at);
            expect(metersBetween(there, visit.stoodAt)).toBeLessThan(2);
            expect(there.speedMps).toBe(0);
          }
          expect(metersBetween(visit.stoodAt, visit.sitePlace)).toBeLessThan(visit.parked === 'on-site' ? 6 : 135);
          for (const outing of visit.outings) {
            expect(outing.leftAt).toBeGreaterThanOrEqual(visit.arrivedAt);
            expect(outing.returnedAt).toBeLessThanOrEqual(visit.unloadingAt);
            expect(outing.farthestM).toBeGreaterThan(60);
          }
        }
        for (const leg of legs) {
          expect(leg.arrivedAt).toBeGreaterThan(leg.setOutAt);
          // Two jobs in a row at one site: it drives to the road and back.
          expect(leg.distanceM).toBeGreaterThan(5);
          expect(reader.nextMotionAt(leg.setOutAt + 2000)).toBeLessThan(leg.arrivedAt ?? 0);
        }
      }),
      { numRuns: 5 },
    );
  });

  test('drives at 4 to 15 m/s on average, and below 22 m/s on every leg', () => {
    const legs = Array.from({ length: 6 }, (_, seed) => dayOf(seed, {}).truth.legs).flat();
    const speeds = legs.map(({ distanceM, setOutAt, arrivedAt }) => distanceM / (((arrivedAt ?? 0) - setOutAt) / 1000));
    expect(Math.max(...speeds)).toBeLessThan(22);
    const mean = speeds.reduce((sum, speed) => sum + speed, 0) / speeds.length;
    expect(mean).toBeGreaterThan(4);
    expect(mean).toBeLessThan(15);
  });

  test('stops at lights and in jams: 5 s to 2 min at a time, once a leg or more', () => {
    const days = [1, 2, 3].map((seed) => dayOf(seed, {}));
    const legs = days.flatMap(({ truth }) => truth.legs);
    const waits = days.flatMap(({ trajectory, truth }) =>
      standsOf(trajectory, 5000).filter(({ from, to }) =>
        truth.legs.some(({ setOutAt, arrivedAt }) => from > setOutAt && to < (arrivedAt ?? 0)),
      ),
    );
    expect(waits.length).toBeGreaterThan(legs.length);
    for (const { from, to } of waits) expect(to - from).toBeLessThan(120_000);
  });

  test('needs longer in the rush than at night for the same way', () => {
    const random = randomFrom('rush');
    const [plan] = planFleetDay(town, options, random.fork('plan'));
    const [job] = plan?.jobs ?? [];
    if (!plan || !job) throw new Error('The plan has a job.');
    const minutesAt = (hour: number): number => {
      const jobs = [{ ...job, notBefore: MONDAY + hour * HOUR_MS }];
      const legs = Array.from({ length: 5 }, (_, seed) =>
        driveDay(town, { ...plan, jobs }, QUIET_CHANCES, randomFrom(seed)),
      );
      return legs.reduce(
        (
          sum,
          {
            truth: {
              legs: [leg],
            },
          },
        ) => sum + ((leg?.arrivedAt ?? 0) - (leg?.setOutAt ?? 0)) / 60_000,
        0,
      );
    };
    expect(minutesAt(17)).toBeGreaterThan(1.2 * minutesAt(3));
  });

  test('shunts in the yard for less than 300 m before and after the work', () => {
    const shunts = [1, 2, 3, 4].flatMap((seed) => {
      const day = dayOf(seed, { shunt: 1 });
      const reader = readerOf(day.trajectory);
      return incidentsOf(day, 'shunt').map(({ from, to }) => metersBetween(reader.at(from), reader.at(to)));
    });
    expect(shunts.length).toBeGreaterThan(4);
    for (const movedM of shunts) expect(movedM).toBeLessThan(300);
  });

  test('passes a customer’s site at the distance of its driveway without stopping there', () => {
    const passes = Array.from({ length: 4 }, (_, seed) => {
      const day = dayOf(seed, { passBy: 1 });
      return incidentsOf(day, 'pass-by').map((pass) => ({ ...pass, day }));
    }).flat();
    expect(passes.length).toBeGreaterThan(8);
    for (const { passed, from, day } of passes) {
      expect(passed?.distanceM).toBeLessThan(65);
      const stands = standsOf(day.trajectory, 150_000).filter((stand) => stand.from <= from && stand.to >= from);
      expect(stands).toEqual([]);
    }
  });

  test('takes a wrong turn or a U-turn, and arrives later than without', () => {
    const quiet = dayOf(11, {});
    for (const kind of ['uTurn', 'wrongTurn'] as const) {
      const day = dayOf(11, { [kind]: 1 });
      expect(incidentsOf(day, kind === 'uTurn' ? 'u-turn' : 'wrong-turn').length).toBeGreaterThan(0);
      const [detoured, plain] = [day, quiet].map(({ truth }) =>
        truth.legs.reduce((sum, { distanceM }) => sum + distanceM, 0),
      );
      expect(detoured).toBeGreaterThan((plain ?? 0) + 100);
    }
  });

  test('pauses for lunch between 11 and 14 o’clock, and counts the pause to the leg', () => {
    const days = Array.from({ length: 8 }, (_, seed) => dayOf(seed, { lunch: 1, fuel: 1 }));
    const lunches = days.flatMap((day) => incidentsOf(day, 'lunch'));
    expect(lunches.length).toBeGreaterThan(3);
    for (const { from, to } of lunches) {
      expect((from - MONDAY) / HOUR_MS).toBeGreaterThan(11);
      expect((from - MONDAY) / HOUR_MS).toBeLessThan(14.5);
      expect(to - from).toBeGreaterThanOrEqual(20 * 60_000);
    }
    const pausedMs = days.flatMap(({ truth }) => truth.legs).reduce((sum, leg) => sum + leg.pausedMs, 0);
    const pauses = days.flatMap((day) => [...incidentsOf(day, 'lunch'), ...incidentsOf(day, 'fuel')]);
    expect(pausedMs).toBe(pauses.reduce((sum, { from, to }) => sum + to - from, 0));
  });

  test('leaves a trailer at a customer’s until the planned time', () => {
    const random = randomFrom(2);
    const [plan] = planFleetDay(town, options, random);
    const [job] = plan?.jobs ?? [];
    if (!plan || !job) throw new Error('The plan has a job.');
    const staysUntil = MONDAY + 15 * HOUR_MS;
    const stops = job.stops.map((stop, i) => (i === 0 ? { ...stop, staysUntil } : stop));
    const day = driveDay(town, { ...plan, jobs: [{ ...job, stops }] }, QUIET_CHANCES, random);
    expect(day.truth.visits[0]?.leftAt).toBeGreaterThanOrEqual(staysUntil);
    expect(day.truth.visits[0]?.unloadedAt).toBeLessThan(staysUntil);
  });

  test('leaves drives unchanged when a later job is added', () => {
    const random = randomFrom(4);
    const [plan, other] = planFleetDay(town, options, random);
    if (!plan || !other) throw new Error('The plan has two trailers.');
    const more: DayPlan = { ...plan, jobs: [...plan.jobs, ...other.jobs.slice(-1)] };
    const [before, after] = [plan, more].map((each) => driveDay(town, each, QUIET_CHANCES, random).truth.visits);
    expect(after?.slice(0, before?.length)).toEqual(before);
  });
});

describe('driveFleetDay', () => {
  test('gives the jobs of a broken trailer to another one, which does them afterwards', () => {
    const plans = planFleetDay(town, options, randomFrom('breakdown'));
    const days = Array.from({ length: 6 }, (_, seed) =>
      driveFleetDay(town, plans, { ...QUIET_CHANCES, breakdown: 0.4 }, randomFrom(seed)),
    );
    const reassigned = days.flatMap((day) => day.reassignments.map((each) => ({ ...each, day })));
    expect(reassigned.length).toBeGreaterThan(2);
    for (const { at, from, to, jobIds, day } of reassigned) {
      const truthOf = (id: string) => day.trailerDays.find(({ trailerId }) => trailerId === id)?.truth;
      const breakdown = truthOf(from)?.incidents.find(({ kind }) => kind === 'breakdown');
      expect(at).toBeGreaterThan(breakdown?.from ?? Number.POSITIVE_INFINITY);
      expect(truthOf(from)?.unfinishedJobIds).toEqual(jobIds);
      for (const jobId of jobIds) {
        const legs = truthOf(to)?.legs.filter((leg) => leg.jobId === jobId) ?? [];
        if (truthOf(to)?.unfinishedJobIds.includes(jobId)) continue;
        expect(legs.length).toBeGreaterThan(0);
        for (const { setOutAt } of legs) expect(setOutAt).toBeGreaterThanOrEqual(at);
      }
    }
  });

  test('sends two trailers to one job now and then', () => {
    const shared = Array.from({ length: 30 }, (_, seed) => planFleetDay(town, options, randomFrom(seed))).filter(
      (plans) => {
        const jobIds = plans.flatMap(({ jobs }) => jobs.map(({ jobId }) => jobId));
        return new Set(jobIds).size < jobIds.length;
      },
    );
    expect(shared.length).toBeGreaterThan(2);
    expect(shared.length).toBeLessThan(20);
  });

  test('leaves the day of a trailer unchanged when the fleet grows', () => {
    const few = planFleetDay(town, { ...options, trailerIds: ['T1', 'T2'] }, randomFrom(9));
    const many = planFleetDay(town, options, randomFrom(9));
    const [one] = driveFleetDay(town, few, QUIET_CHANCES, randomFrom(9)).trailerDays;
    const [same] = driveFleetDay(town, many, QUIET_CHANCES, randomFrom(9)).trailerDays;
    expect(digestOf(same)).toBe(digestOf(one));
  });
});

describe('driveFleet', () => {
  const week: FleetDay[] = [
    ...driveFleet(town, { trailerIds: options.trailerIds, firstMidnight: MONDAY, days: 7 }, randomFrom('week')),
  ];

  test('drives a week: every trailer every day, the nights in the yard or at a customer, without a jump at midnight', () => {
    expect(week).toHaveLength(7);
    for (const [i, trailerId] of options.trailerIds.entries()) {
      const days = week.map(({ trailerDays }) => trailerDays[i]);
      expect(days.map((day) => day?.trailerId)).toEqual(Array.from({ length: 7 }, () => trailerId));
      const joined = joinTrajectories(days.flatMap((day) => day?.trajectory ?? []));
      const reader = readerOf(joined);
      for (let day = 1; day < 7; day += 1) {
        const midnight = MONDAY + day * 24 * HOUR_MS;
        const last = days.slice(0, day).flatMap((each) => each?.truth.visits ?? []);
        const night = last.at(-1)?.leftBehind ? (last.at(-1)?.sitePlace ?? town.yard.place) : town.yard.place;
        expect(metersBetween(reader.at(midnight), night)).toBeLessThan(250);
        expect(metersBetween(reader.at(midnight - 1000), reader.at(midnight + 1000))).toBeLessThan(1);
      }
    }
  });

  test('leaves trailers at customers overnight and over the weekend, and fetches them first', () => {
    const chances = { ...QUIET_CHANCES, overnight: 0.8 };
    const month = [
      ...driveFleet(town, { trailerIds: ['T1'], firstMidnight: MONDAY, days: 21, chances }, randomFrom('nights')),
    ];
    const days = month.flatMap(({ trailerDays }) => trailerDays);
    const nights = days.flatMap((day, i) => {
      const [kept, next] = [day.truth.visits.at(-1), days[i + 1]?.truth.visits[0]];
      return kept?.leftBehind && next ? [{ kept, next }] : [];
    });
    expect(nights.length).toBeGreaterThan(2);
    for (const { kept, next } of nights) {
      expect(next).toMatchObject({ kind: 'pickup', siteId: kept.siteId });
      expect(metersBetween(next.stoodAt, kept.stoodAt)).toBeLessThan(1);
    }
  });

  test('has days of 23 and 25 h when clocks change, with work at the same local hours', () => {
    const hoursOf = (firstMidnight: number): number[] => {
      const midnights = midnightsOf(firstMidnight, 2, 'America/Chicago');
      return midnights.slice(1).map((midnight, i) => (midnight - (midnights[i] ?? 0)) / HOUR_MS);
    };
    expect(hoursOf(Date.UTC(2027, 2, 13, 6))).toEqual([24, 23]);
    expect(hoursOf(Date.UTC(2026, 9, 31, 5))).toEqual([24, 25]);
    const options = {
      trailerIds: ['T1'],
      firstMidnight: Date.UTC(2027, 2, 13, 6),
      days: 3,
      timeZone: 'America/Chicago',
    };
    const [, , monday] = [...driveFleet(town, options, randomFrom('spring'))];
    const first = monday?.plans[0]?.jobs[0]?.notBefore ?? 0;
    const hour = Number(
      new Intl.DateTimeFormat('en-US', { timeZone: 'America/Chicago', hour: 'numeric', hourCycle: 'h23' }).format(
        first,
      ),
    );
    expect(hour).toBeGreaterThanOrEqual(6);
    expect(hour).toBeLessThanOrEqual(7);
    const [sunday] = planFleet(
      town,
      { ...options, firstMidnight: Date.UTC(2027, 2, 14, 6), days: 1 },
      randomFrom('spring'),
    );
    expect(timeOfHour(sunday?.[0] ?? { midnight: 0 }, 6.5)).toBe(Date.UTC(2027, 2, 14, 11, 30));
    expect(hourOfTime(sunday?.[0] ?? { midnight: 0 }, Date.UTC(2027, 2, 14, 11, 30))).toBe(6.5);
  });

  test('stores a sample for each second of driving, and two for each stand', () => {
    const days = week.flatMap(({ trailerDays }) => trailerDays);
    const samples = days.reduce((sum, { trajectory }) => sum + trajectory.samples.length, 0);
    const seconds = days.length * 86_400;
    // Trailers stand for most of a week: about a tenth of its seconds has a sample.
    expect(samples / seconds).toBeLessThan(0.25);
    expect(samples / seconds).toBeGreaterThan(0.03);
  });
});
