import type { JobId } from '../../ids.ts';
import type { BackupContact } from '../../job.ts';
import type { RelayDependencies } from '../dependencies.ts';
import {
  DROPPED,
  doubtedAnswerText,
  doubtText,
  NO_ONE_WAITS,
  NOT_LINKED,
  withoutWordsText,
} from '../dispatcher-wording.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { askRecipientText } from '../message-wording.ts';
import type { OutboundMessage } from '../outbound-message.ts';
import { type JobChange, NOTHING_PLANNED, OPERATOR, type Planned } from '../plan.ts';
import { isAcknowledgement } from '../recognition/acknowledgement.ts';
import { isAutomaticReply } from '../recognition/automatic-reply.ts';
import { withHandleFirst } from '../recognition/call-request.ts';
import { comparable } from '../recognition/comparable-text.ts';
import { type Reaction, reactionOf } from '../recognition/reaction.ts';
import { isTeamCommand, isTeamThanks, isWithoutWords, type TeamCommand } from '../recognition/team-words.ts';
import { handleInOurText } from '../text-layout.ts';
import { type Addressee, addresseeOf, colleaguesOf, personAt } from './addressee.ts';
import { decide } from './decision-table.ts';
import {
  type DeskView,
  labelOfTalk,
  likelyTalks,
  offeredTalks,
  ownTalks,
  personOfTalk,
  readDeskView,
  type Talk,
  waitingTalks,
} from './desk-view.ts';
import { answerTo, type DispatcherMessage, holding } from './dispatcher-answer.ts';
import { DISPATCHER_DECISION, type DispatcherFacts } from './dispatcher-decision.ts';
import type { FoundJob } from './find-job.ts';
import { planLink, planLinkOrder } from './link-phones.ts';
import { planReply, type Words } from './plan-reply.ts';
import { planAcknowledgement, planNote, planSeen, planTeamOrder } from './plan-team-order.ts';
import { jobToUndo, planTakeBack, type TakeBack } from './take-back.ts';
import { composeDispatcherAnswer, isAnswerable, mediaLinks } from './text-facts.ts';

/** The plan of a dispatcher's message, with the change of a job and the text to take back that belong to it. */
export type DispatcherPlan = { planned: Planned; change: JobChange | null; withdrawal: OutboundMessage | null };

/** Time that a dispatcher has to answer our question about a held text, in ms. */
const HELD_MS = 15 * 60_000;
/** The orders, in the order in which a text is compared with them. "ok" says yes only to a question of ours. */
const COMMANDS: readonly TeamCommand[] = ['undo', 'mine', 'claim', 'release', 'close'];

/**
 * Plans a dispatcher's message (DISPATCHER_DECISION, RECIPIENT_DECISION, REPLY_DECISION).
 * @param now epoch ms
 */
export const planDispatcherMessage = async (
  deps: RelayDependencies,
  received: InboundMessage,
  contact: BackupContact,
  found: FoundJob,
  now: number,
): Promise<DispatcherPlan> => {
  const message = { ...received, body: withHandleFirst(received.body) };
  const plain = (planned: Planned): DispatcherPlan => ({ planned, change: null, withdrawal: null });
  if (isAutomaticReply(message.body)) return plain(NOTHING_PLANNED);
  const view = await readDeskView(deps, message.from, now);
  const reaction = reactionOf(message.body);
  const base = { deps, message, contact, found, view, now };
  const addressed = reaction ? null : await addresseeOf({ ...base, body: message.body });
  const of: DispatcherMessage = {
    ...base,
    addressee: addressed?.addressee ?? { kind: 'none' },
    words: addressed?.words ?? message.body.trim(),
  };
  const undoneJob = jobToUndo(message.body, deps.company.jobPrefix);
  const read = readMessage(of, reaction, undoneJob !== null);
  const outcome = decide(DISPATCHER_DECISION, read.facts);
  const [talk] = read.talks;
  const label = talk ? labelOfTalk(talk, deps.company.jobPrefix) : null;
  if (outcome === 'take-back') return (await planTakeBack(of, undoneJob)) satisfies TakeBack;
  if (outcome === 'pass-on') return plain((await planLinkOrder(of)) ?? (await passOn(of, read.question)));
  if (outcome === 'send-held' && read.question) return plain(await sendHeld(of, read.question));
  return plain(await planOutcome(of, outcome, { ...read, talk: talk ?? null, label, reaction }));
};

type Question = NonNullable<DeskView['desk']['question']>;
type Read = { facts: DispatcherFacts; talks: Talk[]; question: Question | null };

/** Reads what a message is: its facts, and the conversations that it may be about. */
const readMessage = (of: DispatcherMessage, reaction: Reaction | null, isUndoOfJob: boolean): Read => {
  const { deps, message, found, view, addressee, words, now } = of;
  const asked = view.desk.question;
  const question = asked && now - asked.at <= HELD_MS ? asked : null;
  const isBare = message.media.length === 0 && addressee.kind !== 'unknown' && addressee.kind !== 'several';
  const command = isUndoOfJob ? 'undo' : isBare ? commandOf(words, question) : null;
  const isAck = isBare && (isAcknowledgement(words) || isTeamThanks(words));
  const talks = talksAbout(of, reaction, command);
  const [talk] = talks;
  const facts: DispatcherFacts = {
    isAutomaticReply: false,
    reaction: reaction && kindOf(reaction),
    command,
    isAddressed: (addressee.kind !== 'none' || message.pathJob !== null) && !answersLink(addressee, question),
    isAcknowledgement: isAck,
    conversations: talks.length,
    isQuestionOpen: talk?.waiting.some(({ isQuestion }) => isQuestion) ?? false,
    isQuestionOfOurs: isYesOrNo(question),
    asksAboutJob: found.isNamed && found.job !== null && isAnswerable(deps, message),
    isWithoutWords: message.media.length === 0 && isWithoutWords(words),
  };
  return { facts, talks, question };
};

/** The begin of a colleague's answer as the others see it: `Luis to Ann Lee (1042): `. */
const ANSWER_COPY = /^.{1,40} to .{1,60} \(u?[0-9]{1,9}\): /u;

const kindOf = ({ tone, isApproving, isRemoved, quote }: Reaction): DispatcherFacts['reaction'] => {
  if (isRemoved) return 'other';
  if (isApproving) return 'approving';
  if (tone !== 'no' && tone !== 'doubt') return 'other';
  return ANSWER_COPY.test(quote) ? 'disputing' : 'doubting';
};

/** Tests whether a text names the phone that we have asked about: `@u0199 yes`. */
const answersLink = (addressee: Addressee, question: Question | null): boolean =>
  question?.kind === 'link' && addressee.kind === 'person' && question.choices[0]?.phone === addressee.person.phone;

/** Tests whether yes or no answers a question of ours. */
const isYesOrNo = (question: Question | null): question is Question =>
  question !== null && question.kind !== 'recipient';

const commandOf = (words: string, question: Question | null): DispatcherFacts['command'] => {
  if (isYesOrNo(question)) {
    if (isTeamCommand('yes', words)) return 'yes';
    if (isTeamCommand('no', words)) return 'no';
  }
  const command = COMMANDS.find((one) => isTeamCommand(one, words));
  return command === 'yes' || command === 'no' ? null : (command ?? null);
};

/** Returns the conversations that a message may be about: the one that it names or reacts to, else those that wait. */
const talksAbout = (of: DispatcherMessage, reaction: Reaction | null, command: DispatcherFacts['command']): Talk[] => {
  const { view, addressee, now, deps } = of;
  const waiting = waitingTalks(view, now);
  if (reaction) {
    // Our texts begin with the handle. Any other job in the quote is the customer's words.
    const handle = handleInOurText(reaction.quote) ?? /\((u?[0-9]{1,9})\)/.exec(reaction.quote)?.[1] ?? null;
    if (handle === null) return [];
    const typed = handle.replace('@', '');
    return waiting.filter((talk) => labelOfTalk(talk, deps.company.jobPrefix).handle === `@${typed}`);
  }
  if (addressee.kind === 'person') {
    const { person } = addressee;
    const own = view.talks.find(({ phone }) => phone === person.phone);
    return [own ?? { ...person, at: now, conversation: null, waiting: [] }];
  }
  return command === 'release' || command === 'close' ? likelyTalks(view, now) : waiting;
};

/** Plans an outcome that needs no recipient. */
const planOutcome = async (
  of: DispatcherMessage,
  outcome: string,
  {
    talk,
    talks,
    label,
    reaction,
    question,
  }: Read & { talk: Talk | null; label: ReturnType<typeof labelOfTalk> | null; reaction: Reaction | null },
): Promise<Planned> => {
  const { deps, message, found, view, words, now } = of;
  const { jobPrefix } = deps.company;
  const [waiting] = waitingTalks(view, now);
  switch (outcome) {
    case 'seen':
      return talk ? planSeen(of, talk) : NOTHING_PLANNED;
    case 'acknowledge':
      return talk ? planAcknowledgement(of, talk, reaction !== null) : NOTHING_PLANNED;
    case 'ask-for-answer':
      return label ? answerTo(of, doubtText(label)) : NOTHING_PLANNED;
    case 'ask-colleagues': {
      const all = colleaguesOf(of);
      const dispatchers = all.filter(({ id }) => id !== OPERATOR);
      const contacts = dispatchers.length > 0 ? dispatchers : all;
      return planNote(of, { contacts, name: null }, doubtedAnswerText(reaction?.quote ?? ''), []);
    }
    case 'drop-held':
      return answerTo(of, question?.kind === 'link' ? NOT_LINKED : DROPPED);
    case 'claim':
    case 'release':
    case 'close':
      return talk ? planTeamOrder(of, talk, outcome) : answerTo(of, NO_ONE_WAITS);
    case 'say-no-one-waits':
      return sayNoOneWaits(of);
    case 'ask-recipient': {
      const people = offeredTalks(talks).map((one) => personOfTalk(one, jobPrefix));
      return answerTo(of, askRecipientText(people.map((one) => one.label)), holding('recipient', words, [], people));
    }
    case 'answer-question':
      return found.job
        ? answerTo(of, await composeDispatcherAnswer(deps, message, found.job), { timelineId: found.job.id })
        : NOTHING_PLANNED;
    case 'say-without-words':
      return answerTo(of, withoutWordsText(words, waiting ? labelOfTalk(waiting, jobPrefix) : null));
    default:
      return NOTHING_PLANNED;
  }
};

/** Says that no one is waiting; with a conversation of the day, how its person gets the words. */
const sayNoOneWaits = (of: DispatcherMessage): Planned => {
  const people = offeredTalks(ownTalks(of.view, of.now)).map((talk) => personOfTalk(talk, of.deps.company.jobPrefix));
  return answerTo(of, NO_ONE_WAITS, holding('recipient', of.words, [], people));
};

/** Sends the text, or links the phone, that we have asked about, after a yes. */
const sendHeld = async (of: DispatcherMessage, { kind, text, media, choices }: Question): Promise<Planned> => {
  const [choice] = choices;
  if (!choice) return answerTo(of, DROPPED);
  const person = await personAt(of.deps, choice);
  if (kind === 'link') return (await planLink(of, person, choice.timelineId as JobId)) ?? answerTo(of, NOT_LINKED);
  return planReply({ ...of, addressee: { kind: 'person', person } }, { text, media, isChosen: true });
};

/** Passes words on. An address alone, or a name that we have offered, answers our question with the text that we hold. */
const passOn = async (of: DispatcherMessage, asked: Question | null): Promise<Planned> => {
  const { deps, message, addressee, words, contact } = of;
  // The words of an order about a phone are for no one.
  const question = asked?.kind === 'link' ? null : asked;
  const isAlone = words === '' && message.media.length === 0 && addressee.kind !== 'none';
  if (question && isAlone) return planReply(of, { text: question.text, media: question.media, isChosen: true });
  const chosen = question && addressee.kind === 'none' ? await chosenByName(of, question) : null;
  if (question && chosen)
    return planReply({ ...of, addressee: chosen }, { text: question.text, media: question.media, isChosen: true });
  const media = await mediaLinks(deps, message);
  const said: Words = { text: words, media, isChosen: false };
  // The operator writes to dispatchers. A word of theirs goes to a customer only by handle, or as an answer.
  const isNoteOfOperator =
    contact.id === OPERATOR && addressee.kind === 'none' && likelyTalks(of.view, of.now).length === 0 && found(of);
  if (!isNoteOfOperator) return planReply(of, said);
  return planNote(of, { contacts: colleaguesOf(of), name: null }, words, media);
};
const found = ({ found: { mentioned, maybeMentioned }, message: { pathJob } }: DispatcherMessage): boolean =>
  mentioned.length === 0 && maybeMentioned.length === 0 && pathJob === null;

/** Returns the person whose first name is the whole text, among those that we have offered; null when no or several ones are. */
const chosenByName = async (
  { deps, words }: DispatcherMessage,
  { choices }: Question,
): Promise<{ kind: 'person'; person: ReturnType<typeof personOfTalk> } | null> => {
  const typed = comparable(words);
  if (typed === '' || typed.includes(' ') || choices.length === 0) return null;
  const conversations = await deps.relay.conversations(choices.map(({ phone }) => phone));
  const named = conversations.filter(({ name }) => name !== null && comparable(name).split(' ')[0] === typed);
  const [conversation] = named;
  const choice = choices.find(({ phone }) => phone === conversation?.phone);
  if (!conversation || !choice || named.length > 1) return null;
  return { kind: 'person', person: personOfTalk({ ...choice, conversation }, deps.company.jobPrefix) };
};
