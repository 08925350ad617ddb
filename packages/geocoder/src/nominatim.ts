import type { FoundPlace } from '@qdn/domain';
import {
  addressLine,
  boxAround,
  fetchJson,
  type GeocodingEngine,
  MAX_RESULTS,
  type ServerSettings,
  textOf,
} from './engine.ts';

/** Names of towns in Nominatim's addresses, the finest first. */
const TOWNS = ['city', 'town', 'village', 'hamlet', 'municipality', 'suburb'];

const isBusiness = (category: string | undefined): boolean =>
  ['amenity', 'shop', 'office', 'tourism', 'leisure', 'craft', 'industrial', 'healthcare'].includes(category ?? '');

const toPlace = (result: unknown): FoundPlace | null => {
  const [lat, lon] = [Number(textOf(result, 'lat')), Number(textOf(result, 'lon'))];
  if (!Number.isFinite(lat) || !Number.isFinite(lon)) return null;
  const address: unknown = Object(result).address;
  const category = textOf(result, 'category');
  const [number, street] = [textOf(address, 'house_number'), textOf(address, 'road')];
  const name = isBusiness(category) ? textOf(result, 'name') : undefined;
  const town = TOWNS.map((one) => textOf(address, one)).find((one) => one !== undefined);
  const label = addressLine({
    name,
    number,
    street,
    town,
    state: textOf(address, 'ISO3166-2-lvl4')?.split('-')[1],
    zip: textOf(address, 'postcode'),
  });
  if (name !== undefined) return { lat, lon, label, kind: 'business', quality: 'street' };
  // A house that is only a point on a way was interpolated between its neighbours.
  const isInterpolated = category === 'place' && textOf(result, 'osm_type') === 'way';
  if (number !== undefined) return { lat, lon, label, kind: 'house', quality: isInterpolated ? 'street' : 'rooftop' };
  if (category === 'highway' && street !== undefined) return { lat, lon, label, kind: 'street', quality: 'street' };
  return { lat, lon, label: label || (textOf(result, 'display_name') ?? ''), kind: 'area', quality: 'area' };
};

/**
 * Any Nominatim server: https://nominatim.org/release-docs/latest/api/Search/. Results around the company's yard come first.
 * @throws Error when the server does not answer with a list
 */
export const nominatim = ({ server, country, contact }: ServerSettings): GeocodingEngine => {
  const base = server.replace(/\/+$/, '');
  return async (text, near, signal) => {
    const url = new URL(`${base}/search`);
    url.search = new URLSearchParams({
      q: text,
      format: 'jsonv2',
      addressdetails: '1',
      limit: String(MAX_RESULTS),
      ...(country ? { countrycodes: country.toLowerCase() } : {}),
      ...(near ? { viewbox: boxAround(near).join(','), bounded: '0' } : {}),
    }).toString();
    const answer = await fetchJson(url, contact, signal);
    if (!Array.isArray(answer)) throw new Error(`${url.host} did not answer with a list of places`);
    return answer.map(toPlace).filter((place) => place !== null);
  };
};
