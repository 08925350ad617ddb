import { clockOrDay, etaWords, shownRange, type Wording } from '../customer/stage-words.ts';
import type { Eta } from '../movement/estimate-arrival.ts';
import { type MediaPart, mediaLines } from './media-parts.ts';
import { readableLine } from './plain-words.ts';
import { segments } from './segments.ts';
import {
  cheapest,
  cutToFit,
  MAX_SMS_LENGTH,
  nameAndHandle,
  saidBy,
  withoutAccents,
  wordingsOf,
} from './text-layout.ts';

/*
 * Texts to the team about a message from outside: its writer and how to answer, the words, and then our own lines about the job.
 */

/** Maximum number of segments of a text; further words are behind a link. */
const MAX_SEGMENTS = 3;
/** Length of the words that is never cut, in characters: an emoji more than halves what fits into a segment. */
const MIN_WORDS = 100;

/**
 * A message as the team sees it, without the facts of its job.
 *  - `name` and `handle`: the writer; the handle is null for one who cannot be answered
 *  - `about`: the customer whose job it is about, when someone else writes; else null
 *  - `note`: our remark, such as that several jobs were possible
 *  - `wholeLink`: a page with all the words; null when there is none, and then only the carrier's limit cuts them
 */
export type TeamMessage = {
  name: string;
  handle: string | null;
  about: string | null;
  words: string;
  media: readonly MediaPart[];
  note: string | null;
  wholeLink: string | null;
};

/** The facts of a job for the team. `eta` is the arrival at the customer's own stop, null without one; `link` leads to the map. */
export type JobFacts = {
  address: string | null;
  trailers: readonly string[];
  stage: string;
  eta: Pick<Eta, 'earliest' | 'latest'> | null;
  link: string;
};

/** The moment of a text to the team. `writtenAt` is that of the message, epoch ms, when the text is late; else null. */
export type TeamWording = Omit<Wording, 'language'> & { writtenAt: number | null; plainPunctuation: boolean };

/** Maximum length of an address in a text, in characters. */
const MAX_ADDRESS_LENGTH = 40;

/** Returns the street of an address: all before the first comma, or the next part too when that has no number. */
const streetOf = (address: string): string => {
  const parts = readableLine(address).split(/,\s*/);
  const street = /[0-9]/.test(parts[0] ?? '') ? parts[0] : parts.slice(0, 2).join(', ');
  return withoutAccents(street ?? '')
    .slice(0, MAX_ADDRESS_LENGTH)
    .trim();
};

/** `T4: on the way, ETA 2:25-2:40 PM` */
const stateLine = ({ trailers, stage, eta }: JobFacts, wording: Wording): string => {
  const arrival = eta ? `, ETA ${etaWords(shownRange(eta), wording)}` : '';
  return `${trailers.length > 0 ? `${trailers.join(', ')}: ` : ''}${stage}${arrival}`;
};

/** Returns our lines below the words. */
const linesBelow = (message: TeamMessage, facts: JobFacts | null, wording: Wording): string[] => {
  const street = facts?.address ? streetOf(facts.address) : '';
  return [
    ...(facts === null ? ['No job found.'] : [...(street ? [street] : []), stateLine(facts, wording)]),
    ...(message.note ? [`(${message.note})`] : []),
  ];
};

/** `Maria Lopez @1042`, `Guest @u0199 about Maria Lopez (1042), written Nov 23, 9:42 PM` */
export const writerOf = (
  { name, handle, about }: Pick<TeamMessage, 'name' | 'handle' | 'about'>,
  { writtenAt, ...wording }: Pick<TeamWording, 'now' | 'timeZone' | 'writtenAt'>,
): string => {
  const written = writtenAt === null ? '' : `, written ${clockOrDay(writtenAt, { ...wording, language: 'en' })}`;
  return `${nameAndHandle(name, handle)}${about === null ? '' : ` about ${readableLine(about)}`}${written}`;
};

/**
 * Returns the text that the team gets: the writer and their handle, the words unaltered, the address, trailers, status and arrival, the link and
 * how to answer. The link is left out where that saves a segment, and words beyond three segments are behind a link; how to answer always
 * stays.
 * @param facts null for a message without a job
 */
export const relayText = (message: TeamMessage, facts: JobFacts | null, wording: TeamWording): string => {
  const inEnglish: Wording = { ...wording, language: 'en' };
  const plain = (text: string | null) => text && withoutAccents(text);
  const messages = [message, { ...message, name: withoutAccents(message.name), about: plain(message.about) }];
  const hint = message.handle === null ? [] : [`Reply: ${message.handle} ...`];
  const below = linesBelow(message, facts, inEnglish);
  const wordings = wordingsOf(message.words, wording.plainPunctuation);
  const isEmpty = wordings[0] === '' && message.media.length === 0;
  const media = isEmpty ? ['(an empty text)'] : mediaLines(message.media);
  const form = (one: TeamMessage, links: readonly string[]) => (words: string) =>
    [saidBy(writerOf(one, wording), words), ...media, ...below, ...links, ...hint].join('\n');
  const best = (links: readonly string[]) =>
    cheapest(wordings.flatMap((words) => messages.map((one) => form(one, links)(words))));

  const withLink = facts ? best([facts.link]) : null;
  const short = best([]);
  if (short !== null && segments(short) <= MAX_SEGMENTS)
    return withLink !== null && segments(withLink) <= segments(short) ? withLink : short;
  const { wholeLink } = message;
  if (short !== null && wholeLink === null) return short;
  const isShort = (text: string) =>
    text.length <= MAX_SMS_LENGTH && (wholeLink === null || segments(text) <= MAX_SEGMENTS);
  const links = wholeLink === null ? [] : [`All of it: ${wholeLink}`];
  const cut = messages.flatMap((one) =>
    wordings.map((words) => cutToFit(form(one, links), words, isShort, wholeLink === null ? 0 : MIN_WORDS)),
  );
  // The form that keeps the most words; whole, when the link costs as much as the words behind it.
  const kept = cut.reduce((most, text) => (text.length > most.length ? text : most));
  return short !== null && segments(short) <= segments(kept) ? short : kept;
};
