import { FIX_TTL_S, type Fix } from '../fix.ts';
import { trackOf } from './track.ts';

/** Faults of a fix by itself. */
type Fault = 'invalid' | 'inaccurate' | 'future' | 'expired';
type Refused = { fix: Fix; reason: Fault | 'duplicate' | 'jump' };

/** Maximum lead of a phone's clock before its fix is refused, in ms. */
const FUTURE_TOLERANCE_MS = 120_000;
/** Maximum 68 % radius, in m: a larger one says only "somewhere in town". */
const MAX_ACCURACY_M = 1000;
/** Receivers without a position report 0°, 0°, in the Atlantic. No trailer drives this near to it, in degrees. */
const NULL_ISLAND_DEG = 0.01;

const isNumberOrUnknown = (value: number | null): boolean => value === null || Number.isFinite(value);

/**
 * Returns the fault of a fix by itself, without the other fixes; null when it has none.
 * @param now epoch ms
 */
export const faultOf = (fix: Fix, now: number): Fault | null => {
  const onEarth = Math.abs(fix.lat) <= 90 && Math.abs(fix.lon) <= 180;
  const nullIsland = Math.abs(fix.lat) < NULL_ISLAND_DEG && Math.abs(fix.lon) < NULL_ISLAND_DEG;
  const numbers = [fix.accuracyM, fix.speedMps, fix.headingDeg].every(isNumberOrUnknown);
  if (!onEarth || nullIsland || !numbers || !Number.isFinite(fix.at)) return 'invalid';
  if (fix.at > now + FUTURE_TOLERANCE_MS) return 'future';
  if (fix.at <= now - FIX_TTL_S * 1000) return 'expired';
  if (fix.accuracyM !== null && fix.accuracyM > MAX_ACCURACY_M) return 'inaccurate';
  return null;
};

/** Rounds to the stored digits: fixes that differ by less are the same. */
const rounded = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '';
const contentOf = (fix: Fix): string =>
  [
    fix.trailerId,
    fix.at,
    rounded(fix.lat, 6),
    rounded(fix.lon, 6),
    ...[fix.accuracyM, fix.speedMps, fix.headingDeg].map((value) => rounded(value, 1)),
  ].join(' ');

/**
 * Judges reported fixes. Jumps, and other places at a known moment, are stored too: the whole track decides which of them counts, not
 * their order of arrival (see `trackOf`). They are counted as ignored, and readers leave them out.
 * @param known stored fixes of the same job around the same time, in any order
 * @param now epoch ms
 * @returns `stored`, oldest first; every reported fix is counted once, in `accepted` or in `refused`
 */
export const acceptFixes = (
  reported: readonly Fix[],
  known: readonly Fix[],
  now: number,
): { stored: Fix[]; accepted: number; refused: Refused[] } => {
  const refused: Refused[] = [];
  const seen = new Set(known.map(contentOf));
  const stored = reported.filter((fix) => {
    const content = contentOf(fix);
    const reason = faultOf(fix, now) ?? (seen.has(content) ? 'duplicate' : null);
    if (reason) refused.push({ fix, reason });
    else seen.add(content);
    return reason === null;
  });
  const tracks = Map.groupBy([...known, ...stored], (fix) => fix.trailerId);
  const believed = new Set([...tracks.values()].flatMap(trackOf));
  const moments = new Set([...believed].map((fix) => `${fix.trailerId} ${fix.at}`));
  const accepted = stored.filter((fix) => believed.has(fix)).length;
  for (const fix of stored) {
    if (believed.has(fix)) continue;
    refused.push({ fix, reason: moments.has(`${fix.trailerId} ${fix.at}`) ? 'duplicate' : 'jump' });
  }
  return { stored: stored.toSorted((a, b) => a.at - b.at), accepted, refused };
};
