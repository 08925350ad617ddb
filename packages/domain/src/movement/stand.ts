import type { Fix } from '../fix.ts';
import { distanceM, isBeyondM, isWithinM, type Place } from './geo.ts';
import { believedAlong } from './track.ts';

/**
 * A trailer at one place: its first and last fix there in epoch ms, the mean of its fixes, their mean accuracy in m, and their number.
 * A driving trailer has a stand of one or two fixes at each moment.
 */
export type Stand = { from: number; to: number; lat: number; lon: number; accuracyM: number; fixes: number };

/** Distance from the mean within which a parked trailer's fixes lie, in m, on top of their accuracy. */
const STAND_RADIUS_M = 25;
/** Accuracy of a fix that does not state one, and the largest one that widens a stand, in m. */
const UNSTATED_ACCURACY_M = 15;
const MAX_STAND_ACCURACY_M = 75;
/** A stand of this length in ms survives a single fix elsewhere: multipath moves a parked receiver now and then. */
const LONG_STAND_MS = 60_000;
/** Maximum duration of such an excursion, in ms, and its maximum distance, in m. */
const EXCURSION_MS = 25_000;
const EXCURSION_M = 200;

const accuracyOf = ({ accuracyM }: Fix): number => accuracyM ?? UNSTATED_ACCURACY_M;
const reachM = (fix: Fix): number => STAND_RADIUS_M + Math.min(accuracyOf(fix), MAX_STAND_ACCURACY_M);

type Sums = { first: number; last: number; lat: number; lon: number; accuracyM: number; fixes: number };

const begun = (fix: Fix): Sums => ({
  first: fix.at,
  last: fix.at,
  lat: fix.lat,
  lon: fix.lon,
  accuracyM: accuracyOf(fix),
  fixes: 1,
});

/** Adds a fix to the sums in place: a track has hundreds. */
const extend = (sums: Sums, fix: Fix): void => {
  sums.first = Math.min(sums.first, fix.at);
  sums.last = Math.max(sums.last, fix.at);
  sums.lat += fix.lat;
  sums.lon += fix.lon;
  sums.accuracyM += accuracyOf(fix);
  sums.fixes += 1;
};

const standOf = ({ first, last, lat, lon, accuracyM, fixes }: Sums): Stand => ({
  from: first,
  to: last,
  lat: lat / fixes,
  lon: lon / fixes,
  accuracyM: accuracyM / fixes,
  fixes,
});

/** True when two places are at most a distance apart; most answers need no exact distance. */
const isWithin = (a: Place, b: Place, metres: number): boolean =>
  isWithinM(a, b, metres) || (!isBeyondM(a, b, metres) && distanceM(a, b) <= metres);

/** Begins a stand at a fix with the fixes right before it that are at the same place. */
const begunAt = (track: readonly Fix[], i: number, oldest: number): Sums => {
  const fix = track[i] as Fix;
  const sums = begun(fix);
  for (let j = i - 1; j >= oldest; j -= 1) {
    const before = track[j];
    if (!before || distanceM(before, fix) > reachM(before)) break;
    extend(sums, before);
  }
  return sums;
};

/**
 * Returns the stand of each moment of a track: the place where the trailer is, and since when, as known from the fixes up to that moment
 * alone. A long stand survives a short excursion, which multipath causes.
 * @param track plausible fixes of one trailer, oldest first
 */
export const standsAlong = (track: readonly Fix[]): Stand[] => {
  const stands: Stand[] = [];
  let sums: Sums | null = null;
  let here: Stand | null = null;
  /** Index of the first fix of an excursion, or -1. */
  let away = -1;
  for (let i = 0; i < track.length; i += 1) {
    const fix = track[i] as Fix;
    if (!sums || !here) {
      sums = begun(fix);
      here = standOf(sums);
      stands.push(here);
      continue;
    }
    if (isWithin(here, fix, reachM(fix))) {
      extend(sums, fix);
      away = -1;
    } else {
      const first: number = away < 0 ? i : away;
      const isExcursion =
        here.to - here.from >= LONG_STAND_MS &&
        isWithin(here, fix, EXCURSION_M) &&
        fix.at - (track[first]?.at ?? fix.at) <= EXCURSION_MS;
      away = isExcursion ? first : -1;
      if (!isExcursion) sums = begunAt(track, i, first);
    }
    here = standOf(sums);
    stands.push(here);
  }
  return stands;
};

/** The plausible fixes of one trailer, oldest first, and the stand of each. */
export type StandTrack = { track: readonly Fix[]; stands: readonly Stand[] };

/** Returns the plausible track of one trailer and its stands. @param fixes in any order */
export const standTrackOf = (fixes: readonly Fix[]): StandTrack => {
  const track = believedAlong(fixes);
  return { track, stands: standsAlong(track) };
};
