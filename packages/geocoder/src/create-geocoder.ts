import type { Geocoder } from '@qdn/domain';
import { amazonLocation } from './amazon-location.ts';
import { limitedGeocoder } from './limited-geocoder.ts';
import { nominatim } from './nominatim.ts';
import { photon } from './photon.ts';

/**
 * The company's geocoder: Amazon Location, or any Nominatim or Photon server by its URL. `country` (ISO 3166, two letters) limits the results.
 */
export type GeocoderConfig = { engine: 'amazon-location' | 'nominatim' | 'photon'; server?: string; country?: string };

/** Pause between two requests to a public server, in ms: https://operations.osmfoundation.org/policies/nominatim/ */
const POLITE_MS = 1000;

/**
 * Returns the geocoder of a company; null without one.
 * @param contact the address of the installation, by which the owner of a public server can tell its requests
 * @param now returns epoch ms
 */
export const createGeocoder = (config: GeocoderConfig | null, contact: string, now: () => number): Geocoder | null => {
  if (!config) return null;
  const { engine, server = '', country } = config;
  if (engine === 'amazon-location') return limitedGeocoder(amazonLocation(country), now, 0);
  const ask = (engine === 'nominatim' ? nominatim : photon)({ server, country, contact });
  return limitedGeocoder(ask, now, POLITE_MS);
};
