import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomFrom } from './index.ts';

const draws = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);

describe('randomFrom', () => {
  test('returns the same draws for the same seed', () => {
    expect(draws(50, randomFrom(7).fraction)).toEqual(draws(50, randomFrom(7).fraction));
    expect(draws(5, randomFrom(7).fraction)).not.toEqual(draws(5, randomFrom(8).fraction));
  });

  test('keeps the draws of a fork, whatever else is drawn or forked', () => {
    const alone = draws(20, randomFrom('seed').fork('trucks').fork('T1').fraction);
    const busy = randomFrom('seed');
    draws(100, busy.gaussian);
    busy.fork('people').fraction();
    const trucks = busy.fork('trucks');
    trucks.fork('T0').fraction();
    expect(draws(20, trucks.fork('T1').fraction)).toEqual(alone);
  });

  test('gives neighbouring seeds and forks nothing in common', () => {
    const means = Array.from({ length: 200 }, (_, seed) => randomFrom(seed).fork('a').fraction());
    const mean = means.reduce((sum, each) => sum + each, 0) / means.length;
    expect(mean).toBeGreaterThan(0.4);
    expect(mean).toBeLessThan(0.6);
    expect(new Set(means).size).toBe(200);
  });

  test('draws whole numbers of a range, both ends included', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -50, max: 50 }), fc.nat(20), (seed, least, span) => {
        const random = randomFrom(seed);
        for (const drawn of draws(20, () => random.between(least, least + span))) {
          expect(Number.isInteger(drawn)).toBe(true);
          expect(drawn).toBeGreaterThanOrEqual(least);
          expect(drawn).toBeLessThanOrEqual(least + span);
        }
      }),
    );
    const random = randomFrom(1);
    expect(new Set(draws(200, () => random.between(1, 3)))).toEqual(new Set([1, 2, 3]));
  });

  test('draws normal deviates with mean 0 and deviation 1', () => {
    const random = randomFrom('normal');
    const deviates = draws(20_000, random.gaussian);
    const mean = deviates.reduce((sum, each) => sum + each, 0) / deviates.length;
    const variance = deviates.reduce((sum, each) => sum + (each - mean) ** 2, 0) / deviates.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });

  test('shuffles without losing an item, and picks from a list that has one', () => {
    const random = randomFrom(3);
    const items = Array.from({ length: 30 }, (_, i) => i);
    const mixed = random.shuffled(items);
    expect(mixed).not.toEqual(items);
    expect([...mixed].sort((a, b) => a - b)).toEqual(items);
    expect(items).toContain(random.pick(items));
    expect(() => random.pick([])).toThrow('The list has no items');
    expect(random.within(5, 6)).toBeGreaterThanOrEqual(5);
    expect(random.chance(0)).toBe(false);
    expect(random.chance(1)).toBe(true);
  });
});
