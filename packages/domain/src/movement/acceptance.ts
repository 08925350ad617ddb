import { FIX_TTL_S, type Fix } from '../fix.ts';
import { trackOf } from './track.ts';

/** Why a fix does not count. */
export const IGNORE_REASONS = ['invalid', 'inaccurate', 'future', 'expired', 'duplicate', 'jump'] as const;
export type IgnoreReason = (typeof IGNORE_REASONS)[number];

/** How many fixes did not count, by reason. */
export type Ignored<Reason extends string = IgnoreReason> = Partial<Record<Reason, number>>;

/** A phone's clock may be this far ahead before its fix is refused, in ms. */
const FUTURE_TOLERANCE_MS = 120_000;
/** A 68 % radius above this says less than "somewhere in town", in metres. */
const MAX_ACCURACY_M = 1000;
/** Receivers without a position report 0°, 0°, in the Atlantic; so near to it, in degrees, no trailer drives. */
const NULL_ISLAND_DEG = 0.01;

const isNumberOrUnknown = (value: number | null): boolean => value === null || Number.isFinite(value);

const reasonOf = (fix: Fix, now: number): IgnoreReason | null => {
  const onEarth = Math.abs(fix.lat) <= 90 && Math.abs(fix.lon) <= 180;
  const nullIsland = Math.abs(fix.lat) < NULL_ISLAND_DEG && Math.abs(fix.lon) < NULL_ISLAND_DEG;
  const numbers = [fix.accuracyM, fix.speedMps, fix.headingDeg].every(isNumberOrUnknown);
  if (!onEarth || nullIsland || !numbers || !Number.isFinite(fix.at)) return 'invalid';
  if (fix.at > now + FUTURE_TOLERANCE_MS) return 'future';
  if (fix.at <= now - FIX_TTL_S * 1000) return 'expired';
  if (fix.accuracyM !== null && fix.accuracyM > MAX_ACCURACY_M) return 'inaccurate';
  return null;
};

/**
 * Judges reported fixes. Jumps are stored too, since later fixes may show that they were right (see `trackOf`); they are
 * counted as ignored, and readers leave them out.
 * @param known stored fixes of the same job around the same time, in any order
 * @param now epoch ms
 * @returns `stored`, oldest first; every reported fix is counted once, in `accepted` or under a reason in `ignored`
 */
export const acceptFixes = (
  reported: readonly Fix[],
  known: readonly Fix[],
  now: number,
): { stored: Fix[]; accepted: number; ignored: Ignored } => {
  const ignored: Ignored = {};
  const ignore = (reason: IgnoreReason) => {
    ignored[reason] = (ignored[reason] ?? 0) + 1;
  };
  const seen = new Set(known.map((fix) => `${fix.trailerId} ${fix.at}`));
  const stored = reported.filter((fix) => {
    const key = `${fix.trailerId} ${fix.at}`;
    const reason = reasonOf(fix, now) ?? (seen.has(key) ? 'duplicate' : null);
    if (reason) ignore(reason);
    else seen.add(key);
    return reason === null;
  });
  const tracks = Map.groupBy([...known, ...stored], (fix) => fix.trailerId);
  const believed = new Set([...tracks.values()].flatMap(trackOf));
  for (const fix of stored) if (!believed.has(fix)) ignore('jump');
  const accepted = stored.filter((fix) => believed.has(fix)).length;
  return { stored: stored.toSorted((a, b) => a.at - b.at), accepted, ignored };
};
