import type { DayTrack } from '../movement/day-track.ts';
import type { KeptDays } from '../ports/kept-days.ts';
import { assertItemFits } from './table-limits.ts';

/** Makes a store of kept days in memory, under the same contract as the table. `writes` counts the calls. */
export const memoryDays = (): KeptDays & { writes: number } => {
  const days = new Map<string, { track: DayTrack; until: number }>();
  const store: KeptDays & { writes: number } = {
    writes: 0,
    keep: async ({ trailerId, date, track }, until) => {
      store.writes += 1;
      assertItemFits(track);
      days.set(`${trailerId} ${date}`, { track: structuredClone(track), until });
    },
    find: async (trailerId, date, now) => {
      const day = days.get(`${trailerId} ${date}`);
      return day && day.until > now ? structuredClone(day.track) : null;
    },
  };
  return store;
};
