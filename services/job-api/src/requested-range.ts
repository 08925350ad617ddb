import { ProductError, startOfDay } from '@qdn/domain';

/** RFC 3339 with an offset. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** Returns the refusal of a query parameter. */
export const refusedParameter = (name: string, detail: string): ProductError =>
  new ProductError('schema-violation', `\`${name}\` is not valid.`, { violations: [{ pointer: `/${name}`, detail }] });

/** @throws ProductError `schema-violation` for a time without an offset. A plus that a URL turned into a blank is one */
const momentIn = (query: URLSearchParams, name: string, usual: number): number => {
  const text = query.get(name);
  if (text === null) return usual;
  const written = text.replace(/ (?=\d\d:\d\d$)/, '+');
  const at = MOMENT.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(at)) throw refusedParameter(name, 'must be a time with its offset, like 2026-11-23T09:00:00-06:00');
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
