export { acceptFixes, faultOf } from './acceptance.ts';
export { belongsTo, jobForTrailer } from './assignment.ts';
export { type Eta, estimateArrival } from './eta.ts';
export { bearingDeg, distanceM, type Place } from './geo.ts';
export {
  type CompanyCard,
  etaOf,
  freshnessOf,
  isOwnLeg,
  jobLocationView,
  type Reader,
  TRAILER_STATES,
  type TrailerState,
  type TrailerView,
} from './location-view.ts';
export { drivenM, type Motion, motionOf, silenceOf, stands } from './motion.ts';
export { ARRIVAL_DWELL_MS, followFixes, HINDSIGHT_FIXES, HINDSIGHT_MS } from './status.ts';
export { trackOf } from './track.ts';
