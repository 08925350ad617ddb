import { type MessageSid, maskPhone, parsePhoneNumber, type RecipientId } from '../ids.ts';
import type { BackupContact, Job } from '../job.ts';
import type { TeamMember } from './cascade.ts';
import type { RelayScope } from './effect.ts';
import type { RelayCompany } from './policy.ts';
import { quietUntil } from './quiet-hours.ts';
import { holdsOneOf } from './words.ts';

/** Somebody who gets a text. `recipient` is a contact's ID, `customer` or `operator`. */
export type Recipient = { recipient: RecipientId; to: string };
/** Whoever texted from outside the team, the job's customer or not. */
export const CUSTOMER = 'customer' as RecipientId;
export const OPERATOR = 'operator' as RecipientId;

/**
 * What a message leads to: `team`, it is passed on to dispatchers; `reply`, to the customer; `answer`, its sender is answered by
 * us; `held`, it went over a budget and stands in a summary later; `none`, nobody is texted.
 */
export const PLAN_KINDS = ['team', 'reply', 'answer', 'held', 'none'] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];

/**
 * What one inbound message leads to, pinned before any of it is done: neither a retry, nor a webhook that Twilio sends again, nor
 * a contact who is added meanwhile makes it lead to anything else. All recipients get the same text.
 *  - `sender`: `customer`, `company`, a contact's name or a masked number
 *  - `from`: the number that answers go to
 *  - `acknowledges`: messages that this one, a dispatcher's, says to have been seen
 *  - `notice`: what the customer is told at once, if anything
 *  - `bounce`: who is told when a reply cannot be delivered
 *  - `answeredBy`: who of the team has answered; the one part that changes later
 * Times are epoch ms.
 */
export type RelayPlan = {
  kind: PlanKind;
  scope: RelayScope;
  sender: string;
  from: string;
  receivedAt: number;
  begunAt: number;
  recipients: TeamMember[];
  body: string;
  acknowledges: MessageSid[];
  notice: string | null;
  bounce: Recipient | null;
  heldUntil: number | null;
  answeredBy: string | null;
};

/** Who wrote. Whoever is the job's customer counts as that, also when they dispatch as well. */
export type Sender =
  | { kind: 'ourselves' }
  | { kind: 'customer' }
  | { kind: 'contact'; contact: BackupContact }
  | { kind: 'stranger' };

export const senderOf = (from: string, job: Job | null, company: RelayCompany): Sender => {
  if (company.textNumbers.includes(from)) return { kind: 'ourselves' };
  if (from === job?.customer.phone) return { kind: 'customer' };
  const contact = [...(job?.contacts ?? []), ...company.contacts].find(({ phone }) => phone === from);
  if (contact) return { kind: 'contact', contact };
  // Whoever is told that nobody has answered may answer.
  const phone = from === company.operator ? parsePhoneNumber(from) : null;
  return phone ? { kind: 'contact', contact: { id: OPERATOR, name: 'operator', phone } } : { kind: 'stranger' };
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

/**
 * Who of the team a text goes to, in the order of the cascade: the job's contacts, the company's when it has none. One text to a
 * phone: two contacts may share one. Never to the sender, nor to ourselves, which would be a loop. Nobody is woken in their quiet
 * hours, unless an urgent word stands in the text.
 * @param now epoch ms
 */
export const teamFor = (
  job: Pick<Job, 'contacts'> | null,
  { from, body }: { from: string; body: string },
  company: RelayCompany,
  now: number,
): TeamMember[] => {
  const isUrgent = holdsOneOf(company.policy.urgentWords, body);
  const contacts = job && job.contacts.length > 0 ? job.contacts : company.contacts;
  const team: TeamMember[] = [];
  for (const { id, phone, quietHours } of contacts) {
    if (phone === from || company.textNumbers.includes(phone)) continue;
    if (team.some(({ recipient, to }) => recipient === id || to === phone)) continue;
    const wakesAt = isUrgent ? null : quietUntil(quietHours, company.timeZone, now);
    team.push({ recipient: id, to: phone, notBefore: wakesAt ?? now });
  }
  return team;
};
