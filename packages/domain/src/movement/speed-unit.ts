import type { Fix } from '../fix.ts';
import { distanceM } from './geo.ts';

/** Units of speed that clients send → m/s. */
export const SPEED_UNIT_MPS = { 'm/s': 1, 'km/h': 1 / 3.6, mph: 0.44704, knots: 1852 / 3600 } as const;
export type SpeedUnitName = keyof typeof SPEED_UNIT_MPS;

/** Time between two fixes whose distance tells a speed, in s: a shorter one measures noise, a longer one bends. */
const PAIR_S = { least: 5, most: 90 };
/** Minimum speed by the distance, in m/s, and maximum relative change of the stated speed, for a pair that drives steadily. */
const STEADY_MPS = 5;
const STEADY_CHANGE = 0.25;
/** Number of steady pairs by which a unit is recognised. */
const PAIRS_NEEDED = 5;
/** Difference of the ratio from a unit's, below which it is that one; and from 1, below which the speed is as expected. */
const UNIT_TOLERANCE = 0.12;
const AS_EXPECTED = 0.25;

/** Returns the ratios of the speed by the distance to the stated one, of pairs of fixes that drive steadily. */
const ratiosOf = (track: readonly Fix[]): number[] =>
  track.slice(1).flatMap((fix, i) => {
    const before = track[i];
    if (!before || before.speedMps === null || fix.speedMps === null || before.speedMps === 0) return [];
    const seconds = (fix.at - before.at) / 1000;
    if (seconds < PAIR_S.least || seconds > PAIR_S.most) return [];
    const driven = distanceM(before, fix) / seconds;
    const isSteady = Math.abs(fix.speedMps / before.speedMps - 1) <= STEADY_CHANGE;
    return driven >= STEADY_MPS && isSteady ? [(2 * driven) / (before.speedMps + fix.speedMps)] : [];
  });

/**
 * Returns the unit in which a client seems to send its speed, by the distances between its fixes; null when it is the expected one, or too
 * little was driven steadily to tell. Units that differ by less than a quarter are not told apart.
 * @param track plausible fixes of one trailer, oldest first
 * @param expected the unit as which the stated speeds were read
 */
export const speedUnitOf = (track: readonly Fix[], expected: SpeedUnitName): SpeedUnitName | null => {
  const ratios = ratiosOf(track).sort((a, b) => a - b);
  const ratio = ratios[Math.floor(ratios.length / 2)];
  if (ratio === undefined || ratios.length < PAIRS_NEEDED || Math.abs(ratio - 1) < AS_EXPECTED) return null;
  const candidates = (Object.keys(SPEED_UNIT_MPS) as SpeedUnitName[])
    .map((unit) => ({ unit, off: Math.abs((ratio * SPEED_UNIT_MPS[expected]) / SPEED_UNIT_MPS[unit] - 1) }))
    .filter(({ unit, off }) => unit !== expected && off <= UNIT_TOLERANCE)
    .sort((a, b) => a.off - b.off);
  return candidates[0]?.unit ?? null;
};

/** Unit as which the speed of each client is read; all others are read in m/s. */
const EXPECTED_UNITS: Readonly<Record<string, SpeedUnitName>> = {
  'OsmAnd protocol': 'knots',
  'Traccar Client': 'knots',
  'Traccar server': 'knots',
  OwnTracks: 'km/h',
};

/** A unit of speed that differs from the expected one. `factor` turns a stored speed into the true one. */
export type SpeedUnit = { sends: SpeedUnitName; expected: SpeedUnitName; factor: number };

/** Returns the unit that a client's fixes show, null when it is the expected one or not known. @param client as `Heard` names it */
export const differingSpeedUnit = (track: readonly Fix[], client: string | null): SpeedUnit | null => {
  const expected = EXPECTED_UNITS[client ?? ''] ?? 'm/s';
  const sends = speedUnitOf(track, expected);
  return sends && { sends, expected, factor: SPEED_UNIT_MPS[sends] / SPEED_UNIT_MPS[expected] };
};
