import type { JobId } from '../../ids.ts';
import { jobIdOf } from '../../ids.ts';
import { mentionsIn, withoutMentions } from '../planning/mentions.ts';
import { comparable } from './comparable-text.ts';

/**
 * The command in a driver's text.
 *  - `near`: says a place, such as "at the house"; it counts when the trailer is near the stop
 *  - `ready`: "listo" is "finished" at a stop, and "OK" elsewhere
 *  - `all-set`: may mean finished, so it is asked about
 *  - `could-not`: the work is not possible, and the driver leaves without it
 *  - `oops`: takes back right after the driver's own change
 *  - `no`: may take back, so it is asked about right after the driver's own change
 */
export type DriverCommand =
  | 'arrived'
  | 'near'
  | 'done'
  | 'ready'
  | 'all-set'
  | 'left'
  | 'could-not'
  | 'undo'
  | 'oops'
  | 'no';
export type DriverLanguage = 'en' | 'es';

/** A driver's text as it was understood. `command` is null for words to people; `note` is what was written after a command. */
export type DriverText = {
  command: DriverCommand | null;
  language: DriverLanguage;
  jobId: JobId | null;
  note: string;
};

/** Whole texts, in comparable form: a command inside a sentence may mean its opposite ("almost here", "not done", "done for today"). */
const PHRASES: ReadonlyArray<readonly [DriverCommand, DriverLanguage, string]> = [
  [
    'arrived',
    'en',
    'here|im here|i am here|were here|we are here|here now|im here now|arrived|i arrived|ive arrived|just arrived|we arrived|arived|arrivd|arrved|onsite|on site|im onsite|im on site|on location|at site|at the site|at stop|at the stop|got here|just got here|made it here',
  ],
  [
    'arrived',
    'es',
    'ya llegue|llegue|ya llegamos|llegamos|he llegado|ya estoy aqui|aqui estoy|estoy aqui|ya estoy|ya estamos aqui|aqui|ya aqui|estoy en el sitio|ya estoy en el sitio|en el sitio',
  ],
  [
    'near',
    'en',
    'at the house|im at the house|at the customer|im at the customer|at the customers|im at the customers|at the job|im at the job|at the address|im at the address',
  ],
  ['near', 'es', 'en la casa|estoy en la casa|ya estoy en la casa|con el cliente|estoy con el cliente'],
  [
    'done',
    'en',
    'done|im done|were done|all done|done here|im done here|all done here|finished|im finished|finish|completed|complete|job done|job complete|delivered|delivrd|deliverd|delivered it|dropped|droped|dropped it|droped it|dropped off|dropped it off|drop done|drop complete|its dropped|dumped|dumped it|picked up|picked it up|pickup done|pickup complete|emptied|emptied and returned|empty and returned|empty n returned|emptied n returned|dumped and returned',
  ],
  [
    'done',
    'es',
    'termine|ya termine|terminado|ya terminamos|terminamos|acabe|ya acabe|ya quedo|quedo|ya la deje|ya lo deje|la deje|lo deje|ya la dejamos|entregado|entregada|ya entregue|entregue|ya la entregue|ya lo entregue|hecho|ya esta hecho',
  ],
  ['ready', 'es', 'listo|ya listo|lista|ya esta listo'],
  ['all-set', 'en', 'all set|all set here|all good|all good here|were good|good to go'],
  [
    'left',
    'en',
    'left|leaving|leaving now|im leaving|just left|departed|heading to dump|heading to the dump|headed to dump|headed to the dump|going to dump|going to the dump|on my way to dump|on my way to the dump|heading to landfill|heading to the landfill',
  ],
  ['left', 'es', 'ya sali|sali|saliendo|ya me fui|voy al basurero|voy para el basurero|voy al vertedero'],
  [
    'could-not',
    'en',
    'cant|cannot|can not|couldnt|could not|cant do|cant do it|cant do this one|cant do this job|couldnt do it|could not do it|cant deliver|cannot deliver|couldnt deliver|could not deliver|cant drop|cant drop it|couldnt drop|couldnt drop it|cant pick up|cant pickup|couldnt pick up|couldnt pickup|could not pick up|cant swap|couldnt swap|unable to deliver|unable to drop|unable to pick up|unable to pickup|unable to swap|unable to complete|no can do|dry run|dry run leaving|not delivered|not picked up|attempted',
  ],
  [
    'could-not',
    'es',
    'no pude|no puedo|no pudimos|no se pudo|no se puede|no pude entregar|no pudimos entregar|no se pudo entregar|no puedo entregar|no pude recoger|no pudimos recoger|no se pudo recoger|no puedo recoger|no entregado|no recogido|viaje en falso',
  ],
  ['undo', 'en', 'undo|undo that|undo it|undo last|undo please|please undo'],
  ['undo', 'es', 'deshacer|deshazlo'],
  [
    'oops',
    'en',
    'oops|oops wrong one|oops wrong job|wrong one|wrong job|sorry wrong one|sorry wrong job|my bad|my bad wrong one|my bad not done|oops not done|mistake|my mistake|by mistake|take that back',
  ],
  ['no', 'en', 'no|nope|wrong'],
  ['oops', 'es', 'equivocado|me equivoque|perdon me equivoque|error|fue un error|trabajo equivocado'],
];
const MEANINGS = new Map(
  PHRASES.flatMap(([command, language, phrases]) =>
    phrases.split('|').map((phrase) => [phrase, { command, language }] as const),
  ),
);

/** Words around a command or a job's number that do not change it: `done w 1043`, `done with job 1043 thanks`. */
const FILLERS = /^(?:job|trabajo) | (?:w|with|on|at|for|job|the|con|el|la|en|de|trabajo|thanks|thx|thank you|gracias)$/;
/** A job's number without its prefix. Shorter numbers are minutes, gates and codes. */
const BARE_NUMBER = /(?<![\w-])([0-9]{3,9})(?![\w-])/;
/** The end of the first clause: what follows it is a note. */
const CLAUSE_END = /[,;:!\n]|\.\s|\s[-–—]\s/;
/** Words that put a command in doubt when they follow it. */
const DOUBT =
  /\b(?:not|no|but|except|almost|nearly|yet|later|tomorrow|unless|never|wait|wrong|unable|refused|cannot|(?:ca|wo|did|could|would|is|was|have|has|does)nt|pero|todavia|aun|casi|manana|nunca|espera|equivocado)\b/;
/** Words after "can't" that put it off: the driver has not given up. */
const NOT_YET = /\b(?:yet|wait|waiting|unless|until|till|now|todavia|aun|espera|esperando|hasta|ahora)\b/;
/** Emoji that agree with a command or decorate it. A thumb down or a cross is not one. */
const AGREEING_EMOJI = /[👍👌🙏💪🎉🙂😀😃😄😁😊😎🚛🚚🏁💯🏠📍✅✔☑]/gu;
/** Punctuation before a note. */
const NOTE_BEGIN = /^[\s\p{P}]+/u;

/** Returns the meaning of a phrase, with or without the words around it. */
const meaningOf = (said: string): { command: DriverCommand; language: DriverLanguage } | null => {
  const shorter = said.replace(FILLERS, '').trim();
  return MEANINGS.get(said) ?? (shorter === said ? null : meaningOf(shorter));
};

/** Reads a clause: its job aside, it must be a command and nothing else. */
const clauseOf = (clause: string, jobPrefix: string): Pick<DriverText, 'command' | 'language' | 'jobId'> | null => {
  const [mention, second] = mentionsIn(clause, jobPrefix);
  // A change is of one job: people read a text about several.
  if (second) return null;
  const number = mention ? undefined : BARE_NUMBER.exec(clause)?.[1];
  const rest = number === undefined ? withoutMentions(clause, jobPrefix) : clause.replace(BARE_NUMBER, ' ');
  const meaning = meaningOf(comparable(rest.replace(AGREEING_EMOJI, ' ')));
  const jobId = mention?.job ?? (number === undefined ? null : jobIdOf(jobPrefix, number));
  return meaning ? { ...meaning, jobId } : null;
};

/**
 * Reads a driver's text. A command is the whole text or its first clause, in English or Spanish; a question, a negation or any other
 * sentence is for people. A negation after an undo is its reason, "undo, not done yet", and so is one after "can't": "can't, no one here".
 */
export const driverTextOf = (body: string, jobPrefix: string): DriverText => {
  const none: DriverText = { command: null, language: 'en', jobId: null, note: '' };
  if (/[?¿]/.test(body)) return none;
  const whole = clauseOf(body, jobPrefix);
  if (whole) return { ...whole, note: '' };
  const end = CLAUSE_END.exec(body);
  const head = end && clauseOf(body.slice(0, end.index), jobPrefix);
  const note = end
    ? body
        .slice(end.index + end[0].length)
        .replace(NOTE_BEGIN, '')
        .trim()
    : '';
  const isUndo = head?.command === 'undo' || head?.command === 'oops';
  const doubt = head?.command === 'could-not' ? NOT_YET : DOUBT;
  return head && (isUndo || !doubt.test(comparable(note))) ? { ...head, note } : none;
};
