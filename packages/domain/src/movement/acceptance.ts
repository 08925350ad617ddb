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

/** Returns the fixes that can all be true, of each trailer. */
const believedOf = (fixes: readonly Fix[]): readonly Fix[] => {
  const only = fixes[0]?.trailerId;
  if (fixes.every(({ trailerId }) => trailerId === only)) return trackOf(fixes);
  return [...Map.groupBy(fixes, ({ trailerId }) => trailerId).values()].flatMap(trackOf);
};

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
  // Only fixes of a reported moment can be the same, and a report has few moments.
  const reportedAt = new Set(reported.map(({ at }) => at));
  const seen = new Set(known.filter(({ at }) => reportedAt.has(at)).map(contentOf));
  const stored = reported.filter((fix) => {
    const content = contentOf(fix);
    const reason = faultOf(fix, now) ?? (seen.has(content) ? 'duplicate' : null);
    if (reason) refused.push({ fix, reason });
    else seen.add(content);
    return reason === null;
  });
  const all = [...known, ...stored];
  const believed = believedOf(all);
  const inTime = stored.toSorted((a, b) => a.at - b.at);
  if (believed.length === all.length) return { stored: inTime, accepted: stored.length, refused };
  const isBelieved = new Set(believed);
  const moments = new Set(believed.map((fix) => `${fix.trailerId} ${fix.at}`));
  const doubtful = stored.filter((fix) => !isBelieved.has(fix));
  for (const fix of doubtful)
    refused.push({ fix, reason: moments.has(`${fix.trailerId} ${fix.at}`) ? 'duplicate' : 'jump' });
  return { stored: inTime, accepted: stored.length - doubtful.length, refused };
};
