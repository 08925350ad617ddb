import { distance } from 'fastest-levenshtein';

const letters = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/**
 * Returns the name that is closest to a mistyped one, by the Levenshtein distance of its letters and digits; null when none is
 * near.
 * @param maxDistance defaults to a third of the name's length, at least 1
 */
export const closest = <Name extends string>(
  typed: string,
  names: readonly Name[],
  maxDistance?: number,
): Name | null => {
  const [best] = names
    .map((name) => ({ name, edits: distance(letters(typed), letters(name)) }))
    .sort((a, b) => a.edits - b.edits);
  if (!best) return null;
  return best.edits <= (maxDistance ?? Math.max(1, Math.floor(letters(best.name).length / 3))) ? best.name : null;
};
