/*
 * The ring of arrival around a stop: the longer a trailer stands, the wider it is. A short stand counts only right at the stop, because
 * a red light or a queue may be beside it. A long one counts farther away, because addresses are often beside the true place, and trucks
 * park down the road. Chosen on recorded drives: bench/arrivals.ts.
 */

/** Distance in m around a stop with the usual radius, and the needed duration of a stand there, in ms. Both are rising. */
const NEEDED: ReadonlyArray<{ metres: number; ms: number }> = [
  { metres: 20, ms: 30000 },
  { metres: 50, ms: 90000 },
  { metres: 100, ms: 120000 },
  { metres: 150, ms: 180000 },
  { metres: 400, ms: 420000 },
  { metres: 500, ms: 480000 },
];
/** Radius in m to which these distances belong, and those between which a stop's own radius scales them. */
const USUAL_RADIUS_M = 100;
const LEAST_RADIUS_M = 50;
/** Distance in m that scaling does not change: an address is beside its place whatever the radius is. */
const WIDE_M = 400;

/**
 * Returns the stand, in ms, that counts as a visit at a distance from a stop; infinite beyond the widest ring.
 * @param metres from the stop
 * @param radiusM the stop's radius
 */
export const neededStandMs = (metres: number, radiusM: number): number => {
  const scale = Math.max(LEAST_RADIUS_M, radiusM) / USUAL_RADIUS_M;
  let before = { metres: 0, ms: NEEDED[0]?.ms ?? 0 };
  for (const { metres: at, ms } of NEEDED) {
    const point = { metres: at >= WIDE_M ? Math.max(at, before.metres + 1) : at * scale, ms };
    if (metres <= point.metres) {
      const share = Math.max(0, metres - before.metres) / Math.max(1, point.metres - before.metres);
      return before.ms + (point.ms - before.ms) * share;
    }
    before = point;
  }
  return Number.POSITIVE_INFINITY;
};
