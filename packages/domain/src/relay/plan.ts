import { maskPhone, type RecipientId } from '../ids.ts';
import type { BackupContact, Job } from '../job.ts';
import type { RelayScope } from './effect.ts';
import { type InboundMessage, keywordOf, withoutLeadingMention } from './inbound.ts';

/** The company, as far as the relay goes by it. `textNumber` is the one number that texts come to and go out from. */
export type RelayCompany = {
  name: string;
  textNumber: string;
  timeZone: string;
  contacts: readonly BackupContact[];
};

/** Somebody who gets a text. `recipient` is a contact's ID, or `customer`. */
export type Recipient = { recipient: RecipientId; to: string };
const CUSTOMER = 'customer' as RecipientId;

/**
 * What one inbound message leads to, pinned before any of it is done: neither a retry, nor a webhook that Twilio sends again, nor
 * a contact who is added meanwhile makes it lead to anything else. All recipients get the same text. `sender` is `customer`,
 * `company`, a contact's name or a masked number; `receivedAt` is epoch ms.
 */
export type RelayPlan = {
  scope: RelayScope;
  sender: string;
  receivedAt: number;
  recipients: Recipient[];
  body: string;
};

/** Who wrote. Whoever is the job's customer counts as that, also when they dispatch as well. */
export type Sender =
  | { kind: 'ourselves' }
  | { kind: 'customer' }
  | { kind: 'contact'; contact: BackupContact }
  | { kind: 'stranger' };

export const senderOf = (from: string, job: Job | null, company: RelayCompany): Sender => {
  if (from === company.textNumber) return { kind: 'ourselves' };
  if (from === job?.customer.phone) return { kind: 'customer' };
  const contact = [...(job?.contacts ?? []), ...company.contacts].find(({ phone }) => phone === from);
  return contact ? { kind: 'contact', contact } : { kind: 'stranger' };
};

/** The sender as the timeline names them: no number that a reader of it could call. */
export const senderLabel = (sender: Sender, from: string): string => {
  switch (sender.kind) {
    case 'ourselves':
      return 'company';
    case 'customer':
      return 'customer';
    case 'contact':
      return sender.contact.name;
    case 'stranger':
      return maskPhone(from);
  }
};

/** Whom a message goes to, and which text: `team` and `unmatched` to dispatchers, `reply` to the customer. */
export type Outline = {
  sender: Sender;
  text: 'none' | 'team' | 'unmatched' | 'reply' | 'ask-back' | 'nothing-to-pass-on';
  recipients: Recipient[];
};

/** One text to a phone: two contacts may share one. Never to the sender, nor to ourselves, which would be a loop. */
const toTeam = (contacts: readonly BackupContact[], from: string, company: RelayCompany): Recipient[] => {
  const recipients: Recipient[] = [];
  for (const { id, phone } of contacts) {
    if (phone === from || phone === company.textNumber) continue;
    if (recipients.some(({ recipient, to }) => recipient === id || to === phone)) continue;
    recipients.push({ recipient: id, to: phone });
  }
  return recipients;
};

/**
 * Whom one inbound message goes to. A customer's goes to all of the job's contacts (the company's when no job is found, or when
 * it has none); a contact's answer to the customer of the job that it names; a contact who names none is asked back. Compliance
 * keywords and our own numbers lead to nothing.
 * @param jobIsNamed whether the message names the job, or came in on the job's own path
 */
export const planRelay = (
  message: InboundMessage,
  job: Job | null,
  jobIsNamed: boolean,
  company: RelayCompany,
): Outline => {
  const sender = senderOf(message.from, job, company);
  if (sender.kind === 'ourselves' || keywordOf(message)) return { sender, text: 'none', recipients: [] };
  if (sender.kind === 'contact') {
    const back = [{ recipient: sender.contact.id, to: message.from }];
    if (!job || !jobIsNamed) return { sender, text: 'ask-back', recipients: back };
    if (withoutLeadingMention(message.body) === '') return { sender, text: 'nothing-to-pass-on', recipients: back };
    return { sender, text: 'reply', recipients: [{ recipient: CUSTOMER, to: job.customer.phone }] };
  }
  if (!job) return { sender, text: 'unmatched', recipients: toTeam(company.contacts, message.from, company) };
  const contacts = job.contacts.length > 0 ? job.contacts : company.contacts;
  return { sender, text: 'team', recipients: toTeam(contacts, message.from, company) };
};
