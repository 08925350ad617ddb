import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DayTrack, KeptDays, TrailerId } from '@qdn/domain';

type Opened = { days: KeptDays; close: () => Promise<void> };

const NOW = Date.UTC(2026, 10, 23, 15);
const T1 = 'T1' as TrailerId;
const DATE = '2026-11-22';
const UNTIL = NOW + 90 * 86_400_000;

const aDay = (points: number): DayTrack => ({
  points: Array.from({ length: points }, (_, i) => ({
    at: NOW + i * 30_000,
    lat: 30.267153,
    lon: -97.743061,
    metres: i * 10.5,
  })),
  halts: [{ from: NOW, to: NOW + 600_000, lat: 30.3, lon: -97.7 }],
  trips: [{ from: NOW + 600_000, to: NOW + 900_000, metres: 4321.5, gapS: 31 }],
  metres: 4321.5,
});

/** Contract of every store of kept days, in memory or in a table. */
export const keptDaysContract = (name: string, open: () => Promise<Opened>): void => {
  describe(`a store of kept days (${name})`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(async () => opened.close());

    test('returns a day as it was kept, of its trailer and date alone', async () => {
      await opened.days.keep({ trailerId: T1, date: DATE, track: aDay(1000) }, UNTIL);
      expect(await opened.days.find(T1, DATE, NOW)).toEqual(aDay(1000));
      expect(await opened.days.find(T1, '2026-11-21', NOW)).toBeNull();
      expect(await opened.days.find('T10' as TrailerId, DATE, NOW)).toBeNull();
    });

    test('keeping a day again replaces it', async () => {
      for (const points of [3, 3, 5]) await opened.days.keep({ trailerId: T1, date: DATE, track: aDay(points) }, UNTIL);
      expect(await opened.days.find(T1, DATE, NOW)).toEqual(aDay(5));
    });

    test('keeps a day without any fix', async () => {
      const empty: DayTrack = { points: [], halts: [], trips: [], metres: 0 };
      await opened.days.keep({ trailerId: T1, date: '2026-11-20', track: empty }, UNTIL);
      expect(await opened.days.find(T1, '2026-11-20', NOW)).toEqual(empty);
    });

    test('an expired day is invisible at once', async () => {
      await opened.days.keep({ trailerId: T1, date: '2026-11-19', track: aDay(1) }, UNTIL);
      expect(await opened.days.find(T1, '2026-11-19', UNTIL - 1000)).not.toBeNull();
      expect(await opened.days.find(T1, '2026-11-19', UNTIL)).toBeNull();
    });
  });
};
