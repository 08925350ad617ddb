import { CommandError } from '../connection.ts';
import { momentsOf } from '../times/local-time.ts';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 24 * 3_600_000 } as const;

const onClocks = (wall: number, zone: string): number =>
  Number.isNaN(wall) ? wall : (momentsOf(wall, zone)[0] ?? momentsOf(wall + UNIT_MS.h, zone)[0] ?? Number.NaN);

/**
 * Parses a time of a range: `2026-11-23T15:04`, `2026-11-23` (on the company’s clocks unless it has a zone), or `2h` for two hours ago.
 * An hour that the clocks show twice is its first; one that they skip is the hour after it.
 * @param zone IANA name of the time zone
 * @param isEnd true when a day without a time means the end of that day
 * @returns epoch ms @throws CommandError
 */
export const parseTime = (text: string, now: number, zone: string, isEnd = false): number => {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count && (unit === 'm' || unit === 'h' || unit === 'd')) return now - Number(count) * UNIT_MS[unit];
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const isTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text);
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(text);
  const written =
    isDay || isTime ? Date.parse(isDay ? text : `${text.replace(' ', 'T')}${hasZone ? '' : 'Z'}`) : Number.NaN;
  const at = hasZone && !isDay ? written : onClocks(isDay && isEnd ? written + UNIT_MS.d : written, zone);
  if (Number.isNaN(at)) {
    throw new CommandError(
      `"${text}" is not a valid time. Write 2026-11-23, 2026-11-23T15:04, or 2h for two hours ago.`,
    );
  }
  return isDay && isEnd ? at - 1 : at;
};
