import type { PlaceQuality } from '../job.ts';
import type { Place } from '../movement/geo.ts';

/** Kinds of things that a geocoder finds. A `corner` is where two streets meet. */
export const FOUND_KINDS = ['house', 'street', 'corner', 'business', 'area'] as const;
export type FoundKind = (typeof FOUND_KINDS)[number];

/** A place that a geocoder found, WGS 84 degrees. `label` begins with the number and the street, or with a name. */
export type FoundPlace = Place & { label: string; kind: FoundKind; quality: PlaceQuality };

/**
 * Finds an address, best match first; empty when there is none.
 * @param near results near it come first; null for none
 * @throws when the geocoder cannot be reached, times out, or does not answer with places
 */
export type Geocoder = (text: string, near: Place | null) => Promise<FoundPlace[]>;
