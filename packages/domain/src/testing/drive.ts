import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import { bearingDeg, distanceM, type Place } from '../movement/geo.ts';

/** Makes a fix of trailer T1, changed as the test needs it. */
export const aFix = (changes: Partial<Fix> = {}): Fix => ({
  trailerId: 'T1' as TrailerId,
  at: Date.UTC(2026, 10, 23, 15),
  lat: 30.267153,
  lon: -97.743061,
  accuracyM: 5,
  speedMps: null,
  headingDeg: null,
  ...changes,
});

/** Returns the place at a distance north and east of another, in m. Accurate to some tens of kilometres. */
export const placeAt = (from: Place, northM: number, eastM: number): Place => ({
  lat: from.lat + northM / 111_195,
  lon: from.lon + eastM / (111_195 * Math.cos((from.lat * Math.PI) / 180)),
});

/** Duration of a stay in `aDrive`, in ms. */
const STAY_MS = 180_000;

/**
 * Makes the fixes of a drive in straight lines from place to place at 12 m/s, with a stay at each place but the first, and with the noise of
 * a good receiver. The noise is the same each time.
 * @param startAt epoch ms
 * @param stays durations in ms at the places after the first; three minutes where left out
 */
export const aDrive = (
  places: readonly Place[],
  startAt: number,
  everyMs = 10_000,
  trailerId = 'T1',
  stays: readonly number[] = [],
): Fix[] => {
  const fixes: Fix[] = [];
  let at = startAt;
  const report = (place: Place, speedMps: number, headingDeg: number | null) => {
    const noise = (seed: number) => 4 * Math.sin(fixes.length * seed);
    fixes.push(
      aFix({
        ...placeAt(place, noise(12.9), noise(78.2)),
        trailerId: trailerId as TrailerId,
        at,
        speedMps,
        headingDeg,
      }),
    );
    at += everyMs;
  };
  for (const [i, to] of places.entries()) {
    const from = places[i - 1];
    if (!from) continue;
    const seconds = distanceM(from, to) / 12;
    const began = at;
    while (at - began < seconds * 1000) {
      const share = (at - began) / 1000 / seconds;
      const place = { lat: from.lat + (to.lat - from.lat) * share, lon: from.lon + (to.lon - from.lon) * share };
      report(place, 12, bearingDeg(from, to));
    }
    const arrived = at;
    while (at - arrived < (stays[i - 1] ?? STAY_MS)) report(to, 0, null);
  }
  return fixes;
};
