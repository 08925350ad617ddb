import type { ParsedResult } from 'chrono-node';
import * as english from 'chrono-node/en';
import * as spanish from 'chrono-node/es';
import { CommandError } from '../command-error.ts';
import { localTime, momentsOf, wallTimeAt } from './local-time.ts';
import { coversAll, inParserWords, WORKING_HOURS } from './spellings.ts';

/** A time as it was understood, in epoch ms; or a question about two or more that may be meant. */
export type Reading = { at: number } | { question: string; candidates: number[] };

/** `ahead`: a time to come, of a job. `back`: a time that has passed, of an event. */
export type Direction = 'ahead' | 'back';

type Clocks = { zone: string; now: number; direction: Direction };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Distance in ms from which a date without a year is doubtful: it has just passed, and was read as next year's. */
const FAR_MS = 300 * DAY_MS;

/** A moment that is written out: nothing about it is doubtful. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
/** Time zones of North America as people abbreviate them. */
const NAMED_ZONE = /\b([ECMP])[SD]?T\b/i;

/** Returns the label of the zone that a text names, as `localTime` writes it: `CT` for CST. Null without one. */
const zoneNamed = (text: string): string | null => {
  const letter = NAMED_ZONE.exec(text)?.[1];
  return letter === undefined ? null : `${letter.toUpperCase()}T`;
};

/** Words that are a time of day for people, but not for a schedule. */
const PART_OF_DAY = /morning|afternoon|evening|night|tarde|noche/i;

const EXAMPLE = 'Write it like "tomorrow 9am" or "2026-03-11 09:00".';

const weekdayOf = (wall: number): number => new Date(wall).getUTCDay();
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Writes a reading of the clocks as an owner would: `Sun, Mar 8, 2:30 AM`. */
const inWords = (wall: number): string => localTime('UTC', wall).inWords(wall).replace(/ UTC$/, '');

/** True where dates are written with the month first: in the United States and beside them. */
const isMonthFirst = (zone: string): boolean =>
  zone.startsWith('America/') || zone === 'Pacific/Honolulu' || zone === 'UTC';

/** Refuses the dates that the parser would turn round, as 31/3 in the United States. @throws CommandError */
const checkOrder = (typed: string, zone: string): void => {
  const [, first, second] = /^(\d{1,2})\/(\d{1,2})\b/.exec(typed.trim()) ?? [];
  const month = Number(isMonthFirst(zone) ? first : second);
  if (month > 12)
    throw new CommandError(
      `"${typed}" has no month ${month}: write the ${isMonthFirst(zone) ? 'month' : 'day'} first.`,
    );
};

/** Returns the one reading of the whole text. @throws CommandError that says which part was read */
const resultOf = (typed: string, { zone, now, direction }: Clocks): ParsedResult => {
  const text = inParserWords(typed);
  const reference = { instant: new Date(now), timezone: (wallTimeAt(now, zone) - now) / 60_000 };
  const read = [isMonthFirst(zone) ? english.casual : english.GB, spanish.casual].map((parser) =>
    parser.parse(text, reference, { forwardDate: direction === 'ahead' }),
  );
  for (const [result, ...others] of read)
    if (result && others.length === 0 && coversAll(text, result.index, result.text)) return result;
  const [part] = read.flat().toSorted((a, b) => b.text.length - a.text.length);
  throw new CommandError(
    part
      ? `Only "${part.text}" of "${typed}" could be read as a time. ${EXAMPLE}`
      : `"${typed}" could not be read as a time. ${EXAMPLE}`,
  );
};

/** True when the text leaves open which half of the day its hour is in. `09:00` does not. */
const isHalfOpen = ({ start, text }: ParsedResult): boolean => {
  const hour = start.get('hour') ?? 0;
  const isSaid = start.isCertain('meridiem') || start.isCertain('timezoneOffset');
  return !isSaid && hour >= 1 && hour <= 12 && !/\b0\d:\d\d|T\d\d:|noon/i.test(text);
};

/** Returns the hour of a result, 0 to 23: one without am or pm is in working time. @throws CommandError for 6, which never is */
const hourOf = (typed: string, result: ParsedResult): number => {
  const hour = result.start.get('hour') ?? 0;
  if (!isHalfOpen(result)) return hour;
  const inWork = [hour % 12, (hour % 12) + 12].find((one) => one >= WORKING_HOURS.from && one < WORKING_HOURS.until);
  if (inWork === undefined)
    throw new CommandError(`"${typed}" may be in the morning or in the evening. Write ${hour}am or ${hour}pm.`);
  return inWork;
};

/** Returns the midnight of a result's date, as a reading of the clocks. */
const dateOf = ({ start }: ParsedResult): number =>
  Date.UTC(start.get('year') ?? 0, (start.get('month') ?? 1) - 1, start.get('day') ?? 1);

/** Returns the readings of the clocks that a text may mean. */
const wallsOf = (typed: string, result: ParsedResult, { zone, now, direction }: Clocks): number[] => {
  const { start } = result;
  const hereNow = wallTimeAt(now, zone);
  const timeOfDay =
    hourOf(typed, result) * HOUR_MS + (start.get('minute') ?? 0) * 60_000 + (start.get('second') ?? 0) * 1000;
  const today = Math.floor(hereNow / DAY_MS) * DAY_MS;
  if (start.isCertain('day')) return [dateOf(result) + timeOfDay];
  const isAhead = direction === 'ahead';
  if (!start.isCertain('weekday')) {
    const isPast = today + timeOfDay <= hereNow;
    return [today + timeOfDay + (isAhead && isPast ? DAY_MS : !isAhead && !isPast ? -DAY_MS : 0)];
  }
  const daysAhead = ((start.get('weekday') ?? 0) - weekdayOf(today) + 7) % 7;
  const nearest = today + daysAhead * DAY_MS + timeOfDay;
  if (!isAhead) return [nearest > hereNow ? nearest - 7 * DAY_MS : nearest];
  const saysNext = /\b(?:next|pr[oó]xim[oa])\b/i.test(result.text);
  // On a Tuesday, "tuesday 4pm" may be today or in a week, and "next friday" may be in this week or in the next one.
  if (daysAhead === 0) return saysNext || nearest <= hereNow ? [nearest + 7 * DAY_MS] : [nearest, nearest + 7 * DAY_MS];
  const isThisWeek = weekdayOf(today) > 0 && (weekdayOf(today + daysAhead * DAY_MS) || 7) > weekdayOf(today);
  return saysNext && isThisWeek ? [nearest, nearest + 7 * DAY_MS] : [nearest];
};

/** Returns the moments at which the clocks show a time. @throws CommandError in the hour that spring skips */
const onTheClocks = (wall: number, zone: string): number[] => {
  const moments = momentsOf(wall, zone);
  if (moments.length > 0) return moments;
  const [before, after] = [wall - HOUR_MS, wall + HOUR_MS].map((one) => inWords(one).split(', ').at(-1));
  throw new CommandError(
    `${inWords(wall)} does not exist in ${zone}: the clocks go forward over it. Write ${before} or ${after}.`,
  );
};

/** Refuses a day without a time, a range, a limit, and a weekday that is not that of the date. @throws CommandError */
const checkWritten = (typed: string, result: ParsedResult): void => {
  const { start, end, text } = result;
  if (!start.isCertain('hour'))
    throw new CommandError(
      `"${typed}" has no time of day. Add one, like "${PART_OF_DAY.test(typed) ? 'tomorrow' : typed.trim()} 9am".`,
    );
  if (end) throw new CommandError(`"${typed}" is a range. Give one time, like "tomorrow 9am".`);
  // The parser takes "wed after 3" for Wednesday at 3.
  if (/\b(?:after|before)\b/i.test(text))
    throw new CommandError(`"${typed}" is a limit. Give one time, like "tomorrow 9am".`);
  const date = dateOf(result);
  const weekday = start.get('weekday');
  if (start.isCertain('weekday') && start.isCertain('day') && weekday !== null && weekday !== weekdayOf(date))
    throw new CommandError(
      `${inWords(date).split(', ')[1]} is a ${WEEKDAYS[weekdayOf(date)]}, not a ${WEEKDAYS[weekday]}. Correct the day or the date.`,
    );
};

/** Returns the moments that a result may mean. An abbreviation of the company's own zone means its clocks: people write CST in summer. */
const momentsMeant = (typed: string, result: ParsedResult, clocks: Clocks): number[] => {
  const { start, text } = result;
  const hasZone = start.isCertain('timezoneOffset');
  const written = start.date().getTime();
  if (hasZone && zoneNamed(text) !== localTime(clocks.zone, clocks.now).label) return [written];
  const moments = wallsOf(typed, result, clocks).flatMap((wall) => onTheClocks(wall, clocks.zone));
  return hasZone && moments.includes(written) ? [written] : moments;
};

/** Refuses a time on the wrong side of now. @throws CommandError */
const checkDirection = (at: number, { zone, now, direction }: Clocks): void => {
  const said = localTime(zone, now).inWords(at);
  if (direction === 'ahead' && at < now - 60_000)
    throw new CommandError(`${said} is in the past. Write a time to come, like "tomorrow 9am".`);
  if (direction === 'back' && at > now + 60_000)
    throw new CommandError(`${said} has not come yet. Write a time that has passed, like "8:00 yesterday".`);
};

/** Returns a reason to ask about a single moment, or null. */
const doubtAbout = (typed: string, { start, text }: ParsedResult, at: number, { zone, now }: Clocks): string | null => {
  const named = zoneNamed(text);
  if (named !== null && named !== localTime(zone, now).label)
    return `"${typed}" names another time zone than the company’s`;
  const isBareMidnight = start.get('hour') === 0 && start.get('minute') === 0 && !start.isCertain('day');
  if (isBareMidnight) return `"${typed}" may be either end of a day`;
  if (at > now + FAR_MS && !start.isCertain('year')) return `"${typed}" has no year, and the next one is far away`;
  return null;
};

/**
 * Reads a time in English or Spanish: `tomorrow 9am`, `fri 14:30`, `3/12 8a`, `9`, `in 2 hours`, `mañana a las 9`, or RFC 3339. Times
 * are on the clocks of the zone. An hour without am or pm is in working time, and a time without a day is the next one, or the last
 * one for `back`.
 * @throws CommandError for a text that is not one time, has no time of day, or names a time that does not exist or has passed
 */
export const readMoment = (typed: string, zone: string, now: number, direction: Direction = 'ahead'): Reading => {
  const clocks = { zone, now, direction };
  const written = RFC_3339.test(typed.trim()) ? Date.parse(typed.trim()) : Number.NaN;
  if (!Number.isNaN(written)) return { at: written };
  checkOrder(typed, zone);
  const result = resultOf(typed, clocks);
  checkWritten(typed, result);
  const moments = momentsMeant(typed, result, clocks);
  const [at = now, another] = moments;
  if (another !== undefined) return { question: `"${typed}" may be one of two times`, candidates: moments };
  checkDirection(at, clocks);
  const doubt = doubtAbout(typed, result, at, clocks);
  return doubt === null ? { at } : { question: doubt, candidates: [at] };
};
