/*
 * Texts are recognized by their words, in English and Spanish. Case, accents, punctuation and emoji modifiers do not matter.
 */

/** Returns a text in the form in which texts are compared: `¿Dónde está?` → `donde esta`. */
export const comparable = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}|\u200d|\p{Emoji_Modifier}/gu, '')
    .toLowerCase()
    .replace(/['’`]/g, '')
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
