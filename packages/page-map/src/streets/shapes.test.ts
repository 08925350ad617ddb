import { expect, test } from '@jest/globals';
import { vectorTile } from '@qdn/street-tiles/testing/vector-tile';
import { type Outline, readShapes } from './shapes.ts';

/** Records its calls. */
class Noted implements Outline {
  readonly steps: string[] = [];
  moveTo(x: number, y: number) {
    this.steps.push(`M${x},${y}`);
  }
  lineTo(x: number, y: number) {
    this.steps.push(`L${x},${y}`);
  }
  closePath() {
    this.steps.push('Z');
  }
}
const read = (bytes: Uint8Array) => readShapes(new Uint8Array(bytes).buffer, () => new Noted());
const line = (kind: string, name?: string) => ({
  type: 'line' as const,
  parts: [
    [
      [0, 0],
      [100, 50],
    ] as const,
  ],
  properties: { kind, ...(name ? { name } : {}) },
});

test('everything that looks the same is one outline', () => {
  const tile = vectorTile({
    roads: [line('minor_road', 'Elm Street'), line('minor_road'), line('highway', 'I-35'), line('ferry')],
    landuse: [
      {
        type: 'polygon',
        parts: [
          [
            [0, 0],
            [10, 0],
            [10, 10],
          ],
        ],
        properties: { kind: 'park' },
      },
    ],
    water: [
      {
        type: 'polygon',
        parts: [
          [
            [5, 5],
            [9, 5],
            [9, 9],
          ],
        ],
        properties: { kind: 'water' },
      },
    ],
    pois: [{ type: 'point', parts: [[[1, 1]]], properties: { kind: 'cafe', name: 'Cafe' } }],
  });
  const { lines, fills, roads, places, extent } = read(tile);
  expect([...lines.keys()]).toEqual(['minor', 'highway']);
  expect(lines.get('minor')?.steps).toEqual(['M0,0', 'L100,50', 'M0,0', 'L100,50']);
  expect(fills.get('green')?.steps).toEqual(['M0,0', 'L10,0', 'L10,10', 'L0,0', 'Z']);
  expect(fills.get('water')?.steps).toHaveLength(5);
  expect(roads.map(({ name, points }) => [name, ...points])).toEqual([
    ['Elm Street', 0, 0, 100, 50],
    ['I-35', 0, 0, 100, 50],
  ]);
  expect(places).toEqual([]);
  expect(extent).toBe(4096);
});

test('places keep how important they are', () => {
  const place = (properties: Record<string, string | number>) => ({
    type: 'point' as const,
    parts: [[[7, 8]] as const],
    properties,
  });
  const { places } = read(
    vectorTile({
      places: [
        place({ kind: 'locality', kind_detail: 'city', name: 'Austin', population_rank: 12, min_zoom: 5 }),
        place({ kind: 'neighbourhood', name: 'Hyde Park' }),
        place({ kind: 'locality', kind_detail: 'village', name: '' }),
        place({ kind: 'region', name: 'Texas' }),
      ],
    }),
  );
  expect(places).toEqual([
    { name: 'Austin', x: 7, y: 8, rank: 512, minZoom: 5, quarter: false },
    { name: 'Hyde Park', x: 7, y: 8, rank: 100, minZoom: 12, quarter: true },
  ]);
});

test('a tile without any of it is empty, and bytes that are not a tile are refused', () => {
  expect(read(vectorTile({}))).toMatchObject({ roads: [], places: [] });
  expect(() => read(Uint8Array.from([0x1a, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 2]))).toThrow();
});
