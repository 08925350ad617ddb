import { type JobId, jobIdOf, parseJobId } from '../../ids.ts';

/*
 * Addresses in a dispatcher's text: `@1042`, `@u0199`, `@luis`. A sign with a whole handle is exact. Anything that may as well be words
 * (`@ 3`, `#2`, `US-290`, `at 4401`) is doubtful: it counts only for a conversation that the dispatcher has.
 */

/**
 * An address.
 *  - `kind`: of a job, a guest or a name; `broken` is a sign with something else than a handle, such as `@1O3`
 *  - `handle`: as it was typed, without spaces: `@1042`
 *  - `isLeading`: the text begins with it
 *  - `start`, `end`: its place in the text, with the punctuation that belongs to it
 */
export type Address = {
  kind: 'job' | 'guest' | 'name' | 'broken';
  handle: string;
  job: JobId | null;
  /** Last digits of a guest's number. */
  digits: string | null;
  name: string | null;
  isExact: boolean;
  isLeading: boolean;
  start: number;
  end: number;
};

/** Marks of direction and width that phones paste round a handle. */
const MARKS = '[\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]';
const HYPHEN = '[-\\u2010-\\u2015\\u2212]';
const SIGN = '[@\\uff20]';
const NOT_GLUED = '(?![\\p{L}\\p{N}])';
/** Brackets, marks and punctuation between an address and the words. */
const GAP = `${MARKS}*[)\\]]?${MARKS}*[\\s,:;.]*(?:${HYPHEN}\\s+)?${MARKS}*`;
const BEFORE = new RegExp(`^(?:\\s|${MARKS}|[(\\[])*`, 'u');
/** Letters behind a number that make it a time, a size or an ordinal: `@3pm`. */
const UNITS = new Set(
  'a am p pm h hr hrs hs m min mins th st nd rd ish x ft k lb lbs yd yds ton tons'.split(' ').map((unit) => unit),
);
/** The greatest number that is a time, a day or a count as well: without its sign directly before it, it is never an address. */
const LAST_SMALL_NUMBER = 31;

/** The patterns of addresses at a place of a text, the first that matches counts. */
const patternsFor = (jobPrefix: string): ReadonlyArray<{ pattern: RegExp; isExact: boolean }> => {
  const own = `${jobPrefix}(?:${HYPHEN}|[\\s._:#]){0,3}(?<own>[0-9]{1,9})${NOT_GLUED}`;
  const other = `(?<other>[a-z]{2,5}${HYPHEN}[0-9]{1,9})${NOT_GLUED}`;
  const guest = `u(?<guest>[0-9]{4,15})${NOT_GLUED}`;
  const number = `(?<number>[0-9]{1,9})(?!${MARKS}*[:.]?[0-9]|${HYPHEN}[0-9])`;
  const at = (source: string) => new RegExp(source, 'iuy');
  return [
    { pattern: at(`${SIGN}${MARKS}*(?:${own}|${other}|${guest}|${number}${NOT_GLUED})${GAP}`), isExact: true },
    { pattern: at(`${SIGN}${MARKS}*${number}(?<glued>\\p{L}+)?${NOT_GLUED}`), isExact: false },
    { pattern: at(`${SIGN}${MARKS}*(?<name>\\p{L}[\\p{L}\\p{M}'’]*)${NOT_GLUED}${GAP}`), isExact: true },
    { pattern: at(`${SIGN}${MARKS}*(?<broken>(?=[\\p{L}\\p{N}_-]*\\p{L})[\\p{L}\\p{N}_-]+)${GAP}`), isExact: true },
    { pattern: at(`${own}${GAP}`), isExact: true },
    { pattern: at(`${SIGN}\\s+(?:${own}|${guest}|${number}${NOT_GLUED})${GAP}`), isExact: false },
    { pattern: at(`${other}${GAP}`), isExact: false },
    {
      pattern: at(`(?:#\\s?|job[\\s.:#]{1,3}(?:(?:no|nr|number)\\b[\\s.:#]*)?)${number}${NOT_GLUED}${GAP}`),
      isExact: false,
    },
    { pattern: at(`at\\s+(?<number>[0-9]{3,9})${NOT_GLUED}${GAP}`), isExact: false },
  ];
};

const jobOf = (
  { own, other, number }: Readonly<Record<string, string | undefined>>,
  jobPrefix: string,
): JobId | null => {
  if (other !== undefined) return parseJobId(other.replace(new RegExp(HYPHEN, 'u'), '-').toUpperCase());
  const digits = own ?? number;
  return digits === undefined ? null : jobIdOf(jobPrefix, digits);
};

/** Returns the address at a place of a text; null when there is none. */
const addressAt = (
  text: string,
  start: number,
  jobPrefix: string,
  patterns: ReturnType<typeof patternsFor>,
): Omit<Address, 'isLeading'> | null => {
  for (const { pattern, isExact } of patterns) {
    pattern.lastIndex = start;
    const match = pattern.exec(text);
    if (!match) continue;
    const { groups = {} } = match;
    const { glued, guest, name, broken, own, number } = groups;
    if (glued !== undefined && UNITS.has(glued.toLowerCase())) return null;
    const isSmall = number !== undefined && own === undefined && Number(number) <= LAST_SMALL_NUMBER;
    if (!isExact && isSmall) return null;
    const end = start + match[0].length - (glued?.length ?? 0);
    const typed = text.slice(start, start + match[0].length).match(/[\p{L}\p{N}_-]+/gu) ?? [];
    const kind = guest ? 'guest' : name ? 'name' : broken ? 'broken' : 'job';
    return {
      kind,
      handle: `@${typed.join('')}`,
      job: kind === 'job' ? jobOf(groups, jobPrefix) : null,
      digits: guest ?? null,
      name: name ?? null,
      isExact,
      start,
      end,
    };
  }
  return null;
};

/**
 * Returns the addresses of a text: those that it begins with, of any form, and then the exact ones of jobs and guests in its middle or
 * at its end.
 */
export const addressesIn = (text: string, jobPrefix: string): Address[] => {
  const patterns = patternsFor(jobPrefix);
  const found: Address[] = [];
  let place = BEFORE.exec(text)?.[0].length ?? 0;
  for (;;) {
    const next = addressAt(text, place, jobPrefix, patterns);
    // Only a sign makes a second one: `@1042 job 7 is next` has words after the first.
    if (!next || (found.length > 0 && !(next.isExact && new RegExp(SIGN, 'u').test(text[place] ?? '')))) break;
    found.push({ ...next, start: found.length === 0 ? 0 : place, isLeading: true });
    place = next.end;
  }
  for (const { index } of text.slice(place).matchAll(new RegExp(`(?<![\\p{L}\\p{N}@\\uff20])${SIGN}`, 'gu'))) {
    const other = addressAt(text, place + index, jobPrefix, patterns);
    if (other?.isExact && (other.kind === 'job' || other.kind === 'guest')) found.push({ ...other, isLeading: false });
  }
  return found;
};

/** Returns a text without some of its addresses: `@1042 on my way` → `on my way`. */
export const withoutAddresses = (text: string, addresses: ReadonlyArray<Pick<Address, 'start' | 'end'>>): string => {
  let words = '';
  let place = 0;
  for (const { start, end } of addresses.toSorted((a, b) => a.start - b.start)) {
    words += text.slice(place, start);
    place = end;
  }
  return (words + text.slice(place)).trim();
};
