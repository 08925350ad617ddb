const DAY_S = 86_400;

const secondsOfDay = (at: number, timeZone: string): number => {
  const format = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone,
  });
  const [hours = 0, minutes = 0, seconds = 0] = format.format(at).split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
};

/**
 * Returns the start of the day in a time zone.
 * @param now epoch ms
 * @param timeZone IANA name
 * @returns epoch ms
 */
export const startOfDay = (now: number, timeZone: string): number => {
  const start = Math.floor(now / 1000) * 1000 - secondsOfDay(now, timeZone) * 1000;
  // This is an hour off on the two days a year when the clocks change.
  const off = secondsOfDay(start, timeZone);
  return start - (off > DAY_S / 2 ? off - DAY_S : off) * 1000;
};

const HOUR_MS = 3_600_000;

/** Returns the midnight after the day that begins at `start` (epoch ms): days have 23 to 25 hours. */
export const nextDay = (start: number, timeZone: string): number => startOfDay(start + 26 * HOUR_MS, timeZone);

/** Returns the date of a moment (epoch ms) in a time zone: `2026-11-23`. */
export const localDate = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);
