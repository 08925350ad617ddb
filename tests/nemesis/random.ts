/** Pseudo-random draws: the same seed gives the same draws on every machine. */
export type Random = {
  /** Returns a number in [0, 1). */
  fraction(): number;
  chance(probability: number): boolean;
  /** Returns a whole number, both ends included. */
  between(least: number, most: number): number;
  pick<T>(items: readonly T[]): T;
  /** Returns a new array in random order. */
  shuffled<T>(items: readonly T[]): T[];
};

/** @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c mulberry32 */
export const randomFrom = (seed: number): Random => {
  // Adjacent seeds must have unrelated draws.
  let state = Math.imul(seed + 1, 0x9e3779b1) | 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(fraction() * (most - least + 1));
  return {
    fraction,
    between,
    chance: (probability) => fraction() < probability,
    pick: (items) => {
      const item = items[between(0, items.length - 1)];
      if (item === undefined) throw new Error('There is nothing to pick from');
      return item;
    },
    shuffled: (items) => {
      const mixed = [...items];
      for (let i = mixed.length - 1; i > 0; i -= 1) {
        const j = between(0, i);
        [mixed[i], mixed[j]] = [mixed[j] as (typeof mixed)[number], mixed[i] as (typeof mixed)[number]];
      }
      return mixed;
    },
  };
};
