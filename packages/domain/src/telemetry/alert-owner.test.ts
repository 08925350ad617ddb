import { expect, test } from '@jest/globals';
import type { TrailerId } from '../ids.ts';
import type { OwnerAlert } from '../relay/owner-alert.ts';
import { aFix, placeAt } from '../testing/index.ts';
import { alertOwner } from './alert-owner.ts';

const T1 = 'T1' as TrailerId;
const timeZone = 'America/Chicago';
const YARD = { lat: 30.25, lon: -97.75 };
const MINUTE = 60_000;

/** Returns the texts that a departure at a moment (epoch ms) orders. */
const alertsAt = async (leavesAt: number, isMoveTold = true): Promise<OwnerAlert[]> => {
  const orders: OwnerAlert[] = [];
  const alerts = { queue: { alert: async (order: OwnerAlert) => void orders.push(order) }, isMoveTold };
  const parked = Array.from({ length: 12 }, (_, i) =>
    aFix({ at: leavesAt - (60 - i * 5) * MINUTE, ...YARD, accuracyM: 8 }),
  );
  const drive = [1, 2, 3].map((i) =>
    aFix({ at: leavesAt + i * MINUTE, ...placeAt(YARD, i * 700, 0), accuracyM: 8, speedMps: 12 }),
  );
  await alertOwner({ alerts, samples: { store: {} as never, timeZone } }, T1, [...parked, ...drive], [], leavesAt);
  return orders;
};

test.each<[string, number, number]>([
  ['at 2 AM', Date.UTC(2026, 10, 30, 8), 1],
  ['at 8:30 PM', Date.UTC(2026, 11, 1, 2, 30), 1],
  ['on Sunday at 10 AM', Date.UTC(2026, 10, 29, 16), 1],
  ['on Tuesday at 11 AM', Date.UTC(2026, 11, 1, 17), 0],
  ['on Monday at 6:40 PM', Date.UTC(2026, 11, 1, 0, 40), 0],
])('a move %s', async (_, at, count) => {
  expect(await alertsAt(at)).toHaveLength(count);
  expect(await alertsAt(at, false)).toEqual([]);
});

test('moves of one night have one key', async () => {
  const [evening] = await alertsAt(Date.UTC(2026, 11, 1, 4));
  const [morning] = await alertsAt(Date.UTC(2026, 11, 1, 9));
  const [nextNight] = await alertsAt(Date.UTC(2026, 11, 2, 4));
  expect(morning?.key).toBe(evening?.key);
  expect(nextNight?.key).not.toBe(evening?.key);
});

test('moves of one day of a weekend have one key, which is not that of the night before', async () => {
  const [friday] = await alertsAt(Date.UTC(2026, 11, 5, 4));
  const [morning] = await alertsAt(Date.UTC(2026, 11, 5, 16));
  const [afternoon] = await alertsAt(Date.UTC(2026, 11, 5, 20));
  const [sunday] = await alertsAt(Date.UTC(2026, 11, 6, 16));
  expect(afternoon?.key).toBe(morning?.key);
  expect(new Set([friday?.key, morning?.key, sunday?.key]).size).toBe(3);
});
