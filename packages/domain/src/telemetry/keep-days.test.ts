import { describe, expect, test } from '@jest/globals';
import { FIX_TTL_S, type Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import { readTrack } from '../jobs/read-track.ts';
import { memoryDays } from '../testing/memory-days.ts';
import { memoryLocations } from '../testing/memory-locations.ts';
import { memoryRegister } from '../testing/memory-register.ts';
import { keepThinnedDays } from './keep-days.ts';

const T1 = 'T1' as TrailerId;
const T2 = 'T2' as TrailerId;
const ZONE = 'America/Chicago';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const METRES_PER_DEGREE = 111_195;

const aDrive = (trailerId: TrailerId, from: number, hours: number, everyMs = 10_000): Fix[] =>
  Array.from({ length: (hours * HOUR) / everyMs }, (_, i) => ({
    trailerId,
    at: from + i * everyMs,
    lat: 30 + (i * (everyMs / 1000) * 15) / METRES_PER_DEGREE,
    lon: -97,
    accuracyM: 5,
    speedMps: 15,
    headingDeg: 0,
  }));

const aFleet = async (now: number, fixes: readonly Fix[], trailers: readonly TrailerId[] = [T1]) => {
  const clock = { now };
  const [register, locations, keptDays] = [memoryRegister(), memoryLocations(), memoryDays()];
  for (const trailerId of trailers) await register.add(trailerId, now);
  for (let i = 0; i < fixes.length; i += 60) await locations.append(fixes.slice(i, i + 60));
  const dependencies = { register, locations, keptDays, keepDays: 90, timeZone: ZONE, now: () => clock.now };
  const run = (deadline = Number.POSITIVE_INFINITY) => keepThinnedDays(dependencies, deadline);
  const track = (from: number, to: number) =>
    readTrack(dependencies, T1, ZONE, { from, to, isThinned: true }, clock.now);
  return { clock, keptDays, locations, run, track };
};
const at = (time: string) => Date.parse(time);

describe('keepThinnedDays', () => {
  test('keeps a day that has ended twelve hours ago, from which the track is answered when its fixes have expired', async () => {
    const from = at('2026-03-10T00:00:00-05:00');
    const { clock, run, track } = await aFleet(from + DAY + 13 * HOUR, aDrive(T1, from + 8 * HOUR, 2));
    const fresh = await track(from, from + DAY);
    expect(fresh).toMatchObject({ source: 'fixes' });
    await run();
    clock.now = from + 60 * DAY;
    const kept = await track(from, from + DAY);
    expect(kept).toMatchObject({ source: 'kept', next: null, halts: fresh.halts });
    expect(Math.abs(kept.metres - fresh.metres)).toBeLessThan(1);
    expect(kept.points.length).toBeLessThanOrEqual(1000);
    expect(Math.abs(kept.metres - 107_850)).toBeLessThan(50);
  });

  test('a repeated run writes nothing again', async () => {
    const from = at('2026-03-10T00:00:00-05:00');
    const { keptDays, locations, run } = await aFleet(from + DAY + 13 * HOUR, aDrive(T1, from + 8 * HOUR, 1), [T1, T2]);
    const first = await run();
    expect(first).toEqual({ written: keptDays.writes, isComplete: true });
    const [writes, reads] = [keptDays.writes, locations.reads];
    expect(await run()).toEqual({ written: 0, isComplete: true });
    expect([keptDays.writes, locations.reads]).toEqual([writes, reads]);
  });

  test('writes one day per trailer in a run of each hour', async () => {
    const from = at('2026-03-10T00:00:00-05:00');
    const { clock, keptDays, run } = await aFleet(from + DAY + 13 * HOUR, aDrive(T1, from, 6));
    await run();
    const before = keptDays.writes;
    for (let hour = 0; hour < 48; hour += 1) {
      clock.now += HOUR;
      await run();
    }
    expect(keptDays.writes - before).toBe(2);
  });

  test('waits for late fixes, and keeps the day with them', async () => {
    const from = at('2026-03-10T00:00:00-05:00');
    const { clock, keptDays, locations, run } = await aFleet(from + DAY + 11 * HOUR, []);
    await run();
    expect(await keptDays.find(T1, '2026-03-10', clock.now)).toBeNull();
    await locations.append(aDrive(T1, from + 20 * HOUR, 1));
    clock.now += 2 * HOUR;
    await run();
    expect((await keptDays.find(T1, '2026-03-10', clock.now))?.metres).toBeGreaterThan(50_000);
  });

  test.each([
    ['2026-03-08', '2026-03-08T00:00:00-06:00', 23],
    ['2026-11-01', '2026-11-01T00:00:00-05:00', 25],
  ])('keeps the whole of %s, on which the clocks change', async (date, begin, hours) => {
    const from = at(begin);
    const end = from + hours * HOUR;
    const { clock, keptDays, run } = await aFleet(end + 13 * HOUR, aDrive(T1, from - HOUR, hours + 2, 60_000));
    await run();
    const track = await keptDays.find(T1, date, clock.now);
    expect(Math.abs((track?.metres ?? 0) - hours * 3600 * 15)).toBeLessThan(100);
    expect(track?.points.at(-1)?.at).toBeLessThanOrEqual(end);
    expect(track?.points.length).toBeLessThanOrEqual(1001);
  });

  test('a day without fixes is kept as empty, and is unknown, not a day without miles', async () => {
    const from = at('2026-03-10T00:00:00-05:00');
    const { clock, run, keptDays, track } = await aFleet(from + DAY + 13 * HOUR, []);
    await run();
    expect(await keptDays.find(T1, '2026-03-10', clock.now)).toMatchObject({ points: [], metres: 0 });
    clock.now += 20 * DAY;
    expect(await track(from, from + DAY)).toMatchObject({ source: 'none', points: [] });
  });

  test('keeps no day of which fixes have expired, and deletes by the policy', async () => {
    const from = at('2026-03-10T00:00:00-05:00');
    const { clock, keptDays, run } = await aFleet(from + DAY + 13 * HOUR, aDrive(T1, from, 2));
    await run();
    const oldest = new Date(from - FIX_TTL_S * 1000).toISOString().slice(0, 10);
    expect(await keptDays.find(T1, oldest, clock.now)).toBeNull();
    expect(await keptDays.find(T1, '2026-03-10', from + DAY + 90 * DAY - 1)).not.toBeNull();
    expect(await keptDays.find(T1, '2026-03-10', from + DAY + 90 * DAY)).toBeNull();
  });

  test('stops at its deadline, and the next run goes on', async () => {
    const from = at('2026-03-10T00:00:00-05:00');
    const trailers = Array.from({ length: 250 }, (_, i) => `N${String(i).padStart(3, '0')}` as TrailerId);
    const { clock, keptDays, run } = await aFleet(from + DAY + 13 * HOUR, [], trailers);
    expect(await run(clock.now - 1)).toEqual({ written: 0, isComplete: false });
    const { written, isComplete } = await run();
    expect({ isComplete, perTrailer: written / trailers.length }).toEqual({ isComplete: true, perTrailer: 5 });
    expect(await keptDays.find('N249' as TrailerId, '2026-03-10', clock.now)).not.toBeNull();
  });
});
