import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { type Fill, fillOf, type Line, lineOf, roadName } from './style.ts';

/** Receives a tile's outlines: a Path2D, or a test's own. */
export type Outline = { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void; closePath(): void };

/** A named road, as x and y in turns, in tile units. */
export type NamedRoad = { name: string; line: Line; points: Float32Array };
/** A place with a name, in tile units. `rank`: more important ones first. */
export type NamedPlace = { name: string; x: number; y: number; rank: number; minZoom: number; quarter: boolean };

/** One tile, ready to be drawn: one outline for all that looks the same. In tile units, `extent` to a side. */
export type Shapes<P extends Outline = Path2D> = {
  extent: number;
  fills: Map<Fill, P>;
  lines: Map<Line, P>;
  roads: NamedRoad[];
  places: NamedPlace[];
};

const POINT = 1;
const LINE = 2;
const POLYGON = 3;
const LAYERS = ['landuse', 'water', 'buildings', 'roads', 'places'];
const NAMED: ReadonlySet<Line> = new Set(['minor', 'major', 'highway']);
/** Of `kind_detail`; what is not named here is no more than a hamlet. */
const RANKS: Readonly<Record<string, number>> = { city: 5, town: 4, village: 3 };

type Ring = ReadonlyArray<{ x: number; y: number }>;

const trace = (into: Outline, rings: readonly Ring[], closed: boolean): void => {
  for (const ring of rings) {
    for (const [i, { x, y }] of ring.entries()) {
      if (i === 0) into.moveTo(x, y);
      else into.lineTo(x, y);
    }
    if (closed) into.closePath();
  }
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/**
 * Reads a vector tile of Protomaps' basemap, as far as this map shows it.
 * @param outline makes an empty outline
 * @throws Error when the bytes are not a vector tile
 */
export const readShapes = <P extends Outline>(bytes: ArrayBuffer, outline: () => P): Shapes<P> => {
  const { layers } = new VectorTile(new PbfReader(bytes));
  const shapes: Shapes<P> = { extent: 4096, fills: new Map(), lines: new Map(), roads: [], places: [] };
  const of = <K>(outlines: Map<K, P>, kind: K): P => {
    const known = outlines.get(kind);
    if (known) return known;
    const made = outline();
    outlines.set(kind, made);
    return made;
  };
  for (const name of LAYERS) {
    const layer = layers[name];
    if (!layer) continue;
    shapes.extent = layer.extent;
    for (let i = 0; i < layer.length; i++) {
      const feature = layer.feature(i);
      const { properties, type } = feature;
      const fill = type === POLYGON ? fillOf(name, properties) : null;
      const line = type === LINE ? lineOf(name, properties) : null;
      if (fill) trace(of(shapes.fills, fill), feature.loadGeometry(), true);
      if (line) {
        const parts = feature.loadGeometry();
        trace(of(shapes.lines, line), parts, false);
        const road = roadName(properties);
        if (road !== '' && NAMED.has(line)) {
          for (const part of parts) {
            shapes.roads.push({ name: road, line, points: Float32Array.from(part.flatMap(({ x, y }) => [x, y])) });
          }
        }
      }
      if (name === 'places' && type === POINT) {
        const point = feature.loadGeometry()[0]?.[0];
        const label = text(properties['name']);
        const quarter = properties['kind'] !== 'locality';
        if (!point || label === '' || ['country', 'region'].includes(text(properties['kind']))) continue;
        const importance = quarter ? 1 : (RANKS[text(properties['kind_detail'])] ?? 2);
        shapes.places.push({
          name: label,
          x: point.x,
          y: point.y,
          rank: importance * 100 + number(properties['population_rank'], 0),
          minZoom: number(properties['min_zoom'], quarter ? 12 : 8),
          quarter,
        });
      }
    }
  }
  return shapes;
};
