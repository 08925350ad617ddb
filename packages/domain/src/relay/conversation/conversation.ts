import type { JobId, MessageSid } from '../../ids.ts';
import type { TimelineId } from '../outbound-message.ts';
import type { Channel } from './person-key.ts';

/*
 * A conversation: the words between the company and one person outside the team, over all jobs. Plain data and pure transitions; a
 * store makes each change one conditional write, which counts the version up. `applyOnce` makes the changes of a message idempotent.
 * Times are epoch ms.
 */

/** Maximum characters of a text that a conversation or a desk keeps. The whole text is on the timeline. */
export const MAX_KEPT_CHARS = 160;
/** Maximum number of texts that wait, of jobs, of counted texts and of applied SIDs that a conversation keeps. */
const MAX_WAITING = 20;
const MAX_JOBS = 10;
const MAX_TEXT_TIMES = 60;
export const MAX_APPLIED = 30;
/** Time after which a claim releases itself, in ms: a dispatcher who has gone home answers no one. */
export const CLAIM_MS = 4 * 3_600_000;

/** A text of the person that the team has to answer. `since` is the time at which it arrived. */
export type WaitingText = { messageSid: MessageSid; timelineId: TimelineId; since: number; isQuestion: boolean };

/** The last text of one side. `by`: `customer` or the masked number, a dispatcher's name, or `company`. `body` is cut. */
export type LastText = {
  messageSid: MessageSid;
  timelineId: TimelineId;
  at: number;
  by: string;
  body: string;
  isQuestion: boolean;
};

/** A dispatcher who takes care of a conversation. `by` is the contact's ID. */
export type ConversationClaim = { by: string; name: string; at: number };

/**
 * The customer whose other phone a number is, as a dispatcher has confirmed: `phone` and `name` by the job, `by` the dispatcher, `at` epoch ms.
 */
export type PhoneLink = { phone: string; name: string; by: string; at: number };

/**
 * A conversation with one person.
 *  - `id`: the SID of its first text. It names the conversation in URLs, because URLs are logged and a number must not be
 *  - `phone`: the key, by `personKey`
 *  - `name`: the name in the newest job of which the person is the customer; null for a stranger
 *  - `jobs`: the jobs of which the person is the customer, newest first
 *  - `channel`: the channel of the person's last text, on which an answer goes out
 *  - `handle`: the handle of someone who is not the customer of a job: `@u` and as many last digits as make it unique
 *  - `otherPhoneOf`: the customer whose other phone this is; null for any other number
 *  - `waiting`: the texts that the team has to answer, oldest first
 *  - `lastOfPerson`, `lastOfTeam`, `lastOfCompany`: the last texts; `company` writes automatic answers and notices
 *  - `closedAt`: closed by a dispatcher; the person's next text opens it again
 *  - `textTimes`: times of the person's last texts that count towards the budget of their own, oldest first
 *  - `applied`: the SIDs that have been applied lately
 */
export type Conversation = {
  id: MessageSid;
  phone: string;
  name: string | null;
  jobs: JobId[];
  channel: Channel;
  handle: string | null;
  otherPhoneOf: PhoneLink | null;
  waiting: WaitingText[];
  lastOfPerson: LastText | null;
  lastOfTeam: LastText | null;
  lastOfCompany: LastText | null;
  claim: ConversationClaim | null;
  closedAt: number | null;
  textTimes: number[];
  applied: MessageSid[];
  updatedAt: number;
  version: number;
};

/** Returns a conversation without texts, as its first text finds it. Its first version in a store is 1. */
export const newConversation = (phone: string, id: MessageSid, at: number): Conversation => ({
  id,
  phone,
  name: null,
  jobs: [],
  channel: 'sms',
  handle: null,
  otherPhoneOf: null,
  waiting: [],
  lastOfPerson: null,
  lastOfTeam: null,
  lastOfCompany: null,
  claim: null,
  closedAt: null,
  textTimes: [],
  applied: [],
  updatedAt: at,
  version: 0,
});

/** Cuts a text to the kept characters, without half a character at the end. */
export const keptWords = (body: string): string => body.slice(0, MAX_KEPT_CHARS).replace(/[\uD800-\uDBFF]$/, '');

/** Returns the newer of two texts, because messages are processed in any order. */
const newer = (known: LastText | null, text: LastText): LastText =>
  known !== null && known.at > text.at ? known : { ...text, body: keptWords(text.body) };

/**
 * Applies the changes of one message; returns the conversation itself when the message has been applied before.
 * @param at time of the message, epoch ms
 */
export const applyOnce = (
  conversation: Conversation,
  messageSid: MessageSid,
  at: number,
  change: (before: Conversation) => Conversation,
): Conversation =>
  conversation.applied.includes(messageSid)
    ? conversation
    : {
        ...change(conversation),
        applied: [...conversation.applied, messageSid].slice(-MAX_APPLIED),
        updatedAt: Math.max(conversation.updatedAt, at),
      };

/** Adds a text that waits, in the order of arrival. Of too many, the oldest are left out; their cascades go on. */
const withWaiting = (waiting: readonly WaitingText[], text: WaitingText): WaitingText[] =>
  waiting.some(({ messageSid }) => messageSid === text.messageSid)
    ? [...waiting]
    : [...waiting, text].sort((a, b) => a.since - b.since).slice(-MAX_WAITING);

/** The facts about a person's text. `waits`: the team has to answer it; `isCounted`: it counts towards the person's budget. */
export type PersonText = LastText & { channel: Channel; waits: boolean; isCounted: boolean };

/** Adds a text that the team has to answer, and opens a closed conversation again. */
export const withWaitingText = (conversation: Conversation, text: WaitingText): Conversation => ({
  ...conversation,
  waiting: withWaiting(conversation.waiting, text),
  closedAt: null,
});

/** Adds a text of the person. */
export const heard = (conversation: Conversation, { channel, waits, isCounted, ...text }: PersonText): Conversation => {
  const { messageSid, timelineId, at: since, isQuestion } = text;
  const lastOfPerson = newer(conversation.lastOfPerson, text);
  const next = {
    ...conversation,
    lastOfPerson,
    channel: lastOfPerson.messageSid === messageSid ? channel : conversation.channel,
    textTimes: isCounted
      ? [...conversation.textTimes, since].sort((a, b) => a - b).slice(-MAX_TEXT_TIMES)
      : conversation.textTimes,
  };
  return waits ? withWaitingText(next, { messageSid, timelineId, since, isQuestion }) : next;
};

/** Takes the texts with these SIDs off the waiting ones: a dispatcher has answered or acknowledged them. */
export const withoutWaitingTexts = (conversation: Conversation, sids: readonly MessageSid[]): Conversation => ({
  ...conversation,
  waiting: conversation.waiting.filter(({ messageSid }) => !sids.includes(messageSid)),
});

/** Adds a dispatcher's answer, which answers the texts with these SIDs. */
export const answered = (
  conversation: Conversation,
  text: LastText,
  acknowledges: readonly MessageSid[],
): Conversation => ({
  ...withoutWaitingTexts(conversation, acknowledges),
  lastOfTeam: newer(conversation.lastOfTeam, text),
});

/** Adds a text of the company itself: an automatic answer or a notice. */
export const companySaid = (conversation: Conversation, text: LastText): Conversation => ({
  ...conversation,
  lastOfCompany: newer(conversation.lastOfCompany, text),
});

/** Returns the conversation of a job's customer: with the job first in its list, and its name. */
export const withJob = (conversation: Conversation, job: { id: JobId; name: string }): Conversation => ({
  ...conversation,
  name: job.name,
  jobs: [job.id, ...conversation.jobs.filter((id) => id !== job.id)].slice(0, MAX_JOBS),
});

const changedAt = (before: Conversation, at: number, change: Partial<Conversation>): Conversation => ({
  ...before,
  ...change,
  updatedAt: Math.max(before.updatedAt, at),
});

/** Returns the claim in effect; null without one, or when it has released itself. @param now epoch ms */
export const activeClaim = ({ claim }: Pick<Conversation, 'claim'>, now: number): ConversationClaim | null =>
  claim !== null && now - claim.at < CLAIM_MS ? claim : null;

/** Gives the conversation to a dispatcher; repeating it renews the claim. */
export const claimedBy = (conversation: Conversation, claim: ConversationClaim): Conversation =>
  changedAt(conversation, claim.at, { claim });

/** Releases the claim. @param at epoch ms */
export const released = (conversation: Conversation, at: number): Conversation =>
  conversation.claim === null ? conversation : changedAt(conversation, at, { claim: null });

/** Links the number to a customer as another phone of theirs, or ends that. @param at epoch ms */
export const linkedTo = (conversation: Conversation, otherPhoneOf: PhoneLink | null, at: number): Conversation =>
  conversation.otherPhoneOf === otherPhoneOf ? conversation : changedAt(conversation, at, { otherPhoneOf });

/** Closes the conversation: nothing waits any more, and no one has it. @param at epoch ms */
export const closed = (conversation: Conversation, at: number): Conversation =>
  conversation.closedAt !== null && conversation.waiting.length === 0
    ? conversation
    : changedAt(conversation, at, { closedAt: at, waiting: [], claim: null });

/** Returns the time since which the person waits for an answer; null when nothing waits. Epoch ms. */
export const waitingSince = ({ waiting }: Pick<Conversation, 'waiting'>): number | null => waiting[0]?.since ?? null;

/** True for a conversation in which nothing waits and that no one has closed. */
export const isQuiet = ({ waiting, closedAt }: Pick<Conversation, 'waiting' | 'closedAt'>): boolean =>
  waiting.length === 0 && closedAt === null;

/** Returns the time of the last text of anyone in a conversation. Epoch ms. */
export const lastTextAt = ({ lastOfPerson, lastOfTeam, lastOfCompany, updatedAt }: Conversation): number => {
  const times = [lastOfPerson, lastOfTeam, lastOfCompany].flatMap((text) => text?.at ?? []);
  return times.length > 0 ? Math.max(...times) : updatedAt;
};
