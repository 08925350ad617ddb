/*
 * Texts are recognized by their words. Case, accents, punctuation, invisible characters and emoji modifiers do not matter.
 */

/** Maximum number of characters of a text that patterns see: the longest body that Twilio delivers. */
export const MAX_READ_CHARACTERS = 1600;

/** Returns the part of a text that patterns may see. */
export const readable = (text: string): string => text.slice(0, MAX_READ_CHARACTERS);

/** Returns a text in the form in which texts are compared: `¿Dónde está?` → `donde esta`, `𝓢𝓽𝓸𝓹` → `stop`. */
export const comparable = (text: string): string =>
  readable(text)
    .normalize('NFKD')
    .replace(/[\p{Mn}\p{Cf}\p{Emoji_Modifier}]/gu, '')
    .toLowerCase()
    .replace(/['’‘`´]/g, '')
    .replace(/[^\p{L}\p{N}\p{Extended_Pictographic}]+/gu, ' ')
    .trim();

/** Tests whether a text contains one of the words or phrases, as whole words. */
export const containsOneOf = (words: readonly string[], body: string): boolean => {
  const said = ` ${comparable(body)} `;
  return words.some((word) => {
    const looked = comparable(word);
    return looked !== '' && said.includes(` ${looked} `);
  });
};
