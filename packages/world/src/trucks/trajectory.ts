import { headingDeg, type LatLon, metersBetween, planeAround, type Surroundings } from '../geography/index.ts';

// Functions of Math are module constants: a lookup of a global costs much in Jest's modules, and these run a million times.
const { ceil, max, min, round } = Math;

/** The true position of a trailer at a time. */
export type TrajectorySample = LatLon & {
  /** Epoch ms. */
  at: number;
  speedMps: number;
  /** 0 is north, 90 is east. While the trailer stands, the direction in which it stopped. */
  headingDeg: number;
  surroundings: Surroundings;
};

/**
 * The true positions of a trailer, in the order of time: one a second while it moves or waits at a light. A longer stand has two
 * samples, its first and its last; both have speed 0. Read it with `readerOf`.
 */
export type Trajectory = { samples: readonly TrajectorySample[] };

export type TrajectoryReader = {
  firstAt: number;
  lastAt: number;
  /** Returns the position at a time, epoch ms; before the first and after the last sample, that sample's. */
  at(time: number): TrajectorySample;
  /** Returns the time from which on the trailer moves again; null when it does not. At a time of motion, the same time. */
  nextMotionAt(time: number): number | null;
};

/** Returns a reader. Times that grow from call to call cost least. */
export const readerOf = ({ samples }: Trajectory): TrajectoryReader => {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) throw new RangeError('The trajectory has no samples. A drive has at least one.');
  const sampleAt = (i: number): TrajectorySample => samples[max(0, min(samples.length - 1, i))] ?? first;
  let index = 0;
  /** Moves to the last sample that is not after a time. */
  const seek = (time: number): void => {
    if (sampleAt(index).at > time) {
      let [low, high] = [0, index];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (sampleAt(middle).at <= time) low = middle;
        else high = middle;
      }
      index = low;
    }
    while (index + 1 < samples.length && sampleAt(index + 1).at <= time) index += 1;
  };
  return {
    firstAt: first.at,
    lastAt: last.at,
    at: (time) => {
      seek(time);
      const [one, next] = [sampleAt(index), sampleAt(index + 1)];
      if (time <= one.at || next === one) return one.at === time ? one : { ...one, at: time };
      const share = min(1, (time - one.at) / (next.at - one.at));
      return {
        ...one,
        at: time,
        lat: one.lat + (next.lat - one.lat) * share,
        lon: one.lon + (next.lon - one.lon) * share,
        speedMps: one.speedMps + (next.speedMps - one.speedMps) * share,
      };
    },
    nextMotionAt: (time) => {
      seek(time);
      for (let i = index; i < samples.length; i += 1) {
        const [sample, next] = [sampleAt(i), sampleAt(i + 1)];
        if (max(time, sample.at) < last.at && (sample.speedMps > 0 || next.speedMps > 0)) return max(time, sample.at);
      }
      return null;
    },
  };
};

/** Joins drives of one trailer that follow each other. */
export const joinTrajectories = (trajectories: readonly Trajectory[]): Trajectory => {
  const samples = trajectories.flatMap((trajectory) => trajectory.samples);
  const disordered = samples.findIndex((sample, i) => sample.at < (samples[i - 1]?.at ?? 0));
  if (disordered >= 0) throw new RangeError(`Trajectory sample ${disordered} is older than the one before it.`);
  return { samples };
};

/** A point of a recorded drive. */
export type TimedPoint = LatLon & { at: number };

/** Speed below which a recorded drive counts as standing, in m/s, and the time after which it does, in ms. */
const STANDING_MPS = 0.4;
const STANDING_MS = 10_000;

/** Returns the points of a drive a second apart; between two points the drive is straight. */
const secondsOf = (points: readonly TimedPoint[]): TimedPoint[] =>
  points.flatMap((point, i) => {
    const next = points[i + 1];
    if (!next) return [point];
    const steps = max(1, ceil((next.at - point.at) / 1000));
    return Array.from({ length: steps }, (_, step) => ({
      at: point.at + ((next.at - point.at) * step) / steps,
      lat: point.lat + ((next.lat - point.lat) * step) / steps,
      lon: point.lon + ((next.lon - point.lon) * step) / steps,
    }));
  });

/** Replaces the samples of each longer stand by its first and its last. */
const withoutStands = (samples: readonly TrajectorySample[]): TrajectorySample[] => {
  const kept: TrajectorySample[] = [];
  for (let i = 0; i < samples.length; ) {
    let end = i;
    while (end + 1 < samples.length && (samples[end + 1]?.speedMps ?? 0) < STANDING_MPS) end += 1;
    const [first, last] = [samples[i], samples[end]];
    if (!first || !last) break;
    if (first.speedMps < STANDING_MPS && last.at - first.at >= STANDING_MS) {
      kept.push({ ...first, speedMps: 0 }, { ...first, at: last.at, speedMps: 0 });
      i = end + 1;
    } else {
      kept.push(first);
      i += 1;
    }
  }
  return kept;
};

/**
 * Makes a trajectory of a recorded drive, which then replaces a generated one.
 * @param points in the order of time, at least two
 * @param startAt time of the first point in the world, epoch ms; without it the recorded one
 * @throws RangeError for fewer than two points, or points that are not in the order of time
 */
export const trajectoryFromPoints = (
  points: readonly TimedPoint[],
  { startAt, surroundings = 'suburb' }: { startAt?: number; surroundings?: Surroundings } = {},
): Trajectory => {
  const [first] = points;
  if (!first || points.length < 2) throw new RangeError(`The drive has ${points.length} points. It needs at least 2.`);
  const disordered = points.findIndex((point, i) => i > 0 && point.at <= (points[i - 1]?.at ?? 0));
  if (disordered >= 0) throw new RangeError(`Point ${disordered} of the drive is not later than the one before it.`);
  const shiftMs = (startAt ?? first.at) - first.at;
  const seconds = secondsOf(points);
  const plane = planeAround(first);
  let heading = 0;
  const samples = seconds.map((point, i): TrajectorySample => {
    const [before, after] = [seconds[i - 1] ?? point, seconds[i + 1] ?? point];
    const distanceM = metersBetween(before, after);
    const speedMps = distanceM / ((after.at - before.at) / 1000);
    if (distanceM > 0.5) heading = headingDeg(plane.toPlane(before), plane.toPlane(after));
    return { ...point, at: round(point.at + shiftMs), speedMps, headingDeg: heading, surroundings };
  });
  return { samples: withoutStands(samples) };
};

/** Returns the times in which a trailer stands for at least a time, in ms. */
export const standsOf = ({ samples }: Trajectory, leastMs: number): (LatLon & { from: number; to: number })[] => {
  const stands: (LatLon & { from: number; to: number })[] = [];
  let first: TrajectorySample | null = null;
  for (const [i, sample] of samples.entries()) {
    if (sample.speedMps > 0) continue;
    first ??= sample;
    if (samples[i + 1]?.speedMps === 0) continue;
    if (sample.at - first.at >= leastMs) stands.push({ from: first.at, to: sample.at, lat: first.lat, lon: first.lon });
    first = null;
  }
  return stands;
};
