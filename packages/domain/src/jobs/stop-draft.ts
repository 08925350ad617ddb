import type { PlaceQuality, Stop } from '../job.ts';

/** A stop as a caller describes it: without a radius, it gets the usual one of its quality. */
export type StopDraft = Omit<Stop, 'radiusM' | 'quality'> & {
  radiusM?: number | undefined;
  quality?: PlaceQuality | undefined;
};

/**
 * Radius within which a trailer has arrived, in m, when the stop does not give one. A place on the street may be some houses off, and an
 * area's middle some streets. The ring of arrival scales with it (movement/ring.ts).
 */
const RADIUS_M: Readonly<Record<PlaceQuality, number>> = { rooftop: 100, street: 200, area: 400 };

/** Rounds to about a decimetre, like stored fixes. DynamoDB refuses numbers nearer to zero than 1e-130, which JSON can hold. */
const degrees = (value: number): number => Math.round(value * 1e6) / 1e6;

/** Returns the stop of a draft. */
export const toStop = ({ lat, lon, quality, radiusM = RADIUS_M[quality ?? 'rooftop'], ...stop }: StopDraft): Stop => ({
  ...stop,
  lat: degrees(lat),
  lon: degrees(lon),
  radiusM,
  ...(quality === undefined ? {} : { quality }),
});
