import { FIX_TTL_S, type Fix } from '../fix.ts';
import { distanceM } from './geo.ts';

/** Why a fix was not stored. */
export const IGNORE_REASONS = ['invalid', 'inaccurate', 'future', 'expired', 'duplicate', 'jump'] as const;
export type IgnoreReason = (typeof IGNORE_REASONS)[number];

/** A phone's clock may be this far ahead before its fix is refused, in ms. */
const FUTURE_TOLERANCE_MS = 120_000;
/** A 68 % radius above this says less than "somewhere in town", in metres. */
const MAX_ACCURACY_M = 1000;
/** No trailer is pulled faster, in m/s (about 200 km/h, to leave room for GPS noise). */
const MAX_SPEED_MPS = 55;
/** A hop this short is never a jump, whatever the clock says: GPS noise, in metres. */
const NOISE_M = 300;

const reasonOf = (fix: Fix, now: number): IgnoreReason | null => {
  const onEarth = Math.abs(fix.lat) <= 90 && Math.abs(fix.lon) <= 180;
  const nullIsland = Math.abs(fix.lat) < 0.01 && Math.abs(fix.lon) < 0.01;
  if (!onEarth || nullIsland || !Number.isFinite(fix.at)) return 'invalid';
  if (fix.at > now + FUTURE_TOLERANCE_MS) return 'future';
  if (fix.at <= now - FIX_TTL_S * 1000) return 'expired';
  if (fix.accuracyM !== null && fix.accuracyM > MAX_ACCURACY_M) return 'inaccurate';
  return null;
};

/** Whether one trailer could not have gone from one fix to the other in the time between them. */
const isJump = (a: Fix, b: Fix): boolean => {
  const metres = distanceM(a, b) - (a.accuracyM ?? 0) - (b.accuracyM ?? 0);
  const seconds = Math.max(1, Math.abs(b.at - a.at) / 1000);
  return metres > NOISE_M && metres / seconds > MAX_SPEED_MPS;
};

/**
 * Sorts reported fixes into those worth storing, oldest first, and counts of the others by reason.
 * @param known recent stored fixes of the same job, in any order
 * @param now epoch ms
 */
export const acceptFixes = (
  reported: readonly Fix[],
  known: readonly Fix[],
  now: number,
): { accepted: Fix[]; ignored: Partial<Record<IgnoreReason, number>> } => {
  const accepted: Fix[] = [];
  const ignored: Partial<Record<IgnoreReason, number>> = {};
  const seen = new Set(known.map((fix) => `${fix.trailerId} ${fix.at}`));
  const ignore = (reason: IgnoreReason) => {
    ignored[reason] = (ignored[reason] ?? 0) + 1;
  };
  for (const fix of [...reported].sort((a, b) => a.at - b.at)) {
    const key = `${fix.trailerId} ${fix.at}`;
    const reason = reasonOf(fix, now);
    if (reason) ignore(reason);
    else if (seen.has(key)) ignore('duplicate');
    else if (jumps(fix, [...known, ...accepted])) ignore('jump');
    else {
      seen.add(key);
      accepted.push(fix);
    }
  }
  return { accepted, ignored };
};

const jumps = (fix: Fix, others: readonly Fix[]): boolean => {
  const before = others
    .filter((other) => other.trailerId === fix.trailerId && other.at <= fix.at)
    .reduce<Fix | null>((newest, other) => (!newest || other.at > newest.at ? other : newest), null);
  return before !== null && isJump(before, fix);
};
