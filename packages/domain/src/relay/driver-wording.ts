import { clockTime } from '../customer/stage-words.ts';
import type { Job, StatusChange, Stop, StopKind } from '../job.ts';
import { phaseOf } from '../job-status.ts';
import { nameOfChange } from '../jobs/undo-change.ts';
import type { DriverLanguage } from './recognition/driver-words.ts';
import { quotedLine, withoutAccents } from './text-layout.ts';

/* Texts to drivers: short, in GSM-7 characters, with the job, the place and the way back. */

/** Maximum length of an address in a text to a driver. */
const MAX_STREET_LENGTH = 40;

/** Maximum length of a driver's note in a text to the team. */
const MAX_NOTE_LENGTH = 300;

/** Street of a stop: its address up to the first comma. */
const streetOf = (stop: Stop | undefined): string =>
  withoutAccents((stop?.address ?? '').split(',')[0] ?? '').slice(0, MAX_STREET_LENGTH);

/** `QDN-1043 Ann Lee` */
const labelOf = ({ id, customer }: Job): string => `${id} ${withoutAccents(customer.name)}`;

/** The job as a driver types it: the number, or the whole ID with another prefix than the company's. */
export const typedId = ({ id }: Job, jobPrefix: string): string =>
  id.startsWith(`${jobPrefix}-`) ? (id.split('-')[1] ?? id) : id;

const DONE_WORDS: Readonly<Record<DriverLanguage, Readonly<Record<StopKind, string>>>> = {
  en: { drop_off: 'delivered', pickup: 'picked up', dump_site: 'dumped', yard: 'done' },
  es: { drop_off: 'entregado', pickup: 'recogido', dump_site: 'vaciado', yard: 'terminado' },
};

/** Returns the word for work that is done at a stop of a job. A trailer that goes to the dump next has been picked up. */
const doneWord = ({ kind, stops }: Job, stop: Stop | undefined, language: DriverLanguage): string => {
  if (!stop) return DONE_WORDS[language].yard;
  if (kind !== 'dump_and_return' || stop.kind !== 'drop_off') return DONE_WORDS[language][stop.kind];
  if (stops[stops.indexOf(stop) + 1]?.kind === 'dump_site') return DONE_WORDS[language].pickup;
  return language === 'en' ? 'returned' : 'devuelto';
};

/** The words of the driver's text that go with an answer. */
export type DriverAnswer = { job: Job; language: DriverLanguage; timeZone: string; jobPrefix: string };

/** Reads a driver's change back, with the way to undo it. @param saved what was kept besides: `note`, `photo` */
export const changeReadBack = (
  { job, language, timeZone }: DriverAnswer,
  change: StatusChange,
  saved: readonly string[],
): string => {
  const stop = job.stops[change.stop ?? 0];
  const next = job.stops[(change.stop ?? 0) + 1];
  const time = clockTime(change.at, timeZone);
  const isEnglish = language === 'en';
  const where = `${isEnglish ? 'at' : 'en'} ${streetOf(stop)} ${time}`;
  const done = `${doneWord(job, stop, language)} ${where}.`;
  const phase = phaseOf(change.status);
  const ahead = next && phase === 'driving' ? ` ${isEnglish ? 'Next' : 'Sigue'}: ${streetOf(next)}.` : '';
  const notDone = isEnglish ? `not ${done} Dispatch knows.` : `no ${done} Despacho lo sabe.`;
  const said =
    phase === 'not-done'
      ? notDone
      : phase === 'standing'
        ? `${isEnglish ? 'arrived' : 'llegada'} ${where}.`
        : `${done}${ahead}`;
  const kept = saved.length > 0 ? ` Dispatch has your ${saved.join(' and ')}.` : '';
  return `${labelOf(job)}: ${said}${kept} ${isEnglish ? 'Wrong? Reply UNDO' : 'Error? Responda UNDO'}`;
};

/** Says where the trailer is again after an arrival or a departure was taken back; null after another undo. */
const placeAgainText = ({ job, language }: DriverAnswer, { takesBack }: StatusChange): string | null => {
  if (takesBack !== 'at_site' && takesBack !== 'en_route_to_next') return null;
  const words =
    takesBack === 'at_site' ? { en: 'not yet at', es: 'todavia no en' } : { en: 'still at', es: 'todavia en' };
  return `${labelOf(job)}: ${words[language]} ${streetOf(job.stops[job.currentStop])}.`;
};

/** The end of a job as its customer has read it. */
const endTold = ({ takesBack }: StatusChange): string =>
  takesBack !== undefined && phaseOf(takesBack) === 'not-done' ? 'it could not be done' : 'it is complete';

/** Says what a job is again. @param change the undo @param told the customer has read of its end */
export const openAgainText = (of: DriverAnswer, change: StatusChange, told: boolean): string => {
  const { job, language } = of;
  const place = placeAgainText(of, change);
  if (place !== null) return place;
  const waits = phaseOf(job.status) === 'waiting' ? ', and waits for its trailer' : '';
  if (language === 'es') return `${labelOf(job)}: abierto otra vez. Despacho lo sabe.`;
  return `${labelOf(job)} is open again${waits}.${told ? ` We told the customer ${endTold(change)}; dispatch knows.` : ''}`;
};

/**
 * Tells the team that a driver took a change back which the customer has read.
 * @param undo the change that takes it back
 * @param note what the driver wrote after the command
 */
export const takenBackText = (job: Job, driverName: string, undo: StatusChange, note: string): string => {
  const said = note === '' ? '' : `\n${quotedLine(note, MAX_NOTE_LENGTH)}`;
  return `${labelOf(job)}: ${driverName} took back "${nameOfChange(undo.takesBack ?? undo.status)}". We had told the customer ${endTold(undo)}.${said}`;
};

/** Says that a job shows already what the driver wrote. */
export const alreadyText = (of: DriverAnswer, change: StatusChange): string => {
  const { job, language, timeZone } = of;
  if (change.takesBack !== undefined)
    return placeAgainText(of, change) ?? `${labelOf(job)} is open again already (${change.reason}).`;
  const stop = job.stops[change.stop ?? 0];
  const isStanding = phaseOf(change.status) === 'standing';
  const work = doneWord(job, stop, 'en');
  const word = isStanding ? 'arrived' : phaseOf(change.status) === 'not-done' ? `not ${work}` : work;
  const time = clockTime(change.at, timeZone);
  if (language === 'es') return `${labelOf(job)}: ya marcado ${time}.${isStanding ? ' Terminado? Responda DONE' : ''}`;
  return `${labelOf(job)}: ${word} ${time} already.${isStanding ? ' Finished? Reply DONE' : ' Wrong? Reply UNDO'}`;
};

/** A command as a question to a driver names it. */
export type DriverWord = 'HERE' | 'DONE' | 'CANT';

/** Asks which job is meant. @param word the command to type */
export const askWhichText = (
  word: string,
  choices: ReadonlyArray<{ job: Job; stop: Stop | undefined }>,
  jobPrefix: string,
): string => {
  const named = choices.slice(0, 3).map(({ job, stop }) => `${word} ${typedId(job, jobPrefix)} (${streetOf(stop)})`);
  return `Which one? Reply ${named.join(' or ')}`;
};

/** Asks a driver to confirm what place or state of the job contradict. @param miles from the stop; null when that is not the reason */
export const askSureText = (
  { job, jobPrefix }: DriverAnswer,
  word: DriverWord,
  stop: Stop | undefined,
  trailer: string,
  miles: number | null,
): string => {
  const far = miles === null ? '' : `${trailer} shows ${miles} mi from ${streetOf(stop)}. `;
  const meant = {
    HERE: `you are at ${streetOf(stop)} for ${job.id}`,
    DONE: `${job.id} is done at ${streetOf(stop)}`,
    CANT: `${job.id} cannot be done at ${streetOf(stop)}`,
  };
  return `${far}If ${meant[word]}, reply ${word} ${typedId(job, jobPrefix)}`;
};

/** Asks a driver who is also a dispatcher. */
export const askRoleText = (
  word: string,
  job: Job | null,
  trailer: string,
  handle: string | null,
  prefix: string,
): string => {
  const own = job ? `${word} for ${trailer} (${job.id})? Reply ${word} ${typedId(job, prefix)}. ` : '';
  return `Not sent. ${own}To answer the customer, start with ${handle ?? 'the job number'}`;
};

/** Says that a driver may not change a job. @param reason such as `is not on T1` */
export const otherTrailerText = (
  typed: string,
  reason: string,
  own: Job | null,
  stop: Stop | undefined,
  prefix: string,
): string =>
  `${typed} ${reason}. Sent to dispatch.${own ? ` Yours is ${typedId(own, prefix)} (${streetOf(stop)}).` : ''}`;

/** Asks whether the driver's last change is to be taken back. */
export const askUndoText = (job: Job): string => `Undo ${labelOf(job)}? Reply UNDO`;

/** Says that nothing of the driver's is left to take back, and offers the newest automatic change. */
export const nothingToUndoText = (
  offer: { job: Job; change: StatusChange } | null,
  timeZone: string,
  prefix: string,
): string => {
  const begin = 'You have nothing to undo.';
  if (!offer) return `${begin} Tell dispatch here what is wrong.`;
  const { job, change } = offer;
  return `${begin} ${job.id} was marked "${nameOfChange(change.status)}" ${clockTime(change.at, timeZone)} by GPS. Reply UNDO ${typedId(job, prefix)} to take that back`;
};

/** Tells a driver that their words are with the team, and which command would change the job. @param photo only a photo was sent */
export const sentToDispatchText = (
  job: Job | null,
  { status, stop }: { status: Job['status']; stop: number },
  language: DriverLanguage,
  photo: boolean,
  timeZone: string,
): string => {
  const isEnglish = language === 'en';
  const sent =
    photo && job
      ? `Photo saved to ${job.id} (${streetOf(job.stops[stop])}).`
      : isEnglish
        ? 'Sent to dispatch.'
        : 'Enviado a despacho.';
  if (!job) return sent;
  switch (phaseOf(status)) {
    case 'standing':
      return `${sent} ${isEnglish ? 'When finished, reply DONE' : 'Al terminar, responda DONE'}`;
    case 'driving':
      return `${sent} ${isEnglish ? 'When you are there, reply HERE' : 'Al llegar, responda HERE'}`;
    case 'waiting':
      return job.scheduledFor === null
        ? `${sent} ${job.id} is still open.`
        : `${sent} ${job.id} is still open for ${clockTime(job.scheduledFor, timeZone)}.`;
    default:
      return sent;
  }
};

/** Tells a driver the command for a job that cannot be done. @param typed the job as a driver types it; empty for the present one */
export const couldNotHint = (language: DriverLanguage, typed: string): string =>
  language === 'en'
    ? `If you leave without doing it, reply CANT${typed && ` ${typed}`}`
    : `Si se va sin hacerlo, responda NO PUDE${typed && ` ${typed}`}`;
