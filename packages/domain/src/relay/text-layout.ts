import { segments } from './segments.ts';

/** Maximum length of a text, in characters. Twilio refuses longer ones (21617). */
export const MAX_SMS_LENGTH = 1600;

/** Returns the sender's words in quotes, with the links to their pictures. */
export const quoted = (words: string, media: readonly string[]): string =>
  [...(words === '' && media.length > 0 ? [] : [`"${words}"`]), ...media].join('\n');

/** Cuts the words only when a carrier would refuse the text, and marks the cut. */
export const fit = (template: (words: string) => string, words: string): string => {
  const whole = template(words);
  if (whole.length <= MAX_SMS_LENGTH) return whole;
  const mark = '... [cut]';
  const cut = words.slice(0, Math.max(0, MAX_SMS_LENGTH - template(mark).length));
  // Half of a surrogate pair is not a character.
  return template(`${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}${mark}`);
};

/** Removes the accents of a name: `Núñez` alone more than doubles the price of a text. */
export const withoutAccents = (name: string): string => name.normalize('NFD').replace(/\p{Mn}/gu, '');

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

/** Returns the first of the cheapest forms. @param forms with the same facts, the most readable first */
const cheapest = (forms: readonly string[]): string | null => {
  const whole = forms.filter((text) => text.length <= MAX_SMS_LENGTH).map((text) => ({ text, cost: segments(text) }));
  const fewest = Math.min(...whole.map(({ cost }) => cost));
  return whole.find(({ cost }) => cost === fewest)?.text ?? null;
};

/** Returns a text in its cheapest form; when no form fits whole, the last one with the words cut. */
export const cheapestText = (forms: ReadonlyArray<(words: string) => string>, wordings: readonly string[]): string => {
  const best = cheapest(wordings.flatMap((words) => forms.map((form) => form(words))));
  const tersest = forms.at(-1);
  return best ?? (tersest ? fit(tersest, wordings.at(-1) ?? '') : '');
};

/** Returns the customer's words as they may be relayed: unaltered, or with plain punctuation if the company allows it. */
export const wordingsOf = (words: string, plainPunctuation: boolean): string[] =>
  plainPunctuation ? [...new Set([words, withPlainPunctuation(words)])] : [words];

/** Returns a sentence as a sentence: a time of day may end in a period of its own, as in `9:00 a.m.` */
export const ended = (sentence: string): string => (sentence.endsWith('.') ? sentence : `${sentence}.`);
