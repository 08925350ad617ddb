import { PbfWriter } from 'pbf';

/*
 * Writes vector tiles for tests. https://github.com/mapbox/vector-tile-spec/tree/master/2.1
 */

export const EXTENT = 4096;

export type TileFeature = {
  type: 'point' | 'line' | 'polygon';
  /** In tile units, 0 to 4096 and a little beyond; rings without the repeated first point. */
  parts: ReadonlyArray<ReadonlyArray<readonly [number, number]>>;
  properties: Readonly<Record<string, string | number | boolean>>;
};

const TYPES = { point: 1, line: 2, polygon: 3 } as const;
const MOVE = 1;
const LINE = 2;
const CLOSE = 7;
const zigzag = (value: number) => (value << 1) ^ (value >> 31);

const commands = ({ type, parts }: TileFeature): number[] => {
  const out: number[] = [];
  let [x, y] = [0, 0];
  const step = ([toX, toY]: readonly [number, number]) => {
    out.push(zigzag(toX - x), zigzag(toY - y));
    [x, y] = [toX, toY];
  };
  for (const part of parts) {
    const points = part.map(([px, py]): readonly [number, number] => [Math.round(px), Math.round(py)]);
    const [first, ...rest] = points;
    if (!first) continue;
    out.push((1 << 3) | MOVE);
    step(first);
    if (type === 'point') continue;
    out.push((rest.length << 3) | LINE);
    for (const point of rest) step(point);
    if (type === 'polygon') out.push((1 << 3) | CLOSE);
  }
  return out;
};

/** @param layers features by the name of their layer */
export const vectorTile = (layers: Readonly<Record<string, readonly TileFeature[]>>): Uint8Array => {
  const tile = new PbfWriter();
  for (const [name, features] of Object.entries(layers)) {
    const keys: string[] = [];
    const values: Array<string | number | boolean> = [];
    const indexIn = <T>(list: T[], item: T) => {
      const at = list.indexOf(item);
      return at < 0 ? list.push(item) - 1 : at;
    };
    tile.writeMessage(
      3,
      (_, layer) => {
        layer.writeVarintField(15, 2);
        layer.writeStringField(1, name);
        for (const feature of features) {
          layer.writeMessage(
            2,
            (__, out) => {
              const tags = Object.entries(feature.properties).flatMap(([key, value]) => [
                indexIn(keys, key),
                indexIn(values, value),
              ]);
              out.writePackedVarint(2, tags);
              out.writeVarintField(3, TYPES[feature.type]);
              out.writePackedVarint(4, commands(feature));
            },
            null,
          );
        }
        for (const key of keys) layer.writeStringField(3, key);
        for (const value of values) {
          layer.writeMessage(
            4,
            (__, out) => {
              if (typeof value === 'string') out.writeStringField(1, value);
              else if (typeof value === 'boolean') out.writeBooleanField(7, value);
              else out.writeDoubleField(3, value);
            },
            null,
          );
        }
        layer.writeVarintField(5, EXTENT);
      },
      null,
    );
  }
  return tile.finish();
};
