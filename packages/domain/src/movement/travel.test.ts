import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { STOP_KINDS } from '../job.ts';
import { type DwellSample, EMPTY_TRAVEL, type LegSample, learn, type TravelRecord, travelModel } from './travel.ts';

const MONDAY = Date.UTC(2026, 10, 2, 12);
const HOUR = 3_600_000;
const ZONE = 'America/Chicago';
const clock = new Intl.DateTimeFormat('en-US', { hour: 'numeric', hourCycle: 'h23', timeZone: ZONE });

/** Returns a generator of numbers from 0 to 1, the same each time (Mulberry32). */
const seeded = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
/** Returns an approximately normal number, with mean 0 and deviation 1. */
const normal = (random: () => number) => Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, -6);

/** Simulates drives whose duration follows from the distance, the time of day, and luck. */
const drivesOf = (count: number, seed: number, world: { factor: number; mps: number; rush: number; luck: number }) => {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, i) => {
    const at = MONDAY + i * 3.3 * HOUR;
    const straightM = Math.round(1000 + 20_000 * random());
    const roadM = Math.round(straightM * world.factor * Math.exp(0.05 * normal(random)));
    const hour = Number(clock.format(at));
    const slower = hour >= 15 && hour < 19 ? world.rush : 1;
    const seconds = Math.round((roadM / world.mps) * slower * Math.exp(world.luck * normal(random)));
    return { id: `QDN-${i}#0`, at, straightM, roadM, seconds: Math.max(60, seconds) };
  });
};
const taught = (drives: ReturnType<typeof drivesOf>): TravelRecord =>
  drives.reduce((record, drive) => learn(record, [drive], [], ZONE), EMPTY_TRAVEL);

describe('the travel-time model', () => {
  const world = { factor: 1.6, mps: 9, rush: 1.8, luck: 0.2 };

  test('comes close to its roads’ real pace', () => {
    const model = travelModel(taught(drivesOf(150, 1, world)), ZONE);
    expect(model.roadFactor).toBeGreaterThan(1.55);
    expect(model.roadFactor).toBeLessThan(1.65);
    const midday = Date.UTC(2026, 11, 1, 18);
    const rush = Date.UTC(2026, 11, 1, 23);
    const seconds = (at: number) => model.drive(10_000, at).likely / 1000;
    expect(seconds(midday)).toBeGreaterThan(10_000 / 9 / 1.25);
    expect(seconds(midday)).toBeLessThan((10_000 / 9) * 1.25);
    expect(seconds(rush)).toBeGreaterThan(seconds(midday) * 1.25);
  });

  test('four drives in five end within the range predicted at their start, from the first week on', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      let record = EMPTY_TRAVEL;
      let within = 0;
      const drives = drivesOf(250, seed, world);
      for (const drive of drives) {
        const model = travelModel(record, ZONE);
        const { early, late } = model.drive(drive.straightM * model.roadFactor, drive.at);
        if (early <= drive.seconds * 1000 && drive.seconds * 1000 <= late) within += 1;
        record = learn(record, [drive], [], ZONE);
      }
      expect(within / drives.length).toBeGreaterThan(0.74);
      expect(within / drives.length).toBeLessThan(0.9);
    }
  });

  test('is never narrower before the first drive than after any drives, compared with the likely time', () => {
    const widthOf = (record: TravelRecord) => {
      const { early, late } = travelModel(record, ZONE).drive(8000, MONDAY);
      return Math.log(late / early);
    };
    const widest = widthOf(EMPTY_TRAVEL);
    const missed = fc.double({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(fc.array(missed, { maxLength: 150 }), (errors) => {
        const legs = errors.map((error, i) => ({
          id: `L${i}`,
          at: MONDAY,
          straightM: 8000,
          roadM: null,
          seconds: 900,
          missed: error,
        }));
        expect(widthOf({ legs, dwells: [] })).toBeLessThanOrEqual(widest + 1e-9);
      }),
    );
    expect(widthOf(taught(drivesOf(150, 1, world)))).toBeLessThan(widest / 2);
  });

  test('changes little after a flat tyre', () => {
    const drives = drivesOf(60, 7, world);
    const broken = drives.map((drive, i) => (i % 10 === 5 ? { ...drive, seconds: drive.seconds * 20 } : drive));
    const [sound, bad] = [travelModel(taught(drives), ZONE), travelModel(taught(broken), ZONE)];
    const ratio = bad.drive(8000, MONDAY).likely / sound.drive(8000, MONDAY).likely;
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.25);
  });

  const leg = fc.record({
    id: fc.constantFrom('QDN-1#0', 'QDN-1#1', 'QDN-2#0', 'QDN-3#0'),
    at: fc.integer({ min: MONDAY, max: MONDAY + 30 * 24 * HOUR }),
    straightM: fc.integer({ min: 300, max: 200_000 }),
    roadM: fc.option(fc.integer({ min: 300, max: 600_000 })),
    seconds: fc.integer({ min: 60, max: 14_400 }),
  });
  const dwell: fc.Arbitrary<DwellSample> = fc.record({
    id: fc.constantFrom('QDN-1#0', 'QDN-1#1', 'QDN-2#0'),
    at: fc.integer({ min: MONDAY, max: MONDAY + HOUR }),
    kind: fc.constantFrom(...STOP_KINDS),
    seconds: fc.integer({ min: 60, max: 43_200 }),
  });

  test('counts a sample once when it is added twice', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(leg, { selector: ({ id }) => id }),
        fc.uniqueArray(dwell, { selector: ({ id }) => id }),
        (legs, dwells) => {
          const once = learn(EMPTY_TRAVEL, legs, dwells, ZONE);
          expect(learn(once, legs, dwells, ZONE)).toBe(once);
          expect(new Set(once.legs.map(({ id }) => id)).size).toBe(once.legs.length);
        },
      ),
    );
  });

  test('gives finite, ordered times, longer for a longer way, from any samples', () => {
    fc.assert(
      fc.property(
        fc.array(leg, { maxLength: 30 }),
        fc.array(dwell),
        fc.integer({ min: 1, max: 300_000 }),
        (legs, dwells, roadM) => {
          const record = legs.reduce(
            (known: TravelRecord, one, i) => learn(known, [{ ...one, id: `L${i}` }], [], ZONE),
            {
              legs: [],
              dwells: learn(EMPTY_TRAVEL, [], dwells, ZONE).dwells,
            },
          );
          const model = travelModel(record, ZONE);
          const spreads = [model.drive(roadM, MONDAY), ...STOP_KINDS.map((kind) => model.dwell(kind))];
          for (const { early, likely, late } of spreads) {
            expect(Number.isFinite(late)).toBe(true);
            expect(early).toBeGreaterThan(0);
            expect(likely).toBeGreaterThanOrEqual(early);
            expect(late).toBeGreaterThanOrEqual(likely);
          }
          expect(model.roadFactor).toBeGreaterThanOrEqual(1);
          expect(model.drive(roadM * 2, MONDAY).likely).toBeGreaterThan(model.drive(roadM, MONDAY).likely);
        },
      ),
    );
  });

  const isBetween = (at: number, from: number, to: number) => {
    const hour = Number(clock.format(at));
    return from <= hour && hour < to;
  };

  test('keeps the newest drives only, so that the record stays small', () => {
    const legs: TravelRecord['legs'] = taught(drivesOf(160, 3, world)).legs;
    expect(legs).toHaveLength(135);
    // The oldest of the part of the day with the most drives are gone.
    const night = drivesOf(160, 3, world).filter(
      ({ at }) => ![6, 10, 15].some((from, i) => isBetween(at, from, [10, 15, 19][i] ?? 24)),
    );
    expect(legs.some(({ id }) => id === night[0]?.id)).toBe(false);
    expect(legs.some(({ id }) => id === night.at(-1)?.id)).toBe(true);
    const kept: LegSample | undefined = legs.at(-1);
    expect(kept?.id).toBe('QDN-159#0');
  });

  test('of forty trailers remembers each part of the day, and the customer who is seldom visited', () => {
    const random = seeded(5);
    const [yard, dump, customer] = [1, 2, 3];
    let record = EMPTY_TRAVEL;
    for (let i = 0; i < 900; i += 1) {
      // A leg every 5 minutes from 7 am to 7 pm, mostly to the dump, for a week; every fortieth is to the customer.
      const at = Date.UTC(2026, 10, 2, 13) + Math.floor(i / 144) * 24 * HOUR + (i % 144) * 5 * 60_000;
      const to = i % 40 === 7 ? customer : dump;
      const seconds = Math.round((to === customer ? 1500 : 600) * Math.exp(0.1 * normal(random)));
      const leg = { id: `QDN-${i}#0`, at, straightM: 5000, roadM: 6500, seconds, from: yard, to };
      record = learn(record, [leg], [], ZONE);
    }
    const parts = Map.groupBy(record.legs, ({ at }) => Number(clock.format(at)) < 10);
    expect(parts.get(true)?.length).toBeGreaterThan(30);
    const model = travelModel(record, ZONE);
    const minutes = (to: number) => model.drive(6500, MONDAY, { from: yard, to }).likely / 60_000;
    expect(minutes(dump)).toBeLessThan(14);
    expect(minutes(customer)).toBeGreaterThan(18);
  }, 60_000);

  test('learns the areas of a leg that was stored without them', () => {
    const [leg] = drivesOf(1, 1, world);
    if (!leg) throw new Error('There is no drive');
    const before = learn(EMPTY_TRAVEL, [leg], [], ZONE);
    const after = learn(before, [{ ...leg, from: 1, to: 2 }], [], ZONE);
    expect(after.legs).toMatchObject([{ id: leg.id, from: 1, to: 2 }]);
    expect(learn(after, [{ ...leg, from: 1, to: 2 }], [], ZONE)).toBe(after);
  });
});
