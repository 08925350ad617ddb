import { expect, test } from '@jest/globals';
import { isWeekend, localDate, localHour, localSeconds } from './local-clock.ts';

const SATURDAY_MIDNIGHT = Date.UTC(2026, 10, 28, 6);

test.each([
  [SATURDAY_MIDNIGHT, 'America/Chicago', 0, 0, '2026-11-28', true],
  [SATURDAY_MIDNIGHT - 1000, 'America/Chicago', 23, 86_399, '2026-11-27', false],
  [SATURDAY_MIDNIGHT, 'Asia/Kolkata', 11, 41_400, '2026-11-28', true],
  [SATURDAY_MIDNIGHT + 2 * 86_400_000, 'America/Chicago', 0, 0, '2026-11-30', false],
  // 1:30 comes twice when the clocks go back.
  [Date.UTC(2026, 10, 1, 6, 30), 'America/Chicago', 1, 5400, '2026-11-01', true],
  [Date.UTC(2026, 10, 1, 7, 30), 'America/Chicago', 1, 5400, '2026-11-01', true],
])('%d in %s', (at, zone, hour, seconds, date, weekend) => {
  expect(localHour(at, zone)).toBe(hour);
  expect(localSeconds(at, zone)).toBe(seconds);
  expect(localDate(at, zone)).toBe(date);
  expect(isWeekend(at, zone)).toBe(weekend);
});
