import type { TrailerId } from './ids.ts';

/** A device's battery: 0 to 100 %, and its charging state, null where the device does not report one. */
export type Battery = { percent: number; charging: boolean | null };

/**
 * Note on a report whose times are not those of a right clock: the time of its receipt, and the error that was corrected, in ms (positive
 * when the tracker's clock is behind, 0 when the report may only be late).
 */
export type ClockNote = { heardAt: number; errorMs: number };

/**
 * One GPS position of one trailer. WGS 84 degrees, `at` in epoch ms, `accuracyM` the 68 % radius in metres,
 * `speedMps` in m/s, `headingDeg` clockwise from true north; null where the device does not report it. Only the
 * newest fix of a report keeps its `battery`, and its `clock`. `standing` is the word of the device's motion sensor: true at rest, false in motion, left out
 * when the device does not say.
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
  standing?: boolean;
  clock?: ClockNote;
};

/** Fixes expire this long after they were taken (PRODUCT: 7 days). */
export const FIX_TTL_S = 7 * 24 * 60 * 60;

/** Freshness of a position, for every reader: live < 60 s ≤ recent ≤ 15 min < lost. */
export const FRESHNESS = ['live', 'recent', 'lost'] as const;
export type Freshness = (typeof FRESHNESS)[number];

/** Probable causes of a missing position, derived from the last fixes. */
export const SILENCE_CAUSES = ['battery_low', 'parked', 'no_signal'] as const;
export type SilenceCause = (typeof SILENCE_CAUSES)[number];

/** Reasons to ignore a reported point. */
export const IGNORE_REASONS = [
  'unusable',
  'invalid',
  'inaccurate',
  'future',
  'expired',
  'duplicate',
  'jump',
  'wrong-trailer',
  'outdated',
  'encrypted',
  'unknown-unit',
] as const;
export type IgnoreReason = (typeof IGNORE_REASONS)[number];

/** Number of ignored points, by reason. */
export type Ignored<Reason extends string = IgnoreReason> = Partial<Record<Reason, number>>;

/** Refused points of one trailer, with the newest of them as sent: epoch ms and degrees, null where it had no usable place. */
export type Quarantined = {
  reason: IgnoreReason;
  count: number;
  last: { at: number; lat: number; lon: number } | null;
};

/** Kinds of a tracker's messages without a position that counts. `refused`: all of its points were set aside. */
export const SIGN_KINDS = ['heartbeat', 'status', 'event', 'empty', 'refused'] as const;
export type SignKind = (typeof SIGN_KINDS)[number];

/**
 * Sign of life of a tracker: the program that sent it, and the content. `standing` of one without a position: true when the device says
 * that it is at rest (a heartbeat does), false when it says that it moves.
 */
export type Heard = { client: string; kind: SignKind | 'position'; standing?: boolean };
