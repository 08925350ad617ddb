import type { MessageSid } from '../../ids.ts';
import type { TimelineId } from '../outbound-message.ts';
import { keptWords, MAX_APPLIED } from './conversation.ts';

/*
 * The desk of a team phone: the conversations that were relayed to it lately, and what it said last. It is everything that a
 * dispatcher's text is read against, in one item of bounded size. Plain data and pure transitions; a store makes each change one
 * conditional write, which counts the version up. Repeating a transition returns the same object. Times are epoch ms.
 */

/** Maximum number of conversations on a desk. */
const MAX_ON_DESK = 20;
/** Time within which a further text of the newest conversation does not change the desk, in ms: it saves a write for each line. */
const SAME_MOMENT_MS = 60_000;
/** Maximum number of our own answers to the phone that the desk keeps. */
const MAX_OWN_TEXTS = 12;

/** A conversation on a desk. `at`: the last text of it to this phone; `answerShownAt`: the last answer of a colleague that it was shown. */
export type DeskConversation = {
  phone: string;
  timelineId: TimelineId;
  at: number;
  answerShownAt: number | null;
};

/** A possible recipient of a held text. */
export type DeskChoice = { phone: string; timelineId: TimelineId };

export const DESK_QUESTION_KINDS = ['recipient', 'second-answer', 'link'] as const;

/**
 * A question that the company has asked the dispatcher, with the text that it holds until the answer: `recipient`: who the text is
 * for; `second-answer`: whether it goes out although a colleague has answered; `link`: whether the phone of its choice is another one of
 * the customer of that job.
 */
export type DeskQuestion = {
  kind: (typeof DESK_QUESTION_KINDS)[number];
  text: string;
  media: string[];
  choices: DeskChoice[];
};

/** A text that a dispatcher sent to a person. `timelineId` and `messageSid` find its outbound message. */
export type DeskSent = { messageSid: MessageSid; phone: string; timelineId: TimelineId; at: number; body: string };

/** One of our own texts to the phone. */
export type OwnTextToDesk = { at: number; body: string };

/**
 * The desk of a team phone.
 *  - `conversations`: those that were relayed to the phone, newest first
 *  - `open`: the conversation that the dispatcher wrote to last
 *  - `question`: the question that waits for the dispatcher's answer; the next text of the dispatcher ends it
 *  - `lastSent`: the last text to a person, for UNDO
 *  - `ownTexts`: the last of our answers to the phone, newest first, for the guard against machines
 *  - `applied`: the SIDs of the dispatcher's texts that have been applied lately
 */
export type Desk = {
  phone: string;
  conversations: DeskConversation[];
  open: { phone: string; timelineId: TimelineId; at: number } | null;
  question: (DeskQuestion & { messageSid: MessageSid; at: number }) | null;
  lastSent: DeskSent | null;
  ownTexts: OwnTextToDesk[];
  applied: MessageSid[];
  updatedAt: number;
  version: number;
};

/** Returns the desk of a phone that has got nothing yet. Its first version in a store is 1. */
export const newDesk = (phone: string): Desk => ({
  phone,
  conversations: [],
  open: null,
  question: null,
  lastSent: null,
  ownTexts: [],
  applied: [],
  updatedAt: 0,
  version: 0,
});

const changedAt = (before: Desk, at: number, change: Partial<Desk>): Desk => ({
  ...before,
  ...change,
  updatedAt: Math.max(before.updatedAt, at),
});

/** Puts a conversation on the desk because a text of it goes to this phone. */
export const relayedToDesk = (desk: Desk, { phone, timelineId }: DeskChoice, at: number): Desk => {
  const [newest] = desk.conversations;
  const known = desk.conversations.find((one) => one.phone === phone);
  const isOnTop = newest !== undefined && newest === known && newest.timelineId === timelineId;
  if (isOnTop && at - newest.at < SAME_MOMENT_MS) return desk;
  const conversation = {
    phone,
    timelineId,
    at: Math.max(at, known?.at ?? at),
    answerShownAt: known?.answerShownAt ?? null,
  };
  const others = desk.conversations.filter((one) => one.phone !== phone);
  const conversations = [conversation, ...others].sort((a, b) => b.at - a.at).slice(0, MAX_ON_DESK);
  return changedAt(desk, at, { conversations });
};

/** Notes that the phone has been shown a colleague's answer. A conversation that is not on the desk is put there. */
export const answerShown = (desk: Desk, { phone, timelineId }: DeskChoice, at: number): Desk => {
  const known = desk.conversations.find((one) => one.phone === phone);
  if (known?.answerShownAt && known.answerShownAt >= at) return desk;
  const conversation = known ? { ...known, answerShownAt: at } : { phone, timelineId, at, answerShownAt: at };
  const others = desk.conversations.filter((one) => one.phone !== phone);
  const conversations = [...others, conversation].sort((a, b) => b.at - a.at).slice(0, MAX_ON_DESK);
  return changedAt(desk, at, { conversations });
};

/**
 * A text of the dispatcher as its plan decided: `sent` went to a person; `asked` is the question back that it needs; `told` is our
 * answer to the phone.
 */
export type DeskText = {
  messageSid: MessageSid;
  at: number;
  sent: { phone: string; timelineId: TimelineId; body: string } | null;
  asked: DeskQuestion | null;
  told: string | null;
};

/** Applies a text of the dispatcher. It ends the question that waited. A text older than the last one only counts our answer. */
export const spokenAtDesk = (desk: Desk, { messageSid, at, sent, asked, told }: DeskText): Desk => {
  if (desk.applied.includes(messageSid)) return desk;
  const isLate = at < Math.max(desk.question?.at ?? 0, desk.lastSent?.at ?? 0);
  const ownTexts =
    told === null
      ? desk.ownTexts
      : [{ at, body: keptWords(told) }, ...desk.ownTexts].sort((a, b) => b.at - a.at).slice(0, MAX_OWN_TEXTS);
  const applied = [...desk.applied, messageSid].slice(-MAX_APPLIED);
  if (isLate) return changedAt(desk, at, { ownTexts, applied });
  return changedAt(desk, at, {
    ownTexts,
    applied,
    question: asked && { ...asked, messageSid, at },
    ...(sent
      ? {
          open: { phone: sent.phone, timelineId: sent.timelineId, at },
          lastSent: { ...sent, messageSid, at, body: keptWords(sent.body) },
        }
      : {}),
  });
};
