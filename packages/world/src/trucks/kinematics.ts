import {
  headingDeg,
  isGreen,
  type PlanePoint,
  type Stretch,
  type Surroundings,
  trafficShare,
  type Way,
} from '../geography/index.ts';
import type { Random } from '../random.ts';

// Functions of Math are module constants: a lookup of a global costs much in Jest's modules, and these run a million times.
const { PI, SQRT1_2, abs, max, min, sin, sqrt } = Math;

/** A driver's habits. */
export type Driver = {
  /** Share of the possible speed that the driver uses. */
  pace: number;
  /** Acceleration from a standstill, m/s²; it falls with the speed. */
  accelerationMps2: number;
  /** Usual deceleration before a corner or a stop, m/s². */
  brakingMps2: number;
};

/** A position in the plane at a time. */
export type PlaneSample = PlanePoint & { at: number; speedMps: number; headingDeg: number; surroundings: Surroundings };

/** Local hour of the day and kind of day at a time. */
export type LocalClock = (at: number) => { hour: number; weekend: boolean };

/**
 * Draws the habits of a driver of a truck with a trailer. In traffic heavy vehicles brake with 0.4 to 0.7 m/s² on average.
 * @see "The in-service braking levels of Australian heavy vehicles", J. R. Jarvis, SAE paper 892505, 1989
 */
export const drawDriver = (random: Random): Driver => ({
  pace: random.within(0.82, 1),
  accelerationMps2: random.within(0.5, 0.9),
  brakingMps2: random.within(0.45, 0.75),
});

/** The hardest braking of these drivers, and the acceleration that is left at high speed, m/s². */
export const HARDEST_BRAKING_MPS2 = 2.5;
const ACCELERATION_AT_SPEED_MPS2 = 0.2;
/** Speed at which half of the acceleration is left, m/s. */
const HALF_ACCELERATION_MPS = 10;
/** Distance to the end below which the truck has arrived, and from a red light, in m. */
const ARRIVED_M = 0.3;
const UNLIMITED_MPS = Number.POSITIVE_INFINITY;
/** Braking at which a driver still stops for a light that turned red, m/s². */
const BRAKING_FOR_RED_MPS2 = 1.8;
const LONGEST_DRIVE_MS = 8 * 3_600_000;

/** Highest speed round a corner for a truck with a trailer, m/s, by the change of direction in degrees. */
const cornerSpeed = (turnDeg: number): number => {
  if (turnDeg < 15) return UNLIMITED_MPS;
  if (turnDeg < 35) return 13;
  if (turnDeg < 60) return 8;
  return turnDeg < 130 ? 4.5 : 2;
};

const turnBetween = (before: PlanePoint, corner: PlanePoint, after: PlanePoint): number => {
  const difference = abs(headingDeg(before, corner) - headingDeg(corner, after));
  return min(difference, 360 - difference);
};

/**
 * Returns the highest speed after the next second with which a truck can still brake to another speed at a distance. The second
 * itself is driven at the mean of both speeds.
 */
const brakingSpeed = (speedMps: number, targetMps: number, distanceM: number, brakingMps2: number): number => {
  const leftM = max(0, distanceM - speedMps / 2);
  return -brakingMps2 / 2 + sqrt(brakingMps2 ** 2 / 4 + targetMps ** 2 + 2 * brakingMps2 * leftM);
};

type Limit = { atM: number; speedMps: number };

/** Returns the end of each stretch in m from the start, and the highest speed there. */
const limitsOf = ({ start, stretches }: Way, { pace }: Driver): Limit[] => {
  let atM = 0;
  return stretches.map((stretch, i) => {
    const [before, next] = [stretches[i - 1]?.end ?? start, stretches[i + 1]];
    atM += stretch.lengthM;
    if (!next) return { atM, speedMps: 0 };
    const corner = cornerSpeed(turnBetween(before, stretch.end, next.end));
    return { atM, speedMps: min(corner, next.limitMps * pace) };
  });
};

/** Slows the truck with the traffic of the hour; in a jam it stops and goes. */
const trafficFor = (driver: Driver, clock: LocalClock, random: Random) => {
  let wave = { until: 0, share: 1 };
  return (stretch: Stretch, at: number): number => {
    if (stretch.roadClass === 'off-road') return stretch.limitMps;
    const { hour, weekend } = clock(at);
    const share = trafficShare(stretch.roadClass, hour, weekend);
    if (at >= wave.until) {
      const jammed = share < 0.65 && random.chance(0.35);
      wave = {
        until: at + 1000 * random.between(4, 15),
        share: jammed ? random.pick([0, 0.15, 0.4, 1.2]) : random.within(0.85, 1.1),
      };
    }
    return stretch.limitMps * min(1, share * wave.share) * driver.pace;
  };
};

/** Stops the truck at red lights, behind those who wait there already. */
const lightsFor = (random: Random) => {
  const queues = new Map<Stretch, number>();
  return (stretch: Stretch, heading: number, endM: number, state: { doneM: number; speedMps: number; at: number }) => {
    if (!stretch.light) return UNLIMITED_MPS;
    const axis = abs(sin((heading * PI) / 180)) > SQRT1_2 ? 'east-west' : 'north-south';
    if (isGreen(stretch.light, axis, state.at)) return UNLIMITED_MPS;
    const queueM = queues.get(stretch) ?? random.within(4, 25);
    queues.set(stretch, queueM);
    const distanceM = endM - queueM - state.doneM;
    // Past the line, or too fast to stop: drives on.
    if (distanceM < 0 || distanceM < state.speedMps ** 2 / (2 * BRAKING_FOR_RED_MPS2)) {
      return state.speedMps < 1 ? 0 : UNLIMITED_MPS;
    }
    return distanceM < ARRIVED_M ? 0 : brakingSpeed(state.speedMps, 0, distanceM, BRAKING_FOR_RED_MPS2 / 2);
  };
};

/**
 * Drives a way, from standing to standing.
 * @param startAt epoch ms
 * @returns a sample a second; the first and the last have speed 0
 * @throws Error when the drive takes longer than 8 h
 */
export const driveWay = (
  way: Way,
  driver: Driver,
  startAt: number,
  clock: LocalClock,
  random: Random,
): PlaneSample[] => {
  const { stretches, start } = way;
  const limits = limitsOf(way, driver);
  const lengthM = limits.at(-1)?.atM ?? 0;
  const cruise = trafficFor(driver, clock, random.fork('traffic'));
  const atLight = lightsFor(random.fork('queues'));
  const samples: PlaneSample[] = [];
  let [index, doneM, speedMps, at] = [0, 0, 0, startAt];
  const stretchAt = (i: number): Stretch | undefined => stretches[i];
  const emit = (): void => {
    const stretch = stretchAt(index);
    if (!stretch) return;
    const from = stretchAt(index - 1)?.end ?? start;
    const share = max(0, 1 - ((limits[index]?.atM ?? 0) - doneM) / max(0.1, stretch.lengthM));
    const [x, y] = [from.x + (stretch.end.x - from.x) * share, from.y + (stretch.end.y - from.y) * share];
    samples.push({ at, x, y, speedMps, headingDeg: headingDeg(from, stretch.end), surroundings: stretch.surroundings });
  };
  const allowed = (stretch: Stretch): number => {
    let most = cruise(stretch, at);
    const sightM = speedMps ** 2 / driver.brakingMps2 + 30;
    for (let i = index; i < limits.length; i += 1) {
      const limit = limits[i];
      if (!limit || limit.atM - doneM > sightM) break;
      most = min(most, brakingSpeed(speedMps, limit.speedMps, limit.atM - doneM, driver.brakingMps2));
      const [ahead, before] = [stretchAt(i), stretchAt(i - 1)?.end ?? start];
      if (ahead?.light)
        most = min(most, atLight(ahead, headingDeg(before, ahead.end), limit.atM, { doneM, speedMps, at }));
    }
    return most;
  };
  emit();
  while (lengthM - doneM > ARRIVED_M) {
    const stretch = stretchAt(index);
    if (!stretch || at - startAt > LONGEST_DRIVE_MS) throw new Error(`The drive of ${lengthM} m does not end.`);
    const acceleration = driver.accelerationMps2 / (1 + speedMps / HALF_ACCELERATION_MPS);
    const fastest = speedMps + max(ACCELERATION_AT_SPEED_MPS2, acceleration);
    const next = max(0, speedMps - HARDEST_BRAKING_MPS2, min(fastest, allowed(stretch)));
    doneM = min(lengthM, doneM + (speedMps + next) / 2);
    speedMps = next;
    at += 1000;
    while (index < limits.length - 1 && doneM > (limits[index]?.atM ?? 0)) index += 1;
    emit();
  }
  doneM = lengthM;
  speedMps = 0;
  at += 1000;
  emit();
  return samples;
};
