import type { CustomerView } from '../customer/customer-view.ts';
import {
  arrivalWords,
  arrivedWords,
  clockTime,
  comingWords,
  etaWords,
  shownRange,
  stageSentence,
  type Wording,
} from '../customer/stage-words.ts';
import type { Job, NoticeKind } from '../job.ts';
import type { Eta } from '../movement/estimate-arrival.ts';
import type { RecentMessage } from './budget.ts';
import { segments } from './segments.ts';

/** Maximum length of a text, in characters. Twilio refuses longer ones (21617). */
export const MAX_SMS_LENGTH = 1600;

/**
 * Everything that a dispatcher needs to act on a text. `stage` is the job's stage in words; `handle` addresses its sender in an answer; null when the sender cannot be
 * answered. `guest` names a sender who is not the job's customer, else null; `note` is our remark, such as that several jobs were
 * possible. `media` are links to the pictures.
 */
export type RelayContext = {
  job: Pick<Job, 'id' | 'customer'>;
  stage: string;
  guest: string | null;
  handle: string | null;
  words: string;
  media: readonly string[];
  eta: Pick<Eta, 'earliest' | 'latest'> | null;
  link: string;
  timeZone: string;
  note: string | null;
  plainPunctuation: boolean;
};

/** Returns the sender's words in quotes, with the links to their pictures. */
const quoted = (words: string, media: readonly string[]): string =>
  [...(words === '' && media.length > 0 ? [] : [`"${words}"`]), ...media].join('\n');

/** Cuts the words only when a carrier would refuse the text, and marks the cut. */
const fit = (template: (words: string) => string, words: string): string => {
  const whole = template(words);
  if (whole.length <= MAX_SMS_LENGTH) return whole;
  const mark = '... [cut]';
  const cut = words.slice(0, Math.max(0, MAX_SMS_LENGTH - template(mark).length));
  // Half of a surrogate pair is not a character.
  return template(`${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}${mark}`);
};

/** Removes the accents of a name: `Núñez` alone more than doubles the price of a text. */
export const withoutAccents = (name: string): string => name.normalize('NFD').replace(/\p{Mn}/gu, '');

/** Punctuation that phones put in place of what was typed, and the plain form. None of it changes a word. */
const PLAIN: ReadonlyArray<[RegExp, string]> = [
  [/[\u2018\u2019\u201a\u201b\u2032]/g, "'"],
  [/[\u201c\u201d\u201e\u201f\u2033]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, '-'],
  [/\u2026/g, '...'],
  [/[\u00a0\u2000-\u200a\u202f\u205f]/g, ' '],
  [/[\u200b\u2060\ufeff]/g, ''],
];

/** Replaces curly quotes, dashes and special spaces: a single one more than doubles the price of a text. */
export const withPlainPunctuation = (words: string): string =>
  PLAIN.reduce((text, [fancy, plain]) => text.replace(fancy, plain), words);

/** Returns the first of the cheapest forms. @param forms with the same facts, the most readable first */
const cheapest = (forms: readonly string[]): string | null => {
  const whole = forms.filter((text) => text.length <= MAX_SMS_LENGTH).map((text) => ({ text, cost: segments(text) }));
  const fewest = Math.min(...whole.map(({ cost }) => cost));
  return whole.find(({ cost }) => cost === fewest)?.text ?? null;
};

/** Returns a text in its cheapest form; when no form fits whole, the last one with the words cut. */
const cheapestText = (forms: ReadonlyArray<(words: string) => string>, wordings: readonly string[]): string => {
  const best = cheapest(wordings.flatMap((words) => forms.map((form) => form(words))));
  const tersest = forms.at(-1);
  return best ?? (tersest ? fit(tersest, wordings.at(-1) ?? '') : '');
};

/** Returns the customer's words as they may be relayed: unaltered, or with plain punctuation if the company allows it. */
const wordingsOf = (words: string, plainPunctuation: boolean): string[] =>
  plainPunctuation ? [...new Set([words, withPlainPunctuation(words)])] : [words];

/** Returns several forms with the same facts, the most readable first. */
const relayForms = (context: RelayContext): Array<(words: string) => string> => {
  const { job, stage, guest, handle, media, eta, link, timeZone, note } = context;
  const arrival = eta && etaWords(shownRange(eta), timeZone);
  const who = (name: string) => `${job.id} ${name}${guest === null ? '' : ` (from ${guest})`}`;
  const lines = (name: string, said: string, hint: string) =>
    [
      `${who(name)}:`,
      said,
      arrival ? `${stage}, ETA ${arrival}` : stage,
      ...(note ? [`(${note})`] : []),
      link,
      ...(hint ? [hint] : []),
    ].join('\n');
  const brief = (name: string, said: string) =>
    [`${who(name)}:`, said, stage, arrival, note && `(${note})`, link].filter(Boolean).join(' ');
  const names = [...new Set([job.customer.name, withoutAccents(job.customer.name)])];
  const say = (words: string) => quoted(words, media);
  return [
    ...(handle === null ? [] : names.map((name) => (words: string) => lines(name, say(words), `Reply: ${handle} ...`))),
    ...names.map((name) => (words: string) => lines(name, say(words), '')),
    ...names.map((name) => (words: string) => brief(name, say(words))),
  ];
};

/**
 * Returns the text that the team gets: job, customer, their words unaltered, status, ETA and link, in the fewest segments. All forms
 * carry the same facts; a terser one is used only when it saves a segment, or a word of the customer's.
 */
export const relayText = (context: RelayContext): string =>
  cheapestText(relayForms(context), wordingsOf(context.words, context.plainPunctuation));

/** Returns the text that the team gets for a sender without a job. @param guest the sender's name, never a whole number */
export const unmatchedText = (
  guest: string,
  handle: string | null,
  words: string,
  media: readonly string[],
  plainPunctuation: boolean,
): string => {
  const lines = (hint: string) => (said: string) => `No job found for ${guest}:\n${quoted(said, media)}${hint}`;
  return cheapestText(
    [...(handle ? [lines(`\nReply: ${handle} ...`)] : []), lines('')],
    wordingsOf(words, plainPunctuation),
  );
};

/** Returns a dispatcher's answer for the customer: with the company's name in front, never with the dispatcher's number. */
export const replyText = (
  companyName: string,
  words: string,
  media: readonly string[],
  plainPunctuation: boolean,
): string =>
  cheapestText(
    [companyName, withoutAccents(companyName)].map(
      (name) => (said: string) => `${name}: ${[said, ...media].filter((part) => part !== '').join('\n')}`,
    ),
    wordingsOf(words, plainPunctuation),
  );

const EXAMPLE_OF_REPLY = 'Start your text with the job number, like: @1042 we will be there at 3';

/** `a`, `a or b`, `a, b or c` */
const either = (choices: readonly string[]): string =>
  choices.length < 2 ? choices.join('') : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;

/** Asks a dispatcher, in one line, who a text is for. @param choices handles and names, the likeliest first */
export const askRecipientText = (choices: ReadonlyArray<{ handle: string; name: string }>): string => {
  const named = choices.slice(0, 3).map(({ handle, name }) => `${handle} (${name})`);
  return named.length > 0 ? `Who is this for? Reply ${either(named)}.` : `Which job is this for? ${EXAMPLE_OF_REPLY}`;
};

/** Tells a dispatcher which customer they acknowledged, and who else is waiting. @param choices the acknowledged one first */
export const stillUnansweredText = (choices: ReadonlyArray<{ handle: string; name: string }>): string => {
  const [acknowledged = '', ...waiting] = choices.map(({ handle, name }) => `${handle} (${name})`);
  return `You have ${acknowledged}. Still waiting: ${waiting.join(', ')}.`;
};

/** Tells a dispatcher that no job, or no recent sender, has this handle. */
export const unknownHandleText = (handle: string): string =>
  `${handle.startsWith('@u') ? 'No recent sender' : 'No job'} matches ${handle}. ${EXAMPLE_OF_REPLY}`;

/** Tells a dispatcher that an answer has no text. */
export const NOTHING_TO_SEND = 'Not sent. Type your message after the job number.';

/** Tells a dispatcher that their answer did not reach the customer, and why if that is known. */
export const bounceText = (handle: string, name: string, hasOptedOut: boolean): string =>
  hasOptedOut
    ? `Not sent: ${name} (${handle}) has opted out of texts. Please call.`
    : `Your text to ${name} (${handle}) was not delivered. Please call.`;

/** Tells the operator that a customer is waiting and no dispatcher has answered. */
export const unansweredText = (who: string, words: string): string =>
  fit((said) => `No one has answered ${who}: "${said}"`, words);

const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five'];

/**
 * Returns the receipt for a customer's text. It claims no more than is known: the number of dispatchers whose phones confirmed the
 * text, else that it is on its way to them.
 */
export const receiptText = (companyName: string, delivered: number): string => {
  if (delivered === 0) return `${companyName}: We got your message and are passing it to our dispatchers.`;
  const count = NUMBERS[delivered] ?? String(delivered);
  return `${companyName}: ${delivered === 1 ? 'One of our dispatchers has' : `${count} of our dispatchers have`} your message.`;
};

/** Returns the notice for a customer who writes while the whole team has quiet hours. */
export const offHoursText = (
  companyName: string,
  until: number,
  timeZone: string,
  urgentWord: string | null,
): string => {
  const urgent = urgentWord ? ` If it cannot wait, start your text with ${urgentWord.toUpperCase()}.` : '';
  return `${companyName}: We will see your message at ${clockTime(until, timeZone)}.${urgent}`;
};

/** Returns a sentence as a sentence: a time of day may end in a period of its own, as in `9:00 a.m.` */
const ended = (sentence: string): string => (sentence.endsWith('.') ? sentence : `${sentence}.`);

/** A job that a question is answered from: what its customer may know, and its link. */
export type AnsweredJob = { job: Pick<Job, 'id'>; view: CustomerView; link: string };

/** Returns the answer to a question: each job's stage, times and link, in the language of the question and in GSM-7 characters. */
export const answerText = (jobs: readonly AnsweredJob[], wording: Wording): string =>
  jobs.map(({ job, view, link }) => `${ended(stageSentence(job.id, view, wording))}\n${link}`).join('\n');

/** Answers a dispatcher's question about a job: customer, stage, arrival time and link. @param eta null without one */
export const dispatcherAnswerText = (
  job: Pick<Job, 'id' | 'customer'>,
  { stage, eta, link, timeZone }: Pick<RelayContext, 'stage' | 'eta' | 'link' | 'timeZone'>,
): string => {
  const arrival = eta ? `, ETA ${etaWords(shownRange(eta), timeZone)}` : '';
  return `${job.id} ${withoutAccents(job.customer.name)}: ${ended(`${stage}${arrival}`)}\n${link}`;
};

/** Sums up the texts over a budget: their number, their senders, the first and the latest text. */
export const summaryText = (who: string, held: readonly RecentMessage[]): string => {
  const [first, last] = [held[0], held.at(-1)];
  const senders = new Set(held.map(({ from }) => from)).size;
  const from = senders > 1 ? ` from ${senders} numbers` : '';
  const begin = `${who}: ${held.length} more ${held.length === 1 ? 'text' : 'texts'}${from} in a short time.`;
  if (!first || !last) return begin;
  const short = (words: string) => (words.length > 160 ? `${[...words].slice(0, 160).join('')}... [cut]` : words);
  return first === last
    ? fit((words) => `${begin} "${words}"`, first.body)
    : fit(
        (words) => `${begin} First: "${short(words)}" Latest: "${short(last.body)}" All of them are saved.`,
        first.body,
      );
};

/**
 * Returns a notice about a job to its customer, in GSM-7 characters.
 * @param eta the arrival that the notice states; null when the customer may not know one
 */
export const noticeText = (
  kind: NoticeKind,
  companyName: string,
  { job, view, link }: AnsweredJob,
  eta: Pick<Eta, 'earliest' | 'latest'> | null,
  wording: Wording,
): string => {
  const isEnglish = wording.language === 'en';
  const arrival = eta ? arrivalWords(eta, wording) : null;
  const coming = (what: 'on-the-way' | 'arriving-soon' | 'delayed') => {
    const stated = what === 'delayed' && isEnglish ? `New ${arrival}` : arrival;
    const sentence = stated === null || arrival === null ? '' : ` ${ended(stated[0]?.toUpperCase() + stated.slice(1))}`;
    return `${comingWords(view, what, wording.language)}${sentence}\n${link}`;
  };
  const words = {
    'on-the-way': () => coming('on-the-way'),
    'arriving-soon': () => coming('arriving-soon'),
    delayed: () => coming('delayed'),
    arrived: () => arrivedWords(view, wording).replace('..', '.'),
    completed: () => `${ended(stageSentence(job.id, view, wording))} ${isEnglish ? 'Thank you!' : 'Gracias.'}`,
  }[kind];
  return `${withoutAccents(companyName)}: ${words()}`;
};
