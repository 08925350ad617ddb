import type { Random } from '../random.ts';
import { type PlanePoint, planeDistanceM } from './plane.ts';

// Functions of Math are module constants: a lookup of a global costs much in Jest's modules, and these run a million times.
const { abs, max, round } = Math;

export type RoadClass = 'highway' | 'ramp' | 'arterial' | 'street' | 'rural';
/** The view of the sky, on which the error of a receiver depends. */
export type Surroundings = 'open' | 'suburb' | 'downtown' | 'tunnel';

/** A traffic light. Traffic along the north-south axis has green first in each cycle, then the other axis. */
export type Light = { cycleS: number; northSouthS: number; offsetS: number };

export type RoadNode = PlanePoint & { id: number; light: Light | null };

/** One direction of a road between two nodes. */
export type Road = {
  from: number;
  to: number;
  lengthM: number;
  /** Posted limit, m/s. */
  limitMps: number;
  roadClass: RoadClass;
  surroundings: Surroundings;
};

/** Nodes by ID, and the roads that begin at each. Every road exists in both directions. */
export type RoadGraph = { nodes: readonly RoadNode[]; roadsFrom: readonly (readonly Road[])[] };

/** Posted limits, m/s: 65, 30, 35, 25 and 50 mph. */
const LIMIT_MPS: Readonly<Record<RoadClass, number>> = {
  highway: 29,
  ramp: 13.4,
  arterial: 15.6,
  street: 11.2,
  rural: 22.3,
};

/** Distance between two streets of the suburbs, of the inner city, and between two arterial roads, in m. */
const BLOCK_M = 300;
const INNER_BLOCK_M = 150;
const ARTERIAL_M = 900;
const INNER_CITY_M = 600;
const EDGE_OF_TOWN_M = 4500;
const HIGHWAY_Y_M = -2850;
const HIGHWAY_END_M = 18_000;
const TUNNEL_M = { from: 900, to: 2700 };
const RAMPS_X_M: readonly number[] = [-3600, -1800, 0, 2700, 4500];
/** Country roads: from an arterial road at the edge of the town to a place out of town. */
const COUNTRY_ROADS: readonly { from: PlanePoint; to: PlanePoint }[] = [
  { from: { x: 4500, y: 2700 }, to: { x: 13_000, y: 6000 } },
  { from: { x: -4500, y: 900 }, to: { x: -13_500, y: 3000 } },
  { from: { x: 0, y: 4500 }, to: { x: 1500, y: 12_000 } },
];

/** Collects nodes and roads. Nodes are found again by the coordinates of the plan, before their place is varied. */
const graphUnderConstruction = () => {
  const nodes: RoadNode[] = [];
  const roadsFrom: Road[][] = [];
  const ids = new Map<string, number>();
  const nodeAt = (planned: PlanePoint, actual = planned): number => {
    const key = `${planned.x},${planned.y}`;
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = nodes.length;
    nodes.push({ ...actual, id, light: null });
    roadsFrom.push([]);
    ids.set(key, id);
    return id;
  };
  const connect = (from: number, to: number, roadClass: RoadClass, surroundings: Surroundings): void => {
    const [one, other] = [nodes[from], nodes[to]];
    if (!one || !other) throw new RangeError(`The graph has no node ${one ? to : from}.`);
    const road = { lengthM: planeDistanceM(one, other), limitMps: LIMIT_MPS[roadClass], roadClass, surroundings };
    roadsFrom[from]?.push({ from, to, ...road });
    roadsFrom[to]?.push({ from: to, to: from, ...road });
  };
  return { nodes, roadsFrom, nodeAt, connect };
};

type Construction = ReturnType<typeof graphUnderConstruction>;

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: round((to - from) / step) + 1 }, (_, i) => from + i * step);

const isArterial = (coordinate: number): boolean => coordinate % ARTERIAL_M === 0;
const isInner = ({ x, y }: PlanePoint): boolean => max(abs(x), abs(y)) <= INNER_CITY_M;

const buildInnerCity = ({ nodeAt, connect }: Construction): void => {
  const lines = range(-INNER_CITY_M, INNER_CITY_M, INNER_BLOCK_M);
  for (const x of lines) {
    for (const y of lines) {
      const node = nodeAt({ x, y });
      if (x < INNER_CITY_M) connect(node, nodeAt({ x: x + INNER_BLOCK_M, y }), 'street', 'downtown');
      if (y < INNER_CITY_M) connect(node, nodeAt({ x, y: y + INNER_BLOCK_M }), 'street', 'downtown');
    }
  }
};

const buildSuburbs = ({ nodeAt, connect }: Construction, random: Random): void => {
  const lines = range(-EDGE_OF_TOWN_M, EDGE_OF_TOWN_M, BLOCK_M);
  const node = (planned: PlanePoint): number =>
    nodeAt(planned, { x: planned.x + random.within(-30, 30), y: planned.y + random.within(-30, 30) });
  const build = (from: PlanePoint, to: PlanePoint, arterial: boolean): void => {
    if (isInner(from) && isInner(to)) return;
    // Only a street between two blocks without an arterial road can be missing, so that every node stays connected.
    const betweenArterials = ![from.x, from.y, to.x, to.y].some(isArterial);
    if (betweenArterials && random.chance(0.4)) return;
    connect(node(from), node(to), arterial ? 'arterial' : 'street', 'suburb');
  };
  for (const x of lines) {
    for (const y of lines) {
      if (x < EDGE_OF_TOWN_M) build({ x, y }, { x: x + BLOCK_M, y }, isArterial(y));
      if (y < EDGE_OF_TOWN_M) build({ x, y }, { x, y: y + BLOCK_M }, isArterial(x));
    }
  }
};

const buildHighway = ({ nodeAt, connect }: Construction, random: Random): void => {
  const xs = range(-HIGHWAY_END_M, HIGHWAY_END_M, ARTERIAL_M);
  const exits = xs.map((x) => nodeAt({ x, y: HIGHWAY_Y_M }, { x, y: HIGHWAY_Y_M + random.within(-15, 15) }));
  exits.slice(1).forEach((exit, i) => {
    const x = xs[i] ?? 0;
    const inTunnel = x >= TUNNEL_M.from && x < TUNNEL_M.to;
    const inTown = abs(x) <= EDGE_OF_TOWN_M;
    connect(exits[i] ?? exit, exit, 'highway', inTunnel ? 'tunnel' : inTown ? 'suburb' : 'open');
  });
  for (const x of RAMPS_X_M) connect(nodeAt({ x, y: HIGHWAY_Y_M }), nodeAt({ x, y: -2700 }), 'ramp', 'suburb');
};

const buildCountryRoads = ({ nodeAt, connect }: Construction, random: Random): void => {
  for (const { from, to } of COUNTRY_ROADS) {
    const pieces = round(planeDistanceM(from, to) / 1200);
    let last = nodeAt(from);
    for (let i = 1; i <= pieces; i += 1) {
      const [x, y] = [from.x + ((to.x - from.x) * i) / pieces, from.y + ((to.y - from.y) * i) / pieces];
      const next = nodeAt({ x, y }, { x: x + random.within(-150, 150), y: y + random.within(-150, 150) });
      connect(last, next, 'rural', 'open');
      last = next;
    }
  }
};

/** Puts lights at crossings: at all of arterial roads, at most in the inner city, at few of other streets. */
const lightAt = (roads: readonly Road[], random: Random): Light | null => {
  if (roads.length < 3 || roads.some(({ roadClass }) => roadClass === 'highway' || roadClass === 'rural')) return null;
  const arterials = roads.filter(({ roadClass }) => roadClass === 'arterial').length;
  const downtown = roads.some(({ surroundings }) => surroundings === 'downtown');
  if (!random.chance(arterials > 2 ? 1 : downtown ? 0.6 : arterials > 0 ? 0.15 : 0)) return null;
  const cycleS = downtown ? 70 : 90;
  return { cycleS, northSouthS: round(cycleS * random.within(0.35, 0.6)), offsetS: random.between(0, cycleS - 1) };
};

/**
 * Returns the road graph of a town of 9 km by 9 km: an inner city, suburbs with arterial roads, a highway with a tunnel and
 * country roads. The seed varies the place of crossings, missing streets and lights.
 */
export const buildRoads = (random: Random): RoadGraph => {
  const construction = graphUnderConstruction();
  buildInnerCity(construction);
  buildSuburbs(construction, random.fork('suburbs'));
  buildHighway(construction, random.fork('highway'));
  buildCountryRoads(construction, random.fork('country'));
  const lights = random.fork('lights');
  const nodes = construction.nodes.map((node) => ({
    ...node,
    light: lightAt(construction.roadsFrom[node.id] ?? [], lights),
  }));
  return { nodes, roadsFrom: construction.roadsFrom };
};

/** True while traffic on an axis has green. `at` is epoch ms. */
export const isGreen = ({ cycleS, northSouthS, offsetS }: Light, axis: 'north-south' | 'east-west', at: number) => {
  const phaseS = (((at / 1000 + offsetS) % cycleS) + cycleS) % cycleS;
  return phaseS < northSouthS === (axis === 'north-south');
};
