import { ProductError } from '../../errors.ts';
import { type JobId, type MessageSid, maskPhone } from '../../ids.ts';
import type { ConversationText } from '../../ports/conversations.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { type TimelineId, UNMATCHED } from '../outbound-message.ts';
import { CUSTOMER, DRIVER, type RelayPlan } from '../plan.ts';
import { questionIn } from '../planning/find-job.ts';
import { asksSomething } from '../recognition/asks-something.ts';
import {
  answered,
  applyOnce,
  type Conversation,
  claimedBy,
  closed,
  companySaid,
  heard,
  type LastText,
  linkedTo,
  newConversation,
  released,
  withJob,
  withoutWaitingTexts,
  withWaitingText,
} from './conversation.ts';
import { type Desk, relayedToDesk, spokenAtDesk } from './desk.ts';
import { deskFromSentTexts } from './earlier-history.ts';
import { GUEST_MAX_AGE_MS, lastDigitsOf, uniqueGuestHandle } from './guest-handle.ts';
import { channelOf, personKey } from './person-key.ts';

/*
 * Keeps conversations and desks up to date from the pinned plan of a message. Every step is idempotent under the MessageSid, so a
 * worker may repeat all of them after a crash.
 */

/** Maximum attempts to write an item that other workers write at the same time: as many as run at once on a busy day. */
const MAX_WRITES = 12;
/** Longest pause before the second attempt, in ms. It doubles with each one, and the share of it is random. */
const FIRST_PAUSE_MS = 20;
const MAX_PAUSE_MS = 640;

type Noting = Pick<RelayDependencies, 'relay' | 'jobs' | 'company' | 'now' | 'pause' | 'random'>;
type Pausing = Pick<RelayDependencies, 'relay'> & Partial<Pick<RelayDependencies, 'pause' | 'random'>>;
/** The words of a message, as the timeline has them. */
type Words = Pick<InboundMessage, 'messageSid' | 'receivedAt' | 'from' | 'body'>;

/** The changes of one conversation by a message. `isCustomer`: the person is certainly the customer of the timeline's job. */
type ConversationNews = {
  phone: string;
  timelineId: TimelineId;
  isCustomer: boolean;
  change: (conversation: Conversation) => Conversation;
  texts: ConversationText[];
};

const conflict = (what: string): ProductError =>
  new ProductError('conflict', `Other workers change this ${what} at the same time. Try again.`, { retryAfterS: 1 });

/** Waits before another attempt, for a random time, so that workers do not retry in lockstep. */
const pauseBetween = async ({ pause, random }: Partial<Pick<RelayDependencies, 'pause' | 'random'>>, attempt: number) =>
  pause?.((random?.() ?? 1) * Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));

/**
 * Changes a conversation by conditional writes.
 * @param change gets null where there is no conversation yet; returns null, or the same object, when there is nothing to write
 * @throws ProductError `conflict` when other workers were first each time
 */
export const changeConversation = async (
  deps: Pausing,
  phone: string,
  change: (conversation: Conversation | null) => Promise<Conversation | null> | Conversation | null,
): Promise<Conversation | null> => {
  for (let attempt = 0; attempt < MAX_WRITES; attempt += 1) {
    const seen = await deps.relay.conversation(phone);
    const changed = await change(seen);
    if (changed === null || changed === seen) return seen;
    const next = { ...changed, version: (seen?.version ?? 0) + 1 };
    if (await deps.relay.writeConversation(next)) return next;
    await pauseBetween(deps, attempt);
  }
  throw conflict('conversation');
};

/**
 * Changes the desk of a phone by conditional writes. A missing desk is made from the texts that an earlier version of the product sent.
 * @param change returns the same object when there is nothing to write
 * @throws ProductError `conflict` when other workers were first each time
 */
export const changeDesk = async (deps: Noting, phone: string, change: (desk: Desk) => Desk): Promise<void> => {
  for (let attempt = 0; attempt < MAX_WRITES; attempt += 1) {
    const stored = await deps.relay.desk(phone);
    const earlier = stored ? null : await deskFromSentTexts(deps, phone);
    for (const { phone: person, waiting } of earlier?.conversations ?? [])
      await changeConversation(deps, person, (known) => withEarlierTexts(known, person, waiting));
    const seen = stored ?? earlier?.desk;
    const next = seen && change(seen);
    if (!seen || !next || (next === seen && stored !== null)) return;
    if (await deps.relay.writeDesk({ ...next, version: seen.version + 1 })) return;
    await pauseBetween(deps, attempt);
  }
  throw conflict('desk');
};

/** Adds the texts that wait since before conversations were kept. */
const withEarlierTexts = (known: Conversation | null, phone: string, waiting: Conversation['waiting']) => {
  const [first] = waiting;
  if (!first) return known;
  return waiting.reduce(
    (conversation, text) =>
      applyOnce(conversation, text.messageSid, text.since, (before) => withWaitingText(before, text)),
    known ?? newConversation(phone, first.messageSid, first.since),
  );
};

/** True for a text that expects an answer. */
const expectsAnswer = (body: string, jobPrefix: string): boolean =>
  asksSomething(body) || questionIn(body, jobPrefix) !== null;

/** True when the sender of a message is outside the team: a job's customer, or someone with a masked number on the timeline. */
const isFromPerson = ({ sender, from, kind }: RelayPlan): boolean =>
  kind === 'team' ? sender !== 'company' : sender === 'customer' || sender === maskPhone(from);

const textOf = (
  { timelineId, receivedAt, sender }: RelayPlan,
  messageSid: MessageSid,
  side: ConversationText['side'],
  body: string,
): ConversationText => ({
  messageSid,
  timelineId,
  at: receivedAt,
  side,
  sender: side === 'company' ? 'company' : sender,
  body,
});

const lastText = ({ side: _, sender: by, ...text }: ConversationText, isQuestion: boolean): LastText => ({
  ...text,
  by,
  isQuestion,
});

/** The news of a text from outside the team, with the company's own answer to it. */
const newsFromPerson = ({ company }: Noting, plan: RelayPlan, message: Words): ConversationNews => {
  const { messageSid, body } = message;
  const { kind, timelineId, from, sender } = plan;
  const own = textOf(plan, messageSid, 'person', body);
  const isAnswered = kind === 'answer' && plan.recipients.some(({ recipient }) => recipient === CUSTOMER);
  const toldBody = isAnswered ? plan.body : sender === 'customer' ? plan.notice : null;
  const told = toldBody === null ? [] : [textOf(plan, messageSid, 'company', toldBody)];
  const text = {
    ...lastText(own, expectsAnswer(body, company.jobPrefix)),
    channel: channelOf(from),
    // An answer may have been recorded before another worker repeats this one.
    waits: kind === 'team' && !plan.forInformation && plan.answeredBy === null,
    isCounted: kind !== 'held',
  };
  return {
    phone: personKey(from),
    timelineId,
    isCustomer: sender === 'customer',
    // "Never mind" takes the sender's own text back.
    change: (conversation) =>
      told.reduce(
        (before, one) => companySaid(before, lastText(one, false)),
        heard(withoutWaitingTexts(conversation, plan.acknowledges), text),
      ),
    texts: [own, ...told],
  };
};

/** The news of a dispatcher's text that acknowledges messages and goes to no person: of one conversation for each sender. */
const newsOfAcknowledgement = async ({ relay }: Noting, plan: RelayPlan): Promise<ConversationNews[]> => {
  const { acknowledges, timelineId } = plan;
  const people = new Map<string, MessageSid[]>();
  for (const sid of acknowledges) {
    const person = plan.person ?? (await relay.plan(sid))?.from;
    if (person !== undefined) people.set(personKey(person), [...(people.get(personKey(person)) ?? []), sid]);
  }
  return [...people].map(([phone, sids]) => ({
    phone,
    timelineId,
    isCustomer: false,
    change: (conversation) => withoutWaitingTexts(conversation, sids),
    texts: [],
  }));
};

/** Changes a conversation by a dispatcher's order; without one, it stays as it is. */
const ordered = ({ order, link, sender, receivedAt: at }: RelayPlan, before: Conversation): Conversation => {
  if (order === 'claim') return claimedBy(before, { by: sender, name: sender, at });
  if (order === 'release') return released(before, at);
  if (order === 'link' && link) return linkedTo(before, { ...link, by: sender, at }, at);
  if (order === 'unlink') return linkedTo(before, null, at);
  return order === 'close' ? closed(before, at) : before;
};

/** The news of a dispatcher's order about a conversation, or of a note in it, with what it acknowledges. */
const newsOfOrder = (plan: RelayPlan, person: string, { messageSid, body }: Words): ConversationNews => ({
  phone: personKey(person),
  timelineId: plan.timelineId,
  isCustomer: false,
  change: (before) => withoutWaitingTexts(ordered(plan, before), plan.acknowledges),
  texts: plan.kind === 'note' ? [textOf(plan, messageSid, 'note', body)] : [],
});

/** Returns the changes of conversations that follow from a plan. */
const newsOf = async (deps: Noting, plan: RelayPlan, message: Words): Promise<ConversationNews[]> => {
  const { messageSid, body } = message;
  const { kind, timelineId, recipients, acknowledges } = plan;
  if (isFromPerson(plan)) return [newsFromPerson(deps, plan, message)];
  if (kind === 'team') {
    const text = { messageSid, timelineId, since: plan.receivedAt, isQuestion: expectsAnswer(body, '') };
    const change = (conversation: Conversation) =>
      plan.answeredBy === null ? withWaitingText(conversation, text) : conversation;
    return [{ phone: personKey(plan.from), timelineId, isCustomer: false, change, texts: [] }];
  }
  if (plan.person !== undefined && (kind === 'note' || plan.order)) return [newsOfOrder(plan, plan.person, message)];
  const toPerson = recipients.find(({ recipient }) => recipient === CUSTOMER);
  if (!toPerson) return acknowledges.length > 0 ? newsOfAcknowledgement(deps, plan) : [];
  // An answer is in the conversation once it is on its way: see `noteAnswer`.
  return kind === 'reply' ? [] : newsToPerson(deps, plan, messageSid);
};

/** The news of a text to the person: of a dispatcher's answer, or of the company's own text. */
const newsToPerson = ({ company }: Noting, plan: RelayPlan, messageSid: MessageSid): ConversationNews[] => {
  const { kind, timelineId, recipients, acknowledges, body } = plan;
  const said = textOf(plan, messageSid, kind === 'reply' ? 'team' : 'company', body);
  const text = lastText(said, expectsAnswer(body, company.jobPrefix));
  const change = (conversation: Conversation) =>
    kind === 'reply' ? answered(conversation, text, acknowledges) : companySaid(conversation, text);
  return recipients
    .filter(({ recipient }) => recipient === CUSTOMER)
    .map(({ to }) => ({ phone: personKey(to), timelineId, isCustomer: false, change, texts: [said] }));
};

/** Adds the job of a message to its customer's conversation. Reads the job only when the conversation does not know it. */
const withJobOf = async (
  { jobs }: Noting,
  conversation: Conversation,
  { timelineId, isCustomer }: ConversationNews,
): Promise<Conversation> => {
  const { name, phone } = conversation;
  const known = conversation.jobs.find((id) => id === timelineId);
  if (known) return name === null ? conversation : withJob(conversation, { id: known, name });
  const isOfGuest = !isCustomer && conversation.lastOfPerson?.timelineId === timelineId;
  if (timelineId === UNMATCHED || isOfGuest) return conversation;
  const job = await jobs.find(timelineId as JobId);
  const isTheirs = job !== null && personKey(job.customer.phone) === phone;
  return isTheirs ? withJob(conversation, { id: job.id, name: job.customer.name }) : conversation;
};

/** Gives the conversation of someone who is not a job's customer a handle that no other guest's number fits. */
const withHandle = async ({ relay, now }: Noting, conversation: Conversation): Promise<Conversation> => {
  const { phone, handle, jobs } = conversation;
  const digits = lastDigitsOf(phone);
  if (handle !== null || jobs.length > 0 || digits === null) return conversation;
  await relay.noteGuest(phone, now());
  const others = await relay.guestsEndingIn(digits, now() - GUEST_MAX_AGE_MS);
  return { ...conversation, handle: uniqueGuestHandle(phone, others) };
};

const applyNews = async (deps: Noting, { messageSid, receivedAt }: Words, news: ConversationNews): Promise<void> => {
  const { phone, change, texts } = news;
  if (phone === '' || deps.company.textNumbers.includes(phone)) return;
  for (const text of texts) await deps.relay.addConversationText(phone, text);
  await changeConversation(deps, phone, async (known) => {
    const before = known ?? newConversation(phone, messageSid, receivedAt);
    const after = applyOnce(before, messageSid, receivedAt, change);
    return after === before ? known : withHandle(deps, await withJobOf(deps, after, news));
  });
};

/** Applies a dispatcher's own text to their desk. */
const noteAtDesk = async (deps: Noting, plan: RelayPlan, { messageSid }: Words): Promise<void> => {
  const { kind, recipients, from, timelineId, body, acknowledges } = plan;
  const [first] = recipients;
  const isReply = kind === 'reply' && first !== undefined;
  const isTold = kind === 'answer' && first !== undefined && first.recipient !== DRIVER && first.recipient !== CUSTOMER;
  if (
    plan.sender === 'company' ||
    isFromPerson(plan) ||
    !(isReply || isTold || kind === 'note' || acknowledges.length > 0)
  )
    return;
  await changeDesk(deps, personKey(from), (desk) =>
    spokenAtDesk(desk, {
      messageSid,
      at: plan.receivedAt,
      sent: isReply ? { phone: personKey(first.to), timelineId, body } : null,
      asked: plan.asks ?? null,
      told: isTold ? body : null,
    }),
  );
};

/**
 * Brings conversations and desks up to date with a message.
 * @param plan the pinned plan
 * @throws ProductError `conflict` when other workers change the same ones at the same time
 */
export const noteMessage = async (deps: Noting, plan: RelayPlan, message: Words): Promise<void> => {
  for (const news of await newsOf(deps, plan, message)) await applyNews(deps, message, news);
  await noteAtDesk(deps, plan, message);
};

/**
 * Adds a dispatcher's answer to the conversation. Call it once the answer is on its way: not while its writer may take it back, and not
 * when it was refused.
 * @throws ProductError `conflict` when other workers change the conversation at the same time
 */
export const noteAnswer = async (deps: Noting, plan: RelayPlan, messageSid: MessageSid): Promise<void> => {
  const { receivedAt, from, body } = plan;
  for (const news of newsToPerson(deps, plan, messageSid))
    await applyNews(deps, { messageSid, receivedAt, from, body }, news);
};

/**
 * Puts a conversation on the desks of the dispatchers who are about to get a text of it, so that their answers find it.
 * @param phones of the dispatchers
 */
export const noteRelayed = async (deps: Noting, plan: RelayPlan, phones: readonly string[]): Promise<void> => {
  const person = { phone: personKey(plan.from), timelineId: plan.timelineId };
  const desks = new Set(phones.map(personKey));
  await Promise.all([...desks].map((desk) => changeDesk(deps, desk, (one) => relayedToDesk(one, person, deps.now()))));
};
