import type { Language } from '../job.ts';
import { nameAndHandle, withoutAccents } from './text-layout.ts';

/*
 * Texts about consent: to the team about a person who has opted out or in, and to that person. In GSM-7 characters.
 */

/** A person outside the team, for dispatchers: the name, the handle that answers, and the number, null where it cannot be called. */
export type Person = { name: string; handle: string | null; phone: string | null };

const label = ({ name, handle }: Person): string => nameAndHandle(withoutAccents(name), handle);
/** The number is stated only here: a call is the only way left. */
const callWords = ({ phone }: Person): string => (phone === null ? 'Please call.' : `Please call ${phone}.`);

/** Words that haulers and their customers also use for a trailer or an order. */
const TRADE_WORDS: readonly string[] = ['CANCEL', 'END', 'QUIT'];

/** Tells the team that a customer's text was a keyword by which the carrier has unsubscribed the phone. */
export const optedOutByKeywordText = (person: Person, word: string): string =>
  [
    `${label(person)}: "${word}"`,
    `The carrier takes ${word} as an opt-out and has blocked our texts to this phone.${
      TRADE_WORDS.includes(word) ? ' The trailer or the order may be meant.' : ''
    }`,
    `${callWords(person)} Texting START undoes it.`,
  ].join('\n');

/** Tells the team that a phone which had opted out can be texted again. */
export const optedInText = (person: Person, word: string): string =>
  `${label(person)}: "${word}"\nOur texts reach this phone again.`;

/** Remark for the team under HELP or INFO. */
export const KEYWORD_ANSWERED_NOTE = 'the carrier has answered with its own text';

/** The remark for the team about a threat with a lawyer or an authority. */
export const COMPLAINT_NOTE = 'may be a legal matter; nothing automatic was sent';
/** Remark for the team under a text that asked for no more texts, in words that leave no doubt. */
export const OPTED_OUT_NOTE = 'gets no more texts now, as asked; please call';

/** Remark for the team under a text that may ask for no more texts. @param handle of its sender; null where there is none */
export const possibleOptOutNote = (handle: string | null): string =>
  handle === null ? 'may want no more texts' : `may want no more texts; if so, reply ${handle} stop`;

/** Confirms an opt-out to the person who asked for it, once. */
export const optOutConfirmation = (companyName: string, phone: string, language: Language): string =>
  language === 'en'
    ? `${withoutAccents(companyName)}: You get no more texts from us. To get them again, text START. To reach a person, call ${phone}.`
    : `${withoutAccents(companyName)}: No le enviaremos mas mensajes. Para recibirlos de nuevo, escriba START. Para hablar con alguien, llame al ${phone}.`;

/** Confirms to a dispatcher that a person gets no more texts. */
export const stoppedByDispatcherText = (person: Person): string =>
  `${label(person)} gets no more texts.${person.handle ? ` To undo, reply ${person.handle} start.` : ''}`;

/** Confirms to a dispatcher that a person can be texted again. */
export const startedByDispatcherText = (person: Person): string => `${label(person)} can be texted again.`;

/** Tells a dispatcher that only the person can undo the opt-out. */
export const onlyPersonCanStartText = (person: Person): string =>
  `${label(person)} has opted out, and only that phone can undo it, by texting START. ${callWords(person)}`;

/** Tells a dispatcher that a text was not sent, because its recipient has opted out. */
export const notSentText = (person: Person): string =>
  `Not sent: ${label(person)} has opted out of texts. ${callWords(person)}`;

/** Tells operator and colleagues that a phone of the team has opted out. @param number our own, which takes START */
export const teamPhoneStoppedText = (name: string, word: string, number: string): string =>
  `${name} texted ${word}, so the carrier blocks all our texts to that phone: ${name} gets no customer messages now. To undo, text START from that phone to ${number}.`;

/** Tells operator and colleagues that a phone of the team gets texts again. */
export const teamPhoneStartedText = (name: string, word: string): string =>
  `${name} texted ${word}: that phone gets our texts again.`;

/** Tells operator and colleagues that someone on the team asks for help. */
export const teamPhoneHelpText = (name: string, word: string): string =>
  `${name} texted ${word}. The carrier answers it by itself. Please check on ${name}.`;

/** Tells a sender, once, that further texts are collected for the team. @param minutes until the team gets them, at most */
export const heldText = (companyName: string, minutes: number, language: Language): string =>
  language === 'en'
    ? `${withoutAccents(companyName)}: Many texts came in a short time. Our dispatchers get the rest together within ${minutes} min.`
    : `${withoutAccents(companyName)}: Llegaron muchos mensajes en poco tiempo. Nuestro equipo recibe los demas juntos en ${minutes} min.`;

/** The end of each automatic answer: the way to reach a person. @param phone of the company */
export const personText = (phone: string, language: Language): string =>
  language === 'en'
    ? `For a person, text again or call ${phone}.`
    : `Para hablar con alguien, escriba otra vez o llame al ${phone}.`;
