import {
  GeocodeCommand,
  type GeocodeResultItem,
  GeoPlacesClient,
  SearchTextCommand,
  type SearchTextResultItem,
} from '@aws-sdk/client-geo-places';
import type { FoundKind, FoundPlace, Place, PlaceQuality } from '@qdn/domain';
import { addressLine, type GeocodingEngine, MAX_RESULTS } from './engine.ts';

/** Kind and quality of each type of place that is not an area. */
const TYPES: Readonly<Record<string, readonly [kind: FoundKind, quality: PlaceQuality]>> = {
  PointAddress: ['house', 'rooftop'],
  SecondaryAddress: ['house', 'rooftop'],
  InterpolatedAddress: ['house', 'street'],
  InferredSecondaryAddress: ['house', 'street'],
  Intersection: ['corner', 'street'],
  Street: ['street', 'street'],
  PointOfInterest: ['business', 'street'],
};

const toPlace = ({
  PlaceType,
  Title,
  Address = {},
  Position,
}: GeocodeResultItem | SearchTextResultItem): FoundPlace | null => {
  const [lon, lat] = Position ?? [];
  if (lat === undefined || lon === undefined) return null;
  const [kind, quality] = TYPES[PlaceType ?? ''] ?? ['area', 'area'];
  const { AddressNumber: number, Street, Intersection, Locality: town, Region, PostalCode: zip } = Address;
  const line = {
    name: kind === 'business' ? Title : undefined,
    number,
    street: kind === 'corner' ? Intersection?.join(' & ') : Street,
    ...{ town, state: Region?.Code ?? Region?.Name, zip: zip?.split('-')[0] },
  };
  return { lat, lon, kind, quality, label: kind === 'area' ? (Title ?? addressLine(line)) : addressLine(line) };
};

/**
 * Amazon Location Service, Places V2, with the function's own role. Stops keep what it answers, so every request has the intended use
 * `Storage`, which its terms require and which has a price of its own.
 * https://docs.aws.amazon.com/location/latest/APIReference/API_geoplaces_Geocode.html
 * @param country ISO 3166, two letters
 */
export const amazonLocation = (country: string | undefined): GeocodingEngine => {
  const client = new GeoPlacesClient({ maxAttempts: 1 });
  const request = (text: string, near: Place | null) => ({
    QueryText: text,
    MaxResults: MAX_RESULTS,
    IntendedUse: 'Storage' as const,
    Language: 'en',
    ...(country ? { Filter: { IncludeCountries: [country.toUpperCase()] } } : {}),
    ...(near ? { BiasPosition: [near.lon, near.lat] } : {}),
  });
  const places = (items: ReadonlyArray<GeocodeResultItem | SearchTextResultItem> | undefined): FoundPlace[] =>
    (items ?? []).map(toPlace).filter((place) => place !== null);
  return async (text, near, abortSignal) => {
    const { ResultItems } = await client.send(
      new GeocodeCommand({ ...request(text, near), AdditionalFeatures: ['Intersections'] }),
      { abortSignal },
    );
    const found = places(ResultItems);
    // A name without a number, such as that of a store, is for the other operation. It needs a place to be near to.
    if (/\d/.test(text) || !near || found.some(({ kind }) => kind !== 'area')) return found;
    const named = await client.send(new SearchTextCommand(request(text, near)), { abortSignal });
    return [...places(named.ResultItems), ...found];
  };
};
