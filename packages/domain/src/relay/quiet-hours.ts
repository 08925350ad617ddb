import type { QuietHours } from '../job.ts';
import { localSeconds } from '../local-clock.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** `07:30` → 450. @throws RangeError when the text is not a time of day */
const minutesOf = (time: string): number => {
  const [, hours, minutes] = /^([01][0-9]|2[0-3]):([0-5][0-9])$/.exec(time) ?? [];
  if (hours === undefined || minutes === undefined) throw new RangeError(`${time} is not a time of day like 07:30`);
  return Number(hours) * 60 + Number(minutes);
};

const localMinutes = (at: number, timeZone: string): number => Math.floor(localSeconds(at, timeZone) / 60);

/**
 * Returns the end of the current quiet hours, as epoch ms, or null outside of them. Across a change of the clocks the end follows the
 * local time, not the number of hours.
 * @param now epoch ms
 */
export const quietUntil = (quiet: QuietHours | undefined, timeZone: string, now: number): number | null => {
  if (!quiet) return null;
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  if (from === to) return null;
  const isQuiet = (at: number): boolean => {
    const local = localMinutes(at, timeZone);
    return from < to ? local >= from && local < to : local >= from || local < to;
  };
  if (!isQuiet(now)) return null;
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const left = (to - localMinutes(now, timeZone) + DAY_MINUTES) % DAY_MINUTES;
  // Clocks change by at most an hour, so the search starts an hour before the counted end.
  let end = minute + Math.max(1, left - 60) * MINUTE_MS;
  while (isQuiet(end)) end += MINUTE_MS;
  return end;
};
