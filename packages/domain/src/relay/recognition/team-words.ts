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
const ORDERS_ABOUT_SOMEONE = [
  /^(?:(?:also|and|pls|please|can you|can u|y|luego|por favor) )*(?:tell|ask|let|text|call|answer) (?:him|her|them|the (?:lady|guy|man|customer|client))\b/,
  /^(?:\S+ ){0,4}(?:dile|diles|digale|diganle|avisale|avisele|contestale|contestele|preguntale|preguntele|llamale|llamele|atiendela|atiendelo)\b/,
];
/** Questions of colleagues about a customer, complaints, and private words. In comparable form. */
const NOT_FOR_CUSTOMERS = [
  /\b(?:did|have|has|are|could|can|will|would|gonna|going to) (?:you|u|ya|anyone|anybody|someone|somebody|yall|any of you) (?:[a-z]+ ){0,2}(?:call|called|calling|text|texted|texting|answer|answered|tell|told|reply to|replied to|talk to|talked to|get back to|gotten back to|get ahold of) (?:back (?:to )?)?(?:her|him|them|this (?:lady|guy|customer)|that (?:lady|guy|customer)|the (?:lady|customer|client))\b/,
  /\bwho(?:s| is| has)? (?:got|getting|has|taking|talking to|calling|answering|handling) (?:her|him|this (?:lady|guy|one|customer)|that (?:lady|guy|one|customer)|the (?:lady|customer))\b/,
  /\b(?:ya|alguien|quien) (?:[a-z]+ )?(?:le|la|lo) (?:marcaste|llamaste|contestaste|dijiste|hablaste|marco|llamo|contesto|hablo|marcaron|contestaron|atiende|atendio|atendiste)\b/,
  /\b(?:love|luv) (?:you|u|ya)\b|\bxox?o?\b|\b(?:te amo|te quiero mucho|mi amor|besitos)\b|^(?:(?:hey|hi|ok|hola|oye) )?(?:babe|baby|honey|mom|mommy|dad|mami|papi|amor)\b/,
  /^(?:ugh|omg|wtf|smh|lol)\b/,
  /\b(?:her|him|this (?:lady|guy)|esta senora|este senor) (?:again|otra vez)\b/,
];
/** Words that ask a colleague for something, in a text that names one. In comparable form. */
const TO_A_COLLEAGUE =
  /\b(?:you take|u take|can you|can u|could you|please|pls|take (?:this|it|that|the)|heads up|call me|puedes|toma|tomala|tomalo|contesta|avisa|oye|hey)\b/;

/** Questions of a customer that an order answers: "what do I tell the driver", "should I call him". In comparable form. */
const ASKS_FOR_ORDER =
  /\b(?:what|which|when|where|who|how) (?:do|should|can|would|shall) (?:i|we) (?:tell|say|text|ask|call|let|give)\b|\b(?:should|shall|can|do|must) (?:i|we) (?:just |need to |have to )?(?:tell|call|text|ask|let|answer|wave)\b|\b(?:que|como|cuando|a quien) (?:le|les) (?:digo|decimos|contesto|pregunto|aviso)\b|\b(?:le|les|lo) (?:digo|llamo|marco|aviso|pregunto|hablo|dejo)\b/;
/** A phone number in a text. */
const PHONE = /[0-9]{3}[-. )]{0,2}[0-9]{3}[-. ]?[0-9]{4}(?![0-9])/;

/**
 * Tests whether an order such as "tell him" or "call him" is an answer: it was asked for, or has a number that the customer does not know.
 * @param asked the customer's last words @param phone the customer's number
 */
const isOrderForCustomer = (body: string, asked: string, phone: string): boolean => {
  if (ASKS_FOR_ORDER.test(comparable(asked))) return true;
  const [number] = PHONE.exec(body) ?? [];
  return number !== undefined && !phone.endsWith(number.replaceAll(/[^0-9]/g, ''));
};

/**
 * Tests whether a text seems to be meant for colleagues and not for a customer.
 * @param names first names of the colleagues
 * @param customer the one who would get it: their last words and number
 */
export const isTalkAmongColleagues = (
  body: string,
  names: readonly string[],
  customer: { asked: string; phone: string } | null = null,
): boolean => {
  const said = comparable(body);
  if (NOT_FOR_CUSTOMERS.some((pattern) => pattern.test(said))) return true;
  const isOrder = ORDERS_ABOUT_SOMEONE.some((pattern) => pattern.test(said));
  if (isOrder && !(customer && isOrderForCustomer(body, customer.asked, customer.phone))) return true;
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
