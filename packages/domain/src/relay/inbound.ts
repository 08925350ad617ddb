import { type JobId, type MessageSid, parseJobId } from '../ids.ts';

/** A customer's or dispatcher's text as the webhook received it. `receivedAt` is epoch ms; `pathJob` null for `inbound`. */
export type InboundMessage = {
  messageSid: MessageSid;
  pathJob: JobId | null;
  receivedAt: number;
  from: string;
  to: string;
  body: string;
  optOutType: string | null;
  media: Array<{ url: string; contentType: string }>;
};

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

/** What job IDs begin with when only their number is said. */
export const JOB_PREFIX = 'QDN';

/** A job that a text names. `isCertain`: with its prefix, so that it can be nothing else; `#5` may be a house or a gate. */
export type Mention = { job: JobId; isCertain: boolean };

/** A hyphen, or what a phone's keyboard makes of one. */
const HYPHEN = '[-\\u2010-\\u2015\\u2212]';
const NUMBER = '(?<number>[0-9]{1,9})\\b';
const MENTION = [
  // `QDN-1042`, `qdn 1042`, `QDN1042`, `qdn #1042`
  `\\b(?<own>${JOB_PREFIX})(?:${HYPHEN}|[\\s._:#]){0,3}${NUMBER}`,
  // Jobs of another prefix are named in full, or every `at 3` would be one.
  `\\b(?<prefix>[a-z]{2,5})${HYPHEN}${NUMBER.replace('number', 'other')}`,
  // `#1042`, `@1042`, `job 1042`, `job no. 1042`, `job #1042`
  `(?:(?<!\\w)[#@]\\s?|\\bjob[\\s.:#]{1,3}(?:(?:no|nr|number)\\b[\\s.:#]*)?)${NUMBER.replace('number', 'bare')}`,
].join('|');

const mentionOf = ({ groups = {} }: RegExpMatchArray): Mention | null => {
  const { own, number, prefix, other, bare } = groups;
  const job = parseJobId(
    prefix ? `${prefix.toUpperCase()}-${other}` : own ? `${JOB_PREFIX}-${number}` : `${JOB_PREFIX}-${bare}`,
  );
  return job && { job, isCertain: bare === undefined };
};

/**
 * The jobs that a text names, in any case and between any punctuation: the certain ones first, else in their order, each once.
 * A bare number is no job: it may be a house number, or a time.
 */
export const mentionsIn = (text: string): Mention[] => {
  const found = [...text.matchAll(new RegExp(MENTION, 'gi'))].flatMap((match) => mentionOf(match) ?? []);
  const sorted = [...found.filter(({ isCertain }) => isCertain), ...found.filter(({ isCertain }) => !isCertain)];
  return sorted.filter(({ job }, i) => sorted.findIndex((other) => other.job === job) === i);
};

/** A dispatcher's words without the leading mention of the job: `@1042 on my way` → `on my way`; empty when there is no more. */
export const withoutLeadingMention = (text: string): string =>
  text.replace(new RegExp(`^\\s*[@(\\[]?(?:${MENTION})[)\\]]?[\\s,:;.]*(?:${HYPHEN}\\s+)?`, 'i'), '').trim();
