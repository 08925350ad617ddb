import { brotliCompressSync } from 'node:zlib';
import type { CompanyFile } from './company-file.ts';
import { COMPRESSED, type PackagedPlace, type SavedPlace } from './packaged-company.ts';

/**
 * Sections that functions do not need: `brand` is built into the page, trailers and stops are for the command line, and
 * `deployment` is for deploying. Of the stops, functions get the places of the company's own, without their addresses; of the trailers,
 * the external IDs, and their own as far as they fit.
 */
const NOT_FOR_FUNCTIONS = ['$schema', 'brand', 'trailers', 'stops', 'deployment', 'geocoder'];

/**
 * Maximum size in bytes: Lambda allows 4 KB of environment variables in total.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_COMPANY_BYTES = 2800;

/** Maximum number of the company's own places that functions get; a limit on the size. */
const MAX_PLACES = 20;

const USUAL_RADIUS_M = 100;
const rounded = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;

const placesOf = ({ stops = [] }: CompanyFile): PackagedPlace[] =>
  stops
    .flatMap(({ kind, lat, lon, radiusM = USUAL_RADIUS_M }): PackagedPlace[] =>
      kind === 'yard' || kind === 'dump_site' ? [[kind, rounded(lat), rounded(lon), radiusM]] : [],
    )
    .slice(0, MAX_PLACES);

/** Trailers by the external ID of their GPS unit. */
const unitsOf = ({ trailers = [] }: CompanyFile): Record<string, string> =>
  Object.fromEntries(trailers.flatMap(({ id, externalId }) => (externalId === undefined ? [] : [[externalId, id]])));

/**
 * Returns the IDs of the first trailers that fit beside the rest. A trailer that is left out is listed once it has reported.
 * @param bytes bytes that are left
 */
const fleetOf = ({ trailers = [] }: CompanyFile, bytes: number): string[] => {
  let left = bytes - '"fleet":[],'.length;
  const fitting: string[] = [];
  for (const { id } of trailers) {
    left -= id.length + '"",'.length;
    if (left < 0) break;
    fitting.push(id);
  }
  return fitting;
};

/** Drivers with their trailers: name, phone, then the trailers' IDs. */
const driversOf = ({ trailers = [] }: CompanyFile): string[][] => {
  const byPhone = new Map<string, string[]>();
  for (const { id, drivers = [] } of trailers)
    for (const { name, phone } of drivers) byPhone.set(phone, [...(byPhone.get(phone) ?? [name, phone]), id]);
  return [...byPhone.values()];
};

/** Returns what functions need of a company, without its trailers. */
const neededOf = (company: CompanyFile): Record<string, unknown> => {
  const sections = Object.entries(company).filter(([name]) => !NOT_FOR_FUNCTIONS.includes(name));
  const places = placesOf(company);
  const units = unitsOf(company);
  const drivers = driversOf(company);
  return {
    ...Object.fromEntries(sections),
    ...(places.length > 0 ? { places } : {}),
    ...(Object.keys(units).length > 0 ? { units } : {}),
    ...(drivers.length > 0 ? { drivers } : {}),
  };
};

const jsonWith = (needed: Record<string, unknown>, fleet: readonly string[]): string =>
  JSON.stringify({ ...needed, ...(fleet.length > 0 ? { fleet } : {}) });

/** The company as JSON for the functions. */
export const functionsJson = (company: CompanyFile): string => {
  const needed = neededOf(company);
  return jsonWith(needed, fleetOf(company, MAX_COMPANY_BYTES - Buffer.byteLength(JSON.stringify(needed))));
};

/**
 * The company as one line, for the environment variable COMPANY of the functions: JSON where it fits, else compressed. Fifty contacts with a
 * rota are 1,500 bytes. Of the trailers, a compressed line has all that fit.
 */
export const functionsLine = (company: CompanyFile): string => {
  const json = functionsJson(company);
  if (Buffer.byteLength(json) <= MAX_COMPANY_BYTES) return json;
  const needed = neededOf(company);
  const fleet = (company.trailers ?? []).map(({ id }) => id);
  for (let count = fleet.length; ; count = Math.floor(count / 2)) {
    const packed = brotliCompressSync(jsonWith(needed, fleet.slice(0, count))).toString('base64');
    const line = `${COMPRESSED}${packed}`;
    if (count === 0 || Buffer.byteLength(line) <= MAX_COMPANY_BYTES) return line;
  }
};

/** Maximum size of the places for one function in bytes: what COMPANY and its other variables leave of Lambda's 4 KB. */
const MAX_PLACES_BYTES = 800;

/**
 * The saved places and the geocoder as one line, for the environment variable PLACES of the function that finds places. It has the first
 * places of the file that fit; ./qdn itself knows all.
 */
export const placesJson = ({ stops = [], geocoder = { engine: 'amazon-location' } }: CompanyFile): string => {
  const json = (saved: readonly SavedPlace[]) =>
    JSON.stringify({ geocoder: geocoder.engine === 'none' ? null : geocoder, saved });
  const all = stops.map(
    ({ id, kind, address, lat, lon }): SavedPlace => [id, kind, address, rounded(lat), rounded(lon)],
  );
  const fits = (count: number): boolean => Buffer.byteLength(json(all.slice(0, count))) <= MAX_PLACES_BYTES;
  const count = all.findIndex((_, i) => !fits(i + 1));
  return json(count < 0 ? all : all.slice(0, count));
};
