export { acceptFixes, IGNORE_REASONS, type IgnoreReason } from './acceptance.ts';
export { type Eta, estimateArrival } from './eta.ts';
export { bearingDeg, distanceM, type Place } from './geo.ts';
export { type CompanyCard, etaOf, freshnessOf, jobLocationView } from './location-view.ts';
export { ARRIVAL_DWELL_MS, nextStatus, withStatus } from './status.ts';
