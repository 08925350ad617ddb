import type { JobId } from '../../ids.ts';
import type { BackupContact, Job } from '../../job.ts';
import type { DeskChoice } from '../conversation/desk.ts';
import { GUEST_MAX_AGE_MS, lastDigitsOf, uniqueGuestHandle } from '../conversation/guest-handle.ts';
import { addressOn, personKey } from '../conversation/person-key.ts';
import type { RelayDependencies } from '../dependencies.ts';
import { UNMATCHED } from '../outbound-message.ts';
import { OPERATOR } from '../plan.ts';
import { comparable } from '../recognition/comparable-text.ts';
import { isTeamName } from '../recognition/team-words.ts';
import { type Address, addressesIn, withoutAddresses } from './address.ts';
import { type DeskView, ownTalks, type Person, personOfTalk, type Talk } from './desk-view.ts';
import type { FoundJob } from './find-job.ts';
import { jobHandle } from './mentions.ts';

/** Everything that an address is looked up in. `now` is epoch ms. */
type Surroundings = {
  deps: RelayDependencies;
  body: string;
  contact: BackupContact;
  found: FoundJob;
  view: DeskView;
  now: number;
};

/**
 * The addressee of a text, and the words that are for them: a person outside the team, colleagues (`name` is null for all), no one
 * by that handle, or several people.
 */
export type Addressee =
  | { kind: 'none' }
  | { kind: 'person'; person: Person }
  | { kind: 'colleagues'; contacts: readonly BackupContact[]; name: string | null }
  | { kind: 'unknown'; handle: string }
  | { kind: 'several'; people: Person[] };
export type AddressedText = { addressee: Addressee; words: string };

const NO_ADDRESSEE: Addressee = { kind: 'none' };

/** Returns the customer of a job as a person, on the channel of their last text. */
export const customerOf = async ({ relay, company }: RelayDependencies, job: Job): Promise<Person> => {
  const phone = personKey(job.customer.phone);
  const conversation = await relay.conversation(phone);
  return {
    timelineId: job.id,
    phone,
    to: addressOn(conversation?.channel ?? 'sms', phone),
    label: { handle: jobHandle(job.id, company.jobPrefix), name: job.customer.name },
  };
};

const hasJob = ({ timelineId, conversation }: Talk, id: string): boolean =>
  timelineId === id
    ? (conversation?.jobs.some((job) => job === id) ?? false)
    : (conversation?.jobs.some((job) => job === id) ?? false);

/** Returns the person of a conversation that a desk names: the customer of its job, or a guest. */
export const personAt = async (deps: RelayDependencies, { phone, timelineId }: DeskChoice): Promise<Person> => {
  const job = timelineId === UNMATCHED ? null : await deps.jobs.find(timelineId as JobId);
  if (job && personKey(job.customer.phone) === phone) return customerOf(deps, job);
  const conversation = await deps.relay.conversation(phone);
  return personOfTalk({ phone, timelineId, conversation }, deps.company.jobPrefix);
};

/** Returns the people of several conversations, with handles that no two of them share. */
const peopleOf = (talks: readonly Talk[], jobPrefix: string): Person[] => {
  const guests = talks.map(({ phone }) => phone).filter((phone) => lastDigitsOf(phone) !== null);
  return talks.map((talk) => {
    const person = personOfTalk(talk, jobPrefix);
    const handle = person.label.handle.startsWith('@u') ? uniqueGuestHandle(talk.phone, guests) : null;
    return handle ? { ...person, label: { ...person.label, handle } } : person;
  });
};

const oneOf = (people: Person[], handle: string): Addressee => {
  const [only] = people;
  if (!only) return { kind: 'unknown', handle };
  return people.length === 1 ? { kind: 'person', person: only } : { kind: 'several', people };
};

/** Finds the guests whose numbers end in some digits: on the desk, and those who have written lately. */
const guestsBy = async (
  { deps, view, now }: Surroundings,
  { digits, handle, isExact }: Address,
): Promise<Addressee> => {
  if (digits === null) return NO_ADDRESSEE;
  const ends = ({ phone }: { phone: string }) => phone.endsWith(digits);
  const onDesk = view.talks.filter((talk) => ends(talk) && (talk.conversation?.jobs.length ?? 0) === 0);
  const lately = await deps.relay.guestsEndingIn(digits.slice(-4), now - GUEST_MAX_AGE_MS);
  const others = lately.filter((phone) => ends({ phone }) && onDesk.every((talk) => talk.phone !== phone));
  const conversations = await deps.relay.conversations(others);
  const further = conversations.map((conversation) => ({
    phone: conversation.phone,
    timelineId: conversation.lastOfPerson?.timelineId ?? UNMATCHED,
    at: conversation.updatedAt,
    conversation,
    waiting: conversation.waiting,
  }));
  const found = oneOf(peopleOf([...onDesk, ...further], deps.company.jobPrefix), handle);
  return found.kind === 'unknown' && !isExact ? NO_ADDRESSEE : found;
};

const firstName = (name: string): string => comparable(name).split(' ')[0] ?? '';

/** Returns the dispatchers of a company and of the job that a text is about, with the operator. */
export const colleaguesOf = ({
  deps,
  found,
  contact,
}: Pick<Surroundings, 'deps' | 'found' | 'contact'>): BackupContact[] => {
  const { contacts, operator } = deps.company;
  const all = [...contacts, ...(found.job?.contacts ?? [])];
  const boss = operator === null ? [] : [{ id: OPERATOR, name: 'operator', phone: operator as BackupContact['phone'] }];
  return [...all, ...boss].filter(
    ({ phone }, i, list) => phone !== contact.phone && list.findIndex((other) => other.phone === phone) === i,
  );
};

/** Finds the one with a name: all colleagues, a colleague, or a person whose conversation the dispatcher has. */
const byName = (of: Surroundings, { name, handle }: Address): Addressee => {
  const { deps, contact, view, now } = of;
  const typed = comparable(name ?? '');
  const colleagues = colleaguesOf(of);
  const dispatchers = colleagues.filter(({ id }) => id !== OPERATOR);
  if (isTeamName(typed))
    return { kind: 'colleagues', contacts: dispatchers.length > 0 ? dispatchers : colleagues, name: null };
  const named = colleagues.filter((one) => firstName(one.name) === typed || comparable(one.id) === typed);
  if (named.length > 0) return { kind: 'colleagues', contacts: named, name: named[0]?.name ?? null };
  if (firstName(contact.name) === typed) return { kind: 'unknown', handle };
  const talks = ownTalks(view, now).filter(({ conversation }) => firstName(conversation?.name ?? '') === typed);
  return oneOf(peopleOf(talks, deps.company.jobPrefix), handle);
};

/** Looks up one address. A doubtful one counts only for the dispatcher's own conversations. */
const lookUp = async (of: Surroundings, address: Address): Promise<Addressee> => {
  const { deps, found, view, now, body } = of;
  const { kind, job: id, handle, isExact, start } = address;
  if (kind === 'guest') return guestsBy(of, address);
  if (kind === 'name') return byName(of, address);
  if (kind === 'broken' || id === null) return { kind: 'unknown', handle };
  const own = ownTalks(view, now).find((talk) => hasJob(talk, id));
  if (!isExact) {
    if (own) return { kind: 'person', person: { ...personOfTalk(own, deps.company.jobPrefix), timelineId: id } };
    // `@4410yes` can only be a handle; `#2` and `US-290` are words.
    return /^[^\p{L}\p{N}#]*[@\uff20][^\s]/u.test(body.slice(start)) ? { kind: 'unknown', handle } : NO_ADDRESSEE;
  }
  const job = found.job?.id === id ? found.job : await deps.jobs.find(id);
  return job ? { kind: 'person', person: await customerOf(deps, job) } : { kind: 'unknown', handle };
};

const mergedOf = (all: readonly Addressee[]): Addressee => {
  const [first, ...others] = all;
  if (!first || others.length === 0) return first ?? NO_ADDRESSEE;
  const unknown = all.find(({ kind }) => kind === 'unknown');
  if (unknown) return unknown;
  const colleagues = all.flatMap((one) => (one.kind === 'colleagues' ? one.contacts : []));
  const people = all.flatMap((one) =>
    one.kind === 'person' ? [one.person] : one.kind === 'several' ? one.people : [],
  );
  const distinct = people.filter(({ phone }, i) => people.findIndex((other) => other.phone === phone) === i);
  const [only] = distinct;
  if (!only) return { kind: 'colleagues', contacts: colleagues, name: null };
  return distinct.length === 1 && colleagues.length === 0
    ? { kind: 'person', person: only }
    : { kind: 'several', people: distinct };
};

/** Finds the person that a handle in the middle or at the end of a text names, among the dispatcher's own conversations. */
const laterAddressee = async (of: Surroundings, addresses: readonly Address[]): Promise<AddressedText> => {
  const { view, now, body } = of;
  const later = addresses.filter(({ isLeading }) => !isLeading);
  const looked = await Promise.all(later.map(async (address) => ({ address, addressee: await lookUp(of, address) })));
  const own = ownTalks(view, now);
  const mine = looked.filter(
    ({ addressee }) => addressee.kind === 'person' && own.some(({ phone }) => phone === addressee.person.phone),
  );
  // A handle of someone else may be a place or another job: the recipient is unclear then.
  const others = looked.filter((one) => one.addressee.kind !== 'unknown' && !mine.includes(one));
  if (mine.length === 0 || others.length > 0) return { addressee: NO_ADDRESSEE, words: body.trim() };
  return {
    addressee: mergedOf(mine.map(({ addressee }) => addressee)),
    words: withoutAddresses(
      body,
      mine.map(({ address }) => address),
    ),
  };
};

/** Finds the addressee of a dispatcher's text, and the words for them. */
export const addresseeOf = async (of: Surroundings): Promise<AddressedText> => {
  const { deps, body } = of;
  const addresses = addressesIn(body, deps.company.jobPrefix);
  const leading = addresses.filter(({ isLeading }) => isLeading);
  const found = await Promise.all(leading.map((address) => lookUp(of, address)));
  const counted = leading.filter((_, i) => found[i]?.kind !== 'none');
  if (counted.length === 0) return laterAddressee(of, addresses);
  const addressee = mergedOf(found.filter(({ kind }) => kind !== 'none'));
  return { addressee, words: withoutLastName(withoutAddresses(body, counted), addressee, leading[0]?.kind === 'name') };
};

/** Returns the words without the rest of a person's name: `@ann lee yes` → `yes`. */
const withoutLastName = (words: string, addressee: Addressee, isByName: boolean): string => {
  if (addressee.kind !== 'person' || !isByName) return words;
  const [, ...rest] = addressee.person.label.name.split(/\s+/);
  const last = rest.join(' ');
  return last !== '' && words.toLowerCase().startsWith(`${last.toLowerCase()} `)
    ? words.slice(last.length).trim()
    : words;
};
