import type { MessageSid } from '../../ids.ts';
import type { Language } from '../../job.ts';
import { localDate, localSeconds } from '../../local-clock.ts';

/*
 * The rota: who is on duty when, by the local clock. A shift belongs to the local date on which it starts, so it neither moves nor leaves
 * a gap when the clocks change. Local dates are `2026-12-05`, local times `18:00`; moments are epoch ms.
 */

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/**
 * A shift of the company file: on weekdays, or on dates, which go before weekdays. Without times it is the whole day; one that ends at or before its
 * start ends on the next day. `contacts` are IDs, in the order in which they are texted. With `turnsSince`, a date, they take turns: the
 * first one has the week that begins then.
 */
export type RotaShift = {
  days?: readonly Weekday[];
  dates?: readonly string[];
  from?: string;
  to?: string;
  contacts: readonly string[];
  turnsSince?: string;
};

/** The rota. `others`: those not on duty are texted after those who are, or never. */
export type Rota = { shifts: readonly RotaShift[]; others: 'after' | 'never' };

export const SWAP_STATES = ['asked', 'agreed', 'declined'] as const;

/**
 * A swap: `taker` is on duty in place of `giver` in the shift that starts on `date`. It counts once it is `agreed`.
 *  - `id`: the SID of the text that asked for it
 *  - `asker`: the ID of the one who asked; the other one decides
 *  - `endsAt`: end of the shift
 *  - `language`: that of the request, for all texts about it
 */
export type DutySwap = {
  id: MessageSid;
  date: string;
  giver: string;
  taker: string;
  asker: string;
  askedAt: number;
  endsAt: number;
  language: Language;
  state: (typeof SWAP_STATES)[number];
};

/** One shift on its date. */
export type DutyShift = { date: string; startsAt: number; endsAt: number; contacts: string[]; isOnDate: boolean };

const DAY_MS = 24 * 3_600_000;
const DAY_MINUTES = 24 * 60;
/** Days ahead in which the next change of duty is looked for: a week, and the day that a shift can last. */
const DAYS_AHEAD = 8;

const utcOf = (date: string): number => Date.parse(`${date}T00:00:00Z`);

/** Returns the date some days later. */
export const dateAfter = (date: string, days: number): string =>
  new Date(utcOf(date) + days * DAY_MS).toISOString().slice(0, 10);

/** Returns the weekday of a date. */
export const weekdayOf = (date: string): Weekday => WEEKDAYS[(new Date(utcOf(date)).getUTCDay() + 6) % 7] ?? 'mon';

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** Returns the moment at which the local clock shows a time; of a time that is skipped, the moment of the jump or soon after. */
const momentOf = (date: string, minutes: number, timeZone: string): number => {
  const wall = utcOf(date) + minutes * 60_000;
  const shownAt = (at: number): number => utcOf(localDate(at, timeZone)) + localSeconds(at, timeZone) * 1000;
  const first = wall - (shownAt(wall) - wall);
  return first - (shownAt(first) - wall);
};

/** A running time of a shift: the minutes of its start and end, counted from the midnight at which its date begins. */
const minutesOfShift = ({ from = '00:00', to = '00:00' }: RotaShift): { start: number; end: number } => {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  return { start, end: end > start ? end : end + DAY_MINUTES };
};

const isOn = ({ days = [], dates = [] }: RotaShift, date: string): boolean =>
  dates.includes(date) || days.includes(weekdayOf(date));

/** Returns the contacts of a shift on a date, before swaps: all of them, or the one whose turn it is. */
const plannedContacts = ({ contacts, turnsSince }: RotaShift, date: string): readonly string[] => {
  if (turnsSince === undefined) return contacts;
  const week = Math.floor((utcOf(date) - utcOf(turnsSince)) / (7 * DAY_MS));
  const turn = ((week % contacts.length) + contacts.length) % contacts.length;
  return contacts.slice(turn, turn + 1);
};

/** Returns the contacts after the swaps of a date, in the order in which the swaps were agreed. Each person appears once. */
const withSwaps = (contacts: readonly string[], swaps: readonly DutySwap[], date: string): string[] => {
  const agreed = swaps.filter((swap) => swap.state === 'agreed' && swap.date === date);
  const all = agreed.reduce<readonly string[]>(
    (before, { giver, taker }) => before.map((id) => (id === giver ? taker : id)),
    contacts,
  );
  return [...new Set(all)];
};

/** Returns those who are on duty at a moment, in the order in which they are texted; no one in an empty slot. */
export const onDuty = (rota: Rota, swaps: readonly DutySwap[], at: number, timeZone: string): string[] => {
  const today = localDate(at, timeZone);
  const minutes = localSeconds(at, timeZone) / 60;
  const running = rota.shifts.flatMap((shift) => {
    const { start, end } = minutesOfShift(shift);
    return [0, -1].flatMap((days) => {
      const date = dateAfter(today, days);
      const since = minutes - days * DAY_MINUTES;
      return isOn(shift, date) && since >= start && since < end ? [{ shift, date }] : [];
    });
  });
  const onDates = running.filter(({ shift, date }) => shift.dates?.includes(date));
  const counted = onDates.length > 0 ? onDates : running;
  return [...new Set(counted.flatMap(({ shift, date }) => withSwaps(plannedContacts(shift, date), swaps, date)))];
};

/** Returns the shifts that start on a date, in the order of time, without those that a shift of that very date replaces. */
export const shiftsOn = (rota: Rota, swaps: readonly DutySwap[], date: string, timeZone: string): DutyShift[] => {
  const all = rota.shifts
    .filter((shift) => isOn(shift, date))
    .map((shift): DutyShift => {
      const { start, end } = minutesOfShift(shift);
      return {
        date,
        startsAt: momentOf(date, start, timeZone),
        endsAt:
          end >= DAY_MINUTES
            ? momentOf(dateAfter(date, 1), end - DAY_MINUTES, timeZone)
            : momentOf(date, end, timeZone),
        contacts: withSwaps(plannedContacts(shift, date), swaps, date),
        isOnDate: shift.dates?.includes(date) ?? false,
      };
    });
  const replaces = ({ startsAt }: DutyShift) =>
    all.some((other) => other.isOnDate && other.startsAt <= startsAt && startsAt < other.endsAt);
  return all
    .filter((shift) => shift.isOnDate || !replaces(shift))
    .toSorted((a, b) => a.startsAt - b.startsAt || a.endsAt - b.endsAt);
};

/** Returns the next moment at which others are on duty, and who; null when no one takes over within a week. */
export const nextChangeOfDuty = (
  rota: Rota,
  swaps: readonly DutySwap[],
  at: number,
  timeZone: string,
): { at: number; contacts: string[] } | null => {
  const now = onDuty(rota, swaps, at, timeZone).join();
  const today = localDate(at, timeZone);
  const edges = Array.from({ length: DAYS_AHEAD + 1 }, (_, i) => dateAfter(today, i - 1))
    .flatMap((date) => shiftsOn(rota, swaps, date, timeZone))
    .flatMap(({ startsAt, endsAt }) => [startsAt, endsAt])
    .filter((edge) => edge > at);
  for (const edge of [...new Set(edges)].toSorted((a, b) => a - b)) {
    const contacts = onDuty(rota, swaps, edge, timeZone);
    if (contacts.join() !== now) return { at: edge, contacts };
  }
  return null;
};
