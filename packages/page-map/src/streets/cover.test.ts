import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toScreen } from '../projection.ts';
import { ancestor, inWorld, TILE_PX, tilesIn, zoomOf } from './cover.ts';

const size = { width: 360, height: 340 };
const camera = fc.record({
  x: fc.double({ min: 0, max: 1, noNaN: true }),
  y: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
  scale: fc.double({ min: 9, max: 18, noNaN: true }).map((zoom) => TILE_PX * 2 ** zoom),
});

test('every spot of the view is on one of the tiles, and the middle’s comes first', () => {
  const spot = fc.record({
    x: fc.double({ min: 0, max: 1, noNaN: true }),
    y: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(camera, spot, (view, { x, y }) => {
      const tiles = tilesIn(view, size, 5, 14);
      const holds = (tile: { z: number; x: number; y: number }, px: number, py: number) => {
        const [from, to] = [tile, { x: tile.x + 1, y: tile.y + 1 }].map((corner) =>
          toScreen({ x: corner.x / 2 ** tile.z, y: corner.y / 2 ** tile.z }, view, size),
        );
        return from && to && px >= from.x - 0.01 && px <= to.x + 0.01 && py >= from.y - 0.01 && py <= to.y + 0.01;
      };
      expect(tiles.some((tile) => holds(tile, x * size.width, y * size.height))).toBe(true);
      const [first] = tiles;
      expect(first && holds(first, size.width / 2, size.height / 2)).toBe(true);
      expect(tiles.length).toBeLessThanOrEqual(9);
    }),
  );
});

test('between the levels that there are, the next coarser one is drawn larger', () => {
  const at = (zoom: number) => ({ x: 0.23, y: 0.41, scale: TILE_PX * 2 ** zoom });
  expect(tilesIn(at(12.7), size, 10, 14)[0]?.z).toBe(12);
  expect(tilesIn(at(16.2), size, 10, 14)[0]?.z).toBe(14);
  expect(tilesIn(at(9.5), size, 10, 14)[0]?.z).toBe(10);
  expect(zoomOf(at(12.7))).toBeCloseTo(12.7);
});

test('from too far away nothing is drawn rather than hundreds of tiles', () => {
  expect(tilesIn({ x: 0.23, y: 0.41, scale: TILE_PX * 2 ** 6 }, size, 10, 14)).toEqual([]);
});

test('a tile’s ancestor holds it, and the world repeats', () => {
  expect(ancestor({ z: 14, x: 3743, y: 6743 }, 3)).toEqual({ z: 11, x: 467, y: 842 });
  expect(inWorld({ z: 3, x: -1, y: 2 })).toEqual({ z: 3, x: 7, y: 2 });
  expect(inWorld({ z: 3, x: 9, y: 2 })).toEqual({ z: 3, x: 1, y: 2 });
});
