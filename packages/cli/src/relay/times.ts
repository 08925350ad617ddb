import { CommandError } from '../connection.ts';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 24 * 3_600_000 } as const;

/**
 * Parses a time: `2026-11-23T15:04`, `2026-11-23` (UTC unless it has a zone), or `2h` for two hours ago.
 * @param isEnd true when a day without a time means the end of that day
 * @returns epoch ms @throws CommandError
 */
export const parseTime = (text: string, now: number, isEnd = false): number => {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count && (unit === 'm' || unit === 'h' || unit === 'd')) return now - Number(count) * UNIT_MS[unit];
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const isTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text);
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(text);
  const at = isDay || isTime ? Date.parse(isDay ? text : `${text.replace(' ', 'T')}${hasZone ? '' : 'Z'}`) : Number.NaN;
  if (Number.isNaN(at)) {
    throw new CommandError(
      `"${text}" is not a valid time. Write 2026-11-23, 2026-11-23T15:04 (UTC), or 2h for two hours ago.`,
    );
  }
  return isDay && isEnd ? at + UNIT_MS.d - 1 : at;
};
