import type { TrailerId } from './ids.ts';

/**
 * One GPS position of one trailer. WGS 84 degrees, `at` in epoch ms, `accuracyM` the 68 % radius in metres,
 * `speedMps` in m/s, `headingDeg` clockwise from true north; null where the device did not say.
 */
export type Fix = {
  trailerId: TrailerId;
  at: number;
  lat: number;
  lon: number;
  accuracyM: number | null;
  speedMps: number | null;
  headingDeg: number | null;
};

/** Fixes expire this long after they were taken (PRODUCT: 7 days). */
export const FIX_TTL_S = 7 * 24 * 60 * 60;

/** The freshness ladder for everyone who reads a position: live < 60 s ≤ recent ≤ 15 min < lost. */
export const FRESHNESS = ['live', 'recent', 'lost'] as const;
export type Freshness = (typeof FRESHNESS)[number];
