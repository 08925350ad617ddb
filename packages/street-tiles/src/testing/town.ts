import { gzipSync } from 'node:zlib';
import type { Place } from '@qdn/domain';
import { Compression } from 'pmtiles';
import { type Box, boxAround } from '../box.ts';
import { archiveOf, type TestTile } from './archive.ts';
import { clipLine, clipRing } from './clip.ts';
import { EXTENT, type TileFeature, vectorTile } from './vector-tile.ts';

/*
 * A town that does not exist, as vector tiles in Protomaps' schema (version 4): for tests, measurements and example pictures.
 * Its one real thing is the road that the example trailer takes, which becomes its main street.
 */

type Point = readonly [number, number];
type Feature = {
  layer: 'landuse' | 'water' | 'buildings' | 'roads' | 'places';
  type: TileFeature['type'];
  /** In metres east and south of the middle. */
  points: Point[];
  properties: Record<string, string | number | boolean>;
  minZoom: number;
};

const ZOOMS = [9, 10, 11, 12, 13, 14];
const BLOCK = { width: 170, height: 105 };
/** The street grid is turned a little, as in towns that follow a river. */
const TURN = 0.21;
const ORDINALS = ['1st', '2nd', '3rd'];
const TREES = ['Elm', 'Oak', 'Pecan', 'Cedar', 'Willow', 'Juniper', 'Maple', 'Walnut', 'Cypress', 'Laurel'];

/** The same number from 0 to 1 for the same place. */
const chance = (a: number, b: number, c = 0): number => {
  let h =
    Math.imul(a * 374_761 + 1, 668_265_263) ^ Math.imul(b * 2_246_822 + 7, 1_274_126_177) ^ Math.imul(c + 3, 974_711);
  h = Math.imul(h ^ (h >>> 13), 1_274_126_177);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
};

const turned = ([x, y]: Point): Point => [
  x * Math.cos(TURN) - y * Math.sin(TURN),
  x * Math.sin(TURN) + y * Math.cos(TURN),
];
const rectangle = (x: number, y: number, width: number, height: number): Point[] =>
  [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ].map(([a = 0, b = 0]) => turned([a, b]));

const streetName = (i: number, across: boolean): string => {
  const n = Math.abs(i);
  if (!across) return `${TREES[n % TREES.length]} Street`;
  return `${ORDINALS[n - 1] ?? `${n}th`} Avenue`;
};

const grid = (reach: number): Feature[] => {
  const features: Feature[] = [];
  const street = (i: number, across: boolean) => {
    const step = across ? BLOCK.height : BLOCK.width;
    const along = across ? BLOCK.width : BLOCK.height;
    const major = i % (across ? 9 : 6) === 0;
    const at = i * step;
    let run: Point[] = [];
    const end = () => {
      if (run.length > 1) {
        features.push({
          layer: 'roads',
          type: 'line',
          points: run,
          properties: {
            kind: major ? 'major_road' : 'minor_road',
            kind_detail: major ? 'secondary' : 'residential',
            name: streetName(i, across),
          },
          minZoom: major ? 11 : 13,
        });
      }
      run = [];
    };
    for (let t = -reach; t <= reach; t += along) {
      const bent = at + (major ? 25 * Math.sin(t / 900) : 0);
      run.push(turned(across ? [t, bent] : [bent, t]));
      // Some streets end at the next corner.
      if (!major && chance(i, Math.round(t / along), across ? 1 : 2) < 0.16) end();
    }
    end();
  };
  for (let i = -Math.floor(reach / BLOCK.width); i * BLOCK.width < reach; i++) street(i, false);
  for (let i = -Math.floor(reach / BLOCK.height); i * BLOCK.height < reach; i++) street(i, true);
  return features;
};

const blocks = (reach: number): Feature[] => {
  const features: Feature[] = [];
  for (let i = -Math.floor(reach / BLOCK.width); i * BLOCK.width < reach; i++) {
    for (let j = -Math.floor(reach / BLOCK.height); j * BLOCK.height < reach; j++) {
      const [x, y] = [i * BLOCK.width, j * BLOCK.height];
      if (chance(Math.floor(i / 3), Math.floor(j / 4), 5) < 0.045) {
        const [across, down] = [i - 3 * Math.floor(i / 3), j - 4 * Math.floor(j / 4)];
        if (across === 0 && down === 0) {
          features.push({
            layer: 'landuse',
            type: 'polygon',
            points: rectangle(x + 8, y + 8, 3 * BLOCK.width - 16, 4 * BLOCK.height - 16),
            properties: { kind: 'park' },
            minZoom: 10,
          });
        }
        continue;
      }
      if (chance(Math.floor(i / 4), Math.floor(j / 5), 9) < 0.06) {
        features.push({
          layer: 'landuse',
          type: 'polygon',
          points: rectangle(x, y, BLOCK.width, BLOCK.height),
          properties: { kind: 'industrial' },
          minZoom: 11,
        });
      }
      for (let k = 0; k < 4; k++) {
        const size = 12 + 14 * chance(i, j, k);
        features.push({
          layer: 'buildings',
          type: 'polygon',
          points: rectangle(
            x + 16 + (k % 2) * 74 + 20 * chance(i, j, 10 + k),
            y + 14 + Math.floor(k / 2) * 46,
            size * 1.5,
            size,
          ),
          properties: { kind: 'building' },
          minZoom: 14,
        });
      }
    }
  }
  return features;
};

const river = (reach: number): Feature => {
  const bank = (side: number): Point[] => {
    const points: Point[] = [];
    for (let x = -reach; x <= reach; x += 120) {
      points.push([
        x,
        2_600 + 500 * Math.sin(x / 1_900) + 180 * Math.sin(x / 640) + side * (70 + 25 * Math.sin(x / 410)),
      ]);
    }
    return points;
  };
  return {
    layer: 'water',
    type: 'polygon',
    points: [...bank(-1), ...bank(1).reverse()],
    properties: { kind: 'water', kind_detail: 'river', name: 'Sample River' },
    minZoom: 9,
  };
};

const lines = (reach: number): Feature[] => {
  const bending = (from: number, amplitude: number, length: number, north: boolean): Point[] => {
    const points: Point[] = [];
    for (let t = -reach; t <= reach; t += 150) {
      const off = from + amplitude * Math.sin(t / length);
      points.push(north ? [off, t] : [t, off]);
    }
    return points;
  };
  return [
    {
      layer: 'roads',
      type: 'line',
      points: bending(1_900, 420, 2_600, true),
      properties: { kind: 'highway', name: 'Example Freeway' },
      minZoom: 9,
    },
    {
      layer: 'roads',
      type: 'line',
      points: bending(-4_200, 300, 3_100, false),
      properties: { kind: 'highway', name: 'Sample Expressway' },
      minZoom: 9,
    },
    {
      layer: 'roads',
      type: 'line',
      points: bending(-1_100, 500, 2_100, true),
      properties: { kind: 'rail' },
      minZoom: 12,
    },
  ];
};

const place = (name: string, at: Point, kind: string, detail: string, minZoom: number): Feature => ({
  layer: 'places',
  type: 'point',
  points: [at],
  properties: { kind, kind_detail: detail, name, min_zoom: minZoom },
  minZoom: Math.max(9, minZoom - 1),
});

const METRES = 2 * Math.PI * 6_378_137;

/**
 * An archive of the example town around a road.
 * @param road becomes the main street
 */
export const exampleTown = (
  road: readonly [Place, ...Place[]],
  marginM = 2_500,
): { archive: Buffer; box: Box; tiles: TestTile[] } => {
  const box = boxAround(road, marginM);
  const middle = { lat: (box.south + box.north) / 2, lon: (box.west + box.east) / 2 };
  const perMetre = 1 / (METRES * Math.cos((middle.lat * Math.PI) / 180));
  const world = ({ lat, lon }: Place): Point => {
    const sin = Math.sin((lat * Math.PI) / 180);
    return [lon / 360 + 0.5, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)];
  };
  const [originX, originY] = world(middle);
  const main = road.map((each): Point => {
    const [x, y] = world(each);
    return [(x - originX) / perMetre, (y - originY) / perMetre];
  });
  const [west, north] = world({ lat: box.north, lon: box.west });
  const reach = Math.max(originX - west, originY - north) / perMetre;
  const features: Feature[] = [
    ...blocks(reach),
    river(reach),
    ...grid(reach),
    ...lines(reach),
    {
      layer: 'roads',
      type: 'line',
      points: main,
      properties: { kind: 'major_road', kind_detail: 'primary', name: 'Main Street' },
      minZoom: 10,
    },
    place('Exampleville', [0, 300], 'locality', 'city', 8),
    place('North Sample', [-900, -3_100], 'neighbourhood', 'neighbourhood', 12),
    place('Old Mill', [-1_700, 1_100], 'neighbourhood', 'neighbourhood', 12),
    place('Riverside', [900, 3_300], 'neighbourhood', 'neighbourhood', 12),
    place('Lower Example', [2_600, -900], 'neighbourhood', 'neighbourhood', 12),
  ];
  const collected = new Map<string, { z: number; x: number; y: number; layers: Record<string, TileFeature[]> }>();
  const margin = 80;
  for (const { layer, type, points, properties, minZoom } of features) {
    for (const z of ZOOMS) {
      if (z < minZoom) continue;
      const scale = 2 ** z * EXTENT;
      const flat = points.map(([x, y]): Point => [(originX + x * perMetre) * scale, (originY + y * perMetre) * scale]);
      const [xs, ys] = [flat.map(([x]) => x), flat.map(([, y]) => y)];
      const range = (values: number[]) => [
        Math.floor((Math.min(...values) - margin) / EXTENT),
        Math.floor((Math.max(...values) + margin) / EXTENT),
      ];
      const [[minX = 0, maxX = 0], [minY = 0, maxY = 0]] = [range(xs), range(ys)];
      for (let x = minX; x <= maxX; x++) {
        for (let y = minY; y <= maxY; y++) {
          const local = flat.map(([px, py]): Point => [px - x * EXTENT, py - y * EXTENT]);
          const clipped =
            type === 'line'
              ? clipLine(local, -margin, EXTENT + margin)
              : [type === 'polygon' ? clipRing(local, -margin, EXTENT + margin) : local];
          const parts = clipped.filter((part) => part.length > (type === 'point' ? 0 : 1));
          if (parts.length === 0) continue;
          const key = `${z}/${x}/${y}`;
          const tile = collected.get(key) ?? { z, x, y, layers: {} };
          collected.set(key, tile);
          let list = tile.layers[layer];
          if (!list) tile.layers[layer] = list = [];
          list.push({ type, parts, properties });
        }
      }
    }
  }
  const tiles = [...collected.values()].map(({ z, x, y, layers }) => ({
    z,
    x,
    y,
    bytes: gzipSync(vectorTile(layers)),
  }));
  const metadata = { name: 'An example town that does not exist', attribution: 'none' };
  return { archive: archiveOf(tiles, { box, metadata, compression: Compression.Gzip }), box, tiles };
};
