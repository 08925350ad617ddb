import { findFastestPath, isSameRoad } from './fastest-path.ts';
import { type PlanePoint, planeDistanceM } from './plane.ts';
import type { Light, Road, RoadClass, RoadGraph, RoadNode, Surroundings } from './roads.ts';

/** A point on a road: `along` is the share of its length from node `from` on. */
export type Roadside = { from: number; to: number; along: number };

/** A straight piece of a way, with the point where it ends. */
export type Stretch = {
  end: PlanePoint;
  lengthM: number;
  limitMps: number;
  /** Off the road: a driveway or the ground of a yard. */
  roadClass: RoadClass | 'off-road';
  surroundings: Surroundings;
  /** The light at its end. */
  light: Light | null;
  /** The node at its end; null in the middle of a road and off the road. */
  node: number | null;
};

/** A way from a start over stretches. */
export type Way = { start: PlanePoint; stretches: readonly Stretch[] };

export type Router = {
  pointAt(roadside: Roadside): PlanePoint;
  roadAt(roadside: Roadside): Road;
  /** Returns the fastest way on an empty road. It uses roads in `avoid` (in both directions) only where no other way exists. */
  wayBetween(from: Roadside, to: Roadside, avoid?: readonly Roadside[]): Way;
  /** Returns a way from a roadside round its block and back to it; null where every way round is longer than 3 km. */
  wayRoundTheBlock(from: Roadside): Way | null;
};

const LONGEST_ROUND_M = 3000;

/** Plans ways on a road graph with A*. */
export const routerOn = ({ nodes, roadsFrom }: RoadGraph): Router => {
  const nodeOf = (id: number): RoadNode => {
    const node = nodes[id];
    if (!node) throw new RangeError(`The graph has no node ${id}.`);
    return node;
  };
  const roadAt = ({ from, to }: Roadside): Road => {
    const road = roadsFrom[from]?.find((each) => each.to === to);
    if (!road) throw new RangeError(`The graph has no road from node ${from} to node ${to}.`);
    return road;
  };
  const pointAt = (roadside: Roadside): PlanePoint => {
    const [one, other] = [nodeOf(roadside.from), nodeOf(roadside.to)];
    return { x: one.x + (other.x - one.x) * roadside.along, y: one.y + (other.y - one.y) * roadside.along };
  };
  const stretchTo = (end: PlanePoint, road: Road, lengthM: number, node: RoadNode | null = null): Stretch => {
    const { limitMps, roadClass, surroundings } = road;
    const light = node?.light ?? null;
    return { end: { x: end.x, y: end.y }, lengthM, limitMps, roadClass, surroundings, light, node: node?.id ?? null };
  };

  /** Returns the stretches over a path of nodes, from a roadside to a roadside. */
  const stretchesOver = (from: Roadside, path: readonly number[], to: Roadside): Stretch[] => {
    const [first, last] = [nodeOf(path[0] ?? from.to), nodeOf(path.at(-1) ?? to.from)];
    const [start, end] = [pointAt(from), pointAt(to)];
    const between = path.slice(1).map((id, i) => {
      const road = roadAt({ from: path[i] ?? id, to: id, along: 0 });
      return stretchTo(nodeOf(id), road, road.lengthM, nodeOf(id));
    });
    return [
      stretchTo(first, roadAt(from), planeDistanceM(start, first), first),
      ...between,
      stretchTo(end, roadAt(to), planeDistanceM(last, end)),
    ].filter(({ lengthM }) => lengthM > 0.5);
  };

  const endsOf = (roadside: Roadside, allowed: readonly number[]): Map<number, number> => {
    const road = roadAt(roadside);
    const seconds = road.lengthM / road.limitMps;
    const both = [
      [roadside.from, seconds * roadside.along],
      [roadside.to, seconds * (1 - roadside.along)],
    ] as const;
    return new Map(both.filter(([id]) => allowed.includes(id)));
  };

  const wayBetween: Router['wayBetween'] = (from, to, avoid = []) => {
    const [start, end] = [pointAt(from), pointAt(to)];
    if (isSameRoad(from, to) && avoid.length === 0)
      return { start, stretches: [stretchTo(end, roadAt(from), planeDistanceM(start, end))] };
    const [starts, ends] = [endsOf(from, [from.from, from.to]), endsOf(to, [to.from, to.to])];
    const find = (avoided: readonly Roadside[]) => findFastestPath({ nodes, roadsFrom }, starts, ends, end, avoided);
    const path = find(avoid) ?? find([]);
    if (!path) throw new RangeError(`The graph has no way from node ${from.from} to node ${to.from}.`);
    return { start, stretches: stretchesOver(from, path, to) };
  };

  const wayRoundTheBlock: Router['wayRoundTheBlock'] = (from) => {
    const end = pointAt(from);
    const path = findFastestPath({ nodes, roadsFrom }, endsOf(from, [from.to]), endsOf(from, [from.from]), end, [from]);
    if (!path) return null;
    const stretches = stretchesOver(from, path, from);
    const lengthM = stretches.reduce((sum, stretch) => sum + stretch.lengthM, 0);
    return lengthM > LONGEST_ROUND_M ? null : { start: end, stretches };
  };

  return { pointAt, roadAt, wayBetween, wayRoundTheBlock };
};

/** Returns the length of a way, in m. */
export const lengthOf = ({ stretches }: Way): number => stretches.reduce((sum, { lengthM }) => sum + lengthM, 0);
