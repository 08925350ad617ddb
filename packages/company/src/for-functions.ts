import type { CompanyFile } from './company-file.ts';
import type { PackagedPlace } from './packaged-company.ts';

/**
 * Sections that functions do not need: `brand` is built into the page, trailers and stops are for the command line, and
 * `deployment` is for deploying. Of the stops, functions get the places of the company's own, without their addresses; of the trailers,
 * the external IDs, and their own as far as they fit.
 */
const NOT_FOR_FUNCTIONS = ['$schema', 'brand', 'trailers', 'stops', 'deployment'];

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

/** The company as one line, for the environment variable COMPANY of the functions. */
export const functionsJson = (company: CompanyFile): string => {
  const sections = Object.entries(company).filter(([name]) => !NOT_FOR_FUNCTIONS.includes(name));
  const places = placesOf(company);
  const units = unitsOf(company);
  const drivers = driversOf(company);
  const needed = {
    ...Object.fromEntries(sections),
    ...(places.length > 0 ? { places } : {}),
    ...(Object.keys(units).length > 0 ? { units } : {}),
    ...(drivers.length > 0 ? { drivers } : {}),
  };
  const fleet = fleetOf(company, MAX_COMPANY_BYTES - Buffer.byteLength(JSON.stringify(needed)));
  return JSON.stringify({ ...needed, ...(fleet.length > 0 ? { fleet } : {}) });
};
