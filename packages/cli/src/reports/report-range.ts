import { nextDay, startOfDay } from '@qdn/domain';
import { CommandError } from '../command-error.ts';
import { momentsOf } from '../times/local-time.ts';

/** Days of a report: from one local midnight to another (epoch ms), and a name for files and sentences. */
export type ReportRange = { from: number; to: number; name: string };

export type RangeOptions = { from?: string; to?: string; month?: string };

const NOON_MS = 12 * 3_600_000;

/** Returns the begin of a date in a time zone. @throws CommandError for a date that does not exist */
const dayOf = (text: string, option: string, zone: string): number => {
  const utc = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const isReal = !Number.isNaN(utc) && new Date(utc).toISOString().startsWith(text);
  // Some zones change their clocks at midnight; noon is there on every day.
  const [noon] = isReal ? momentsOf(utc + NOON_MS, zone) : [];
  if (noon !== undefined) return startOfDay(noon, zone);
  throw new CommandError(`"${text}" is not a valid date for ${option}. Write it like 2026-03-10.`);
};

const monthOf = (text: string, zone: string): ReportRange => {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (!year || !month) throw new CommandError(`"${text}" is not a valid month. Write it like 2026-03.`);
  const next =
    Number(month) === 12 ? `${Number(year) + 1}-01` : `${year}-${String(Number(month) + 1).padStart(2, '0')}`;
  return { from: dayOf(`${text}-01`, '--month', zone), to: dayOf(`${next}-01`, '--month', zone), name: text };
};

/**
 * Returns the days that the options name, both ends included; without any the present month.
 * @param zone IANA name of the company's time zone
 * @param today the local date of now, `YYYY-MM-DD`
 * @throws CommandError when an option is not valid, or the range ends before it begins
 */
export const reportRange = ({ from, to, month }: RangeOptions, zone: string, today: string): ReportRange => {
  if (month !== undefined && (from !== undefined || to !== undefined))
    throw new CommandError('Give either --month or --from and --to.');
  if (from === undefined && to === undefined) return monthOf(month ?? today.slice(0, 7), zone);
  const [first, last] = [from ?? to ?? today, to ?? today];
  const begin = dayOf(first, '--from', zone);
  const end = nextDay(dayOf(last, '--to', zone), zone);
  if (end <= begin) throw new CommandError(`--to ${last} is before --from ${first}. Swap them.`);
  return { from: begin, to: end, name: first === last ? first : `${first}-to-${last}` };
};
