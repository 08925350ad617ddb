import { readableLine, readableWords } from './plain-words.ts';
import { segments } from './segments.ts';

/*
 * Layout that all texts share. What a person outside the company wrote is plain on each line: it follows a name and a handle in quotes, or it is
 * a line that begins with `> `. No other line is theirs, so none of ours can be imitated.
 */

/** Maximum length of a text, in characters. Twilio refuses longer ones (21617). */
export const MAX_SMS_LENGTH = 1600;
/** Maximum length of a name in a text, in characters. */
const MAX_NAME_LENGTH = 40;
/** Mark where words are cut. */
const CUT_MARK = '... [cut]';

/** Letters with accents that are in GSM-7 (3GPP TS 23.038, section 6.2.1). */
const ACCENTS_OF_GSM = /[éèùìòÇÅåÉÄÖÑÜäöñüà]/;

/** Removes the accents of a name that are not in GSM-7, so that `Núñez` is `Nuñez`: the one `ú` more than doubles the price of a text. */
export const withoutAccents = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/[^ -~]/gu, (letter) =>
      ACCENTS_OF_GSM.test(letter) ? letter : letter.normalize('NFD').replace(/\p{Mn}/gu, ''),
    );

/** Punctuation that phones put in place of what was typed, and the plain form. None of it changes a word. */
const PLAIN: ReadonlyArray<[RegExp, string]> = [
  [/[\u2018\u2019\u201a\u201b\u2032]/g, "'"],
  [/[\u201c\u201d\u201e\u201f\u2033]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, '-'],
  [/\u2026/g, '...'],
  [/[\u00a0\u2000-\u200a\u202f\u205f]/g, ' '],
  [/[\u200b\u2060\ufeff]/g, ''],
];

/** Replaces curly quotes, dashes and special spaces: a single one more than doubles the price of a text. */
export const withPlainPunctuation = (words: string): string =>
  PLAIN.reduce((text, [fancy, plain]) => text.replace(fancy, plain), words);

/** Returns a person's words as they may be relayed: unaltered but readable, or also with plain punctuation if the company allows it. */
export const wordingsOf = (words: string, plainPunctuation: boolean): string[] => {
  const readable = readableWords(words);
  return plainPunctuation ? [...new Set([readable, withPlainPunctuation(readable)])] : [readable];
};

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Maximum length of a word that a cut leaves whole, in characters. */
const MAX_WHOLE_WORD = 20;

/** Returns the begin of words, at most `length` UTF-16 units: never a part of an emoji or of a letter, nor of a usual word. */
const beginOf = (words: string, length: number): string => {
  const end = GRAPHEMES.segment(words).containing(length)?.index ?? words.length;
  const begin = words.slice(0, end);
  const space = Math.max(begin.lastIndexOf(' '), begin.lastIndexOf('\n'));
  const isWhole = end === words.length || words[end] === ' ' || words[end] === '\n';
  return isWhole || space < Math.max(0, end - MAX_WHOLE_WORD) ? begin.trimEnd() : begin.slice(0, space).trimEnd();
};

/** Returns words in at most `length` characters, with a mark where they are cut. */
export const shortened = (words: string, length: number): string =>
  words.length <= length ? words : `${beginOf(words, Math.max(0, length - CUT_MARK.length))}${CUT_MARK}`;

/**
 * Returns the template's text with the longest begin of the words with which it fits, and a mark where they are cut.
 * @param fits true for a text that is short enough; for shorter words it stays true
 * @param least length of the words that is never cut, in characters
 */
export const cutToFit = (
  template: (words: string) => string,
  words: string,
  fits: (text: string) => boolean,
  least = 0,
): string => {
  const whole = template(words);
  if (fits(whole)) return whole;
  let [from, to] = [Math.min(least, words.length), words.length];
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (fits(template(shortened(words, middle)))) from = middle;
    else to = middle;
  }
  return template(shortened(words, from));
};

/** Cuts the words only when a carrier would refuse the text, and marks the cut. */
export const fit = (template: (words: string) => string, words: string): string =>
  cutToFit(template, words, (text) => text.length <= MAX_SMS_LENGTH);

/** Returns the first of the cheapest texts. @param texts with the same facts, the most readable first */
export const cheapest = (texts: readonly string[]): string | null => {
  const whole = texts.filter((text) => text.length <= MAX_SMS_LENGTH).map((text) => ({ text, cost: segments(text) }));
  const fewest = Math.min(...whole.map(({ cost }) => cost));
  return whole.find(({ cost }) => cost === fewest)?.text ?? null;
};

/** Returns a text in its cheapest form; when no form fits whole, the last one with the words cut. */
export const cheapestText = (forms: ReadonlyArray<(words: string) => string>, wordings: readonly string[]): string => {
  const best = cheapest(wordings.flatMap((words) => forms.map((form) => form(words))));
  const tersest = forms.at(-1);
  return best ?? (tersest ? fit(tersest, wordings.at(-1) ?? '') : '');
};

/** `Maria Lopez @1042`: a person as dispatchers see and answer them; the name alone for one who cannot be answered. */
export const nameAndHandle = (name: string, handle: string | null): string => {
  const short = shortened(readableLine(name), MAX_NAME_LENGTH);
  return handle === null ? short : `${short} ${handle}`;
};

/** Returns the handle in the first line of one of our own texts, as in a reaction's quote of it; null when there is none. */
export const handleInOurText = (text: string): string | null =>
  /^[^\n:"@]{1,80} (@(?:u?[0-9]{1,9}|[A-Z]{2,5}-[0-9]{1,9}))(?=[ ,:])/.exec(text.trim())?.[1] ?? null;

/** `Maria Lopez @1042: "On my way"`; several lines below their writer, each with `> ` in front; the writer alone without words. */
export const saidBy = (writer: string, words: string): string => {
  const readable = readableWords(words);
  if (readable === '') return `${writer}:`;
  if (!readable.includes('\n')) return `${writer}: "${readable}"`;
  return [`${writer}:`, ...readable.split('\n').map((line) => `> ${line}`)].join('\n');
};

/** `"On my way"`: words in one line of another text, with the lines behind one another, cut after `length` characters. */
export const quotedLine = (words: string, length: number): string =>
  `"${shortened(readableWords(words).replaceAll('\n', ' / '), length)}"`;

/** Returns a sentence as a sentence: a time of day may end in a period of its own, as in `9:00 a.m.` */
export const ended = (sentence: string): string => (sentence.endsWith('.') ? sentence : `${sentence}.`);
