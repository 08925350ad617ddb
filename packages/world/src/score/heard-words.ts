import type { SentText } from '../system.ts';
import { joinedTexts, type SpokenText, spokenText, wordsIn } from './spoken-words.ts';

/** A text to look for among those that phones got. `words` are those that have to arrive: the body without a handle. */
export type SpokenBy = {
  at: number;
  from: string;
  words: string;
  /** Phones that should get it, and names and numbers that a text about it may mention: they decide between equal words. */
  to?: readonly string[];
  mentions?: readonly string[];
};

/** The words of a said text on a phone. */
export type Heard = {
  phone: string;
  /** Time of the carrier's acceptance, epoch ms. */
  at: number;
  /** Share of the words, 0 to 1. Below 1 some are lost or changed. */
  share: number;
  /** Place among all sent texts, and within the text, for the order. */
  order: readonly [text: number, word: number];
};

/** The said texts that are in one sent text, by their places among the said texts. */
export type Hearing = {
  /** For each said text, the phones that got words of it, oldest first. */
  byText: readonly (readonly Heard[])[];
  /** For each sent text, the said texts whose words it has. */
  inSent: readonly (readonly number[])[];
};

/** Words of a text that is held for the night arrive within this time. */
const LONGEST_HOLD_MS = 26 * 3_600_000;
/** Parts of a split text follow one another within this time. */
const SPLIT_WITHIN_MS = 60_000;
/** Share of the words that parts together must have. */
const WHOLE_SHARE = 0.95;
/** Number of the rarest words in each half of a text under which it is found. */
const INDEXED_WORDS = 3;
/** Key of the texts that have marks alone. */
const NO_WORDS = '';

type Found = { text: number; share: number; from: number; to: number };

/** Finds the said texts of a time that could be in a sent text, by their rarest words. */
const indexOf = (said: readonly SpokenBy[], spoken: readonly SpokenText[]) => {
  const counts = new Map<string, number>();
  for (const { words } of spoken) for (const word of new Set(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const byWord = new Map<string, number[]>();
  const add = (word: string, text: number): void => {
    const texts = byWord.get(word);
    if (texts) texts.push(text);
    else byWord.set(word, [text]);
  };
  spoken.forEach(({ words }, text) => {
    const middle = Math.ceil(words.length / 2);
    const rarestOf = (some: readonly string[]): string[] =>
      [...new Set(some)].sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0)).slice(0, INDEXED_WORDS);
    for (const word of new Set([...rarestOf(words.slice(0, middle)), ...rarestOf(words.slice(middle))]))
      add(word, text);
    if (words.length === 0) add(NO_WORDS, text);
  });
  return ({ words }: SpokenText, from: number, to: number): number[] => {
    const found = new Set<number>();
    for (const word of new Set([NO_WORDS, ...words])) {
      for (const text of byWord.get(word)?.toReversed() ?? []) {
        const at = said[text]?.at ?? 0;
        if (at < from) break;
        if (at <= to) found.add(text);
      }
    }
    return [...found].sort((a, b) => a - b);
  };
};

/** Leaves out what lies inside a longer match, and parts of words where a whole text explains the sent one. */
const bestOf = (found: readonly Found[]): Found[] => {
  const whole = found.filter(({ share }) => share === 1);
  if (whole.length === 0) {
    const best = Math.max(0, ...found.map(({ share }) => share));
    return found.filter(({ share }) => share === best).slice(-1);
  }
  const isInside = (inner: Found): boolean =>
    whole.some(
      (outer) => outer.to - outer.from > inner.to - inner.from && outer.from <= inner.from && inner.to <= outer.to,
    );
  return whole.filter((match) => !isInside(match));
};

/** Of equal words the text is meant whose phone this is, or whose conversation the sent text mentions; else the latest. */
const meantOfEqualWords = (
  found: readonly Found[],
  spoken: readonly SpokenText[],
  fits: (text: number) => number,
): Found[] => {
  const keyOf = ({ text }: Found): string => spoken[text]?.words.join(' ') || (spoken[text]?.plain ?? '');
  return [...Map.groupBy(found, keyOf).values()].flatMap((equal) =>
    equal.toSorted((a, b) => fits(b.text) - fits(a.text) || b.text - a.text).slice(0, 1),
  );
};

/** A phone's reaction: a few words and the quoted text, which may be cut off at its end. */
const REACTION = /^[^"“”«»]{1,40}["“«][^"“”«»]+["”»]?$/;

/** Tells whether a text quotes another one. The words in quotes are then those of the other, and prove nothing alone. */
const isReaction = (text: SpokenBy | undefined): boolean => REACTION.test(text?.words.trim() ?? '');

/** Adds texts that only the parts on one phone have as a whole. */
const withSplitTexts = (heard: Heard[], said: SpokenText, sent: readonly SpokenText[]): Heard[] => {
  const joined = heard.map((first) => {
    if (first.share === 1) return first;
    const parts = heard.filter(
      ({ phone, at }) => phone === first.phone && at >= first.at && at - first.at <= SPLIT_WITHIN_MS,
    );
    const texts = parts.flatMap(({ order: [text] }) => sent[text] ?? []);
    const share = parts.length > 1 ? (wordsIn(said, joinedTexts(texts))?.share ?? 0) : 0;
    return share >= WHOLE_SHARE ? { ...first, share: 1 } : first;
  });
  return joined;
};

/** Looks up which phones got the words of which said texts. Both lists are oldest first. */
export const hearWords = (said: readonly SpokenBy[], sent: readonly SentText[]): Hearing => {
  const spoken = said.map(({ words }) => spokenText(words));
  const candidatesFor = indexOf(said, spoken);
  const sentTexts = sent.map(({ body }) => spokenText(body));
  const byText: Heard[][] = said.map(() => []);
  const inSent = sentTexts.map((text, place) => {
    const { at = 0, to: phone = '' } = sent[place] ?? {};
    const candidates = candidatesFor(text, at - LONGEST_HOLD_MS, at);
    const matchesOf = (wholeOnly: boolean): Found[] =>
      candidates.flatMap((candidate) => {
        const saidWords = spoken[candidate];
        const match = saidWords ? wordsIn(saidWords, text, { wholeOnly }) : null;
        const isMeant = match !== null && (match.share === 1 || !isReaction(said[candidate]));
        return isMeant ? [{ text: candidate, ...match }] : [];
      });
    // Parts matter only where no whole text explains the sent one; they take long to find.
    const whole = matchesOf(true);
    const found = whole.length > 0 ? whole : matchesOf(false);
    const fits = (index: number): number => {
      const { to = [], mentions = [] } = said[index] ?? {};
      return (to.includes(phone) ? 1 : 0) + (mentions.some((mention) => text.words.includes(mention)) ? 2 : 0);
    };
    const kept = meantOfEqualWords(bestOf(found), spoken, fits);
    for (const { text: index, share, from } of kept) byText[index]?.push({ phone, at, share, order: [place, from] });
    return kept.map(({ text: index }) => index);
  });
  return {
    byText: byText.map((heard, index) => withSplitTexts(heard, spoken[index] as SpokenText, sentTexts)),
    inSent,
  };
};
