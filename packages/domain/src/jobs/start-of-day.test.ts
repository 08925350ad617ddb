import { expect, test } from '@jest/globals';
import { startOfDay } from './start-of-day.ts';

const begin = (now: string, timeZone: string) => new Date(startOfDay(Date.parse(now), timeZone)).toISOString();

test.each([
  ['2026-11-23T15:04:05.678Z', 'America/Chicago', '2026-11-23T06:00:00.000Z'],
  ['2026-11-23T05:59:59.999Z', 'America/Chicago', '2026-11-22T06:00:00.000Z'],
  ['2026-11-23T06:00:00.000Z', 'America/Chicago', '2026-11-23T06:00:00.000Z'],
  ['2026-11-23T15:00:00Z', 'Asia/Kathmandu', '2026-11-22T18:15:00.000Z'],
  ['2026-03-08T20:00:00Z', 'America/Chicago', '2026-03-08T06:00:00.000Z'],
  ['2026-11-01T20:00:00Z', 'America/Chicago', '2026-11-01T05:00:00.000Z'],
])('the day of %s in %s began at %s', (now, timeZone, start) => {
  expect(begin(now, timeZone)).toBe(start);
});
