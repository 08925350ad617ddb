import type { TrailerId } from './ids.ts';

/** What a device says of its power: 0 to 100 %, and whether it is being charged, null where it did not say. */
export type Battery = { percent: number; charging: boolean | null };

/**
 * One GPS position of one trailer. WGS 84 degrees, `at` in epoch ms, `accuracyM` the 68 % radius in metres,
 * `speedMps` in m/s, `headingDeg` clockwise from true north; null where the device did not say. Of a report's fixes only the
 * newest keeps its `battery`.
 */
export type Fix = {
  trailerId: TrailerId;
  at: number;
  lat: number;
  lon: number;
  accuracyM: number | null;
  speedMps: number | null;
  headingDeg: number | null;
  battery?: Battery;
};

/** Fixes expire this long after they were taken (PRODUCT: 7 days). */
export const FIX_TTL_S = 7 * 24 * 60 * 60;

/** The freshness ladder for everyone who reads a position: live < 60 s ≤ recent ≤ 15 min < lost. */
export const FRESHNESS = ['live', 'recent', 'lost'] as const;
export type Freshness = (typeof FRESHNESS)[number];

/** Why there is no fresh position, as far as the last ones tell. */
export const SILENCE_CAUSES = ['battery_low', 'parked', 'no_signal'] as const;
export type SilenceCause = (typeof SILENCE_CAUSES)[number];

/** Why a reported point does not count. */
export const IGNORE_REASONS = [
  'unusable',
  'invalid',
  'inaccurate',
  'future',
  'expired',
  'duplicate',
  'jump',
  'wrong-trailer',
  'job-ended',
  'no-job',
] as const;
export type IgnoreReason = (typeof IGNORE_REASONS)[number];

/** How many points did not count, by reason. */
export type Ignored<Reason extends string = IgnoreReason> = Partial<Record<Reason, number>>;

/**
 * Points of one trailer that were kept out of its track, with the newest of them as it was sent: epoch ms and degrees, null where
 * it had none.
 */
export type Quarantined = {
  reason: IgnoreReason;
  count: number;
  last: { at: number; lat: number; lon: number } | null;
};
