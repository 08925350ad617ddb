import type { CustomerView } from '../customer/customer-view.ts';
import {
  arrivalWords,
  arrivedWords,
  clockOrDay,
  comingWords,
  couldNotWords,
  stageSentence,
  timeOfDay,
  type Wording,
} from '../customer/stage-words.ts';
import type { Job, Language, NoticeKind } from '../job.ts';
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

/** Names STOP, which the first text that a number has not asked for has to do. */
export const withWayOut = (text: string, language: Language): string =>
  `${text}\n${language === 'en' ? 'Reply STOP to end' : 'Responda STOP para terminar'}`;

const NUMBERS: Readonly<Record<Language, readonly string[]>> = {
  en: ['No', 'One', 'Two', 'Three', 'Four', 'Five'],
  es: ['Ningun', 'Un', 'Dos', 'Tres', 'Cuatro', 'Cinco'],
};

/**
 * Returns the receipt for a customer's text. It claims no more than is known: the number of dispatchers whose phones confirmed the
 * text, else that it is on its way to them.
 */
export const receiptText = (companyName: string, delivered: number, language: Language): string => {
  const count = NUMBERS[language][delivered] ?? String(delivered);
  if (language === 'es') {
    if (delivered === 0) return `${companyName}: Recibimos su mensaje y lo pasamos a nuestros despachadores.`;
    return `${companyName}: ${count} ${delivered === 1 ? 'despachador ya tiene' : 'despachadores ya tienen'} su mensaje.`;
  }
  if (delivered === 0) return `${companyName}: We got your message and are passing it to our dispatchers.`;
  return `${companyName}: ${delivered === 1 ? 'One of our dispatchers has' : `${count} of our dispatchers have`} your message.`;
};

/** Urgent words of Spanish, of which a Spanish text names the first that the company has. */
const SPANISH_URGENT_WORDS = ['urgente', 'emergencia', 'accidente'];

/** Returns the notice for a customer who writes while the whole team has quiet hours. @param until their end, epoch ms */
export const offHoursText = (
  { name, timeZone, policy }: { name: string; timeZone: string; policy: { urgentWords: readonly string[] } },
  until: number,
  language: Language,
): string => {
  const at = timeOfDay(until, { language, timeZone });
  const { urgentWords } = policy;
  if (language === 'es') {
    const word = SPANISH_URGENT_WORDS.find((one) => urgentWords.includes(one)) ?? urgentWords[0];
    const urgent = word ? ` Si no puede esperar, empiece su mensaje con ${word.toUpperCase()}.` : '';
    return `${name}: ${ended(`Veremos su mensaje ${at}`)}${urgent}`;
  }
  const urgent = urgentWords[0] ? ` If it cannot wait, start your text with ${urgentWords[0].toUpperCase()}.` : '';
  return `${name}: We will see your message ${at}.${urgent}`;
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
