/** How many letters have to be changed, added or removed. https://en.wikipedia.org/wiki/Levenshtein_distance */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
};

const letters = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** The one of `known` that somebody meant who typed `typed`: at most a third of its letters differ. Null where none is near. */
export const closest = (typed: string, known: readonly string[]): string | null => {
  const [best] = known
    .map((one) => ({ one, far: distance(letters(typed), letters(one)) }))
    .sort((a, b) => a.far - b.far);
  return best && best.far <= Math.max(1, Math.floor(letters(best.one).length / 3)) ? best.one : null;
};
