import type { Language } from '../../job.ts';
import { ended, withoutAccents } from '../text-layout.ts';

/*
 * Texts to dispatchers about the rota, in the language of the question.
 */

/** The language and the company's time zone (IANA name). */
export type DutyWording = { language: Language; timeZone: string };
/** A time with its start and end, epoch ms. */
type Span = { startsAt: number; endsAt: number };

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-US', es: 'es-US' };

const inWords = (at: number, { language, timeZone }: DutyWording, options: Intl.DateTimeFormatOptions): string =>
  withoutAccents(new Intl.DateTimeFormat(LOCALES[language], { ...options, timeZone }).format(at)).replace(/\s/g, ' ');

/** `Sat, Dec 5` */
const dayWords = (at: number, wording: DutyWording): string =>
  inWords(at, wording, { weekday: 'short', month: 'short', day: 'numeric' });
const clock = (at: number, wording: DutyWording): string =>
  inWords(at, wording, { hour: 'numeric', minute: '2-digit' });
/** `Sat 8:00 AM` */
const dayAndClock = (at: number, wording: DutyWording): string =>
  `${inWords(at, wording, { weekday: 'short' })} ${clock(at, wording)}`;

/** `Sat, Dec 5, 8:00 AM to 6:00 PM`, with the day of the end when that is another one. */
export const shiftWords = ({ startsAt, endsAt }: Span, wording: DutyWording): string => {
  const isSameDay = dayWords(startsAt, wording) === dayWords(endsAt, wording);
  const end = isSameDay ? clock(endsAt, wording) : dayAndClock(endsAt, wording);
  return `${dayWords(startsAt, wording)}, ${clock(startsAt, wording)} ${wording.language === 'es' ? 'a' : 'to'} ${end}`;
};

/** `Dana, then Luis` */
const inOrder = (names: readonly string[], { language }: DutyWording): string =>
  names.map(withoutAccents).join(language === 'es' ? ', luego ' : ', then ');

/** Says that all contacts get each text. @param names of all contacts */
export const everyoneText = (names: readonly string[], wording: DutyWording): string => {
  const some = names.length > 6 ? `${inOrder(names.slice(0, 6), wording)} ...` : `${inOrder(names, wording)}.`;
  return wording.language === 'es'
    ? `Nadie tiene la guardia: los mensajes van a ${some}`
    : `No one is on duty: texts go to ${some}`;
};

/** Says who is on duty now, until when, and who is next. */
export const onDutyText = (
  names: readonly string[],
  next: { at: number; names: readonly string[] } | null,
  wording: DutyWording,
): string => {
  const isSpanish = wording.language === 'es';
  const until = next ? ` ${isSpanish ? 'hasta' : 'until'} ${dayAndClock(next.at, wording)}` : '';
  const then =
    next && next.names.length > 0 ? ` ${isSpanish ? 'Despues' : 'Next'}: ${inOrder(next.names, wording)}.` : '';
  return `${isSpanish ? 'De guardia' : 'On duty'}${until}: ${inOrder(names, wording)}.${then}`;
};

/** Says who is on duty on a day, a shift in each line. */
export const shiftsText = (shifts: ReadonlyArray<Span & { names: readonly string[] }>, wording: DutyWording): string =>
  shifts.map((shift) => `${shiftWords(shift, wording)}: ${inOrder(shift.names, wording)}`).join('\n');

/** The people of a swap, by name, and its shift. */
export type SwapWording = DutyWording & { giver: string; taker: string; shift: Span };

/** Asks the other one. */
export const askSwapText = ({ giver, taker, shift, ...wording }: SwapWording, isOffer: boolean): string => {
  const when = shiftWords(shift, wording);
  if (wording.language === 'es')
    return isOffer
      ? `${taker} ofrece cubrir su guardia: ${ended(when)} Responda SI o NO.`
      : `${giver} le pide cubrir su guardia: ${ended(when)} Responda SI o NO.`;
  return isOffer
    ? `${taker} offers to take your duty: ${ended(when)} Reply YES or NO.`
    : `${giver} asks you to take a duty: ${ended(when)} Reply YES or NO.`;
};

/** Tells the one who asked. @param other who decides */
export const swapAskedText = ({ giver, shift, ...wording }: SwapWording, other: string): string =>
  wording.language === 'es'
    ? `Pregunte a ${other}: ${ended(shiftWords(shift, wording))} Hasta que diga si, la guardia es de ${giver}.`
    : `Asked ${other}: ${ended(shiftWords(shift, wording))} Until ${other} says yes, ${giver} is on duty.`;

/** Tells both, and the operator, that a swap counts. */
export const swapAgreedText = ({ giver, taker, shift, ...wording }: SwapWording): string =>
  wording.language === 'es'
    ? `Acordado: ${taker} tiene la guardia de ${giver}: ${ended(shiftWords(shift, wording))}`
    : `Agreed: ${taker} has the duty of ${giver}: ${ended(shiftWords(shift, wording))}`;

/** Tells both that there is no swap. @param by who said no */
export const swapDeclinedText = ({ giver, shift, ...wording }: SwapWording, by: string): string =>
  wording.language === 'es'
    ? `${by} dijo que no. La guardia sigue siendo de ${giver}: ${ended(shiftWords(shift, wording))}`
    : `${by} said no. The duty stays with ${giver}: ${ended(shiftWords(shift, wording))}`;

/** Tells the one who asked that there is no answer yet. */
export const swapUnansweredText = ({ giver, shift, ...wording }: SwapWording, other: string): string =>
  wording.language === 'es'
    ? `${other} no ha contestado. La guardia sigue siendo de ${giver}: ${ended(shiftWords(shift, wording))}`
    : `${other} has not answered. The duty stays with ${giver}: ${ended(shiftWords(shift, wording))}`;

/** Says that someone has no duty to give on a day. @param day a moment of it, epoch ms */
export const notOnDutyText = (giver: string, day: number, wording: DutyWording): string =>
  wording.language === 'es'
    ? `${giver} no tiene guardia el ${dayWords(day, wording)}.`
    : `${giver} has no duty on ${dayWords(day, wording)}.`;

/** Says that the other one is on duty already. */
export const alreadyOnDutyText = ({ taker, shift, ...wording }: SwapWording): string =>
  wording.language === 'es'
    ? `${taker} ya tiene esa guardia: ${ended(shiftWords(shift, wording))}`
    : `${taker} is already on duty: ${ended(shiftWords(shift, wording))}`;

/** Says that a phone gets no texts, so it cannot be asked. */
export const cannotAskText = (other: string, { language }: DutyWording): string =>
  language === 'es'
    ? `No se envio: el telefono de ${other} no recibe nuestros mensajes. Llame, por favor.`
    : `Not asked: the phone of ${other} gets no texts from us. Please call.`;

/** Says that there is no swap to answer. */
export const NO_SWAP_ASKED = 'No swap is waiting for your answer.';

/** Asks whether a yes or no is for a swap or for a customer. */
export const askWhichYesText = (isYes: boolean, asker: string, person: { handle: string; name: string }): string =>
  `Is that for the swap with ${asker} or for ${withoutAccents(person.name)}? Reply ${isYes ? 'YES' : 'NO'} SWAP or ${person.handle}.`;
