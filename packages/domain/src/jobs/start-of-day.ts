import { localSeconds } from '../local-clock.ts';

const DAY_S = 86_400;

/**
 * Returns the start of the day in a time zone.
 * @param now epoch ms
 * @param timeZone IANA name
 * @returns epoch ms
 */
export const startOfDay = (now: number, timeZone: string): number => {
  const start = Math.floor(now / 1000) * 1000 - localSeconds(now, timeZone) * 1000;
  // This is an hour off on the two days a year when the clocks change.
  const off = localSeconds(start, timeZone);
  return start - (off > DAY_S / 2 ? off - DAY_S : off) * 1000;
};

const HOUR_MS = 3_600_000;

/** Returns the midnight after the day that begins at `start` (epoch ms): days have 23 to 25 hours. */
export const nextDay = (start: number, timeZone: string): number => startOfDay(start + 26 * HOUR_MS, timeZone);
