export { acceptFixes, faultOf } from './acceptance.ts';
export { areaOf } from './area.ts';
export { jobForTrailer } from './assignment.ts';
export {
  type DayTrack,
  dayTrackOf,
  drivenBetween,
  type Halt,
  partOf,
  type Trip,
  thinnedWay,
  type WayPoint,
} from './day-track.ts';
export { ETA_BASES, type Eta, type EtaBasis, estimateArrival, type Way } from './estimate-arrival.ts';
export { type FollowOptions, followTrailer, HINDSIGHT_MS } from './follow-trailer.ts';
export { freshnessOf } from './freshness.ts';
export { bearingDeg, distanceM, METRES_PER_MILE, type Place } from './geo.ts';
export { etaOf, type Travel } from './job-eta.ts';
export type { SiteSample } from './learned-sites.ts';
export { finishedLegs, legsSince } from './legs.ts';
export {
  type CompanyCard,
  jobLocationView,
  TRAILER_STATES,
  type TrailerState,
  type TrailerView,
} from './location-view.ts';
export { drivenM, type Motion, motionOf, silenceOf, stands } from './motion.ts';
export { neededStandMs } from './ring.ts';
export { differingSpeedUnit, SPEED_UNIT_MPS, type SpeedUnit, type SpeedUnitName } from './speed-unit.ts';
export { trackOf } from './track.ts';
export {
  type DwellSample,
  EMPTY_TRAVEL,
  type LegSample,
  learn,
  type TravelModel,
  type TravelRecord,
  travelModel,
} from './travel.ts';
export { learnedTravel, learnFrom } from './travel-source.ts';
export { type OwnPlace, SILENT_STAND_MS } from './visits.ts';
