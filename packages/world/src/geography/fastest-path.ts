import { type PlanePoint, planeDistanceM } from './plane.ts';
import type { RoadGraph } from './roads.ts';

/** Delay of a light in the choice of a way, in s. */
const LIGHT_DELAY_S = 15;
/** The highest limit of a road: the estimate of the rest of a way must never be too high. */
const FASTEST_MPS = 29;

const UNREACHED_S = Number.POSITIVE_INFINITY;

type RoadEnds = { from: number; to: number };

/** A binary heap of nodes by cost. */
const heap = () => {
  const items: { node: number; cost: number }[] = [];
  const costAt = (i: number): number => items[i]?.cost ?? UNREACHED_S;
  const swap = (i: number, j: number): void => {
    const [one, other] = [items[i], items[j]];
    if (one && other) {
      items[i] = other;
      items[j] = one;
    }
  };
  return {
    push: (node: number, cost: number): void => {
      items.push({ node, cost });
      for (let i = items.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (costAt(parent) <= costAt(i)) break;
        swap(parent, i);
        i = parent;
      }
    },
    pop: (): number | undefined => {
      const least = items[0];
      const last = items.pop();
      if (least && last && items.length > 0) {
        items[0] = last;
        for (let i = 0; ; ) {
          const child = costAt(2 * i + 1) <= costAt(2 * i + 2) ? 2 * i + 1 : 2 * i + 2;
          if (costAt(child) >= costAt(i)) break;
          swap(child, i);
          i = child;
        }
      }
      return least?.node;
    },
  };
};

/** True for both directions of one road. */
export const isSameRoad = (road: RoadEnds, other: RoadEnds): boolean =>
  (road.from === other.from && road.to === other.to) || (road.from === other.to && road.to === other.from);

/**
 * Returns the nodes of the fastest path on an empty road, found with A*; null when there is none.
 * @param starts nodes to begin at, with the seconds that it takes to reach each
 * @param ends nodes to end at, with the seconds from each to the goal
 * @param avoid roads that the path must not use
 */
export const findFastestPath = (
  { nodes, roadsFrom }: RoadGraph,
  starts: ReadonlyMap<number, number>,
  ends: ReadonlyMap<number, number>,
  goal: PlanePoint,
  avoid: readonly RoadEnds[],
): number[] | null => {
  const cost = new Map(starts);
  const before = new Map<number, number>();
  const open = heap();
  const estimate = (id: number): number => planeDistanceM(nodes[id] ?? goal, goal) / FASTEST_MPS;
  for (const [id, seconds] of starts) open.push(id, seconds + estimate(id));
  const done = new Set<number>();
  let best = { end: -1, seconds: UNREACHED_S };
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (done.has(id)) continue;
    done.add(id);
    const soFar = cost.get(id) ?? 0;
    if (soFar + estimate(id) >= best.seconds) break;
    const rest = ends.get(id);
    if (rest !== undefined && soFar + rest < best.seconds) best = { end: id, seconds: soFar + rest };
    for (const road of roadsFrom[id] ?? []) {
      if (avoid.some((each) => isSameRoad(each, road))) continue;
      const seconds = soFar + road.lengthM / road.limitMps + (nodes[road.to]?.light ? LIGHT_DELAY_S : 0);
      if (seconds >= (cost.get(road.to) ?? UNREACHED_S)) continue;
      cost.set(road.to, seconds);
      before.set(road.to, id);
      open.push(road.to, seconds + estimate(road.to));
    }
  }
  if (best.end < 0) return null;
  const path = [best.end];
  for (let id = before.get(best.end); id !== undefined; id = before.get(id)) path.unshift(id);
  return path;
};
