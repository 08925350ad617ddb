import { comparable } from './comparable-text.ts';

/*
 * Words of dispatchers to the relay or to each other, in English and Spanish. None of them may reach a customer by a guess.
 */

/**
 * An order to the relay, as a whole text. `claim` takes a conversation, without an answer; `mine` can be nothing else, while "got it" may
 * only acknowledge. `close` ends it. `yes` and `no` answer a question of ours.
 */
export type TeamCommand = 'mine' | 'claim' | 'release' | 'close' | 'undo' | 'yes' | 'no';

const PHRASES: Readonly<Record<TeamCommand, readonly string[]>> = {
  mine: [
    'mine',
    'claim',
    'mia',
    'mio',
    'es mia',
    'es mio',
    'yo la atiendo',
    'yo lo atiendo',
    'la atiendo',
    'lo atiendo',
  ],
  claim: [
    ...['on it', 'im on it', 'ok on it', 'got it', 'ok got it', 'i got it', 'got this', 'i got this', 'i got this one'],
    ...['ill take it', 'ill take this', 'ill take this one', 'i have this one', 'checking', 'looking into it'],
    ...[
      'yo me encargo',
      'me encargo',
      'yo le contesto',
      'yo contesto',
      'yo la tomo',
      'yo lo tomo',
      'la tomo',
      'lo tomo',
    ],
    ...['ahorita checo', 'ahorita lo checo', 'lo checo', 'ahorita reviso', 'lo reviso'],
  ],
  release: ['release', 'unclaim', 'not mine', 'suelto', 'la suelto', 'lo suelto', 'soltar', 'libero', 'liberar'],
  close: ['close', 'close it', 'close this', 'cerrar', 'cierro', 'cierralo', 'cierrala', 'ciérralo', 'ciérrala'],
  undo: ['undo', 'undo it', 'undo that', 'deshacer', 'deshaz', 'deshazlo', 'take it back', 'take that back'],
  yes: [
    'yes',
    'y',
    'yep',
    'yeah',
    'yes send',
    'yes send it',
    'send',
    'send it',
    'ok',
    'si',
    'sí',
    'dale',
    'manda',
    'envia',
  ],
  no: ['no', 'n', 'nope', 'dont', 'dont send', 'dont send it', 'no send', 'cancel it', 'no mandes', 'no envies', 'nel'],
};

const phrasesOf = (command: TeamCommand): ReadonlySet<string> => new Set(PHRASES[command].map(comparable));
const COMMANDS = new Map((Object.keys(PHRASES) as TeamCommand[]).map((command) => [command, phrasesOf(command)]));

/** Tests whether a whole text is an order to the relay, the address aside. */
export const isTeamCommand = (command: TeamCommand, body: string): boolean =>
  COMMANDS.get(command)?.has(comparable(body)) ?? false;

/** Names that address all colleagues: `@team`. */
const TEAM_NAMES = new Set(['team', 'all', 'everyone', 'equipo', 'todos', 'colegas']);

/** Tests whether a name after the sign addresses all colleagues. */
export const isTeamName = (name: string): boolean => TEAM_NAMES.has(comparable(name));

/** Words that tell someone else to speak with the customer, or that speak about her. In comparable form. */
const ABOUT_SOMEONE = [
  /^(?:(?:also|and|pls|please|can you|can u|y|luego|por favor) )*(?:tell|ask|let|text|call|answer) (?:him|her|them|the (?:lady|guy|man|customer|client))\b/,
  /^(?:\S+ ){0,4}(?:dile|diles|digale|diganle|avisale|avisele|contestale|contestele|preguntale|preguntele|llamale|llamele|atiendela|atiendelo)\b/,
  /^(?:ugh|omg|wtf|smh|lol)\b/,
  /\b(?:her|him|this (?:lady|guy)|esta senora|este senor) (?:again|otra vez)\b/,
];
/** Words that ask a colleague for something, in a text that names one. In comparable form. */
const TO_A_COLLEAGUE =
  /\b(?:you take|u take|can you|can u|could you|please|pls|take (?:this|it|that|the)|heads up|call me|puedes|toma|tomala|tomalo|contesta|avisa|oye|hey)\b/;

/**
 * Tests whether a text seems to be meant for colleagues and not for a customer.
 * @param names first names of the colleagues
 */
export const isTalkAmongColleagues = (body: string, names: readonly string[]): boolean => {
  const said = comparable(body);
  if (ABOUT_SOMEONE.some((pattern) => pattern.test(said))) return true;
  const words = said.split(' ');
  const named = names.map(comparable).find((name) => name !== '' && words.includes(name));
  return named !== undefined && (TO_A_COLLEAGUE.test(said) || new RegExp(`^\\s*${named}\\s*,`, 'i').test(body));
};

/** Thanks without another word: a dispatcher has taken note. */
const THANKS = new Set(
  [
    ...[
      'ty',
      'thx',
      'thanks',
      'thank you',
      'tks',
      'ok thanks',
      'ok thx',
      'ok ty',
      'got it thanks',
      'got it thx',
      'noted',
    ],
    ...['gracias', 'muchas gracias', 'ok gracias', 'enterado', 'enterada', 'anotado', 'de acuerdo'],
  ].map(comparable),
);

/** Tests whether a dispatcher's whole text only thanks, or says that it is noted. */
export const isTeamThanks = (body: string): boolean => THANKS.has(comparable(body));

/** Tests whether a text has nothing that could be words: "...", "?". An emoji is a word. */
export const isWithoutWords = (body: string): boolean => body.trim() !== '' && comparable(body) === '';
