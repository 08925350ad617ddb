import type { InboundMessage } from './inbound.ts';

/*
 * Words that mean something when they are the whole of a text, in English and Spanish. Case, accents, punctuation and emoji
 * modifiers do not matter.
 */

/** The text as it is compared: `¿Dónde está?` → `donde esta`. */
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}|\u200d|\p{Emoji_Modifier}/gu, '')
    .toLowerCase()
    .replace(/['’`]/g, '')
    .replace(/[^\p{L}\p{N}\p{Extended_Pictographic}]+/gu, ' ')
    .trim();

/** Twilio answers these itself when they are the whole message. https://www.twilio.com/docs/messaging/guides/opt-out-keywords */
const KEYWORDS = {
  stop: ['STOP', 'UNSUBSCRIBE', 'END', 'QUIT', 'STOPALL', 'REVOKE', 'OPTOUT', 'CANCEL'],
  start: ['START', 'UNSTOP'],
  help: ['HELP', 'INFO'],
} as const;
export type Keyword = keyof typeof KEYWORDS;
const KEYWORD_OF = new Map<string, Keyword>(
  (Object.keys(KEYWORDS) as Keyword[]).flatMap((keyword) => KEYWORDS[keyword].map((word) => [word, keyword] as const)),
);

/**
 * The compliance keyword that the whole message is, or null. Such a message is never relayed. With Advanced Opt-Out Twilio
 * names the keyword itself, which may then be a word of the company's own choosing.
 */
export const keywordOf = ({ body, optOutType }: Pick<InboundMessage, 'body' | 'optOutType'>): Keyword | null => {
  const keyword = (text: string) => KEYWORD_OF.get(text.trim().toUpperCase()) ?? null;
  return keyword(optOutType ?? '') ?? keyword(body);
};

/**
 * Other ways to ask for no more texts: US rules honour any reasonable wording, not the keywords alone (47 CFR 64.1200(a)(10)).
 * Twilio knows nothing of these, so they are ours to obey. Only when they are all that is said: `stop texting me on my landline`
 * needs a person.
 */
const STOP_PHRASES = new Set(
  [
    'stop texting me',
    'please stop texting me',
    'stop texting',
    'please stop',
    'please stop texting',
    'do not text me',
    'dont text me',
    'do not text me again',
    'dont text me again',
    'stop messaging me',
    'please stop messaging me',
    'no more texts',
    'no more messages',
    'remove me',
    'remove me from your list',
    'take me off your list',
    'opt out',
    'stop all',
    'alto',
    'parar',
    'pare',
    'no mas mensajes',
    'no mas textos',
    'no me escriban',
    'no me escriban mas',
    'deje de escribirme',
    'dejen de escribirme',
    'no me manden mensajes',
    'no me manden mas mensajes',
    'cancelar mensajes',
  ].map(plain),
);

/** Keywords that mean the same with a point, quotes or a word of courtesy, where Twilio no longer knows them; not what may be of the job. */
const STOP_WORDS = new Set([
  'stop',
  'stopall',
  'unsubscribe',
  'unsubscribe me',
  'optout',
  'opt me out',
  'revoke',
  'quit',
]);
const COURTESY = /^(?:please )|(?: (?:please|now|immediately|thanks|thank you|me please))+$/g;

export const asksForNoMoreTexts = (body: string): boolean => {
  // Obeyed, and answered, by Twilio.
  if (KEYWORD_OF.has(body.trim().toUpperCase())) return false;
  const said = plain(body);
  const wish = said.replaceAll(COURTESY, '');
  return STOP_PHRASES.has(said) || STOP_PHRASES.has(wish) || STOP_WORDS.has(wish);
};

/** What phones say of themselves while their owner reads nothing. */
const AUTO_REPLIES = [
  /^(?:auto(?:matic)? ?(?:reply|response)|respuesta automatica)\b/,
  /\bdo not disturb while driving\b/,
  /^im not receiving notifications\b/,
  /^i(?:m| am) (?:currently )?(?:out of (?:the )?office|away from my phone)\b/,
  // Whoever drives to the customer may say so: only what says besides that it has not been read.
  /^i(?:m| am) (?:currently )?driving\b.*\b(?:see your message|get back to you|respond|reply)\b/,
  /^(?:estoy|voy) (?:conduciendo|manejando)\b.*\b(?:vere su mensaje|respondo|respondere|contesto|contestare)\b/,
];

/** Whether a phone has answered by itself: such a text is nobody's word. */
export const isAutoReply = (body: string): boolean => {
  const said = plain(body);
  return AUTO_REPLIES.some((pattern) => pattern.test(said));
};

const QUOTE = '[“"«](?<quote>[^]*)[”"»]';
const APPROVING = new RegExp(
  `^\\s*(?:Liked|Loved|Emphasized|Reacted (?:👍|❤️?|✅|👌)[^\\s]* to|Le gustó|Le encantó|Enfatizó) ${QUOTE}\\s*$`,
  'iu',
);
const OTHER = new RegExp(
  `^\\s*(?:Disliked|Laughed at|Questioned|Reacted \\S+ to|Removed an? .+ from|No le gustó|Se rió de|Preguntó por|Eliminó .+ de) ${QUOTE}\\s*$`,
  'iu',
);

/**
 * A reaction to a text of ours, as phones send it to those that know none: `Liked “…”`, with the text that it is about; null when
 * it is something else. `isApproving`: the kind by which people say that they have seen it.
 */
export const reactionIn = (body: string): { isApproving: boolean; quote: string } | null => {
  const approving = APPROVING.exec(body)?.groups?.['quote'];
  if (approving !== undefined) return { isApproving: true, quote: approving };
  const other = OTHER.exec(body)?.groups?.['quote'];
  return other === undefined ? null : { isApproving: false, quote: other };
};

/** What a customer may ask without a person having to answer, and in which language. */
export type Question = { about: 'status' | 'eta' | 'where'; language: 'en' | 'es' };

const QUESTIONS: ReadonlyArray<[Question['about'], Question['language'], readonly string[]]> = [
  ['status', 'en', ['status', 'job status', 'whats the status', 'what is the status', 'status update', 'update']],
  ['status', 'es', ['estado', 'estatus', 'cual es el estado', 'como va', 'como va mi pedido']],
  [
    'eta',
    'en',
    ['eta', 'whats the eta', 'what is the eta', 'when', 'what time', 'how long', 'arrival', 'when will you be here'],
  ],
  [
    'eta',
    'es',
    ['hora', 'llegada', 'cuando', 'a que hora', 'cuando llega', 'cuando llegan', 'a que hora llega', 'cuanto falta'],
  ],
  [
    'where',
    'en',
    [
      'where',
      'where are you',
      'wheres my dumpster',
      'where is my dumpster',
      'wheres the truck',
      'where is the truck',
      'location',
      'track',
      'tracking',
      'link',
    ],
  ],
  [
    'where',
    'es',
    [
      'donde',
      'donde esta',
      'donde estan',
      'donde esta mi contenedor',
      'donde esta el camion',
      'ubicacion',
      'rastrear',
      'enlace',
    ],
  ],
];
const QUESTION_OF = new Map<string, Question>(
  QUESTIONS.flatMap(([about, language, words]) => words.map((word) => [plain(word), { about, language }] as const)),
);

/** The question that the whole text is, without the name of a job, or null: `STATUS`, `eta?`, `¿Dónde está?` */
export const questionOf = (body: string): Question | null => QUESTION_OF.get(plain(body)) ?? null;

const ACKNOWLEDGEMENTS = new Set(
  [
    '1',
    'ok',
    'okay',
    'okey',
    'k',
    'kk',
    'ok got it',
    'got it',
    'got this',
    'i got it',
    'i got this',
    'ack',
    'copy',
    'copy that',
    'roger',
    'on it',
    'im on it',
    'listo',
    'entendido',
    'recibido',
    '👍',
    '👌',
    '✅',
  ].map(plain),
);

/**
 * Whether a dispatcher says no more than that they have it: such a text is for us, not for the customer. `Yes` is none: it
 * answers what the customer has asked.
 */
export const isAcknowledgement = (body: string): boolean => ACKNOWLEDGEMENTS.has(plain(body));

/** Whether one of the words, or word pairs, stands in a text. */
export const holdsOneOf = (words: readonly string[], body: string): boolean => {
  const said = ` ${plain(body)} `;
  return words.some((word) => {
    const looked = plain(word);
    return looked !== '' && said.includes(` ${looked} `);
  });
};
