import type { TrailerId } from '../ids.ts';
import type { DayTrack } from '../movement/day-track.ts';

/** One local day of a trailer, thinned. `date` is `YYYY-MM-DD` in the company's time zone. */
export type KeptDay = { trailerId: TrailerId; date: string; track: DayTrack };

/** Store of the thinned days that the company keeps beyond the time to live of the fixes. */
export type KeptDays = {
  /** Keeps a day until a moment (epoch ms). Keeping it again replaces it. */
  keep(day: KeptDay, until: number): Promise<void>;
  /** Reads one day; null when it is not kept (any more). `now` is epoch ms. */
  find(trailerId: TrailerId, date: string, now: number): Promise<DayTrack | null>;
};
