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

/** What stands between a leading mention and the words. */
const GAP = `[)\\]]?[\\s,:;.]*(?:${HYPHEN}\\s+)?`;
const GUEST = '@\\s?u(?<digits>[0-9]{4})\\b';

/** A text without the leading mention of whom it is for: `@1042 on my way` → `on my way`; empty when there is no more. */
export const withoutLeadingMention = (text: string): string =>
  text.replace(new RegExp(`^\\s*(?:${GUEST}|[@(\\[]?(?:${MENTION}))${GAP}`, 'i'), '').trim();

/** The job that a text begins with, as a dispatcher names whom it is for; null without one. */
export const leadingMention = (text: string): JobId | null => {
  const match = new RegExp(`^\\s*[@(\\[]?(?:${MENTION})`, 'i').exec(text);
  return (match && mentionOf(match)?.job) ?? null;
};

/** A text without any mention of a job: `eta for 1042?` stays, `ETA #1042` → `ETA`. */
export const withoutMentions = (text: string): string => text.replace(new RegExp(MENTION, 'gi'), ' ').trim();

/** How somebody without a job is named towards dispatchers: by the last digits of a number that they are not shown. */
export const guestHandle = (phone: string): string | null => {
  const [digits] = /[0-9]{4}$/.exec(phone) ?? [];
  return digits && phone.startsWith('+') ? `@u${digits}` : null;
};

/** The handle of the guest that a dispatcher's text begins with, or null. */
export const guestNamedIn = (text: string): string | null => {
  const digits = new RegExp(`^\\s*${GUEST}`, 'i').exec(text)?.groups?.['digits'];
  return digits === undefined ? null : `@u${digits}`;
};
