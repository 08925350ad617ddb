/* Readings of the local clock at a moment `at` (epoch ms) in a time zone (IANA name). */

const FORMATS = {
  hour: ['en-US', { hour: 'numeric', hourCycle: 'h23' }],
  clock: ['en-GB', { timeStyle: 'medium', hourCycle: 'h23' }],
  date: ['sv-SE', { dateStyle: 'short' }],
  weekday: ['en-US', { weekday: 'short' }],
} as const satisfies Record<string, [locale: string, options: Intl.DateTimeFormatOptions]>;

/** Formatters by format and time zone: making one costs more than a hundred uses. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const formatted = (format: keyof typeof FORMATS, at: number, timeZone: string): string => {
  const key = `${format} ${timeZone}`;
  const [locale, options] = FORMATS[format];
  const formatter = formatters.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone });
  formatters.set(key, formatter);
  return formatter.format(at);
};

/** Returns the hour, 0 to 23. */
export const localHour = (at: number, timeZone: string): number => Number(formatted('hour', at, timeZone));

/** Returns the time of day in seconds, as the clock shows it. */
export const localSeconds = (at: number, timeZone: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = formatted('clock', at, timeZone).split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
};

/** Returns the date: `2026-11-23`. */
export const localDate = (at: number, timeZone: string): string => formatted('date', at, timeZone);

/** Tests whether it is Saturday or Sunday. */
export const isWeekend = (at: number, timeZone: string): boolean => formatted('weekday', at, timeZone).startsWith('S');
