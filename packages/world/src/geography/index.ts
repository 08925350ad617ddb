export {
  headingDeg,
  type LatLon,
  metersBetween,
  moved,
  type Plane,
  type PlanePoint,
  planeAround,
  planeDistanceM,
} from './plane.ts';
export {
  isGreen,
  type Light,
  type Road,
  type RoadClass,
  type RoadGraph,
  type RoadNode,
  type Surroundings,
} from './roads.ts';
export { lengthOf, type Roadside, type Router, type Stretch, type Way } from './route.ts';
export type { Site, SiteKind } from './sites.ts';
export { buildTown, type Town, type TownOptions } from './town.ts';
export { trafficShare } from './traffic.ts';
