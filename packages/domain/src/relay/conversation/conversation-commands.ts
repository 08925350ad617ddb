import { ProductError } from '../../errors.ts';
import { parseJobId, parseMessageSid } from '../../ids.ts';
import type { ConversationPage, ConversationText } from '../../ports/conversations.ts';
import type { JobStore } from '../../ports/jobs.ts';
import type { RelayStore } from '../../ports/relay.ts';
import { ownSid } from '../fingerprint.ts';
import { UNMATCHED } from '../outbound-message.ts';
import { CUSTOMER, type RelayPlan } from '../plan.ts';
import { noteClaim } from './claim-hold.ts';
import { type Conversation, claimedBy, closed, linkedTo, released } from './conversation.ts';
import { changeConversation } from './note-message.ts';
import { personKey } from './person-key.ts';

/** Number of conversations, and of texts, in a page. */
const PAGE_CONVERSATIONS = 50;
const PAGE_TEXTS = 50;

/** Ports of the functions about conversations. */
export type ConversationPorts = { relay: RelayStore; jobs: Pick<JobStore, 'find'> };

const noSuchConversation = (): ProductError =>
  new ProductError('conversation-not-found', 'No conversation has this ID. Use the ID of GET /api/conversations.');

/** Returns the person outside the team who wrote a message or gets it. */
const personOf = ({ kind, recipients, from }: RelayPlan): string =>
  personKey((kind === 'reply' ? recipients.find(({ recipient }) => recipient === CUSTOMER)?.to : null) ?? from);

/**
 * Finds a conversation by its ID, which is the SID of its first text, or by the ID of a job, as that of the job's customer.
 * @throws ProductError `conversation-not-found`
 */
export const findConversation = async ({ relay, jobs }: ConversationPorts, id: string): Promise<Conversation> => {
  const [jobId, sid] = [parseJobId(id), parseMessageSid(id)];
  const job = jobId && (await jobs.find(jobId));
  const plan = sid && (await relay.plan(sid));
  const phone = job ? personKey(job.customer.phone) : plan && personOf(plan);
  const conversation = phone && (await relay.conversation(phone));
  if (!conversation) throw noSuchConversation();
  return conversation;
};

/**
 * Lists open conversations: those that wait for an answer, longest first, and then the others, last used first.
 * @param after `next` of the page before, null for the first page
 * @throws ProductError `schema-violation` when `after` is not a cursor
 */
export const listOpenConversations = async (
  { relay }: Pick<ConversationPorts, 'relay'>,
  after: string | null,
): Promise<ConversationPage<Conversation>> => {
  const [, list, cursor = ''] = after === null ? [] : (/^(waiting|quiet)\.(.*)$/.exec(after) ?? ['', 'waiting', after]);
  const from = cursor === '' ? null : cursor;
  const isQuietOnly = list === 'quiet';
  const none: ConversationPage<Conversation> = { items: [], next: null };
  const waiting = isQuietOnly ? none : await relay.listConversations('waiting', from, PAGE_CONVERSATIONS);
  if (waiting.next !== null) return { ...waiting, next: `waiting.${waiting.next}` };
  const left = PAGE_CONVERSATIONS - waiting.items.length;
  if (left === 0) return { ...waiting, next: 'quiet.' };
  const quiet = await relay.listConversations('quiet', isQuietOnly ? from : null, left);
  return {
    items: [...waiting.items, ...quiet.items],
    next: quiet.next === null ? null : `quiet.${quiet.next}`,
  };
};

/** Reads a page of the texts of a conversation, newest first. @throws ProductError `conversation-not-found`, `schema-violation` */
export const readConversation = async (
  ports: ConversationPorts,
  id: string,
  after: string | null,
): Promise<{ conversation: Conversation; texts: ConversationPage<ConversationText> }> => {
  const conversation = await findConversation(ports, id);
  return { conversation, texts: await ports.relay.conversationTexts(conversation.phone, after, PAGE_TEXTS) };
};

/** Commands about a conversation. `note` is for colleagues only; `unlink`: the number is not another phone of a customer any more. */
export const CONVERSATION_COMMANDS = ['claim', 'release', 'close', 'note', 'unlink'] as const;
export type ConversationCommand = {
  command: (typeof CONVERSATION_COMMANDS)[number];
  /** The dispatcher who commands: ID and name. */
  by: { id: string; name: string };
  /** The words of a note. */
  text: string | null;
};

/**
 * Runs a command about a conversation. Closing it marks what waits as answered, so that no one else is texted because of it. Repeating a
 * command changes nothing more.
 * @param at epoch ms
 * @throws ProductError `conversation-not-found`; `schema-violation` for a note without words; `conflict`
 */
export const commandConversation = async (
  ports: ConversationPorts,
  id: string,
  { command, by, text }: ConversationCommand,
  at: number,
): Promise<Conversation> => {
  const { relay } = ports;
  const found = await findConversation(ports, id);
  const { phone } = found;
  if (command === 'note') {
    await addNote(relay, found, by.name, text, at);
    return found;
  }
  if (command === 'close') for (const { messageSid } of found.waiting) await relay.acknowledge(messageSid, by.name, at);
  const change = (before: Conversation): Conversation => {
    if (command === 'claim') return claimedBy(before, { by: by.id, name: by.name, at });
    if (command === 'unlink') return linkedTo(before, null, at);
    return command === 'release' ? released(before, at) : closed(before, at);
  };
  const changed = (await changeConversation(ports, phone, (before) => before && change(before))) ?? found;
  if (command === 'claim' || command === 'release') await noteClaim(relay, changed);
  return changed;
};

/** Adds a note to a conversation. The same words of the same dispatcher in the same minute are one note. */
const addNote = async (
  relay: RelayStore,
  { id, phone, lastOfPerson }: Conversation,
  sender: string,
  text: string | null,
  at: number,
): Promise<void> => {
  const body = text?.trim() ?? '';
  if (body === '')
    throw new ProductError('schema-violation', 'A note needs words.', {
      violations: [{ pointer: '/text', detail: 'is missing' }],
    });
  const messageSid = ownSid(`note ${id} ${sender} ${Math.floor(at / 60_000)} ${body}`);
  const timelineId = lastOfPerson?.timelineId ?? UNMATCHED;
  await relay.addConversationText(phone, { messageSid, timelineId, at, side: 'note', sender, body });
};
