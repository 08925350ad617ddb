import { type JobId, jobIdOf } from '../../ids.ts';
import type { Job } from '../../job.ts';
import { personKey } from '../conversation/person-key.ts';
import type { RelayDependencies } from '../dependencies.ts';
import {
  askLinkText,
  linkCopyText,
  linkedText,
  nothingToUnlinkText,
  ownPhoneText,
  type PersonLabel,
  unlinkCopyText,
  unlinkedText,
} from '../dispatcher-wording.ts';
import type { Planned } from '../plan.ts';
import { introducedNames, isNamedIn } from '../recognition/self-introduction.ts';
import type { Person, Talk } from './desk-view.ts';
import { answerTo, type DispatcherMessage, holding } from './dispatcher-answer.ts';
import { jobHandle } from './mentions.ts';
import { amongColleagues } from './plan-team-order.ts';

/*
 * Other phones of a customer: "it's Maria, my husband's phone". The writer's word links nothing. A dispatcher says which job it is, reads the
 * customer's name, and says yes.
 */

/** Maximum number of customers that are named to dispatchers for one text. */
const MAX_NAMED = 2;
/** Maximum number of open conversations in which a name is looked for, waiting ones first, then the last used. */
const CONVERSATIONS_READ = 50;

/** Returns the customer of a job as dispatchers see them. */
const labelOf = ({ id, customer }: Pick<Job, 'id' | 'customer'>, jobPrefix: string): PersonLabel => ({
  handle: jobHandle(id, jobPrefix),
  name: customer.name,
});

/**
 * Returns the customers that a stranger's text says its writer to be: the one of the job that it names, else those of open conversations with
 * that name. Empty for a text that gives no name.
 */
export const customersIntroduced = async (
  { relay, company }: Pick<RelayDependencies, 'relay' | 'company'>,
  body: string,
  job: Job | null,
): Promise<PersonLabel[]> => {
  const names = introducedNames(body);
  if (names.length === 0) return [];
  if (job) return isNamedIn(names, job.customer.name) ? [labelOf(job, company.jobPrefix)] : [];
  const lists = await Promise.all(
    (['waiting', 'quiet'] as const).map((list) => relay.listConversations(list, null, CONVERSATIONS_READ)),
  );
  const customers = lists
    .flatMap(({ items }) => items)
    .flatMap(({ name, jobs: [newest] }) =>
      name !== null && newest !== undefined && isNamedIn(names, name)
        ? [{ handle: jobHandle(newest, company.jobPrefix), name }]
        : [],
    );
  return customers.length > MAX_NAMED ? [] : customers;
};

/** An order about the phone that a text addresses: link it to the customer of a job, or end that. */
export type LinkOrder = { kind: 'link'; job: JobId } | { kind: 'unlink' };

const LINK =
  /^(?:(?:is|link|link to|is the same as|same as|es|vincular|vincular con)\s+|=\s*)[@#\uff20]?(?:(?<prefix>[a-z]{2,5})[-\s]?)?(?<number>[0-9]{1,9})[\s.!]*$/i;
const UNLINK = /^(?:unlink|desvincular|desvincula)[\s.!]*$/i;

/** Returns the order that words after a guest's handle are: `is 1042`, `unlink`; null for words to the guest. */
export const linkOrderOf = (words: string, jobPrefix: string): LinkOrder | null => {
  if (UNLINK.test(words)) return { kind: 'unlink' };
  const { prefix, number } = LINK.exec(words)?.groups ?? {};
  const job = number === undefined ? null : jobIdOf((prefix ?? jobPrefix).toUpperCase(), number);
  return job && { kind: 'link', job };
};

const talkOf = ({ view, now }: DispatcherMessage, person: Person): Talk =>
  view.talks.find(({ phone }) => phone === person.phone) ?? { ...person, at: now, conversation: null, waiting: [] };

/**
 * Plans an order about a phone: a link is asked about, with the customer's name. Null for any other words: the addressee is a job's own
 * customer, or the job does not exist, so the words may be for the person.
 */
export const planLinkOrder = async (of: DispatcherMessage): Promise<Planned | null> => {
  const { deps, addressee, words, message } = of;
  const { jobPrefix } = deps.company;
  if (addressee.kind !== 'person' || message.media.length > 0) return null;
  const { person } = addressee;
  const order = person.label.handle.startsWith('@u') ? linkOrderOf(words, jobPrefix) : null;
  if (!order) return null;
  const { handle } = person.label;
  const known = await deps.relay.conversation(person.phone);
  if (!known) return null;
  if (order.kind === 'unlink') {
    if (!known.otherPhoneOf) return answerTo(of, nothingToUnlinkText(handle));
    const toColleagues = unlinkCopyText(of.contact.name, handle);
    return amongColleagues(of, talkOf(of, person), { toColleagues, own: unlinkedText(handle), order: 'unlink' });
  }
  const job = await deps.jobs.find(order.job);
  if (!job) return null;
  const customer = labelOf(job, jobPrefix);
  if (personKey(job.customer.phone) === person.phone) return answerTo(of, ownPhoneText(handle, customer));
  return answerTo(of, askLinkText(handle, customer), holding('link', words, [], [{ ...person, timelineId: job.id }]));
};

/** Plans the link that a dispatcher has said yes to; null when its job does not exist any more. */
export const planLink = async (of: DispatcherMessage, person: Person, jobId: JobId): Promise<Planned | null> => {
  const { deps, contact } = of;
  const job = await deps.jobs.find(jobId);
  if (!job) return null;
  const { handle } = person.label;
  const customer = labelOf(job, deps.company.jobPrefix);
  return amongColleagues(of, talkOf(of, person), {
    toColleagues: linkCopyText(contact.name, handle, customer),
    own: linkedText(handle, customer),
    timelineId: job.id,
    order: 'link',
    link: { phone: personKey(job.customer.phone), name: job.customer.name },
  });
};
