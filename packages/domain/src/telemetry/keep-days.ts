import { FIX_TTL_S } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import { readDay } from '../jobs/read-track.ts';
import { startOfDay } from '../jobs/start-of-day.ts';
import { localDate } from '../local-clock.ts';
import { thinnedWay } from '../movement/day-track.ts';
import type { KeptDays } from '../ports/kept-days.ts';
import type { LocationStore } from '../ports/locations.ts';
import type { RegisteredTrailer, TrailerRegister } from '../ports/trailer-register.ts';

/** Time after a day's end at which it is kept, in ms: a phone without signal sends its fixes hours later. */
const LATE_FIXES_MS = 12 * 3_600_000;
/** Maximum number of days that a run looks back: after an outage, or when the company begins to keep them. */
const MAX_DAYS_BACK = 5;
/** Number of trailers in a page of the register, and of those that are worked on at once. */
const PAGE_TRAILERS = 100;
const AT_ONCE = 10;
const DAY_MS = 24 * 3_600_000;

/** `keepDays` is the number of days for which the company keeps a day, `timeZone` an IANA name; `now` returns epoch ms. */
export type KeepDaysDependencies = {
  register: Pick<TrailerRegister, 'list'>;
  locations: Pick<LocationStore, 'between'>;
  keptDays: KeptDays;
  keepDays: number;
  timeZone: string;
  now: () => number;
};

type LocalDay = { from: number; to: number; date: string };

/** Returns the days that are complete and whose fixes are all there, newest first. */
const completeDays = (now: number, timeZone: string): LocalDay[] => {
  const days: LocalDay[] = [];
  let to = startOfDay(now - LATE_FIXES_MS, timeZone);
  while (days.length < MAX_DAYS_BACK) {
    const from = startOfDay(to - 1, timeZone);
    if (from <= now - FIX_TTL_S * 1000) break;
    days.push({ from, to, date: localDate(from, timeZone) });
    to = from;
  }
  return days;
};

/** Keeps the days of a trailer up to the newest one that is kept already. @returns the number of days kept */
const keepTrailer = async (
  { locations, keptDays, keepDays }: KeepDaysDependencies,
  trailerId: TrailerId,
  days: readonly LocalDay[],
  now: number,
): Promise<number> => {
  let kept = 0;
  for (const day of days) {
    if (await keptDays.find(trailerId, day.date, now)) break;
    const track = thinnedWay(await readDay(locations, trailerId, day, now));
    await keptDays.keep({ trailerId, date: day.date, track }, day.to + keepDays * DAY_MS);
    kept += 1;
  }
  return kept;
};

/**
 * Keeps thinned days of all trailers that have reported: one write per trailer and day, and one read to see that it was done. A run that is
 * repeated or goes on after a failure writes nothing again.
 * @param deadline epoch ms after which no further trailer is begun; the next run goes on
 * @returns the number of days that were written, and whether all trailers were looked at
 */
export const keepThinnedDays = async (
  dependencies: KeepDaysDependencies,
  deadline: number,
): Promise<{ written: number; isComplete: boolean }> => {
  const { register, timeZone, now: clock } = dependencies;
  const now = clock();
  const days = completeDays(now, timeZone);
  let written = 0;
  let after: TrailerId | null = null;
  for (;;) {
    const page: RegisteredTrailer[] = await register.list(now, after, PAGE_TRAILERS);
    for (let i = 0; i < page.length; i += AT_ONCE) {
      if (clock() > deadline) return { written, isComplete: false };
      const part = page.slice(i, i + AT_ONCE);
      const counts = await Promise.all(part.map(({ trailerId }) => keepTrailer(dependencies, trailerId, days, now)));
      written += counts.reduce((sum, count) => sum + count, 0);
    }
    after = page.at(-1)?.trailerId ?? null;
    if (page.length < PAGE_TRAILERS || after === null) return { written, isComplete: true };
  }
};
