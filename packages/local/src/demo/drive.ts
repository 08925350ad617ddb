import { bearingDeg, distanceM, type Fix, type JobStatus, type Place, type TrailerId } from '@qdn/domain';

/** One leg of a round: a drive along a road, then the time at its end. The job has this status and stop meanwhile. */
export type Leg = { path: readonly Place[]; standMs: number; driving: State; standing: State };
export type State = { status: JobStatus; currentStop: number };

/** Speed of a truck with a trailer on a free street, in m/s (50 km/h). */
const CRUISE_MPS = 14;
/** Minimum angle of a bend, in degrees, and the speed in it, in m/s. */
const BENDS = [
  { moreThanDeg: 40, mps: 5 },
  { moreThanDeg: 20, mps: 9 },
];
/** Gentle acceleration and braking of a loaded trailer, in m/s². */
const ACCELERATION = 0.9;
const BRAKING = 1.2;
/** Distance between traffic lights, in m, the share of them that is red, and the longest wait, in s. */
const LIGHT_EVERY_M = 700;
const RED_SHARE = 0.35;
const LONGEST_RED_S = 40;
/** Distance between the samples of a road, in m. */
const STEP_M = 5;

/** Returns a number in 0…1 that depends on the seed only, so that every drive is repeatable. */
const chance = (seed: number): number => {
  const x = Math.sin(seed * 12.9898) * 43758.5453;
  return x - Math.floor(x);
};

/** Returns the point of a road at a distance in m, or its end. */
type Road = { lengthM: number; at(metres: number): { place: Place; headingDeg: number } };

const roadAlong = (path: readonly Place[]): Road => {
  const pieces = path.slice(1).flatMap((to, i) => {
    const from = path[i];
    return from ? [{ from, to, lengthM: distanceM(from, to), headingDeg: bearingDeg(from, to) }] : [];
  });
  const last = pieces.at(-1);
  if (!last) throw new Error('A path needs two points');
  return {
    lengthM: pieces.reduce((sum, { lengthM }) => sum + lengthM, 0),
    at: (metres) => {
      let left = metres;
      for (const { from, to, lengthM, headingDeg } of pieces) {
        if (left < lengthM) {
          const share = left / lengthM;
          const place = { lat: from.lat + (to.lat - from.lat) * share, lon: from.lon + (to.lon - from.lon) * share };
          return { place, headingDeg };
        }
        left -= lengthM;
      }
      return { place: last.to, headingDeg: last.headingDeg };
    },
  };
};

/** A moment of a drive: time in s and distance along the road in m. */
type Moment = { second: number; metre: number };
type Timetable = { road: Road; moments: readonly Moment[] };

/** Returns the speed limit at each sample: bends reduce it, and it is 0 at both ends and at red lights. */
const speedLimits = (road: Road): number[] => {
  const steps = Math.ceil(road.lengthM / STEP_M);
  return Array.from({ length: steps + 1 }, (_, i) => {
    const metre = i * STEP_M;
    const isLight = metre > 0 && metre % LIGHT_EVERY_M === 0 && chance(metre + road.lengthM) < RED_SHARE;
    if (i === 0 || i === steps || isLight) return 0;
    const turn = Math.abs(road.at(metre + 30).headingDeg - road.at(Math.max(0, metre - 30)).headingDeg);
    const turnDeg = Math.min(turn, 360 - turn);
    return BENDS.find(({ moreThanDeg }) => turnDeg > moreThanDeg)?.mps ?? CRUISE_MPS;
  });
};

/** Returns the fastest speeds within the limits that acceleration and braking allow. */
const drivable = (limits: readonly number[]): number[] => {
  const reached = (before: number, limit: number, rate: number) =>
    Math.min(limit, Math.sqrt(before ** 2 + 2 * rate * STEP_M));
  const speeds = [...limits];
  for (let i = 1; i < speeds.length; i++) speeds[i] = reached(speeds[i - 1] ?? 0, speeds[i] ?? 0, ACCELERATION);
  for (let i = speeds.length - 2; i >= 0; i--) speeds[i] = reached(speeds[i + 1] ?? 0, speeds[i] ?? 0, BRAKING);
  return speeds;
};

const timetableOf = (path: readonly Place[]): Timetable => {
  const road = roadAlong(path);
  const speeds = drivable(speedLimits(road));
  const moments: Moment[] = [{ second: 0, metre: 0 }];
  let second = 0;
  for (let i = 1; i < speeds.length; i++) {
    const metre = Math.min(i * STEP_M, road.lengthM);
    const speed = speeds[i] ?? 0;
    second += (metre - (i - 1) * STEP_M) / Math.max(1, ((speeds[i - 1] ?? 0) + speed) / 2);
    moments.push({ second, metre });
    if (speed === 0 && i < speeds.length - 1) {
      second += 8 + chance(metre) * (LONGEST_RED_S - 8);
      moments.push({ second, metre });
    }
  }
  return { road, moments };
};

const timetables = new WeakMap<readonly Place[], Timetable>();
const timetableFor = (path: readonly Place[]): Timetable => {
  const known = timetables.get(path) ?? timetableOf(path);
  timetables.set(path, known);
  return known;
};

const metreAfter = ({ moments }: Timetable, seconds: number): number => {
  let [low, high] = [0, moments.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((moments[middle]?.second ?? 0) <= seconds) low = middle;
    else high = middle;
  }
  const [a, b] = [moments[low], moments[high]];
  if (!a || !b) return 0;
  const share = Math.min(1, (seconds - a.second) / (b.second - a.second));
  return a.metre + (b.metre - a.metre) * share;
};

/** Returns the driving time of a leg, in ms, without the time at its end. */
export const drivingMs = ({ path }: Leg): number => (timetableFor(path).moments.at(-1)?.second ?? 0) * 1000;

/** Returns the duration of a round, in ms. */
export const roundMs = (legs: readonly Leg[]): number =>
  legs.reduce((sum, leg) => sum + drivingMs(leg) + leg.standMs, 0);

/**
 * Returns a trailer's position on its endless round. It depends on the time only, so that a restarted demo continues where it would
 * have been.
 * @param elapsedMs since the round began, in ms
 */
export const driveAt = (
  legs: readonly Leg[],
  elapsedMs: number,
): { place: Place; speedMps: number; headingDeg: number; state: State } => {
  let left = elapsedMs % roundMs(legs);
  for (const leg of legs) {
    const timetable = timetableFor(leg.path);
    const driveMs = drivingMs(leg);
    if (left < driveMs) {
      const [metres, ahead] = [metreAfter(timetable, left / 1000), metreAfter(timetable, left / 1000 + 1)];
      return { ...timetable.road.at(metres), speedMps: ahead - metres, state: leg.driving };
    }
    left -= driveMs;
    if (left < leg.standMs) return { ...timetable.road.at(timetable.road.lengthM), speedMps: 0, state: leg.standing };
    left -= leg.standMs;
  }
  throw new Error('A round needs a leg');
};

/** Error of a GPS receiver: slow drift over half a minute and fast jitter, both in m. */
const WANDER_M = 4;
const WANDER_MS = 30_000;
const TREMBLE_M = 1;

/** Returns the error of a fix in one direction, in m. */
const errorM = (seed: number, at: number): number => {
  const wander = (n: number) => chance(seed + n) * 2 - 1;
  const [n, share] = [Math.floor(at / WANDER_MS), (at % WANDER_MS) / WANDER_MS];
  return WANDER_M * (wander(n) * (1 - share) + wander(n + 1) * share) + TREMBLE_M * (chance(seed + at / 1000) * 2 - 1);
};

const METRES_PER_DEGREE = 111_195;

/** Returns a fix as a phone on the trailer would report it. Each trailer has its own errors. `at` is epoch ms. */
export const fixAt = (
  trailerId: TrailerId,
  { place, speedMps, headingDeg }: { place: Place; speedMps: number; headingDeg: number },
  at: number,
): Fix => {
  const seed = [...trailerId].reduce((sum, letter) => sum * 7 + letter.charCodeAt(0), 0);
  return {
    trailerId,
    at,
    lat: place.lat + errorM(seed, at) / METRES_PER_DEGREE,
    lon: place.lon + errorM(seed + 0.5, at) / (METRES_PER_DEGREE * Math.cos((place.lat * Math.PI) / 180)),
    accuracyM: 5 + Math.round(chance(seed + Math.floor(at / WANDER_MS)) * 6),
    speedMps: Math.round(speedMps * 10) / 10,
    headingDeg: speedMps > 0.5 ? Math.round(headingDeg) % 360 : null,
  };
};
