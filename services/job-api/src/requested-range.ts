import { startOfDay } from '@qdn/domain';
import { refusedParameter } from './refused-parameter.ts';

/** RFC 3339 with an offset. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** Times that a range may have, epoch ms: RFC 3339 has years of four digits, also after a time is converted to UTC. */
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(9999, 0, 1);

/** True for a date of the calendar: `Date.parse` takes February 30 for March 2. */
const isDate = (date: string): boolean => {
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
};

/** @throws ProductError `schema-violation` for a time without an offset, or one that does not exist. A plus that a URL turned into a blank is one */
const momentIn = (query: URLSearchParams, name: string, usual: number): number => {
  const text = query.get(name);
  if (text === null) return usual;
  const written = text.replace(/ (?=\d\d:\d\d$)/, '+');
  const at = MOMENT.test(written) && isDate(written.slice(0, 10)) ? Date.parse(written) : Number.NaN;
  if (!(at >= EARLIEST && at <= LATEST))
    throw refusedParameter(name, 'must be a time with its offset, like 2026-11-23T09:00:00-06:00');
  return at;
};

/**
 * Returns the range that `from` and `to` of a query ask for, epoch ms; without them today until now.
 * @param timeZone IANA name
 * @param maxMs maximum duration
 * @throws ProductError `schema-violation`
 */
export const requestedRange = (
  query: URLSearchParams,
  timeZone: string,
  now: number,
  maxMs: number,
): { from: number; to: number } => {
  const from = momentIn(query, 'from', startOfDay(now, timeZone));
  const to = momentIn(query, 'to', Math.max(now, from + 1));
  if (to <= from) throw refusedParameter('to', 'must be after `from`');
  if (to - from > maxMs) throw refusedParameter('to', `must be at most ${maxMs / 86_400_000} days after \`from\``);
  return { from, to };
};
