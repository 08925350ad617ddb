import { explain } from '@qdn/contracts';
import { validate as isCompany } from '@qdn/contracts/validators/company';
import { type BackupContact, parsePhoneNumber, parseRecipientId } from '@qdn/domain';

/** Who the company is: config/company.json, with its contacts as the domain knows them. */
export type Company = { name: string; phone: string; textNumber: string; timeZone: string; contacts: BackupContact[] };

/** @throws Error when a contact's ID or number is none; the schema has refused it before */
export const toContact = (contact: { id: string; name: string; phone: string }): BackupContact => {
  const id = parseRecipientId(contact.id);
  const phone = parsePhoneNumber(contact.phone);
  if (!id || !phone) throw new Error(`The contact ${contact.name} needs an ID and a number in E.164`);
  return { id, name: contact.name, phone };
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
  return { ...company, contacts: company.contacts.map(toContact) };
};
