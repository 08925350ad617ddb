import { type JobId, jobIdOf, parseJobId } from '../../ids.ts';
import { personKey } from '../conversation/person-key.ts';

/** A job that a text mentions. `isCertain`: with a prefix, so that it can only be a job; `#5` may be a house or a gate. */
export type Mention = { job: JobId; isCertain: boolean };

/** A hyphen, or a character that a phone's keyboard puts in its place. */
const HYPHEN = '[-\\u2010-\\u2015\\u2212]';
const NUMBER = '(?<number>[0-9]{1,9})\\b';

/** The pattern of a mention in texts to a company whose job IDs begin with `jobPrefix`. */
const mentionPattern = (jobPrefix: string): string =>
  [
    // `QDN-1042`, `qdn 1042`, `QDN1042`, `qdn #1042`
    `\\b(?<own>${jobPrefix})(?:${HYPHEN}|[\\s._:#]){0,3}${NUMBER}`,
    // A job with another prefix needs the hyphen, or every `at 3` would be one.
    `\\b(?<prefix>[a-z]{2,5})${HYPHEN}${NUMBER.replace('number', 'other')}`,
    // `#1042`, `@1042`, `job 1042`, `job no. 1042`, `job #1042`
    `(?:(?<!\\w)[#@]\\s?|\\bjob[\\s.:#]{1,3}(?:(?:no|nr|number)\\b[\\s.:#]*)?)${NUMBER.replace('number', 'bare')}`,
  ].join('|');

const mentionOf = ({ groups = {} }: RegExpMatchArray, jobPrefix: string): Mention | null => {
  const { number, prefix, other, bare } = groups;
  const job = prefix ? parseJobId(`${prefix.toUpperCase()}-${other}`) : jobIdOf(jobPrefix, number ?? bare ?? '');
  return job && { job, isCertain: bare === undefined };
};

/**
 * Returns the jobs that a text mentions, in any case and between any punctuation: the certain ones first, else in their order, each
 * once. A bare number is not a mention: it may be a house number or a time.
 */
export const mentionsIn = (text: string, jobPrefix: string): Mention[] => {
  const found = [...text.matchAll(new RegExp(mentionPattern(jobPrefix), 'gi'))].flatMap(
    (match) => mentionOf(match, jobPrefix) ?? [],
  );
  const sorted = [...found.filter(({ isCertain }) => isCertain), ...found.filter(({ isCertain }) => !isCertain)];
  return sorted.filter(({ job }, i) => sorted.findIndex((other) => other.job === job) === i);
};

/**
 * Returns the jobs whose handles a text contains: `@1042` is how our own texts name a job to dispatchers. It may still be a time.
 */
export const handlesIn = (text: string, jobPrefix: string): JobId[] => {
  const found = [...text.matchAll(/(?<!\w)@([0-9]{1,9})\b(?![:.]?[0-9])/g)];
  return [...new Set(found.flatMap(([, number = '']) => jobIdOf(jobPrefix, number) ?? []))];
};

/** Punctuation between a leading mention and the text after it. */
const GAP = `[)\\]]?[\\s,:;.]*(?:${HYPHEN}\\s+)?`;
const GUEST = '@\\s?u(?<digits>[0-9]{4})\\b';

/** Returns a text without the mention that it begins with: `@1042 on my way` → `on my way`; empty when nothing is left. */
export const withoutLeadingMention = (text: string, jobPrefix: string): string =>
  text.replace(new RegExp(`^\\s*(?:${GUEST}|[@(\\[]?(?:${mentionPattern(jobPrefix)}))${GAP}`, 'i'), '').trim();

/** Returns the job that a text begins with, which is how a dispatcher addresses its customer; null without one. */
export const leadingMention = (text: string, jobPrefix: string): JobId | null => {
  const match = new RegExp(`^\\s*[@(\\[]?(?:${mentionPattern(jobPrefix)})`, 'i').exec(text);
  return (match && mentionOf(match, jobPrefix)?.job) ?? null;
};

/** Returns a text without its mentions of jobs: `ETA #1042` → `ETA`; `eta for 1042?` stays as it is. */
export const withoutMentions = (text: string, jobPrefix: string): string =>
  text.replace(new RegExp(mentionPattern(jobPrefix), 'gi'), ' ').trim();

/** Returns the handle of a job for dispatchers: `@1042`; with the prefix when that is not the company's. */
export const jobHandle = (jobId: string, jobPrefix: string): string => {
  const [prefix, number] = jobId.split('-');
  return prefix === jobPrefix ? `@${number}` : `@${jobId}`;
};

/** Returns the handle of a guest, a sender who is not a job's customer: `@u` and the last digits; null without a phone number. */
export const guestHandle = (address: string): string | null => {
  const phone = personKey(address);
  const [digits] = /[0-9]{4}$/.exec(phone) ?? [];
  return digits && phone.startsWith('+') ? `@u${digits}` : null;
};

/** Returns the handle of the guest that a dispatcher's text begins with, or null. */
export const leadingGuest = (text: string): string | null => {
  const digits = new RegExp(`^\\s*${GUEST}`, 'i').exec(text)?.groups?.['digits'];
  return digits === undefined ? null : `@u${digits}`;
};
