import { FIX_TTL_S } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import { localDate } from '../local-clock.ts';
import { type DayTrack, dayTrackOf, partOf, thinnedWay } from '../movement/day-track.ts';
import type { KeptDays } from '../ports/kept-days.ts';
import type { LocationStore } from '../ports/locations.ts';
import { nextDay, startOfDay } from './start-of-day.ts';

/** Origin of a part of a track: the fixes, a thinned day that the company keeps, or nothing because neither is there. */
export const TRACK_SOURCES = ['fixes', 'kept', 'none'] as const;
export type TrackSource = (typeof TRACK_SOURCES)[number];

/** Maximum duration of a track that may be asked for, in ms: a month with a 25-hour day. It is read day by day. */
export const MAX_TRACK_MS = 32 * 24 * 3_600_000;

/** Time before and after a day from which its drives and halts at midnight are known, in ms. */
const AROUND_MS = 30 * 60_000;

/** One page of a trailer's track: the part of one local day. `next` is the begin of the next page. Times are epoch ms. */
export type TrackPage = DayTrack & {
  trailerId: TrailerId;
  from: number;
  to: number;
  source: TrackSource;
  next: number | null;
};

type Stores = { locations: Pick<LocationStore, 'between'>; keptDays: Pick<KeptDays, 'find'> };

const NOTHING: DayTrack = { points: [], halts: [], trips: [], metres: 0 };

/** Returns the way of one local day from its fixes. The result does not depend on the range that was asked for. */
export const readDay = async (
  locations: Pick<LocationStore, 'between'>,
  trailerId: TrailerId,
  { from, to }: { from: number; to: number },
  now: number,
): Promise<DayTrack> =>
  partOf(dayTrackOf(await locations.between(trailerId, now, from - AROUND_MS, to + AROUND_MS)), from, to);

/** Reads a day from where it is. A day of which fixes have expired is read from the kept ones, if it is there. */
const dayFrom = async (
  { locations, keptDays }: Stores,
  trailerId: TrailerId,
  day: { from: number; to: number; date: string },
  now: number,
): Promise<{ source: TrackSource; track: DayTrack }> => {
  const aliveSince = now - FIX_TTL_S * 1000;
  if (day.from <= aliveSince) {
    const kept = await keptDays.find(trailerId, day.date, now);
    if (kept) return { source: kept.points.length > 0 ? 'kept' : 'none', track: kept };
  }
  const track = day.to > aliveSince ? await readDay(locations, trailerId, day, now) : NOTHING;
  return { source: track.points.length > 0 ? 'fixes' : 'none', track };
};

/**
 * Reads one page of a trailer's track, for the operator: from `from` to the end of its local day, or to `to`.
 * @param timeZone IANA name of the company's time zone
 * @param isThinned leaves out points of the way; metres, halts and trips stay
 * @param now epoch ms
 */
export const readTrack = async (
  stores: Stores,
  trailerId: TrailerId,
  timeZone: string,
  { from, to, isThinned }: { from: number; to: number; isThinned: boolean },
  now: number,
): Promise<TrackPage> => {
  const start = startOfDay(from, timeZone);
  const end = nextDay(start, timeZone);
  const until = Math.min(to, end);
  const { source, track } = await dayFrom(
    stores,
    trailerId,
    { from: start, to: end, date: localDate(start, timeZone) },
    now,
  );
  const part = partOf(track, from, until);
  return {
    trailerId,
    from,
    to: until,
    source,
    ...(isThinned ? thinnedWay(part) : part),
    next: until < to ? until : null,
  };
};
