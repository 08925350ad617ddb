/** A part of a text as it is compared: the words alone, without case, accents, kinds of quotes and invisible characters. */
export type SpokenText = {
  words: readonly string[];
  /** The whole text in one form, with line breaks as `\n` and all double quotes as `"`. */
  plain: string;
};

/** Words of a said text that a sent text has. */
export type WordMatch = {
  /** Share of the words that the sent text has in their order, 0 to 1. */
  share: number;
  /** Place of the first word in the sent text, counted in words. */
  from: number;
  /** Place after the last word. */
  to: number;
};

/** Texts of one or two words could be part of any sentence. They count only as a whole quote, line or end of a line. */
const FEW_WORDS = 2;
/** Least share of the words for a text that has lost or changed some. */
const RECOGNISABLE_SHARE = 0.5;
/** Texts with fewer words are found as a whole or not at all. */
const LEAST_WORDS_OF_A_PART = 4;
/** A carrier takes 1,600 characters at most, so a longer relayed text is cut. */
const LONG_TEXT_CHARACTERS = 1_400;

const DOUBLE_QUOTES = /[“”„‟«»″＂]/g;
const SINGLE_QUOTES = /[‘’‚‛`´]/g;
const LINE_BREAKS = /\r\n?|[\u2028\u2029\u0085]/g;
const SPACES = /[^\S\n]+/g;
/** Invisible characters, and colours of a terminal with the letters that belong to them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const INVISIBLE = /\u001b\[[0-9;]*[A-Za-z]|[\p{Cf}\p{M}]|(?!\n)\p{Cc}/gu;
const WORD = /[\p{L}\p{N}]+|\p{Extended_Pictographic}/gu;

/** Returns a text in the form in which texts are compared. */
export const spokenText = (body: string): SpokenText => {
  const plain = body
    .replace(LINE_BREAKS, '\n')
    .replace(SPACES, ' ')
    .normalize('NFKD')
    .replace(INVISIBLE, '')
    .replace(DOUBLE_QUOTES, '"')
    .replace(SINGLE_QUOTES, "'")
    .toLowerCase();
  return { words: plain.match(WORD) ?? [], plain };
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Returns the place of words that follow one another, or -1. */
const placeOf = (words: readonly string[], among: readonly string[]): number => {
  const first = words[0];
  for (let start = among.indexOf(first ?? ''); start >= 0; start = among.indexOf(first ?? '', start + 1)) {
    if (words.every((word, i) => among[start + i] === word)) return start;
  }
  return -1;
};

/** True when few words, or none but marks, are a quote, a line, or all that follows a colon or dash. */
const standsAlone = (said: SpokenText, sent: SpokenText): boolean => {
  const trimmed = said.plain.trim();
  if (trimmed === '') return false;
  const own =
    said.words.length === 0
      ? escaped(trimmed).replace(/\s+/g, '\\s*')
      : said.words.map(escaped).join('[^\\p{L}\\p{N}]+');
  const pattern = `(?:^|["\\n]|[:>–—-] )[^\\p{L}\\p{N}"\\n:]*${own}[^\\p{L}\\p{N}"\\n]*(?:["\\n(]|$)`;
  return new RegExp(pattern, 'u').test(sent.plain);
};

/** Returns the most words that are in both lists in the same order, and the span of them in the second. */
const commonInOrder = (
  words: readonly string[],
  among: readonly string[],
): { count: number; from: number; to: number } => {
  const width = among.length + 1;
  const counts = new Uint16Array((words.length + 1) * width);
  const at = (i: number, j: number): number => counts[i * width + j] ?? 0;
  for (let i = words.length - 1; i >= 0; i -= 1) {
    for (let j = among.length - 1; j >= 0; j -= 1) {
      counts[i * width + j] = words[i] === among[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  let [i, j, from, to] = [0, 0, 0, 0];
  while (i < words.length && j < among.length) {
    if (words[i] === among[j] && at(i, j) === at(i + 1, j + 1) + 1) {
      if (to === 0) from = j;
      to = j + 1;
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return { count: at(0, 0), from, to };
};

/** True when a carrier's limit cut the end of the words, and the text is as long as the carrier takes. */
const isCutAtTheEnd = (words: readonly string[], sent: SpokenText): boolean => {
  if (sent.plain.length < LONG_TEXT_CHARACTERS) return false;
  return placeOf(words.slice(0, Math.ceil(words.length / 2)), sent.words) >= 0;
};

/**
 * Looks for the words of a said text in a sent text. Returns null when they are not there, and a share below 1 when some are lost
 * or changed, unless `wholeOnly` is set. Frames round the words, line breaks, kinds of quotes and invisible characters do not matter.
 */
export const wordsIn = (said: SpokenText, sent: SpokenText, { wholeOnly = false } = {}): WordMatch | null => {
  const { words } = said;
  const start = words.length === 0 ? -1 : placeOf(words, sent.words);
  if (words.length <= FEW_WORDS) {
    if (!standsAlone(said, sent)) return null;
    const from = Math.max(0, start);
    return { share: 1, from, to: from + words.length };
  }
  if (start >= 0) return { share: 1, from: start, to: start + words.length };
  if (wholeOnly || words.length < LEAST_WORDS_OF_A_PART) return null;
  const { count, from, to } = commonInOrder(words, sent.words);
  const share = isCutAtTheEnd(words, sent) ? 1 : count / words.length;
  return share >= RECOGNISABLE_SHARE ? { share, from, to } : null;
};

/** Joins parts of a text that a phone got one after the other. */
export const joinedTexts = (texts: readonly SpokenText[]): SpokenText => ({
  words: texts.flatMap(({ words }) => words),
  plain: texts.map(({ plain }) => plain).join('\n'),
});
