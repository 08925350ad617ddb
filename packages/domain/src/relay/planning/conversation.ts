import type { MessageSid } from '../../ids.ts';
import { personKey } from '../conversation/person-key.ts';
import { type TimelineId, UNMATCHED } from '../outbound-message.ts';
import type { RelayPlan } from '../plan.ts';
import { guestHandle, jobHandle } from './mentions.ts';

/** A message that was relayed to a dispatcher, with its plan; `at` is when the dispatcher was texted, epoch ms. */
export type RelayedMessage = { messageSid: MessageSid; at: number; plan: RelayPlan };

/** The messages of one person on one job, as far as they were relayed to one dispatcher. */
export type Conversation = { timelineId: TimelineId; from: string; messages: RelayedMessage[] };

/** A conversation this recent may be continued by a text that names no one, in ms. */
const ACTIVE_CONVERSATION_MS = 15 * 60_000;
/** The age at which a text that names no one cannot belong to a conversation any more, in ms. */
const MAX_CONVERSATION_AGE_MS = 24 * 3_600_000;

/** Groups the messages that were relayed to a dispatcher by sender and job, the newest conversation first. */
export const conversationsOf = (relayed: readonly RelayedMessage[]): Conversation[] => {
  const conversations: Conversation[] = [];
  for (const message of relayed.toSorted((a, b) => b.at - a.at)) {
    const { timelineId, from, kind } = message.plan;
    if (kind !== 'team') continue;
    const known = conversations.find((other) => other.timelineId === timelineId && other.from === from);
    if (known) known.messages.push(message);
    else conversations.push({ timelineId, from, messages: [message] });
  }
  return conversations;
};

const isUnanswered = ({ plan }: RelayedMessage): boolean => plan.answeredBy === null && !plan.forInformation;

/**
 * Returns the conversations that a dispatcher's text may belong to when it names none: the unanswered ones and those of the last
 * minutes; without any, those of the day. One is certain; with several the dispatcher is asked.
 * @param now epoch ms
 */
export const likelyConversations = (conversations: readonly Conversation[], now: number): Conversation[] => {
  const since = (ms: number) => conversations.filter(({ messages }) => messages.some(({ at }) => now - at <= ms));
  const recent = since(MAX_CONVERSATION_AGE_MS);
  const active = since(ACTIVE_CONVERSATION_MS);
  const pressing = recent.filter((one) => one.messages.some(isUnanswered) || active.includes(one));
  return pressing.length > 0 ? pressing : recent;
};

/** Returns the messages of conversations that no dispatcher has answered yet. */
export const unansweredMessages = (conversations: readonly Conversation[]): MessageSid[] =>
  conversations.flatMap(({ messages }) => messages.filter(isUnanswered).map(({ messageSid }) => messageSid));

/** Returns the handle by which dispatchers answer a sender; null when the sender has no number to answer to. */
export const replyHandle = (
  timelineId: TimelineId,
  from: string,
  customerPhone: string | null,
  jobPrefix: string,
): string | null =>
  timelineId !== UNMATCHED && personKey(from) === customerPhone ? jobHandle(timelineId, jobPrefix) : guestHandle(from);
