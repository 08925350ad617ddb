import type { MessageSid } from '../../ids.ts';
import {
  claimCopyText,
  claimedText,
  closeCopyText,
  closedText,
  NO_COLLEAGUES,
  NOTE_SENT,
  noteText,
  releaseCopyText,
  releasedText,
  seenCopyText,
  seenText,
} from '../dispatcher-wording.ts';
import type { Planned, TeamOrder } from '../plan.ts';
import type { Person, Talk } from './desk-view.ts';
import { personOfTalk } from './desk-view.ts';
import { answerTo, type DispatcherMessage } from './dispatcher-answer.ts';
import { colleaguesInConversation, membersAmong, toWriter } from './team-copies.ts';

/** Plans a text about a conversation that only colleagues and its writer get. */
export const amongColleagues = async (
  of: DispatcherMessage,
  talk: Talk,
  { toColleagues, own, ...rest }: { toColleagues: string | null; own: string | null } & Partial<Planned>,
): Promise<Planned> => {
  const person: Person = personOfTalk(talk, of.deps.company.jobPrefix);
  const members = toColleagues === null ? [] : await colleaguesInConversation(of, person);
  const about = { timelineId: person.timelineId, person: person.phone, ...rest };
  if (members.length === 0 && own !== null) return answerTo(of, own, about);
  return {
    kind: 'note',
    recipients: members,
    body: toColleagues ?? '',
    copies: own === null ? [] : [toWriter(of, own)],
    ...about,
  };
};

const sidsOf = ({ waiting }: Talk): MessageSid[] => waiting.map(({ messageSid }) => messageSid);
const lastWordsOf = ({ conversation }: Talk): string | null => conversation?.lastOfPerson?.body ?? null;

/** Plans an order about a conversation: to take, release or close it. */
export const planTeamOrder = (
  of: DispatcherMessage,
  talk: Talk,
  order: Extract<TeamOrder, 'claim' | 'release' | 'close'>,
): Promise<Planned> => {
  const { label } = personOfTalk(talk, of.deps.company.jobPrefix);
  const { name } = of.contact;
  if (order === 'claim') {
    const isWaiting = talk.waiting.length > 0;
    const toColleagues = claimCopyText(name, label, isWaiting ? lastWordsOf(talk) : null);
    return amongColleagues(of, talk, { toColleagues, own: claimedText(label, isWaiting), order });
  }
  if (order === 'release')
    return amongColleagues(of, talk, { toColleagues: releaseCopyText(name, label), own: releasedText(label), order });
  const acknowledges = sidsOf(talk);
  const toColleagues = closeCopyText(name, label);
  return amongColleagues(of, talk, { toColleagues, own: closedText(label), order, acknowledges });
};

/** Plans an acknowledgement. The person is not told, and the dispatcher learns that. @param isSilent for a reaction */
export const planAcknowledgement = (of: DispatcherMessage, talk: Talk, isSilent: boolean): Promise<Planned> => {
  const { label } = personOfTalk(talk, of.deps.company.jobPrefix);
  const toColleagues = of.deps.company.policy.team.copies
    ? seenCopyText(of.contact.name, label, lastWordsOf(talk))
    : null;
  return amongColleagues(of, talk, {
    toColleagues,
    own: isSilent ? null : seenText(label),
    acknowledges: sidsOf(talk),
  });
};

/** Plans what a reaction to an open question shows colleagues: it was seen, and is not answered. */
export const planSeen = (of: DispatcherMessage, talk: Talk): Promise<Planned> => {
  const { label } = personOfTalk(talk, of.deps.company.jobPrefix);
  return amongColleagues(of, talk, {
    toColleagues: seenCopyText(of.contact.name, label, lastWordsOf(talk)),
    own: null,
  });
};

/** Plans a note to colleagues, which no person outside the team gets. @param media links to pictures */
export const planNote = (
  of: DispatcherMessage,
  { contacts, name }: { contacts: DispatcherMessage['contact'][]; name: string | null },
  words: string,
  media: readonly string[],
): Planned => {
  const members = membersAmong(of, contacts);
  if (members.length === 0) return answerTo(of, NO_COLLEAGUES);
  return {
    kind: 'note',
    recipients: members,
    body: [noteText(of.contact.name, name, words), ...media].join('\n'),
    copies: [toWriter(of, NOTE_SENT)],
  };
};
