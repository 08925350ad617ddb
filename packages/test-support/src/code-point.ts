import fc from 'fast-check';

const SURROGATES = { first: 0xd800, count: 0x800 };
const LAST = 0x10ffff;

/**
 * Arbitrary of one Unicode code point, for `fc.string({ unit: codePoint })`: the values of fast-check's own unit `'binary'`, which
 * fills a map with all 1.1 million of them (a second of processor time in each suite) before it makes the first string.
 */
export const codePoint: fc.Arbitrary<string> = fc.integer({ min: 0, max: LAST - SURROGATES.count }).map(
  (index) => String.fromCodePoint(index < SURROGATES.first ? index : index + SURROGATES.count),
  (value) => {
    const [character, ...others] = typeof value === 'string' ? value : '';
    const point = character?.codePointAt(0);
    if (point === undefined || others.length > 0) throw new Error('not one code point');
    if (point < SURROGATES.first) return point;
    if (point < SURROGATES.first + SURROGATES.count) throw new Error('half a surrogate pair');
    return point - SURROGATES.count;
  },
);
