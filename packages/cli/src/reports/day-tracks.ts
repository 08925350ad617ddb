import type { Wire } from '@qdn/contracts';
import { distanceM, drivenBetween, localDate, METRES_PER_MILE, nextDay, startOfDay, type WayPoint } from '@qdn/domain';

/** A trailer's track of one local day. Times are epoch ms. */
export type DayOfTrack = {
  source: Wire<'trailerTrack'>['source'];
  points: WayPoint[];
  halts: Array<{ from: number; to: number; lat: number; lon: number }>;
  trips: Array<{ from: number; to: number; metres: number; gapS: number }>;
};

/** Tracks by trailer and date, as `dayKey` writes it. */
export type Tracks = ReadonlyMap<string, DayOfTrack>;

export const dayKey = (trailerId: string, date: string): string => `${trailerId} ${date}`;

/** Time without a fix from which a gap is named, in s. */
const NAMED_GAP_S = 20 * 60;

/** Returns an answer of the API with its times in epoch ms. */
export const dayOfTrack = ({ source, points, halts, trips }: Wire<'trailerTrack'>): DayOfTrack => ({
  source,
  points: points.map((point) => ({ ...point, at: Date.parse(point.at) })),
  halts: halts.map((halt) => ({ ...halt, from: Date.parse(halt.from), to: Date.parse(halt.to) })),
  trips: trips.map((trip) => ({ ...trip, from: Date.parse(trip.from), to: Date.parse(trip.to) })),
});

/** Returns miles with one decimal. */
export const milesOf = (metres: number): number => Math.round((metres / METRES_PER_MILE) * 10) / 10 || 0;

/** A local day: its date, its begin and the begin of the next one in epoch ms. */
export type LocalDay = { date: string; from: number; to: number };

/** Returns the local days that a span (epoch ms) touches, each as a whole. */
export const daysIn = (from: number, to: number, zone: string): LocalDay[] => {
  const days: LocalDay[] = [];
  for (let start = startOfDay(from, zone), next: number; start < to; start = next) {
    next = nextDay(start, zone);
    days.push({ date: localDate(start, zone), from: start, to: next });
  }
  return days;
};

/** The way of a trailer between two moments: metres, null when no fix of it is known, and the longest gap in s from 20 min on. */
export type WayBetween = { metres: number | null; gapS: number | null };

/** Returns the way of a trailer between two moments (epoch ms), over midnights too. */
export const wayBetween = (tracks: Tracks, trailerId: string, from: number, to: number, zone: string): WayBetween => {
  let metres: number | null = null;
  let gapS = 0;
  for (const { date, ...whole } of daysIn(from, to, zone)) {
    const part = { from: Math.max(from, whole.from), to: Math.min(to, whole.to) };
    const day = tracks.get(dayKey(trailerId, date));
    const driven = day && drivenBetween(day.points, part.from, part.to);
    if (typeof driven !== 'number') continue;
    metres = (metres ?? 0) + driven;
    for (const trip of day?.trips ?? [])
      if (trip.from < part.to && trip.to > part.from) gapS = Math.max(gapS, trip.gapS);
  }
  return { metres, gapS: gapS >= NAMED_GAP_S ? gapS : null };
};

/** Returns the name of the own place that a halt is at. */
export const placeAt = <T extends { lat: number; lon: number; radiusM?: number | undefined }>(
  halt: { lat: number; lon: number },
  places: readonly T[],
): T | null => places.find((place) => distanceM(halt, place) <= Math.max(150, place.radiusM ?? 0)) ?? null;
