import type { Random } from '../random.ts';
import { type LatLon, type Plane, planeAround } from './plane.ts';
import { buildRoads, type RoadGraph } from './roads.ts';
import { type Router, routerOn } from './route.ts';
import { buildSites, type Site, type SiteKind } from './sites.ts';

export type Town = {
  center: LatLon;
  plane: Plane;
  roads: RoadGraph;
  router: Router;
  sites: readonly Site[];
  yard: Site;
  sitesOf(kind: SiteKind): readonly Site[];
};

export type TownOptions = { center?: LatLon; customers?: number };

/** Builds a town. The same seed builds the same town; more customers leave the others where they are. */
export const buildTown = (
  random: Random,
  { center = { lat: 30.2672, lon: -97.7431 }, customers = 40 }: TownOptions = {},
): Town => {
  const plane = planeAround(center);
  const roads = buildRoads(random.fork('roads'));
  const router = routerOn(roads);
  const sites = buildSites(roads, router, plane, random.fork('sites'), customers);
  const yard = sites.find(({ kind }) => kind === 'yard');
  if (!yard) throw new Error('The town has no yard.');
  return { center, plane, roads, router, sites, yard, sitesOf: (kind) => sites.filter((site) => site.kind === kind) };
};
