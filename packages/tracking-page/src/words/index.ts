import { en } from './en.ts';
import { es } from './es.ts';
import type { Language, Words } from './words.ts';

export { LANGUAGES, type Language, type Words } from './words.ts';

const WORDS: Record<Language, Words> = { en, es };

/** The words of the page, and the locale of its formats: the reader's own if it is of that language. */
export type Speech = { words: Words; locale: string };

/**
 * The first language of the reader's that the page speaks; English when it speaks none.
 * @param preferred BCP 47 tags, best first
 */
export const languageFor = (preferred: readonly string[]): Language => {
  const spoken = preferred.map((tag) => tag.toLowerCase().split('-')[0]);
  return spoken.find((language): language is Language => language === 'en' || language === 'es') ?? 'en';
};

/** Browsers have been seen to report tags that are none ("en-US@posix"), over which every `Intl` constructor throws. */
const isTag = (tag: string): boolean => {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
};

/** The words of a language, and the first of the reader's tags that names a region of it. */
export const speechFor = (language: Language, preferred: readonly string[]): Speech => {
  const words = WORDS[language];
  const regional = preferred.find((tag) => tag.toLowerCase().startsWith(`${language}-`) && isTag(tag));
  return { words, locale: regional ?? words.locale };
};
