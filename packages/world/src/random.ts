// Functions of Math are module constants: a lookup of a global costs much in Jest's modules, and these run a million times.
const { PI, cos, floor, imul, log, sin, sqrt } = Math;

/** Draws that a seed decides: the same seed gives the same draws on every machine. */
export type Random = {
  /** From 0 up to, but not including, 1. */
  fraction(): number;
  /** A real number from `least` up to, but not including, `most`. */
  within(least: number, most: number): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  /** A normal deviate with mean 0 and standard deviation 1. */
  gaussian(): number;
  /** @throws RangeError when there are no items */
  pick<T>(items: readonly T[]): T;
  /** A new array in another order. */
  shuffled<T>(items: readonly T[]): T[];
  /**
   * A stream of its own for a subject. It depends on the seed and on the names alone, not on draws that were made before: a new
   * subject never shifts the draws of the others.
   */
  fork(name: string): Random;
};

/** Hashes a name to a function that returns 32-bit words. @see https://github.com/bryc/code/blob/master/jshash/PRNGs.md xmur3 */
const wordsFrom = (name: string): (() => number) => {
  let hash = 1779033703 ^ name.length;
  for (let i = 0; i < name.length; i += 1) {
    hash = imul(hash ^ name.charCodeAt(i), 3432918353);
    hash = (hash << 13) | (hash >>> 19);
  }
  return () => {
    hash = imul(hash ^ (hash >>> 16), 2246822507);
    hash = imul(hash ^ (hash >>> 13), 3266489909);
    hash ^= hash >>> 16;
    return hash >>> 0;
  };
};

/** Returns a generator of 32-bit words. @see https://prng.di.unimi.it/xoshiro128plusplus.c xoshiro128++ */
const xoshiro = (name: string): (() => number) => {
  const word = wordsFrom(name);
  let [a, b, c, d] = [word(), word(), word(), word() | 1];
  return () => {
    const sum = (a + d) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + a) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
};

/** Returns the stream of a seed. */
export const randomFrom = (seed: number | string): Random => {
  const word = xoshiro(String(seed));
  const fraction = (): number => word() / 2 ** 32;
  const between = (least: number, most: number): number => least + floor(fraction() * (most - least + 1));
  /** The second deviate of the last pair. */
  let spare: number | null = null;
  return {
    fraction,
    between,
    within: (least, most) => least + fraction() * (most - least),
    chance: (probability) => fraction() < probability,
    gaussian: () => {
      if (spare !== null) {
        const deviate = spare;
        spare = null;
        return deviate;
      }
      // Box and Muller; 1 - fraction() is never 0.
      const radius = sqrt(-2 * log(1 - fraction()));
      const angle = 2 * PI * fraction();
      spare = radius * sin(angle);
      return radius * cos(angle);
    },
    pick: (items) => {
      if (items.length === 0) throw new RangeError('The list has no items. Pass at least one.');
      return items[between(0, items.length - 1)] as (typeof items)[number];
    },
    shuffled: (items) => {
      const mixed = [...items];
      for (let i = mixed.length - 1; i > 0; i -= 1) {
        const j = between(0, i);
        [mixed[i], mixed[j]] = [mixed[j] as (typeof mixed)[number], mixed[i] as (typeof mixed)[number]];
      }
      return mixed;
    },
    fork: (name) => randomFrom(`${seed}/${name}`),
  };
};
