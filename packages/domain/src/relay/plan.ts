import type { RecipientId } from '../ids.ts';
import type { BackupContact, Job } from '../job.ts';
import { type InboundMessage, keywordOf, withoutLeadingMention } from './inbound.ts';
import { ASK_BACK, replyText, unmatchedText } from './text.ts';

/** One text that an inbound message leads to. */
export type PlannedEffect = { recipient: RecipientId; to: string; body: string };

export const CUSTOMER = 'customer' as RecipientId;

/** Who wrote: the timeline says so, and the plan follows from it. */
export type Sender = { kind: 'contact'; contact: BackupContact } | { kind: 'customer' } | { kind: 'ourselves' };

export const senderOf = (
  message: InboundMessage,
  contacts: readonly BackupContact[],
  ownNumbers: readonly string[],
): Sender => {
  if (ownNumbers.includes(message.from)) return { kind: 'ourselves' };
  const contact = contacts.find(({ phone }) => phone === message.from);
  return contact ? { kind: 'contact', contact } : { kind: 'customer' };
};

export type PlanInput = {
  message: InboundMessage;
  sender: Sender;
  job: Job | null;
  /** Whether the message names the job, or came in on the job's own path. */
  jobIsNamed: boolean;
  company: { name: string; contacts: readonly BackupContact[] };
  /** The relay text for the dispatch team; called only when it is needed. */
  textForTeam: () => string;
};

/**
 * The texts that one inbound message leads to, one per recipient. A customer's goes to all of the job's contacts (the
 * company's when no job is found); a contact's answer goes to the customer of the job that it names; a contact who names none
 * is asked back. Compliance keywords and our own numbers lead to nothing.
 */
export const planRelay = ({ message, sender, job, jobIsNamed, company, textForTeam }: PlanInput): PlannedEffect[] => {
  if (sender.kind === 'ourselves' || keywordOf(message)) return [];
  if (sender.kind === 'contact') {
    const { contact } = sender;
    if (!job || !jobIsNamed) return [{ recipient: contact.id, to: contact.phone, body: ASK_BACK }];
    return [
      {
        recipient: CUSTOMER,
        to: job.customer.phone,
        body: replyText(company.name, withoutLeadingMention(message.body)),
      },
    ];
  }
  if (!job) {
    const body = unmatchedText(message.from, message.body, message.media.length);
    return company.contacts.map(({ id, phone }) => ({ recipient: id, to: phone, body }));
  }
  const body = textForTeam();
  const contacts = job.contacts.length > 0 ? job.contacts : company.contacts;
  return contacts
    .filter(({ phone }) => phone !== message.from)
    .map(({ id, phone }) => ({ recipient: id, to: phone, body }));
};
