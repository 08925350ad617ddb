import type { Freshness } from '../fix.ts';

/** Age below which a position is live, in ms. */
const LIVE_MS = 60_000;
/** Age at which a position counts as lost, in ms. */
export const LOST_MS = 15 * 60_000;

/** Returns the freshness of a position: live < 60 s ≤ recent ≤ 15 min < lost. `ageMs` is its age. */
export const freshnessOf = (ageMs: number): Freshness =>
  ageMs < LIVE_MS ? 'live' : ageMs <= LOST_MS ? 'recent' : 'lost';
