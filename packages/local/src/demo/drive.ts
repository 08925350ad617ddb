import { bearingDeg, distanceM, type Fix, type JobStatus, type Place, type TrailerId } from '@qdn/domain';

/** One part of a round: along a road, or standing at its end. While it lasts, the job has this status and stop. */
export type Leg = { path: readonly Place[]; standMs: number; driving: State; standing: State };
export type State = { status: JobStatus; currentStop: number };

/** About 45 km/h, with slow bends and lights between: plausible for a truck with a trailer in town, in m/s. */
const CRUISE_MPS = 12.5;
/** Noise of a good phone's receiver, in metres. */
const NOISE_M = 4;

const lengthM = (path: readonly Place[]): number =>
  path.slice(1).reduce((sum, place, i) => sum + distanceM(path[i] ?? place, place), 0);

/** How fast it goes around metre `s`: between 60 and 100 % of cruising speed, the same each round. */
const timeAt = (metres: number): number => (metres + 300 * Math.sin(metres / 400)) / CRUISE_MPS;

const durationMs = ({ path, standMs }: Leg): number => timeAt(lengthM(path)) * 1000 + standMs;

/** How long a whole round takes, in ms. */
export const roundMs = (legs: readonly Leg[]): number => legs.reduce((sum, leg) => sum + durationMs(leg), 0);

/** The metre reached after `seconds`: the inverse of `timeAt`, which rises everywhere. */
const metreAt = (seconds: number, end: number): number => {
  let [low, high] = [0, end];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (timeAt(middle) < seconds) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

const along = (path: readonly Place[], metres: number): { place: Place; headingDeg: number } => {
  let left = metres;
  for (let i = 1; i < path.length; i++) {
    const [from, to] = [path[i - 1], path[i]];
    if (!from || !to) continue;
    const length = distanceM(from, to);
    if (left <= length || i === path.length - 1) {
      const share = Math.min(1, left / length);
      return {
        place: { lat: from.lat + (to.lat - from.lat) * share, lon: from.lon + (to.lon - from.lon) * share },
        headingDeg: bearingDeg(from, to),
      };
    }
    left -= length;
  }
  throw new Error('A path needs two points');
};

/** A number in −1…1 that depends on the seed alone, so that the same moment always has the same noise. */
const noise = (seed: number): number => {
  const x = Math.sin(seed * 12.9898) * 43758.5453;
  return (x - Math.floor(x)) * 2 - 1;
};

const jittered = (place: Place, seed: number): Place => ({
  lat: place.lat + (noise(seed) * NOISE_M) / 111_320,
  lon: place.lon + (noise(seed + 0.5) * NOISE_M) / (111_320 * Math.cos((place.lat * Math.PI) / 180)),
});

/**
 * Where a trailer is on its endless round. A function of the time alone, so that a restarted demo goes on where it would be.
 * @param elapsedMs since the round began, in ms
 */
export const driveAt = (
  legs: readonly Leg[],
  elapsedMs: number,
): { place: Place; speedMps: number; headingDeg: number; state: State } => {
  let left = elapsedMs % roundMs(legs);
  for (const leg of legs) {
    const driveMs = durationMs(leg) - leg.standMs;
    const end = leg.path.at(-1);
    if (left < driveMs) {
      const metres = metreAt(left / 1000, lengthM(leg.path));
      const ahead = metreAt(left / 1000 + 1, lengthM(leg.path));
      return { ...along(leg.path, metres), speedMps: ahead - metres, state: leg.driving };
    }
    left -= driveMs;
    if (left < leg.standMs && end) return { place: end, speedMps: 0, headingDeg: 0, state: leg.standing };
    left -= leg.standMs;
  }
  throw new Error('A round needs a leg');
};

/** A fix as a phone on the trailer would report it. `at` is epoch ms. */
export const fixAt = (
  trailerId: TrailerId,
  where: { place: Place; speedMps: number; headingDeg: number },
  at: number,
): Fix => ({
  trailerId,
  at,
  ...jittered(where.place, at / 1000),
  accuracyM: 5 + Math.round(Math.abs(noise(at)) * 6),
  speedMps: Math.round(where.speedMps * 10) / 10,
  headingDeg: where.speedMps > 0.5 ? Math.round(where.headingDeg) % 360 : null,
});
