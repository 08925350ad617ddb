import type { InboundMessage } from '../inbound-message.ts';
import { automaticReplyOf } from './automatic-reply.ts';
import { comparable, readable } from './comparable-text.ts';
import {
  ASKS_HOW,
  CERTAIN_ALONE,
  CERTAIN_INSIDE,
  CERTAIN_WHOLE,
  COMPLAINT,
  COURTESY_AFTER,
  COURTESY_BEFORE,
  GOES_ON,
  NOT_THAT_PERSON,
  POSSIBLE_INSIDE,
  POSSIBLE_WHOLE,
  UNLESS_STOPPED,
  WRONG_NUMBER,
} from './opt-out-wordings.ts';
import { reactionOf } from './reaction.ts';
import { isMistypedKeyword } from './typing-error.ts';

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
  if (optOutType === NO_KEYWORD) return null;
  const keyword = (text: string) => KEYWORD_OF.get(text.trim().toUpperCase()) ?? null;
  return keyword(optOutType ?? '') ?? keyword(body);
};

/** Keywords that Advanced Opt-Out can leave out, and that people of this trade write about a job. */
const WORDS_OF_THE_TRADE: ReadonlySet<string> = new Set(['CANCEL', 'END', 'QUIT']);
/** In place of Twilio's keyword: the text is none. */
const NO_KEYWORD = 'NONE';

/**
 * Returns a message whose CANCEL, END or QUIT is words, for a number with Advanced Opt-Out that leaves these out. Twilio then obeys none of
 * them, and names each keyword that it obeys.
 */
export const withWordsOfTheTrade = (message: InboundMessage): InboundMessage =>
  message.optOutType === null && WORDS_OF_THE_TRADE.has(message.body.trim().toUpperCase())
    ? { ...message, optOutType: NO_KEYWORD }
    : message;

/** Returns a message of a channel on which no carrier obeys keywords: only STOP and START are more than words there. */
export const withoutCarriersKeywords = (message: InboundMessage): InboundMessage => {
  const word = message.body.trim().toUpperCase();
  const isWord = WORDS_OF_THE_TRADE.has(word) || KEYWORD_OF.get(word) === 'help';
  return message.optOutType === null && isWord ? { ...message, optOutType: NO_KEYWORD } : message;
};

/**
 * A wish to get no more texts: `certain` counts at once, whatever its words (47 CFR 64.1200(a)(10)); `possible` may be about the job, or
 * answer something, so a person decides.
 */
export type OptOutWish = 'certain' | 'possible';

/** Maximum number of polite words on each side of a text. */
const MAX_COURTESIES = 6;

/** Returns a whole text without courtesy and repetitions: `STOP STOP please` → `stop`. */
const requestIn = (said: string): string => {
  let request = said;
  for (let i = 0; i < MAX_COURTESIES; i += 1)
    request = request.replace(COURTESY_BEFORE, '').replace(COURTESY_AFTER, '');
  const words = new Set(request.split(' '));
  return words.size === 1 ? [...words].join('') : request;
};

/**
 * Returns the wish to get no more texts that a text has, in English, Spanish, Portuguese, French or German; null without one. Someone
 * who says that the number is wrong wishes it too. Texts that phones send by themselves have none.
 */
export const optOutWish = (body: string): OptOutWish | null => {
  const said = comparable(body);
  if (said === '' || reactionOf(body) !== null || automaticReplyOf(body) !== null) return null;
  const request = requestIn(said);
  if (CERTAIN_WHOLE.has(said) || (CERTAIN_WHOLE.has(request) && !CERTAIN_ALONE.has(request))) return 'certain';
  if (isMistypedKeyword(request.replace(/ (?:me|us)$/, ''))) return 'certain';
  if (POSSIBLE_WHOLE.has(said) || POSSIBLE_WHOLE.has(request) || CERTAIN_ALONE.has(request)) return 'possible';
  if (UNLESS_STOPPED.test(said) || isWrongNumber(body)) return 'certain';
  if (GOES_ON.test(said)) return null;
  if (ASKS_HOW.test(said)) return 'possible';
  if (SENTENCES.some((one) => sentencesOf(body).includes(one)) || isCertainIn(said)) return 'certain';
  // "Do not text me, I pay for each": the first clause ends with the wish.
  if (sentencesOf(body).some(isCertainIn)) return TEMPORARY.test(said) ? 'possible' : 'certain';
  return POSSIBLE_INSIDE.some((pattern) => pattern.test(said)) ? 'possible' : null;
};

/** Sentences that opt out beside other sentences. Words that may be about the job are left out. */
const SENTENCES = ['stop', 'unsubscribe', 'opt out', 'opt me out', 'remove me', 'stop texting', 'no texts', 'block me'];
/** Reasons for no texts at the moment only. */
const TEMPORARY = /\b(?:until|till|before|after|tonight|right now|asleep|sleeping|meeting|driving|at work)\b/;

/** Returns the sentences and clauses of a text, without courtesy. */
const sentencesOf = (body: string): string[] =>
  readable(body)
    .split(/[.!?;,\n]/u)
    .map((sentence) => requestIn(comparable(sentence)));

const isCertainIn = (said: string): boolean => CERTAIN_INSIDE.some((pattern) => pattern.test(said));

/** Tests whether a text that is not a keyword opts out in other words. Twilio obeys and answers the keywords. */
export const isOptOutRequest = (body: string): boolean =>
  !KEYWORD_OF.has(body.trim().toUpperCase()) && optOutWish(body) === 'certain';

/** Tests whether a text says that the phone belongs to someone else than the company means. */
export const isWrongNumber = (body: string): boolean => {
  const parts = [
    comparable(body),
    ...readable(body)
      .split(/[.!?;,\n]/u)
      .map(comparable),
  ];
  return (
    WRONG_NUMBER.some((pattern) => parts.some((said) => pattern.test(said))) ||
    NOT_THAT_PERSON.test(readable(body).trim())
  );
};

/** Tests whether a text threatens with a lawyer or an authority, or wants data deleted: the operator must see it. */
export const isLegalComplaint = (body: string): boolean => COMPLAINT.test(comparable(body));
