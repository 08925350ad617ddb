import { parsePhoneNumber } from '../../ids.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { Desk } from '../conversation/desk.ts';
import { deskFromSentTexts } from '../conversation/earlier-history.ts';
import { addressOn, personKey } from '../conversation/person-key.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { PersonLabel } from '../dispatcher-wording.ts';
import { type TimelineId, UNMATCHED } from '../outbound-message.ts';
import { guestHandle, jobHandle } from './mentions.ts';

/**
 * A conversation as a dispatcher's phone has it. Times are epoch ms.
 *  - `at`: the last text of it to the phone, or from it to the person
 *  - `answerShownAt`: the last answer of a colleague that the phone was shown
 *  - `openedAt`: the dispatcher's own last text in it, if it is the conversation that they wrote to last
 */
export type Talk = {
  phone: string;
  timelineId: TimelineId;
  at: number;
  answerShownAt?: number | null;
  openedAt?: number | null;
  /** Null for texts from before conversations were kept. */
  conversation: Conversation | null;
  waiting: Conversation['waiting'];
};

/** Everything that a dispatcher's text is read against: the desk, and its conversations, newest first. */
export type DeskView = { desk: Desk; talks: Talk[] };

/** A person outside the team, as a possible recipient. `to` is their address on the channel that they use. */
export type Person = { timelineId: TimelineId; phone: string; to: string; label: PersonLabel };

/** A text that names no one may continue a conversation this recent, in ms. */
const ACTIVE_MS = 15 * 60_000;
/** Time in which a text that no one has answered may be meant, although it needs no answer, in ms. */
const UNANSWERED_MS = 60 * 60_000;
/** Time in which no one reads a text and types an answer to it, in ms. */
const UNREAD_MS = 8_000;
/** The age at which a conversation is no longer the dispatcher's own, in ms. */
export const OWN_CONVERSATION_MS = 24 * 3_600_000;
/** Age of the conversations that are read, in ms. */
const ON_DESK_MS = 7 * 24 * 3_600_000;

/** Reads the desk of a team phone, with its conversations. @param now epoch ms */
export const readDeskView = async (deps: RelayDependencies, phone: string, now: number): Promise<DeskView> => {
  const stored = await deps.relay.desk(personKey(phone));
  const earlier = stored ? null : await deskFromSentTexts(deps, phone);
  const desk = stored ?? earlier?.desk;
  if (!desk) throw new Error('A desk can always be made');
  const { open } = desk;
  const onTop = open && [{ phone: open.phone, timelineId: open.timelineId, at: open.at }];
  const places = [...(onTop ?? []), ...desk.conversations]
    .filter(({ at }) => now - at <= ON_DESK_MS)
    .sort((a, b) => b.at - a.at)
    .filter((one, i, all) => all.findIndex((other) => other.phone === one.phone) === i);
  const known = new Map(
    (await deps.relay.conversations(places.map((one) => one.phone))).map((one) => [one.phone, one]),
  );
  const talks = places.map((place) => {
    const conversation = known.get(place.phone) ?? null;
    const before = earlier?.conversations.find((one) => one.phone === place.phone);
    return {
      phone: place.phone,
      timelineId: place.timelineId,
      at: place.at,
      answerShownAt: desk.conversations.find((one) => one.phone === place.phone)?.answerShownAt ?? null,
      openedAt: open?.phone === place.phone ? open.at : null,
      conversation,
      waiting: conversation?.waiting ?? before?.waiting ?? [],
    };
  });
  return { desk, talks };
};

/** Returns the conversations of a desk that are the dispatcher's own: of the last day. @param now epoch ms */
export const ownTalks = ({ talks }: DeskView, now: number): Talk[] =>
  talks.filter(({ at, phone }) => now - at <= OWN_CONVERSATION_MS && parsePhoneNumber(phone) !== null);

/** Returns the conversations of a desk that wait for an answer, the newest first. @param now epoch ms */
export const waitingTalks = (view: DeskView, now: number): Talk[] =>
  ownTalks(view, now).filter(({ waiting }) => waiting.length > 0);

/** Returns the time of the last text of a conversation on the phone, or from it, a colleague's answer included. Epoch ms. */
const lastShownAt = ({ at, answerShownAt }: Talk): number => Math.max(at, answerShownAt ?? 0);

/** Tests whether someone wrote in the last hour and no one of the team has ever answered, although the text may need no answer. */
const isNeverAnswered = ({ conversation, at }: Talk, now: number): boolean =>
  conversation !== null &&
  conversation.lastOfTeam === null &&
  conversation.closedAt === null &&
  now - at <= UNANSWERED_MS;

/**
 * Returns the conversations that a dispatcher's text may belong to when it names none: those that wait, those of the last minutes, also
 * by a colleague's answer, and with one of these also those of the last hour without any answer; without any, those of the last hour, or
 * of the day. One is certain; with several the dispatcher is asked.
 * @param now time at which the dispatcher wrote, epoch ms
 */
export const likelyTalks = (view: DeskView, now: number): Talk[] => {
  const own = ownTalks(view, now);
  const isPressing = (talk: Talk): boolean => talk.waiting.length > 0 || now - lastShownAt(talk) <= ACTIVE_MS;
  if (own.some(isPressing)) return own.filter((talk) => isPressing(talk) || isNeverAnswered(talk, now));
  // A text of the last hour that no one has answered is not a certain sign. The dispatcher may mean the last one they wrote to.
  const ofTheHour = own.filter((talk) => now - Math.max(lastShownAt(talk), talk.openedAt ?? 0) <= UNANSWERED_MS);
  return ofTheHour.length > 0 ? ofTheHour : own;
};

/**
 * Tests whether a conversation came to the phone too late to have been read when the dispatcher wrote: the texts crossed. A
 * conversation that they had open, or that had waited before, has been read.
 * @param writtenAt epoch ms
 */
export const hasCrossed = ({ waiting, at, openedAt }: Talk, writtenAt: number): boolean => {
  if (openedAt !== null && openedAt !== undefined && writtenAt - openedAt <= ACTIVE_MS) return false;
  return writtenAt - (waiting[0]?.since ?? at) < UNREAD_MS;
};

/** Maximum number of conversations that a dispatcher is offered when the recipient is unclear. */
const MAX_CHOICES = 3;

/**
 * Returns the conversations that a dispatcher is offered, in the given order. Of too many, the first one stays, and those that wait
 * come before others, and customers of a job before guests: a flood from new numbers may not hide the customer who waits.
 */
export const offeredTalks = (talks: readonly Talk[]): Talk[] => {
  const rankOf = (talk: Talk): number => {
    if (talk === talks[0]) return 0;
    const isCustomer = (talk.conversation?.jobs.length ?? 0) > 0;
    return (talk.waiting.length > 0 ? 1 : 3) + (isCustomer ? 0 : 1);
  };
  const first = talks.toSorted((a, b) => rankOf(a) - rankOf(b)).slice(0, MAX_CHOICES);
  return talks.filter((talk) => first.includes(talk));
};

/** Returns how dispatchers see the person of a conversation. */
export const labelOfTalk = (
  { phone, timelineId, conversation }: Pick<Talk, 'phone' | 'timelineId' | 'conversation'>,
  jobPrefix: string,
): PersonLabel => {
  const jobs = conversation?.jobs ?? [];
  const job = jobs.find((id) => id === timelineId) ?? jobs[0];
  if (job) return { handle: jobHandle(job, jobPrefix), name: conversation?.name ?? job };
  const handle = conversation?.handle ?? guestHandle(phone) ?? timelineId;
  if (conversation?.otherPhoneOf) return { handle, name: `${conversation.otherPhoneOf.name}, other phone` };
  return { handle, name: timelineId === UNMATCHED ? 'new number' : `guest of ${timelineId}` };
};

/** Returns the person of a conversation. */
export const personOfTalk = (talk: Pick<Talk, 'phone' | 'timelineId' | 'conversation'>, jobPrefix: string): Person => ({
  timelineId: talk.timelineId,
  phone: talk.phone,
  to: addressOn(talk.conversation?.channel ?? 'sms', talk.phone),
  label: labelOfTalk(talk, jobPrefix),
});
