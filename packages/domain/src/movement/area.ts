import type { Place } from './geo.ts';

/** Side of an area, in degrees: 5.5 km from south to north. Smaller and larger ones predicted worse (ADR 41). */
const SIDE_DEG = 0.05;
const AREAS_AROUND = 360 / SIDE_DEG;

/** An area of a town, as a whole number. */
export type Area = number;

/** Returns the area of a place. */
export const areaOf = ({ lat, lon }: Place): Area =>
  Math.floor((lat + 90) / SIDE_DEG) * AREAS_AROUND + Math.floor((lon + 180) / SIDE_DEG);
