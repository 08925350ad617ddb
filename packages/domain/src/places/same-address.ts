import { type AddressParts, addressParts } from './address-words.ts';

/** Returns the number of letters to insert, delete, change or swap between two words. */
const distance = (a: string, b: string): number => {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let j = 0; j <= b.length; j += 1) (rows[0] ?? [])[j] = j;
  for (let i = 1; i <= a.length; i += 1)
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : 99;
      (rows[i] ?? [])[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + change, swap);
    }
  return at(a.length, b.length);
};

/** True for the same word with at most a slip: one letter in a word of four, two in one of eight. Numbers have none. */
export const isSameWord = (a: string, b: string): boolean => {
  if (a === b) return true;
  const letters = Math.min(a.length, b.length);
  return !/\d/.test(a + b) && letters >= 4 && distance(a, b) <= (letters >= 8 ? 2 : 1);
};

/** True when every word is among others. */
export const areAmong = (words: readonly string[], others: readonly string[]): boolean =>
  words.every((word) => others.some((other) => isSameWord(word, other)));

const isSameStreet = (a: AddressParts, b: AddressParts): boolean =>
  a.names.length > 0 &&
  areAmong(a.names, b.names) &&
  areAmong(b.names, a.names) &&
  (a.kind === null || b.kind === null || a.kind === b.kind);

/** A typed address beside a found one. `town` is null when none was typed. */
export type Match = { street: boolean; number: boolean; town: boolean | null; isSpeltAlike: boolean };

/** Compares a typed address with a found one. */
export const compareAddress = (typed: string, found: string): Match => {
  const [a, b] = [addressParts(typed), addressParts(found)];
  const sameZip = a.zip !== null && a.zip === b.zip;
  return {
    street: isSameStreet(a, b),
    number: a.number === b.number,
    town: a.town.length === 0 && a.zip === null ? null : sameZip || (a.town.length > 0 && areAmong(a.town, b.town)),
    isSpeltAlike: [...a.names, ...a.town].every((word) => [...b.names, ...b.town].includes(word)) || sameZip,
  };
};
