import type { BackupContact, Job } from '../../job.ts';
import { numberOfCaller } from '../callable-number.ts';
import { type Consent, isUndoneByDispatcher } from '../consent.ts';
import {
  onlyPersonCanStartText,
  optedInText,
  optedOutByKeywordText,
  type Person,
  startedByDispatcherText,
  stoppedByDispatcherText,
  teamPhoneHelpText,
  teamPhoneStartedText,
  teamPhoneStoppedText,
} from '../consent-wording.ts';
import { GUEST_MAX_AGE_MS } from '../conversation/guest-handle.ts';
import { personKey } from '../conversation/person-key.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { UNMATCHED } from '../outbound-message.ts';
import { OPERATOR, type Planned, type RelayPlan, recipientNow } from '../plan.ts';
import { comparable } from '../recognition/comparable-text.ts';
import type { Keyword } from '../recognition/opt-out.ts';
import { type Address, addressesIn, withoutAddresses } from './address.ts';
import { replyHandle } from './conversation.ts';
import type { FoundJob } from './find-job.ts';
import { teamFor } from './team.ts';

/** Returns the keyword as its sender typed it, in capitals. */
const typed = ({ body }: InboundMessage): string => comparable(body).toUpperCase();

/** Returns the consent that a keyword gives or takes back; null for HELP and INFO. */
export const consentByKeyword = (
  { from, receivedAt: at, body }: InboundMessage,
  keyword: Keyword | null,
): Consent | null =>
  keyword === 'stop' || keyword === 'start'
    ? { phone: personKey(from), isStopped: keyword === 'stop', by: keyword, why: body.trim(), at }
    : null;

/**
 * Plans the keyword of a phone of the team: an outage, of which the operator and the colleagues learn at once, also in their quiet hours.
 * @param name the dispatcher’s or driver’s
 * @param now epoch ms
 */
export const planTeamKeyword = (
  { company }: RelayDependencies,
  message: InboundMessage,
  name: string,
  keyword: Keyword,
  now: number,
): Planned => {
  const { operator, textNumbers } = company;
  const colleagues = teamFor(null, message, company, now).map(({ recipient, to }) => recipientNow(recipient, to, now));
  const isOperatorApart =
    operator !== null &&
    operator !== message.from &&
    !textNumbers.includes(operator) &&
    !colleagues.some(({ to }) => to === operator);
  const word = typed(message);
  const texts: Readonly<Record<Keyword, string>> = {
    stop: teamPhoneStoppedText(name, word, textNumbers[0] ?? 'our number'),
    start: teamPhoneStartedText(name, word),
    help: teamPhoneHelpText(name, word),
  };
  return {
    kind: 'note',
    timelineId: UNMATCHED,
    recipients: [...colleagues, ...(isOperatorApart ? [recipientNow(OPERATOR, operator, now)] : [])],
    body: texts[keyword],
    consent: consentByKeyword(message, keyword),
  };
};

/** Returns the sender of a customer's or guest's message as a person for the team. */
export const personOf = (
  { company }: Pick<RelayDependencies, 'company'>,
  from: string,
  { job }: Pick<FoundJob, 'job'>,
): Person => {
  const number = personKey(from);
  const isCustomer = job !== null && job.customer.phone === number;
  const digits = number.replaceAll(/\D/g, '');
  return {
    name: isCustomer ? job.customer.name : digits.length >= 7 ? `A number ending in ${digits.slice(-4)}` : from,
    handle: replyHandle(job?.id ?? UNMATCHED, from, job?.customer.phone ?? null, company.jobPrefix),
    phone: numberOfCaller(from),
  };
};

/** Returns the part of the plan that a customer's or guest's STOP or START decides: its text for the team, and the consent. */
export const plannedKeyword = (
  deps: RelayDependencies,
  message: InboundMessage,
  found: FoundJob,
  keyword: 'stop' | 'start',
): Pick<RelayPlan, 'body' | 'consent' | 'forInformation'> => {
  const person = personOf(deps, message.from, found);
  const word = typed(message);
  return {
    body: keyword === 'stop' ? optedOutByKeywordText(person, word) : optedInText(person, word),
    // Someone who writes CANCEL about an order waits for an answer: by a call.
    forInformation: !(word === 'CANCEL' && found.job !== null),
    consent: consentByKeyword(message, keyword),
  };
};

/** A dispatcher's decision about a person's consent, `@1042 stop`, with the address of that person. */
export type ConsentCommand = { word: 'stop' | 'start'; address: Address };

/** Returns the decision that a dispatcher's text is, if it addresses someone exactly and says nothing else; else null. */
export const consentCommandOf = ({ body }: InboundMessage, jobPrefix: string): ConsentCommand | null => {
  const [address, another] = addressesIn(body, jobPrefix);
  if (!address?.isLeading || !address.isExact || another) return null;
  const word = comparable(withoutAddresses(body, [address]));
  return (address.kind === 'job' || address.kind === 'guest') && (word === 'stop' || word === 'start')
    ? { word, address }
    : null;
};

/** Finds the person that an address means; null when it is no one, or several. @param now epoch ms */
const personAt = async (
  deps: RelayDependencies,
  { job: jobId, digits }: Address,
  now: number,
): Promise<{ phone: string; job: Job | null } | null> => {
  if (jobId !== null) {
    const job = await deps.jobs.find(jobId);
    return job && { phone: job.customer.phone, job };
  }
  if (digits === null) return null;
  const guests = await deps.relay.guestsEndingIn(digits.slice(-4), now - GUEST_MAX_AGE_MS);
  const [phone, another] = guests.filter((guest) => guest.endsWith(digits));
  return phone === undefined || another !== undefined ? null : { phone, job: null };
};

/**
 * Plans a dispatcher's decision about a person's consent, and its confirmation; null when the handle does not mean one person.
 * @param now epoch ms
 */
export const planConsentCommand = async (
  deps: RelayDependencies,
  message: InboundMessage,
  contact: Pick<BackupContact, 'id' | 'name'>,
  { word, address }: ConsentCommand,
  now: number,
): Promise<Planned | null> => {
  const found = await personAt(deps, address, now);
  if (!found) return null;
  const { phone, job } = found;
  const person = personOf(deps, phone, found);
  const answer = (body: string): Planned => ({
    kind: 'answer',
    timelineId: job?.id ?? UNMATCHED,
    recipients: [recipientNow(contact.id, message.from, now)],
    body,
    person: phone,
  });
  const [newest] = await deps.relay.consents(phone);
  const isOwnWish = newest?.isStopped === true && !isUndoneByDispatcher(newest);
  if (word === 'start' && isOwnWish) return answer(onlyPersonCanStartText(person));
  return {
    ...answer(word === 'stop' ? stoppedByDispatcherText(person) : startedByDispatcherText(person)),
    // An opt-out of the person's own stays on record as that.
    consent: isOwnWish
      ? null
      : { phone, isStopped: word === 'stop', by: 'dispatcher', why: contact.name, at: message.receivedAt },
  };
};
