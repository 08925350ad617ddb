import { activeClaim } from '../conversation/conversation.ts';
import { carriesAnswer, channelOf, personKey } from '../conversation/person-key.ts';
import { replyText } from '../customer-wording.ts';
import {
  answerCopyText,
  askClaimedText,
  askSecondAnswerText,
  askSurePersonText,
  askTeamOrPersonText,
  HOW_TO_CALL_SOMEONE,
  howToCallText,
  ownWordsText,
  sendingText,
  smsInsteadText,
} from '../dispatcher-wording.ts';
import { askRecipientText, NOTHING_TO_SEND, unknownHandleText } from '../message-wording.ts';
import { CUSTOMER, NOTHING_PLANNED, type Planned } from '../plan.ts';
import { automaticReplyOf } from '../recognition/automatic-reply.ts';
import { isCallRequest } from '../recognition/call-request.ts';
import { comparable } from '../recognition/comparable-text.ts';
import { isOptOutRequest } from '../recognition/opt-out.ts';
import { isTalkAmongColleagues } from '../recognition/team-words.ts';
import { colleaguesOf } from './addressee.ts';
import { decide } from './decision-table.ts';
import { labelOfTalk, likelyTalks, type Person } from './desk-view.ts';
import { answerTo, type DispatcherMessage, holding } from './dispatcher-answer.ts';
import { REPLY_DECISION, type ReplyFacts } from './dispatcher-decision.ts';
import { planCall } from './plan-call.ts';
import { planNote } from './plan-team-order.ts';
import { type ReplyRecipient, replyRecipient } from './reply-recipient.ts';
import { hasTextToTakeBack } from './take-back.ts';
import { colleaguesInConversation, copiesOf, toWriter } from './team-copies.ts';

/** Time within which another dispatcher's answer is the first one, in ms. */
const SECOND_ANSWER_MS = 4 * 3_600_000;
/** Time after which a dispatcher has surely seen the answer that the phone was shown, in ms. */
const SEEN_AFTER_MS = 60_000;
/** Time after that for UNDO in which a text may still be on its way, in ms. */
const ON_ITS_WAY_MS = 60_000;
/** Time for which a claim keeps others from answering without a question, in ms. */
const CLAIM_ASKED_MS = 15 * 60_000;
/** Spanish words that stop, as a whole text: an answer for the customer, or meant for us. */
const STOPPING_WORDS = new Set(['alto', 'baja', 'parar', 'detener']);

/** Words to pass on. `media` are links. `isChosen`: the dispatcher has answered our question with the person. */
export type Words = { text: string; media: readonly string[]; isChosen: boolean };

/** A colleague's answer or claim that a dispatcher may not have seen. `at` is epoch ms. */
type FirstAnswer = { kind: 'answer' | 'claim'; by: string; at: number; words: string };

/** Returns the answer or claim of a colleague in a conversation, also one that waits for UNDO, unless the dispatcher has surely seen it. */
const firstAnswer = async (of: DispatcherMessage, person: Person): Promise<FirstAnswer | null> =>
  (await knownAnswer(of, person)) ?? (await answerOnItsWay(of, person));

/** Returns a colleague's answer that still waits for UNDO: the conversation does not have it yet. */
const answerOnItsWay = async (of: DispatcherMessage, { phone }: Person): Promise<FirstAnswer | null> => {
  const { deps, now } = of;
  const { undoSeconds } = deps.company.policy.team;
  if (undoSeconds === 0) return null;
  const onTheirWay = await Promise.all(
    colleaguesOf(of).map(async ({ name, phone: colleague }): Promise<FirstAnswer | null> => {
      const desk = await deps.relay.desk(personKey(colleague));
      const sent = desk?.lastSent;
      if (!sent || sent.phone !== phone || now - sent.at > undoSeconds * 1000 + ON_ITS_WAY_MS) return null;
      const words = sent.body.replace(`${deps.company.name}: `, '');
      return (await hasTextToTakeBack(deps, desk)) ? { kind: 'answer', by: name, at: sent.at, words } : null;
    }),
  );
  return onTheirWay.find((one) => one !== null) ?? null;
};

const knownAnswer = async (of: DispatcherMessage, { phone }: Person): Promise<FirstAnswer | null> => {
  const { deps, contact, view, addressee, now } = of;
  const conversation =
    view.talks.find((talk) => talk.phone === phone)?.conversation ?? (await deps.relay.conversation(phone));
  if (!conversation) return null;
  const { lastOfTeam, lastOfPerson } = conversation;
  const claim = activeClaim(conversation, now);
  if (claim && claim.name !== contact.name && now - claim.at < CLAIM_ASKED_MS && addressee.kind === 'none')
    return { kind: 'claim', by: claim.name, at: claim.at, words: '' };
  if (!lastOfTeam || lastOfTeam.by === contact.name || now - lastOfTeam.at > SECOND_ANSWER_MS) return null;
  if (lastOfPerson && lastOfPerson.at > lastOfTeam.at) return null;
  const shownAt = view.desk.conversations.find((one) => one.phone === phone)?.answerShownAt ?? null;
  const isSeen = shownAt !== null && shownAt >= lastOfTeam.at && now - shownAt > SEEN_AFTER_MS;
  if (addressee.kind === 'person' && isSeen) return null;
  const words = lastOfTeam.body.replace(`${deps.company.name}: `, '');
  return { kind: 'answer', by: lastOfTeam.by, at: lastOfTeam.at, words };
};

/** Words that our own layout puts round a person's. In comparable form. */
const LAYOUT_WORDS = new Set(['reply', 'to', 'from', 'no', 'one', 'has', 'answered']);

/** Tests whether words repeat those of the person that they would go to, alone or in our own layout, as a forwarded text does. */
const repeatsTheirWords = ({ view }: DispatcherMessage, { phone, label }: Person, text: string): boolean => {
  const theirs = view.talks.find((talk) => talk.phone === phone)?.conversation?.lastOfPerson?.body ?? '';
  const [said, own] = [comparable(text), comparable(theirs)];
  const at = own.length < 8 ? -1 : ` ${said} `.indexOf(` ${own} `);
  if (at < 0) return false;
  if (/(?:^|\n)Reply:? @\w+/.test(text)) return true;
  const around = `${said.slice(0, at)} ${said.slice(at + own.length)}`.split(' ').filter((word) => word !== '');
  const known = new Set(`${comparable(label.name)} ${comparable(label.handle)}`.split(' '));
  return around.every((word) => known.has(word) || LAYOUT_WORDS.has(word));
};

/** Tests whether words without an address sound like talk among colleagues, or like a machine's or an order to stop. */
const mayNotBeForPerson = (of: DispatcherMessage, { text, isChosen }: Words): boolean => {
  if (isChosen || of.addressee.kind !== 'none') return false;
  const names = colleaguesOf(of).map(({ name }) => name.split(' ')[0] ?? name);
  const [talk] = likelyTalks(of.view, of.now);
  const customer = talk ? { asked: talk.conversation?.lastOfPerson?.body ?? '', phone: talk.phone } : null;
  return (
    isTalkAmongColleagues(text, names, customer) ||
    automaticReplyOf(text) === 'likely' ||
    STOPPING_WORDS.has(comparable(text)) ||
    isOptOutRequest(text)
  );
};

/** Plans words that a dispatcher wants to pass on (RECIPIENT_DECISION, REPLY_DECISION). */
export const planReply = async (of: DispatcherMessage, words: Words): Promise<Planned> => {
  const { addressee, message } = of;
  const recipient = await replyRecipient(of, addressee, words.isChosen);
  const person = 'person' in recipient ? recipient.person : null;
  const first = person && !words.isChosen ? await firstAnswer(of, person) : null;
  const facts: ReplyFacts = {
    recipient: recipient.kind,
    isAddressed: addressee.kind !== 'none' || words.isChosen || message.pathJob !== null,
    asksForCall: addressee.kind !== 'colleagues' && words.media.length === 0 && isCallRequest(words.text),
    isEmpty: words.text === '' && words.media.length === 0,
    isForColleagues: mayNotBeForPerson(of, words),
    isTheirOwnWords: person !== null && repeatsTheirWords(of, person, words.text),
    isSecondAnswer: first !== null,
  };
  const outcome = decide(REPLY_DECISION, facts);
  switch (outcome) {
    case 'say-not-found':
    case 'ask-recipient':
    case 'ask-team-or-person':
      return askWho(of, recipient, words, outcome === 'ask-team-or-person');
    case 'say-how-to-call':
      return sayHowToCall(of, recipient, words);
    case 'ask-for-text':
      return answerTo(of, NOTHING_TO_SEND);
    case 'note':
      return recipient.kind === 'colleagues'
        ? planNote(of, { contacts: [...recipient.contacts], name: recipient.name }, words.text, words.media)
        : NOTHING_PLANNED;
    default:
      return person ? planForPerson(of, recipient, person, words, first, outcome) : answerTo(of, NOTHING_TO_SEND);
  }
};

/** Tells a dispatcher, who wrote "call" and no handle, how a call begins. The handle alone is enough then. */
const sayHowToCall = (of: DispatcherMessage, recipient: ReplyRecipient, words: Words): Planned => {
  const people = 'choices' in recipient ? recipient.choices : 'person' in recipient ? [recipient.person] : [];
  const [only] = people;
  const text = only && people.length === 1 ? howToCallText(only.label) : HOW_TO_CALL_SOMEONE;
  return answerTo(of, text, holding('recipient', words.text, words.media, people));
};

/** Asks who words are for. */
const askWho = (of: DispatcherMessage, recipient: ReplyRecipient, words: Words, isForTeam: boolean): Planned => {
  const { deps, view, now } = of;
  const { jobPrefix } = deps.company;
  const [likely] = likelyTalks(view, now);
  const people = 'choices' in recipient ? recipient.choices : 'person' in recipient ? [recipient.person] : [];
  const held = holding('recipient', words.text, words.media, people);
  if (isForTeam && people.length < 2) {
    const label = people[0]?.label ?? (likely ? labelOfTalk(likely, jobPrefix) : null);
    return answerTo(of, askTeamOrPersonText(label), held);
  }
  const labels = people.map(({ label }) => label);
  return recipient.kind === 'not-found'
    ? answerTo(of, unknownHandleText(recipient.handle, labels), held)
    : answerTo(of, askRecipientText(labels), held);
};

/** Sends words to a person, or asks first. */
const planForPerson = async (
  of: DispatcherMessage,
  recipient: ReplyRecipient,
  person: Person,
  words: Words,
  first: FirstAnswer | null,
  outcome: string,
): Promise<Planned> => {
  const { label, timelineId } = person;
  const { timeZone } = of.deps.company;
  const held = holding('second-answer', words.text, words.media, [person]);
  switch (outcome) {
    case 'place-call':
      return call(of, person);
    case 'say-own-words':
      return answerTo(of, ownWordsText(label));
    case 'ask-person':
      return recipient.kind === 'to-confirm'
        ? answerTo(of, askSurePersonText(label, words.text, recipient.waiting), held)
        : NOTHING_PLANNED;
    case 'ask-second-answer': {
      if (!first) return NOTHING_PLANNED;
      const text =
        first.kind === 'claim'
          ? askClaimedText(first.by, label, first.at, timeZone)
          : askSecondAnswerText(first.by, label, first.words, first.at, timeZone);
      return answerTo(of, text, held);
    }
    default:
      return { ...(await send(of, person, words, outcome === 'send-with-undo')), timelineId };
  }
};

const waitingOf = async ({ deps, view }: DispatcherMessage, { phone }: Person) => {
  const talk = view.talks.find((one) => one.phone === phone);
  const waiting = talk?.waiting ?? (await deps.relay.conversation(phone))?.waiting ?? [];
  return waiting.map(({ messageSid }) => messageSid);
};

/** Places a call, or tells the dispatcher why that is not possible. */
const call = async (of: DispatcherMessage, person: Person): Promise<Planned> => {
  const { deps, message } = of;
  const { timelineId, to, phone } = person;
  const planned = await planCall(deps, message, { timelineId, to });
  if (planned.kind === 'refused') return answerTo(of, planned.body, { timelineId });
  return {
    ...NOTHING_PLANNED,
    timelineId,
    person: phone,
    acknowledges: await waitingOf(of, person),
    call: planned.call,
  };
};

/**
 * Returns the address of a person at a moment: on the channel of their last text while it carries an answer, else as SMS, with a line for the
 * text's writer.
 * @param at epoch ms
 */
const addressNow = async (
  { deps, view }: DispatcherMessage,
  { phone, to, label }: Person,
  at: number,
): Promise<{ to: string; instead: string | null }> => {
  const channel = channelOf(to);
  if (channel === 'sms') return { to, instead: null };
  const known = view.talks.find((one) => one.phone === phone)?.conversation ?? (await deps.relay.conversation(phone));
  const isAnswered = deps.company.answersOn?.includes(channel) ?? true;
  const isOpen = carriesAnswer(channel, known?.lastOfPerson?.at ?? null, at);
  return isAnswered && isOpen
    ? { to, instead: null }
    : { to: phone, instead: smsInsteadText(label, channel, isAnswered) };
};

/** Sends words to a person, and shows them to colleagues. With `isUndoable` they wait, and their writer learns where they go. */
const send = async (of: DispatcherMessage, person: Person, words: Words, isUndoable: boolean): Promise<Planned> => {
  const { deps, message, contact, view, now } = of;
  const { plainPunctuation, team } = deps.company.policy;
  // A text that follows one which waits may not overtake it.
  const waitsUntil = await lastWaitsUntil(of, person);
  const notBefore = isUndoable ? now + team.undoSeconds * 1000 : Math.max(now, waitsUntil);
  const { text, media } = words;
  const body = replyText(deps.company.name, text, media, plainPunctuation);
  const { to, instead } = await addressNow(of, person, notBefore);
  const colleagues = team.copies ? await colleaguesInConversation(of, person) : [];
  const lines = [
    ...(isUndoable && team.undoSeconds > 0 ? [sendingText(person.label, text, team.undoSeconds)] : []),
    ...(instead === null ? [] : [instead]),
  ];
  const own = lines.length > 0 ? [toWriter(of, lines.join(' '))] : [];
  const { lastSent } = view.desk;
  // A phone that answers our failure notices by itself would never stop.
  const isRepeated =
    lastSent !== null && lastSent.body === body.slice(0, lastSent.body.length) && now - lastSent.at < 60_000;
  return {
    kind: 'reply',
    recipients: [{ recipient: CUSTOMER, to, notBefore }],
    body,
    acknowledges: await waitingOf(of, person),
    bounce: isRepeated ? null : { recipient: contact.id, to: message.from },
    copies: [...own, ...copiesOf(colleagues, answerCopyText(contact.name, person.label, text), notBefore)],
  };
};

/** Returns the time until which the dispatcher's last text to a person waits; 0 when it does not. Epoch ms. */
const lastWaitsUntil = async ({ deps, view, now }: DispatcherMessage, { phone }: Person): Promise<number> => {
  const { lastSent } = view.desk;
  const windowMs = deps.company.policy.team.undoSeconds * 1000;
  if (!lastSent || lastSent.phone !== phone || now - lastSent.at > windowMs + 60_000) return 0;
  const plan = await deps.relay.plan(lastSent.messageSid);
  const notBefore = plan?.recipients[0]?.notBefore ?? 0;
  return notBefore > now ? notBefore + 1000 : 0;
};
