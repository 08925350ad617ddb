import type { InboundMessage } from '../inbound-message.ts';
import { comparable } from './comparable-text.ts';

/** Compliance keywords: Twilio answers these itself when they are the whole message. https://www.twilio.com/docs/messaging/guides/opt-out-keywords */
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
 * Returns the compliance keyword if it is the whole message, else null. Such a message is never relayed. With Advanced Opt-Out
 * Twilio names the keyword itself; the word in the text may then be one that the company chose.
 */
export const keywordOf = ({ body, optOutType }: Pick<InboundMessage, 'body' | 'optOutType'>): Keyword | null => {
  const keyword = (text: string) => KEYWORD_OF.get(text.trim().toUpperCase()) ?? null;
  return keyword(optOutType ?? '') ?? keyword(body);
};

/**
 * Other ways to opt out: US rules accept any reasonable wording, not the keywords alone (47 CFR 64.1200(a)(10)). Twilio does not
 * know these, so the relay obeys them itself. They count only as the whole text: `stop texting me on my landline` needs a person.
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
  ].map(comparable),
);

/** Keywords that still opt out with a period, quotes or a polite word, which Twilio ignores. Words that may be about the job are left out. */
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

/** Tests whether a text that is not a keyword opts out in other words. */
export const isOptOutRequest = (body: string): boolean => {
  // Twilio obeys and answers these.
  if (KEYWORD_OF.has(body.trim().toUpperCase())) return false;
  const said = comparable(body);
  const request = said.replaceAll(COURTESY, '');
  return STOP_PHRASES.has(said) || STOP_PHRASES.has(request) || STOP_WORDS.has(request);
};
