import { type JobId, type MessageSid, parseMessageSid } from '../../ids.ts';
import type { RecentMessage } from '../budget.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { UNMATCHED } from '../outbound-message.ts';
import { type Conversation, type RelayedMessage, replyHandle } from './conversation.ts';
import { withoutLeadingMention } from './mentions.ts';

/** Texts to a dispatcher older than this are not what they answer, in ms. */
const RELAYED_WITHIN_MS = 7 * 24 * 3_600_000;
/** Maximum number of texts to a dispatcher that are looked at, and the number that is read at a time. */
const MAX_TEXTS_TO_DISPATCHER = 60;
const TEXTS_PER_READ = 20;
/** Maximum number of a sender's messages that one answer can answer. */
const MAX_ANSWERED_MESSAGES = 10;
/** Time that a dispatcher has to say who a text is for, in ms. */
const HELD_FOR_RECIPIENT_MS = 15 * 60_000;

/** Reads the messages that were relayed to a phone lately, with their plans. */
export const messagesRelayedTo = async (
  deps: RelayDependencies,
  phone: string,
  now: number,
): Promise<RelayedMessage[]> => {
  const sent = (await deps.relay.sentTo(phone, now - RELAYED_WITHIN_MS)).slice(0, MAX_TEXTS_TO_DISPATCHER);
  const relayed: RelayedMessage[] = [];
  // Our own answers to dispatchers must not hide the customers who are waiting for them.
  for (let i = 0; i < sent.length && relayed.length < TEXTS_PER_READ; i += TEXTS_PER_READ) {
    const plans = await Promise.all(
      sent.slice(i, i + TEXTS_PER_READ).map(async ({ messageSid, at }) => {
        const plan = await deps.relay.plan(messageSid);
        return plan?.kind === 'team' ? [{ messageSid, at, plan }] : [];
      }),
    );
    relayed.push(...plans.flat());
  }
  return relayed;
};

/** Reads a sender's recent messages that no dispatcher has answered yet, including those that were relayed to other dispatchers. */
export const unansweredMessagesFrom = async (
  { relay }: RelayDependencies,
  recent: readonly RecentMessage[],
  from: string,
): Promise<MessageSid[]> => {
  const own = recent.filter((one) => one.from === from).slice(-MAX_ANSWERED_MESSAGES);
  const plans = await Promise.all(
    own.map(async (one) => {
      const sid = parseMessageSid(one.messageSid);
      const plan = sid && (await relay.plan(sid));
      return sid && plan?.kind === 'team' && plan.answeredBy === null ? [sid] : [];
    }),
  );
  return plans.flat();
};

/** Reads the text that a dispatcher sent before naming its recipient: `@1042` alone sends the text that we asked about. */
export const textHeldForRecipient = async (
  deps: RelayDependencies,
  message: InboundMessage,
  now: number,
): Promise<string | null> => {
  const recent = await deps.relay.recent(UNMATCHED, now - HELD_FOR_RECIPIENT_MS);
  const last = recent.findLast(({ from, messageSid }) => from === message.from && messageSid !== message.messageSid);
  const text = last?.body.trim();
  return last && text !== undefined && withoutLeadingMention(last.body, deps.company.jobPrefix) === text ? text : null;
};

/** A conversation as dispatchers see it: the handle that answers it, and the customer's name. */
export type ConversationLabel = { handle: string; name: string };

/** Reads the label of a conversation. */
export const labelOf = async (
  deps: RelayDependencies,
  { timelineId, from }: Conversation,
): Promise<ConversationLabel> => {
  const job = timelineId === UNMATCHED ? null : await deps.jobs.find(timelineId as JobId);
  const handle = replyHandle(timelineId, from, job?.customer.phone ?? null, deps.company.jobPrefix) ?? timelineId;
  return { handle, name: job && job.customer.phone === from ? job.customer.name : 'no job' };
};
