import { brotliDecompressSync } from 'node:zlib';
import type { Wire } from '@qdn/contracts';
import {
  type BackupContact,
  CHANNELS,
  DEFAULT_JOB_PREFIX,
  DEFAULT_POLICY,
  type Driver,
  type FollowOptions,
  parsePhoneNumber,
  parseRecipientId,
  parseTrailerId,
  type RelayCompany,
  type RelayPolicy,
  type Rota,
  type StopKind,
  type TrailerId,
} from '@qdn/domain';
import { isJsonObject } from '@qdn/json';

/*
 * The company as functions get it. It was checked before deployment; a validator here would make each bundle a fifth larger.
 */

/** A yard or dump site as functions get it: kind, latitude, longitude, radius in m. */
export type PackagedPlace = [kind: 'yard' | 'dump_site', lat: number, lon: number, radiusM: number];

/** A stop of the company file as the function that finds places gets it. */
export type SavedPlace = [name: string, kind: StopKind, address: string, lat: number, lon: number];

/** Start of a line COMPANY that is compressed. */
export const COMPRESSED = 'br:';

/** Returns the JSON of a line COMPANY. */
const jsonOf = (line: string): string =>
  line.startsWith(COMPRESSED)
    ? brotliDecompressSync(Buffer.from(line.slice(COMPRESSED.length), 'base64')).toString('utf8')
    : line;

/** Returns the rota of a company, with the others after those on duty by default; null without one. */
export const rotaOf = ({ relay }: { relay?: Wire<'companyFile'>['relay'] }): Rota | null =>
  relay?.rota ? { ...relay.rota, others: relay.rota.others ?? 'after' } : null;

/** The environment variable PLACES. */
type PackagedPlaces = { geocoder: Exclude<Wire<'companyFile'>['geocoder'], undefined> | null; saved: SavedPlace[] };

/** Reads the environment variable PLACES: one line that config/company.cjs makes from config/company.json. */
export const readPlaces = (json: string) => {
  const { geocoder, saved }: PackagedPlaces = JSON.parse(json);
  const { engine = 'none', server, country } = geocoder ?? {};
  return {
    saved,
    geocoder: engine === 'none' ? null : { engine, ...(server ? { server } : {}), ...(country ? { country } : {}) },
  };
};

/** The part of config/company.json that functions get. */
type PackagedCompany = Omit<Wire<'companyFile'>, '$schema' | 'brand' | 'trailers' | 'stops' | 'geocoder'> & {
  places?: readonly PackagedPlace[];
  units?: Readonly<Record<string, string>>;
  /** Name, phone, then the IDs of the trailers. */
  drivers?: ReadonlyArray<readonly string[]>;
  fleet?: readonly string[];
};

/** A routing engine: any OSRM server, or Amazon Location. */
type RouterConfig = { engine: 'osrm'; server: string } | { engine: 'amazon-location' };

/** The company of config/company.json, in domain types. */
export type Company = {
  name: string;
  phone: string;
  textNumber: string;
  /** Senders of the Twilio account on WhatsApp and RCS. */
  senders?: Wire<'companyFile'>['senders'];
  timeZone: string;
  /** Prefix of the company's job IDs. */
  jobPrefix: string;
  contacts: BackupContact[];
  /** The phone that gets a text when no one on the team answers a customer. */
  operator: string | null;
  relay: RelayPolicy;
  /** Drivers, who correct the jobs of their trailers by text. */
  drivers: Driver[];
  /** Rules by which jobs follow their trailers: the company's own places, and whether jobs end by themselves. */
  follow: FollowOptions;
  /** True when the operator gets a text about a trailer that moves at night without a job. */
  tellMoves: boolean;
  /** The routing engine; null where arrival times come from the company's own drives. */
  router: RouterConfig | null;
  /** Days for which thinned days are kept; null where the company keeps none. */
  keepDays: number | null;
  /** The company's trailers, as many as functions get. */
  trailers: TrailerId[];
};

/** Returns a contact in domain types. @throws Error for an invalid ID or number, which the schema already refuses */
export const toContact = (contact: Wire<'contact'>): BackupContact => {
  const id = parseRecipientId(contact.id);
  const phone = parsePhoneNumber(contact.phone);
  if (!id || !phone) throw new Error(`The contact ${contact.name} needs an ID and a number in E.164`);
  return { id, name: contact.name, phone, ...(contact.quietHours ? { quietHours: contact.quietHours } : {}) };
};

/** Returns a driver in domain types; nothing for a number that the schema refuses. */
const toDriver = ([name = '', number = '', ...ids]: readonly string[]): Driver[] => {
  const phone = parsePhoneNumber(number);
  return phone ? [{ name, phone, trailers: ids.flatMap((id) => parseTrailerId(id) ?? []) }] : [];
};

const NEEDED = ['name', 'phone', 'textNumber', 'timeZone'] as const;

/** True for the output of config/company.cjs. A full check at each cold start would add 20 KB to every function. */
const isPackaged = (value: unknown): value is PackagedCompany =>
  isJsonObject(value) && NEEDED.every((name) => typeof value[name] === 'string') && Array.isArray(value['contacts']);

const routerOf = ({ router }: PackagedCompany): RouterConfig | null => {
  if (!router) return null;
  return router.engine === 'osrm' ? { engine: 'osrm', server: router.server ?? '' } : { engine: 'amazon-location' };
};

/**
 * Reads the environment variable COMPANY: one line that config/company.cjs makes from config/company.json.
 * @throws Error when it has another form
 */
export const readCompany = (line: string): Company => {
  const company: unknown = JSON.parse(jsonOf(line));
  if (!isPackaged(company))
    throw new Error('COMPANY does not have the form that config/company.cjs writes: deploy again');
  return {
    ...company,
    jobPrefix: company.jobPrefix ?? DEFAULT_JOB_PREFIX,
    contacts: company.contacts.map(toContact),
    operator: company.operator ?? null,
    router: routerOf(company),
    tellMoves: company.jobs?.tellMoves ?? true,
    keepDays: company.tracks?.keepDays ?? null,
    drivers: (company.drivers ?? []).flatMap(toDriver),
    trailers: (company.fleet ?? []).flatMap((id) => parseTrailerId(id) ?? []),
    follow: {
      ownPlaces: (company.places ?? []).map(([kind, lat, lon, radiusM]) => ({ kind, lat, lon, radiusM })),
      completes: company.jobs?.endByThemselves ?? true,
    },
    relay: {
      ...DEFAULT_POLICY,
      ...company.relay,
      team: { ...DEFAULT_POLICY.team, ...company.relay?.team },
      notices: { ...DEFAULT_POLICY.notices, ...company.relay?.notices },
      calls: { ...DEFAULT_POLICY.calls, ...company.relay?.calls },
      rota: rotaOf(company),
    },
  };
};

/** Reads trailers by the external ID of their GPS unit out of the environment variable COMPANY. */
export const readUnits = (line: string): Map<string, TrailerId> => {
  const { units = {} }: Pick<PackagedCompany, 'units'> = JSON.parse(jsonOf(line));
  return new Map(
    Object.entries(units).flatMap(([externalId, id]): Array<[string, TrailerId]> => {
      const trailerId = parseTrailerId(id);
      return trailerId ? [[externalId, trailerId]] : [];
    }),
  );
};

/** Returns the company for the relay. @param ownNumbers further numbers that the company's texts are sent from */
export const relayCompany = (company: Company, ownNumbers: readonly string[]): RelayCompany => ({
  name: company.name,
  phone: company.phone,
  textNumbers: [company.textNumber, ...ownNumbers],
  timeZone: company.timeZone,
  jobPrefix: company.jobPrefix,
  contacts: company.contacts,
  operator: company.operator,
  drivers: company.drivers,
  policy: company.relay,
  answersOn: CHANNELS.filter((channel) => channel === 'sms' || company.senders?.[channel] !== undefined),
});
