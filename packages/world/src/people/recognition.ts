import type { SaidText } from '../score/said.ts';
import { type SpokenText, spokenText, wordsIn } from '../score/spoken-words.ts';

/** Words under which a said text is looked up. */
const KEY_WORDS = 3;
/** People remember texts for this long. */
const MEMORY_MS = 26 * 3_600_000;

type Remembered = { text: SaidText; spoken: SpokenText };

/**
 * Recognises said texts in the texts on phones, the latest first. A reader of a phone sees whose words these are; the simulation
 * has to look them up.
 */
export const recognitionOf = () => {
  const byKey = new Map<string, Remembered[]>();
  const keyOf = (words: readonly string[], from: number): string => words.slice(from, from + KEY_WORDS).join(' ');
  const remember = (text: SaidText): void => {
    const spoken = spokenText(text.words);
    const key = spoken.words.length < KEY_WORDS ? '' : keyOf(spoken.words, 0);
    const own = (byKey.get(key) ?? []).filter((one) => text.at - one.text.at < MEMORY_MS);
    byKey.set(key, [...own, { text, spoken }]);
  };
  /** Returns the said texts whose words a text has, the latest first. */
  const recognise = (body: string, at: number): SaidText[] => {
    const sent = spokenText(body);
    const keys = new Set(['', ...sent.words.map((_, place) => keyOf(sent.words, place))]);
    return [...keys]
      .flatMap((key) => byKey.get(key) ?? [])
      .filter(({ text, spoken }) => at - text.at < MEMORY_MS && wordsIn(spoken, sent)?.share === 1)
      .sort((a, b) => b.spoken.words.length - a.spoken.words.length || b.text.at - a.text.at)
      .map(({ text }) => text);
  };
  return { remember, recognise };
};
