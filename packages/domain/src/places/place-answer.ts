import type { PlaceQuality, StopKind } from '../job.ts';
import { METRES_PER_MILE, type Place } from '../movement/geo.ts';

/** Sources of a place: the company file, an earlier job, numbers or a link that were typed, a geocoder. */
export const PLACE_SOURCES = ['saved', 'used', 'typed', 'geocoder'] as const;
export type PlaceSource = (typeof PLACE_SOURCES)[number];

/**
 * A place for a stop. `address` is the text for people, `label` the name by which it was found. `quality` is null for a place that is as exact
 * as its coordinates. `kind` is that of a saved stop, `distanceM` the distance in m from the company's yard, null without one.
 */
export type PlaceForStop = Place & {
  address: string;
  label: string;
  quality: PlaceQuality | null;
  source: PlaceSource;
  kind: StopKind | null;
  distanceM: number | null;
};

/**
 * The answer to a typed place. `found`: the first place is meant. `ask`: a person must choose, confirm, or type more. `refused`: the text
 * cannot be a place. `says` is a sentence for that person.
 */
export type PlaceAnswer = { outcome: 'found' | 'ask' | 'refused'; says: string; places: PlaceForStop[] };

/** Writes a distance as people say it: `27 mi`, `40 km`. @param metres */
export const spokenDistance = (metres: number, inMiles: boolean): string => {
  const amount = metres / (inMiles ? METRES_PER_MILE : 1000);
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount).toLocaleString('en')} ${inMiles ? 'mi' : 'km'}`;
};
