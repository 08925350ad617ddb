import type { Random } from '../random.ts';
import type { SaidText } from '../score/said.ts';
import type { SentText, StaffMember } from '../system.ts';
import { type Desk, MINUTE_MS, type Reader, SECOND_MS, type Talk, whenAwake } from './desk.ts';
import { expectPhones, expectTeam } from './expectations.ts';
import type { DispatcherHabits } from './habits.ts';

/** A talk as a dispatcher's phone shows it. */
type Shown = {
  talk: Talk;
  /** The last text about it on the phone. */
  body: string;
  at: number;
  /** Time at which the phone showed a colleague's answer, or 0. */
  colleagueAt: number;
  /** Time of the own answer, or 0. */
  answeredAt: number;
  isPlanned: boolean;
};

/** Words that went out without a handle, while the system may ask about the recipient. */
type Bare = { at: number; shown: Shown; words: string; act: SaidText['act'] };

/** A text that stays unanswered for longer is no longer in a dispatcher's mind. */
const IN_MIND_MS = 60 * MINUTE_MS;
const ASKED_BACK_WITHIN_MS = 3 * MINUTE_MS;
/** Dispatchers who saw a colleague's answer nearly always leave it at that. */
const ANSWERS_ANYWAY = 0.03;
const AUTO_REPLY_ONCE_MS = 30 * MINUTE_MS;
const SHOWN_HANDLE = /@(\w[\w-]*)/;
const SHOWN_JOB = /\b[A-Z]{2,5}-(\d+)\b/;

const waits = ({ at, answeredAt, colleagueAt }: Shown, now: number): boolean =>
  now - at < IN_MIND_MS && answeredAt < at && colleagueAt < at;

/** A dispatcher with a phone. */
type Dispatcher = {
  desk: Desk;
  phone: string;
  colleagues: readonly string[];
  habits: DispatcherHabits;
  random: Random;
  /** Talks on the phone, the last one last. */
  shown: Map<string, Shown>;
  bare: Bare | null;
  /** The last words, with a handle or without. */
  last: Bare | null;
  autoRepliedAt: number;
};

/** Returns the handle that the phone shows; where a text offers none, the number of its job. */
const handleOf = ({ body }: Shown): string | null => (SHOWN_HANDLE.exec(body) ?? SHOWN_JOB.exec(body))?.[1] ?? null;

/** A short text on a statement says that it was seen, and need not go out. */
const isAcknowledgement = ({ talk }: Shown, words: string): boolean => talk.kind === 'statement' && words.length < 12;

/** Returns another talk on the phone, whose handle is typed by mistake. */
const mistakenFor = ({ shown }: Dispatcher, own: Shown): Shown | null =>
  [...shown.values()].findLast(
    (other) => other.talk.phone !== own.talk.phone && other.body !== '' && handleOf(other) !== handleOf(own),
  ) ?? null;

const draftOf = (
  { phone }: Dispatcher,
  text: Pick<SaidText, 'body' | 'words' | 'act' | 'conversation' | 'expect'>,
  byMachine = false,
) => ({ ...text, from: phone, writer: 'dispatcher' as const, byMachine });

const send = (
  one: Dispatcher,
  own: Shown,
  {
    words,
    act,
    now,
    isHandled,
    handle: offered,
  }: Pick<Bare, 'words' | 'act'> & {
    now: number;
    isHandled: boolean;
    /** The handle that a question of the system offers. */
    handle?: string;
  },
): void => {
  const { desk, habits, random, shown, colleagues } = one;
  const { talk } = own;
  const isForCustomer = act === 'answer' && !isAcknowledgement(own, words);
  const waiting = [...shown.values()].filter((each) => waits(each, now)).length;
  const wrong = isHandled && isForCustomer && random.chance(habits.mistakes.rate) ? mistakenFor(one, own) : null;
  const handle = isHandled ? ((wrong ? null : offered) ?? handleOf(wrong ?? own)) : null;
  const text = { body: handle === null ? words : `@${handle} ${words}`, words, conversation: talk.id };
  if (wrong) {
    const expect = expectPhones([], { mayReach: [wrong.talk.phone, talk.phone], toldWriter: 'must' });
    desk.say(draftOf(one, { ...text, act: 'says', expect }));
    return;
  }
  if (act === 'answer') own.answeredAt = now;
  one.last = { at: now, shown: own, words, act };
  one.bare = handle === null ? one.last : null;
  const expect = expectPhones(isForCustomer ? [talk.phone] : [], {
    mayReach: [talk.phone],
    toldColleagues: colleagues,
    toldWriter: handle === null && waiting > 1 ? 'instead' : 'not-needed',
  });
  desk.say(draftOf(one, { ...text, act, expect }));
};

const respond = (one: Dispatcher, own: Shown, now: number): void => {
  const { habits, random, shown, desk } = one;
  const { phrases } = desk;
  own.isPlanned = false;
  const { talk } = own;
  if (!waits(own, now) && !(own.colleagueAt >= own.at && random.chance(ANSWERS_ANYWAY))) return;
  const several = [...shown.values()].filter((each) => waits(each, now)).length > 1;
  const isHandled = random.chance(several ? (1 + habits.usesHandle.rate) / 2 : habits.usesHandle.rate);
  const isClaim = random.chance(habits.claims.rate);
  const isShort = random.chance(habits.answersShortly.rate) && talk.kind !== 'complaint';
  const short = talk.kind === 'statement' ? phrases.acknowledgement(talk.language) : phrases.shortAnswer(talk.language);
  const answer = isShort ? short : phrases.reply(talk.kind, talk.language);
  send(one, own, { words: isClaim ? phrases.claim() : answer, act: isClaim ? 'claim' : 'answer', now, isHandled });
};

const plan = (one: Dispatcher, own: Shown, at: number): void => {
  const { desk, habits, random } = one;
  if (own.isPlanned || !random.chance(habits.answers.rate)) return;
  own.isPlanned = true;
  const readyAt = at + random.between(habits.fromS, habits.toS) * SECOND_MS;
  desk.later({ at: whenAwake(readyAt, desk.company.timeZone, random), run: (now) => respond(one, own, now) });
};

/** The car answers, or a thumb goes to the relayed text. Neither may reach the customer. */
const reactByItself = (one: Dispatcher, text: SentText, { phone: customer, id: conversation }: Talk): void => {
  const { desk, habits, random } = one;
  const sayByMachine = (at: number, body: string, act: SaidText['act']): void => {
    const expect = expectPhones([], { mayReach: [customer], notTo: [customer] });
    desk.later({ at, run: () => desk.say(draftOf(one, { body, words: body, act, conversation, expect }, true)) });
  };
  if (random.chance(habits.autoReplies.rate) && text.at - one.autoRepliedAt > AUTO_REPLY_ONCE_MS) {
    one.autoRepliedAt = text.at;
    sayByMachine(text.at + 4 * SECOND_MS, desk.phrases.carReply(), 'says');
  } else if (random.chance(habits.reacts.rate)) {
    sayByMachine(
      whenAwake(text.at + random.between(10, 60) * SECOND_MS, desk.company.timeZone, random),
      desk.phrases.reaction(text.body),
      'claim',
    );
  }
};

/** Types the handle that the system's question offers for the one who is meant. */
const answerQuestion = (one: Dispatcher, text: SentText): void => {
  const { bare, desk, random } = one;
  if (!bare || text.at - bare.at > ASKED_BACK_WITHIN_MS || !text.body.includes('?')) return;
  const { shown: own, words, act } = bare;
  const offered = [...text.body.matchAll(/@(\w[\w-]*)/g)].flatMap(([, handle]) => handle ?? []);
  const handle = offered.find((each) => own.talk.handles.includes(each));
  if (handle === undefined) return;
  one.bare = null;
  desk.later({
    at: text.at + random.between(8, 60) * SECOND_MS,
    run: (now) => send(one, own, { words, act, now, isHandled: true, handle }),
  });
};

/** A question of the system that a yes answers. */
const YES_QUESTION = /\?.*\breply YES\b/is;

/** Says yes when a question quotes no answer of a colleague, but a claim alone: the customer still waits. */
const answerYesQuestion = (one: Dispatcher, text: SentText, about: SaidText): void => {
  const { last, desk, random } = one;
  if (!last || text.at - last.at > ASKED_BACK_WITHIN_MS || about.act === 'answer') return;
  const { talk } = last.shown;
  one.last = null;
  const expect = expectPhones([], { mayReach: [talk.phone] });
  desk.later({
    at: text.at + random.between(8, 60) * SECOND_MS,
    run: () =>
      desk.say(draftOf(one, { body: 'YES', words: 'YES', act: 'says', conversation: `yes ${one.phone}`, expect })),
  });
};

const read = (one: Dispatcher, text: SentText, about: SaidText): void => {
  const talk = one.desk.talks.get(about.conversation);
  if (!talk || about.from === one.phone) return;
  const known = one.shown.get(talk.id) ?? { talk, body: '', at: 0, colleagueAt: 0, answeredAt: 0, isPlanned: false };
  one.shown.delete(talk.id);
  one.shown.set(talk.id, known);
  if (about.writer === 'dispatcher' || about.writer === 'operator') {
    if (about.act === 'answer') known.colleagueAt = text.at;
    return;
  }
  known.body = text.body;
  if (about.byMachine || about.consent || about.expect.escalates === 'never') return;
  known.at = text.at;
  plan(one, known, text.at);
  reactByItself(one, text, talk);
};

/**
 * Returns a dispatcher, who knows what the phone shows and nothing else.
 * @param colleagues phones that must learn of the answers; those of the other dispatchers where left out
 */
export const dispatcherOf = (
  desk: Desk,
  { phone }: StaffMember,
  habits: DispatcherHabits,
  random: Random,
  colleagues: readonly string[] = desk.company.dispatchers.map((member) => member.phone),
): Reader => {
  const others = colleagues.filter((other) => other !== phone);
  const one: Dispatcher = {
    desk,
    phone,
    colleagues: others,
    habits,
    random,
    shown: new Map(),
    bare: null,
    last: null,
    autoRepliedAt: 0,
  };
  return (text, [about]) => {
    if (!about) return answerQuestion(one, text);
    if (YES_QUESTION.test(text.body)) answerYesQuestion(one, text, about);
    read(one, text, about);
  };
};

/** Lets a dispatcher write a note to a colleague that is meant for no customer. */
export const sayNote = (desk: Desk, member: StaffMember, at: number): void => {
  const colleague = desk.company.dispatchers.find(({ phone }) => phone !== member.phone);
  if (!colleague) return;
  const body = desk.phrases.note(colleague.name);
  const conversation = `note ${member.phone}`;
  const expect = expectTeam(desk.company, at, {
    to: [colleague.phone],
    mayReach: [],
    escalates: 'never',
    toldWriter: 'instead',
    mayWait: [],
  });
  desk.say({
    from: member.phone,
    writer: 'dispatcher',
    byMachine: false,
    body,
    words: body,
    act: 'says',
    conversation,
    expect,
  });
};
