import type { PlanePoint, Roadside, Site, Stretch, Town, Way } from '../geography/index.ts';
import type { Random } from '../random.ts';

/** A way with something on it that its driver did not plan, and the place of that. */
export type Detour = { way: Way; place: PlanePoint };

/** Share of a way at which a wrong turn or a U-turn can happen. */
const DETOUR_FROM = 0.15;
const DETOUR_TO = 0.8;
/** Speed limit beside a site that is passed slowly, m/s. */
const SLOW_PASS_MPS = 3;

/** Returns the stretches at whose end another road leaves, with that road; without highways, where a wrong turn costs an hour. */
const sideRoadsOf = (town: Town, { stretches }: Way): { index: number; node: number; to: number }[] =>
  stretches.flatMap(({ node, roadClass }, index) => {
    const share = index / stretches.length;
    if (node === null || roadClass === 'highway' || share < DETOUR_FROM || share > DETOUR_TO) return [];
    const used = [stretches[index - 1]?.node, stretches[index + 1]?.node];
    const side = town.roads.roadsFrom[node]?.find(
      ({ to, roadClass: other }) => !used.includes(to) && other !== 'highway',
    );
    return side ? [{ index, node, to: side.to }] : [];
  });

const stretchAlong = (town: Town, road: Roadside, end: PlanePoint, lengthM: number, node: number | null): Stretch => {
  const { limitMps, roadClass, surroundings } = town.router.roadAt(road);
  const light = node === null ? null : (town.roads.nodes[node]?.light ?? null);
  return { end, lengthM, limitMps, roadClass, surroundings, light, node };
};

/** Turns into a side road, turns round there and drives back. Null when the way has no side road. */
export const withUTurn = (town: Town, way: Way, random: Random): Detour | null => {
  const options = sideRoadsOf(town, way);
  if (options.length === 0) return null;
  const { index, node, to } = random.pick(options);
  const road = { from: node, to, along: random.within(0.2, 0.6) };
  const [turn, corner] = [town.router.pointAt(road), town.router.pointAt({ ...road, along: 0 })];
  const lengthM = town.router.roadAt(road).lengthM * road.along;
  const detour = [stretchAlong(town, road, turn, lengthM, null), stretchAlong(town, road, corner, lengthM, node)];
  return {
    way: { ...way, stretches: [...way.stretches.slice(0, index + 1), ...detour, ...way.stretches.slice(index + 1)] },
    place: turn,
  };
};

/** Takes a side road to its end, and finds another way from there. Null when the way has no side road. */
export const withWrongTurn = (town: Town, way: Way, destination: Roadside, random: Random): Detour | null => {
  const options = sideRoadsOf(town, way);
  if (options.length === 0) return null;
  const { index, node, to } = random.pick(options);
  const road = { from: node, to, along: 1 };
  const corner = town.router.pointAt(road);
  const wrong = stretchAlong(town, road, corner, town.router.roadAt(road).lengthM, to);
  const onwards = town.router.wayBetween(road, destination, [road]);
  return {
    way: { ...way, stretches: [...way.stretches.slice(0, index + 1), wrong, ...onwards.stretches] },
    place: corner,
  };
};

/** Leads over the road in front of a site, slowly or with the traffic. */
export const wayPast = (town: Town, from: Roadside, passed: Site, to: Roadside, slow: boolean): Detour => {
  const before = town.router.wayBetween(from, passed.roadside).stretches;
  const { start, stretches } = town.router.wayBetween(passed.roadside, to);
  const slowed = (stretch: Stretch): Stretch =>
    slow ? { ...stretch, limitMps: Math.min(SLOW_PASS_MPS, stretch.limitMps) } : stretch;
  const way = {
    start: town.router.pointAt(from),
    stretches: [
      ...before.slice(0, -1),
      ...before.slice(-1).map(slowed),
      ...stretches.slice(0, 1).map(slowed),
      ...stretches.slice(1),
    ],
  };
  return { way, place: start };
};

/** Stops in the middle of a road on the way. Null when the way has no whole road. */
export const stoppedShort = (town: Town, way: Way, random: Random): { way: Way; roadside: Roadside } | null => {
  const whole = way.stretches.flatMap(({ node }, index) => {
    const before = way.stretches[index - 1]?.node ?? null;
    return node === null || before === null ? [] : [{ index, from: before, to: node }];
  });
  if (whole.length === 0) return null;
  const { index, from, to } = random.pick(whole);
  const roadside = { from, to, along: 0.5 };
  const { lengthM } = town.router.roadAt(roadside);
  const last = stretchAlong(town, roadside, town.router.pointAt(roadside), lengthM / 2, null);
  return { way: { start: way.start, stretches: [...way.stretches.slice(0, index), last] }, roadside };
};
