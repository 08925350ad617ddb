import type { Random } from '../random.ts';
import { type LatLon, moved, type Plane, type PlanePoint, planeDistanceM } from './plane.ts';
import type { Road, RoadGraph } from './roads.ts';
import type { Roadside, Router } from './route.ts';

export type SiteKind = 'yard' | 'dump' | 'customer' | 'fuel' | 'lunch';

/** A place where trailers stop. */
export type Site = {
  id: string;
  kind: SiteKind;
  /** The place where a trailer stands to be loaded or unloaded. */
  place: LatLon;
  /** The same in m around the middle of the town. */
  point: PlanePoint;
  /** Distance from the road to the place, in m. */
  setbackM: number;
  /** The point of the road where its driveway begins. */
  roadside: Roadside;
  /** The address as people write it. */
  addressLine: string;
  /** The place that a geocoder returns for the address: 0 to 250 m beside the true one. */
  geocoded: LatLon;
};

const STREETS = [
  'Oak',
  'Cedar',
  'Lamar',
  'Congress',
  'Mesa',
  'Bluff',
  'Koenig',
  'Slaughter',
  'Burnet',
  'Manor',
] as const;
const SUFFIXES = ['St', 'Ave', 'Dr', 'Ln', 'Blvd', 'Rd'] as const;

/** Shares of geocoded addresses by their distance from the true place, in m. */
const GEOCODING: readonly { share: number; least: number; most: number }[] = [
  { share: 0.5, least: 0, most: 25 },
  { share: 0.8, least: 25, most: 80 },
  { share: 0.95, least: 80, most: 160 },
  { share: 1, least: 160, most: 250 },
];

const geocodedNear = (place: LatLon, random: Random): LatLon => {
  const drawn = random.fraction();
  const band = GEOCODING.find(({ share }) => drawn < share) ?? { least: 0, most: 25 };
  const distanceM = random.within(band.least, band.most);
  const angle = random.within(0, 2 * Math.PI);
  return moved(place, distanceM * Math.cos(angle), distanceM * Math.sin(angle));
};

type Wanted = { id: string; kind: SiteKind; roads: readonly Road[]; setbackM: readonly [least: number, most: number] };

const siteOn = (
  { id, kind, roads, setbackM: [least, most] }: Wanted,
  router: Router,
  plane: Plane,
  random: Random,
): Site => {
  const { from, to } = random.pick(roads);
  const roadside = { from, to, along: random.within(0.25, 0.75) };
  const foot = router.pointAt(roadside);
  const ahead = router.pointAt({ ...roadside, along: 1 });
  const setbackM = random.within(least, most);
  const side = random.chance(0.5) ? 1 : -1;
  const reach = (side * setbackM) / planeDistanceM(foot, ahead);
  const point = { x: foot.x + (ahead.y - foot.y) * reach, y: foot.y - (ahead.x - foot.x) * reach };
  const place = plane.toLatLon(point);
  const addressLine = `${random.between(100, 9899)} ${random.pick(STREETS)} ${random.pick(SUFFIXES)}`;
  return { id, kind, place, point, setbackM, roadside, addressLine, geocoded: geocodedNear(place, random) };
};

/** Returns the sites of a town: a yard, two dumps, fuel stations, places for lunch, and customers all over the town. */
export const buildSites = (
  graph: RoadGraph,
  router: Router,
  plane: Plane,
  random: Random,
  customers: number,
): Site[] => {
  const roads = graph.roadsFrom.flat().filter(({ lengthM }) => lengthM > 60);
  const near = ({ from }: Road, x: number, y: number, withinM: number): boolean =>
    planeDistanceM(graph.nodes[from] ?? { x: 0, y: 0 }, { x, y }) < withinM;
  const ofClass = (...classes: Road['roadClass'][]): Road[] =>
    roads.filter(({ roadClass }) => classes.includes(roadClass));
  const streets = ofClass('street');
  const rural = ofClass('rural');
  const groups: readonly { share: number; roads: readonly Road[] }[] = [
    { share: 0.15, roads: streets.filter(({ surroundings }) => surroundings === 'downtown') },
    { share: 0.7, roads: streets.filter(({ surroundings }) => surroundings === 'suburb') },
    { share: 0.85, roads: ofClass('arterial') },
    { share: 1, roads: rural },
  ];
  const wanted = (id: string): Wanted => {
    if (id === 'yard')
      return { id, kind: 'yard', roads: streets.filter((road) => near(road, -2700, -1500, 700)), setbackM: [110, 130] };
    if (id === 'dump-1')
      return { id, kind: 'dump', roads: rural.filter((road) => near(road, 13_000, 6000, 2500)), setbackM: [60, 120] };
    if (id === 'dump-2')
      return { id, kind: 'dump', roads: rural.filter((road) => near(road, -13_500, 3000, 2500)), setbackM: [60, 120] };
    if (id.startsWith('fuel')) return { id, kind: 'fuel', roads: ofClass('arterial'), setbackM: [20, 40] };
    if (id.startsWith('lunch')) return { id, kind: 'lunch', roads: ofClass('arterial', 'street'), setbackM: [15, 50] };
    const drawn = random.fork(id).fork('group').fraction();
    const group = groups.find(({ share }) => drawn < share) ?? { roads: streets };
    return { id, kind: 'customer', roads: group.roads, setbackM: [8, 60] };
  };
  const ids = [
    'yard',
    ...['dump-1', 'dump-2', 'fuel-1', 'fuel-2', 'fuel-3', 'lunch-1', 'lunch-2', 'lunch-3', 'lunch-4', 'lunch-5'],
    ...Array.from({ length: customers }, (_, i) => `customer-${i + 1}`),
  ];
  return ids.map((id) => siteOn(wanted(id), router, plane, random.fork(id)));
};
