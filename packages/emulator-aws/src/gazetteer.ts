/**
 * A house: number, street, town, postal code, latitude, longitude. The places are around Austin, Texas: those of the demonstration, and
 * towns with streets of the same name. Positions of houses that the demonstration does not drive to are approximate.
 */
export type House = readonly [number: string, street: string, town: string, zip: string, lat: number, lon: number];

export const HOUSES: readonly House[] = [
  ['6400', 'Burleson Rd', 'Austin', '78744', 30.2211, -97.6972],
  ['9500', 'Giles Ln', 'Austin', '78754', 30.3345, -97.6281],
  ['4112', 'Avenue H', 'Austin', '78751', 30.3046, -97.7262],
  ['1900', 'Bluebonnet Ln', 'Austin', '78704', 30.2478, -97.7763],
  ['2406', 'E 7th St', 'Austin', '78702', 30.2629, -97.7137],
  ['1100', 'Congress Ave', 'Austin', '78701', 30.2747, -97.7404],
  ['500', 'E 7th St', 'Austin', '78701', 30.2664, -97.7381],
  ['1200', 'Barton Hills Dr', 'Austin', '78704', 30.2563, -97.7795],
  ['2200', 'E Riverside Dr', 'Austin', '78741', 30.2398, -97.7265],
  ['9500', 'Arboretum Blvd', 'Austin', '78759', 30.3906, -97.7519],
  ['14200', 'FM 969', 'Austin', '78724', 30.2838, -97.5601],
  ['512', 'Main St', 'Bastrop', '78602', 30.1102, -97.3148],
  ['512', 'Main St', 'Georgetown', '78626', 30.6355, -97.6775],
  ['512', 'Main St', 'Buda', '78610', 30.0853, -97.8421],
];

/** Corners: two streets, town, latitude, longitude. */
export const CORNERS: ReadonlyArray<readonly [one: string, other: string, town: string, lat: number, lon: number]> = [
  ['N Lamar Blvd', 'W 6th St', 'Austin', 30.2706, -97.754],
  ['Congress Ave', 'E 11th St', 'Austin', 30.2733, -97.7404],
];

/** Businesses: name, street, town, latitude, longitude. */
export const BUSINESSES: ReadonlyArray<
  readonly [name: string, street: string, town: string, lat: number, lon: number]
> = [
  ['The Home Depot', 'Brodie Ln', 'Sunset Valley', 30.2291, -97.8219],
  ['The Home Depot', 'S Interstate 35', 'Austin', 30.2002, -97.7606],
];

/** Towns: name, latitude, longitude. */
export const TOWNS: ReadonlyArray<readonly [name: string, lat: number, lon: number]> = [
  ['Austin', 30.2672, -97.7431],
  ['Pflugerville', 30.4394, -97.62],
  ['Manor', 30.3408, -97.5569],
  ['Elgin', 30.3497, -97.3703],
  ['Bastrop', 30.1105, -97.3153],
  ['Georgetown', 30.6333, -97.6779],
  ['Buda', 30.0852, -97.8403],
];
