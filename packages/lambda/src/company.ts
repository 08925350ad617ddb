import type { Wire } from '@qdn/contracts';
import {
  type BackupContact,
  DEFAULT_JOB_PREFIX,
  DEFAULT_POLICY,
  parsePhoneNumber,
  parseRecipientId,
  type RelayCompany,
  type RelayPolicy,
} from '@qdn/domain';

/** The part of config/company.json that functions get: packages/company has checked it and left the rest out. */
type PackagedCompany = Omit<Wire<'companyFile'>, '$schema' | 'brand' | 'trailers' | 'stops'>;

/** A routing engine: any OSRM server, or Amazon Location. */
type RouterConfig = { engine: 'osrm'; server: string } | { engine: 'amazon-location' };

/** Who the company is: config/company.json, with its contacts as the domain knows them. */
export type Company = {
  name: string;
  phone: string;
  textNumber: string;
  timeZone: string;
  /** Job IDs begin with this. */
  jobPrefix: string;
  contacts: BackupContact[];
  /** Texted when nobody of the team answers a customer. */
  operator: string | null;
  relay: RelayPolicy;
  /** The routing engine; null where arrival times come from the company's own drives. */
  router: RouterConfig | null;
};

/** @throws Error when a contact's ID or number is none; the schema has refused it before */
export const toContact = (contact: Wire<'contact'>): BackupContact => {
  const id = parseRecipientId(contact.id);
  const phone = parsePhoneNumber(contact.phone);
  if (!id || !phone) throw new Error(`The contact ${contact.name} needs an ID and a number in E.164`);
  return { id, name: contact.name, phone, ...(contact.quietHours ? { quietHours: contact.quietHours } : {}) };
};

const NEEDED = ['name', 'phone', 'textNumber', 'timeZone'] as const;

/** Whether it is what config/company.cjs writes; checking it again in each cold start would cost every function 20 KB. */
const isPackaged = (value: unknown): value is PackagedCompany =>
  typeof value === 'object' &&
  value !== null &&
  NEEDED.every((name) => typeof Object(value)[name] === 'string') &&
  Array.isArray(Object(value).contacts);

const routerOf = ({ router }: PackagedCompany): RouterConfig | null => {
  if (!router) return null;
  return router.engine === 'osrm' ? { engine: 'osrm', server: router.server ?? '' } : { engine: 'amazon-location' };
};

/**
 * Reads the environment variable COMPANY, one line that config/company.cjs has made of config/company.json.
 * @throws Error when it holds something else
 */
export const readCompany = (json: string): Company => {
  const company: unknown = JSON.parse(json);
  if (!isPackaged(company)) throw new Error('COMPANY is not what config/company.cjs makes of a company: deploy again');
  return {
    ...company,
    jobPrefix: company.jobPrefix ?? DEFAULT_JOB_PREFIX,
    contacts: company.contacts.map(toContact),
    operator: company.operator ?? null,
    router: routerOf(company),
    relay: {
      ...DEFAULT_POLICY,
      ...company.relay,
      notices: { ...DEFAULT_POLICY.notices, ...company.relay?.notices },
    },
  };
};

/** The company as the relay goes by it. @param ownNumbers further numbers that texts of ours go out from */
export const relayCompany = (company: Company, ownNumbers: readonly string[]): RelayCompany => ({
  name: company.name,
  textNumbers: [company.textNumber, ...ownNumbers],
  timeZone: company.timeZone,
  jobPrefix: company.jobPrefix,
  contacts: company.contacts,
  operator: company.operator,
  policy: company.relay,
});
