import type { FoundPlace } from '@qdn/domain';
import { addressLine, fetchJson, type GeocodingEngine, MAX_RESULTS, type ServerSettings, textOf } from './engine.ts';

const toPlace = (feature: unknown): FoundPlace | null => {
  const { properties, geometry } = Object(feature);
  const [lon, lat]: unknown[] = Array.isArray(Object(geometry).coordinates) ? Object(geometry).coordinates : [];
  if (typeof lat !== 'number' || typeof lon !== 'number') return null;
  const [name, type] = [textOf(properties, 'name'), textOf(properties, 'type')];
  const number = textOf(properties, 'housenumber');
  const street = textOf(properties, 'street') ?? (type === 'street' ? name : undefined);
  const isNamed = type === 'house' && name !== undefined;
  const isArea = type !== 'house' && type !== 'street';
  const label = addressLine({
    name: isNamed || isArea ? name : undefined,
    number,
    street,
    town: isArea && textOf(properties, 'city') === name ? undefined : textOf(properties, 'city'),
    state: textOf(properties, 'state'),
    zip: textOf(properties, 'postcode'),
  });
  if (isNamed) return { lat, lon, label, kind: 'business', quality: 'street' };
  if (number !== undefined) return { lat, lon, label, kind: 'house', quality: 'rooftop' };
  return type === 'street'
    ? { lat, lon, label, kind: 'street', quality: 'street' }
    : { lat, lon, label, kind: 'area', quality: 'area' };
};

/**
 * Any Photon server, which answers with GeoJSON: https://github.com/komoot/photon/blob/master/docs/api-v1.md. Results near the
 * company's yard come first. Not every version filters by country, so the results are filtered here.
 * @throws Error when the server does not answer with features
 */
export const photon = ({ server, country, contact }: ServerSettings): GeocodingEngine => {
  const base = server.replace(/\/+$/, '');
  const isThere = (feature: unknown): boolean => {
    const code = textOf(Object(feature).properties, 'countrycode');
    return !country || code === undefined || code.toLowerCase() === country.toLowerCase();
  };
  return async (text, near, signal) => {
    const url = new URL(`${base}/api`);
    url.search = new URLSearchParams({
      q: text,
      limit: String(MAX_RESULTS),
      ...(near ? { lat: near.lat.toFixed(4), lon: near.lon.toFixed(4) } : {}),
    }).toString();
    const { features } = Object(await fetchJson(url, contact, signal));
    if (!Array.isArray(features)) throw new Error(`${url.host} did not answer with features`);
    return features
      .filter(isThere)
      .map(toPlace)
      .filter((place) => place !== null);
  };
};
