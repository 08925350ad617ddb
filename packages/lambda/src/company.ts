import { explain, type Wire } from '@qdn/contracts';
import { validate as isCompany } from '@qdn/contracts/validators/company';
import {
  type BackupContact,
  DEFAULT_POLICY,
  parsePhoneNumber,
  parseRecipientId,
  type RelayCompany,
  type RelayPolicy,
} from '@qdn/domain';

/** Who the company is: config/company.json, with its contacts as the domain knows them. */
export type Company = {
  name: string;
  phone: string;
  textNumber: string;
  timeZone: string;
  contacts: BackupContact[];
  /** Texted when nobody of the team answers a customer. */
  operator: string | null;
  relay: RelayPolicy;
  /** Asked for ways along roads; null where the company's own drives tell. */
  roads: NonNullable<Wire<'company'>['roads']> | null;
};

/** @throws Error when a contact's ID or number is none; the schema has refused it before */
export const toContact = (contact: Wire<'contact'>): BackupContact => {
  const id = parseRecipientId(contact.id);
  const phone = parsePhoneNumber(contact.phone);
  if (!id || !phone) throw new Error(`The contact ${contact.name} needs an ID and a number in E.164`);
  return { id, name: contact.name, phone, ...(contact.quietHours ? { quietHours: contact.quietHours } : {}) };
};

/**
 * Reads the environment variable COMPANY, which holds config/company.json as one line.
 * @throws Error that names what is wrong
 */
export const readCompany = (json: string): Company => {
  const company: unknown = JSON.parse(json);
  if (!isCompany(company)) {
    const places = (isCompany.errors ?? []).map((error) => `${error.instancePath || '/'} ${explain(error)}`);
    throw new Error(`config/company.json is not valid: ${places.join('; ')}`);
  }
  return {
    ...company,
    contacts: company.contacts.map(toContact),
    operator: company.operator ?? null,
    roads: company.roads ?? null,
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
  contacts: company.contacts,
  operator: company.operator,
  policy: company.relay,
});
