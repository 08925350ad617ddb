import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { boxAround, countTiles, overviewZoom, parseBox, sizeKm, tileRange, tilesOf } from './box.ts';

test.each([
  ['-98,30,-97,31', { west: -98, south: 30, east: -97, north: 31 }],
  [' -98, 30.5 ,-97,31 ', { west: -98, south: 30.5, east: -97, north: 31 }],
  ['-97,30,-98,31', null],
  ['-98,31,-97,30', null],
  ['-98,30,-97', null],
  ['-98,30,-97,', null],
  ['-98,30,-97,100', null],
  ['a,b,c,d', null],
])('"%s" as a box', (text, box) => {
  expect(parseBox(text)).toEqual(box);
});

test('a box around places has all of them inside, with their surroundings', () => {
  const box = boxAround(
    [
      { lat: 30.2, lon: -97.7 },
      { lat: 30.4, lon: -97.6 },
    ],
    5_000,
  );
  const size = sizeKm(box);
  expect(size.height).toBeCloseTo(22.3 + 10, 0);
  expect(size.width).toBeCloseTo(9.6 + 10, 0);
  expect(box.west).toBeLessThan(-97.7);
});

const box = fc
  .record({
    west: fc.double({ min: -180, max: 179, noNaN: true }),
    south: fc.double({ min: -85, max: 84, noNaN: true }),
    width: fc.double({ min: 0.001, max: 5, noNaN: true }),
    height: fc.double({ min: 0.001, max: 5, noNaN: true }),
  })
  .map(({ west, south, width, height }) => ({
    west,
    south,
    east: Math.min(180, west + width),
    north: Math.min(90, south + height),
  }));

test('the tiles of a box are counted as they are listed, and its overview is at most two by two', () => {
  fc.assert(
    fc.property(box, fc.nat(8), (given, z) => {
      expect(tilesOf(given, z)).toHaveLength(countTiles(given, z));
      const { minX, maxX, minY, maxY } = tileRange(given, overviewZoom(given));
      expect(maxX - minX).toBeLessThanOrEqual(1);
      expect(maxY - minY).toBeLessThanOrEqual(1);
    }),
  );
});
