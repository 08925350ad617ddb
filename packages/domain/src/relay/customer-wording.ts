import type { CustomerView } from '../customer/customer-view.ts';
import {
  arrivalWords,
  arrivedWords,
  clockOrDay,
  clockTime,
  comingWords,
  couldNotWords,
  stageSentence,
  type Wording,
} from '../customer/stage-words.ts';
import type { Job, NoticeKind } from '../job.ts';
import type { Eta } from '../movement/estimate-arrival.ts';
import { cheapestText, ended, MAX_SMS_LENGTH, withoutAccents, wordingsOf } from './text-layout.ts';

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

/**
 * Returns an answer that reaches its customer late: with the time at which it was written behind the company's name.
 * @param body the text of `replyText`
 */
export const lateReplyText = (
  { name, timeZone }: { name: string; timeZone: string },
  body: string,
  { writtenAt, now }: { writtenAt: number; now: number },
): string => {
  const begin = [name, withoutAccents(name)].find((one) => body.startsWith(`${one}: `));
  if (begin === undefined) return body;
  const written = clockOrDay(writtenAt, { now, language: 'en', timeZone });
  const late = `${begin} (${written}): ${body.slice(begin.length + 2)}`;
  return late.length <= MAX_SMS_LENGTH ? late : body;
};

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

/** A job that a question is answered from: what its customer may know, and its link. */
export type AnsweredJob = { job: Pick<Job, 'id'>; view: CustomerView; link: string };

/** Returns the answer to a question: each job's stage, times and link, in the language of the question and in GSM-7 characters. */
export const answerText = (jobs: readonly AnsweredJob[], wording: Wording): string =>
  jobs.map(({ job, view, link }) => `${ended(stageSentence(job.id, view, wording))}\n${link}`).join('\n');

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
    'could-not': () => couldNotWords(view, wording).replace('..', '.'),
    completed: () => `${ended(stageSentence(job.id, view, wording))} ${isEnglish ? 'Thank you!' : 'Gracias.'}`,
  }[kind];
  return `${withoutAccents(companyName)}: ${words()}`;
};
