import type { FoundPlace, Place } from '@qdn/domain';

/**
 * Asks a geocoding engine. Empty when it finds nothing.
 * @throws when the engine cannot be reached or does not answer with places
 */
export type GeocodingEngine = (text: string, near: Place | null, signal: AbortSignal) => Promise<FoundPlace[]>;

/** Settings of an engine with a URL. */
export type ServerSettings = { server: string; country: string | undefined; contact: string };

/** Maximum number of results that are asked for. */
export const MAX_RESULTS = 10;

/** Parts of an address as engines name them. */
export type AddressLine = {
  name?: string | undefined;
  number?: string | undefined;
  street?: string | undefined;
  town?: string | undefined;
  state?: string | undefined;
  zip?: string | undefined;
};

/** Returns an address in one line: `1100 Congress Ave, Austin, TX 78701`. */
export const addressLine = ({ name, number, street, town, state, zip }: AddressLine): string =>
  [name, [number, street].filter(Boolean).join(' '), town, [state, zip].filter(Boolean).join(' ')]
    .filter(Boolean)
    .join(', ');

/** Reads a property of an answer as text; undefined when it is missing or is something else. */
export const textOf = (value: unknown, name: string): string | undefined => {
  const part: unknown = Object(value)[name];
  return typeof part === 'string' && part !== '' ? part : undefined;
};

/**
 * Fetches JSON from a server.
 * @param contact by which the owner of the server can tell the requests
 * @throws Error for any status but 200
 */
export const fetchJson = async (url: URL, contact: string, signal: AbortSignal): Promise<unknown> => {
  const response = await fetch(url, {
    signal,
    headers: { accept: 'application/json', 'user-agent': `QDN-Relay/1 (+${contact})` },
  });
  if (!response.ok) throw new Error(`${url.host} answered ${response.status}`);
  return response.json();
};

/** Half the height of the box around the yard in which results come first, in degrees: 55 km. */
const BOX_DEGREES = 0.5;

/** Returns west, south, east and north of the box around a place. */
export const boxAround = ({ lat, lon }: Place): [number, number, number, number] => {
  const width = BOX_DEGREES / Math.max(0.1, Math.cos((lat * Math.PI) / 180));
  return [lon - width, lat - BOX_DEGREES, lon + width, lat + BOX_DEGREES];
};
