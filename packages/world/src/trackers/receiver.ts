import { type LatLon, moved, type Surroundings } from '../geography/index.ts';
import type { Random } from '../random.ts';
import type { TrajectoryReader } from '../trucks/index.ts';

// Functions of Math are module constants: a lookup of a global costs much in Jest's modules, and these run a million times.
const { PI, cos, exp, max, min, round, sin, sqrt } = Math;

/** A position as a receiver reports it. */
export type ReportedFix = LatLon & {
  /** True time of the fix, epoch ms. */
  at: number;
  /** Estimate of the error in m; -1 for a position that the receiver itself calls invalid. */
  accuracyM: number;
  /** m/s; -1 when it is unknown. */
  speedMps: number;
  /** Degrees; -1 when it is unknown. */
  headingDeg: number;
  altitudeM: number;
};

/**
 * Source of the positions: `satellite` is a receiver of satellites; `network` is the medium accuracy of phones, from Wi-Fi and
 * cell towers as well.
 */
export type ReceiverKind = 'satellite' | 'network';

/** Defects of a receiver. */
export type ReceiverFaults = {
  /** Share of fixes with accuracy -1, at a wrong place. */
  invalidShare: number;
  /** Times an hour at which it repeats one position for 10 to 60 s, with a new time each. */
  frozenPerHour: number;
};

export type Receiver = {
  /** Returns the fix at a time, epoch ms; null without reception. Times must not decrease from call to call. */
  fixAt(at: number): ReportedFix | null;
};

/**
 * Standard deviation of the error along each axis, in m. It gives 3 to 5 m of error under the open sky, 5 to 10 m in suburbs and
 * 10 to 30 m between high buildings: common figures for consumer receivers, in reports on urban canyons.
 */
const ERROR_M: Readonly<Record<Exclude<Surroundings, 'tunnel'>, number>> = { open: 3, suburb: 6, downtown: 15 };
const NETWORK_FACTOR = 4;
/** Time in which the error forgets its value, driving and parked, in s. A parked receiver drifts slowly and farther. */
const DRIVING_MEMORY_S = 40;
const PARKED_MEMORY_S = 300;
const PARKED_FACTOR = 1.4;
/** Jumps by reflections: how many an hour, how long (s), how far (m). */
const JUMPS: Readonly<Record<'downtown' | 'suburb' | 'open', { perHour: number; farM: readonly [number, number] }>> = {
  downtown: { perHour: 15, farM: [40, 150] },
  suburb: { perHour: 1, farM: [25, 60] },
  open: { perHour: 0.1, farM: [20, 40] },
};
const JUMP_S = [3, 20] as const;
/** Time until a receiver has a fix again after a tunnel, in s. */
const REACQUISITION_S = [3, 25] as const;
const ALTITUDE_M = 150;

type Passing = { until: number; northM: number; eastM: number };
const NOTHING: Passing = { until: 0, northM: 0, eastM: 0 };

/** Draws whether something with a rate begins within a time. */
const begins = (perHour: number, seconds: number, random: Random): boolean =>
  random.chance(1 - exp((-perHour * seconds) / 3600));

const drawJump = (at: number, [near, far]: readonly [number, number], random: Random): Passing => {
  const [distanceM, angle] = [random.within(near, far), random.within(0, 2 * PI)];
  const until = at + 1000 * random.within(...JUMP_S);
  return { until, northM: distanceM * cos(angle), eastM: distanceM * sin(angle) };
};

/** Receives the positions of a trajectory, with the errors of its surroundings and the defects of the device. */
export const receiverOn = (
  reader: TrajectoryReader,
  kind: ReceiverKind,
  faults: ReceiverFaults,
  random: Random,
): Receiver => {
  const factor = kind === 'network' ? NETWORK_FACTOR : 1;
  let [lastAt, standsSince] = [reader.firstAt, reader.firstAt];
  let [northM, eastM] = [random.gaussian() * ERROR_M.suburb, random.gaussian() * ERROR_M.suburb];
  let jump = NOTHING;
  let blindUntil = 0;
  let frozen: { until: number; fix: ReportedFix } | null = null;

  /** Moves the error on: a Gauss-Markov process along each axis. */
  const drift = (sigmaM: number, memoryS: number, seconds: number): void => {
    const kept = exp(-seconds / memoryS);
    const renewed = sigmaM * sqrt(1 - kept ** 2);
    northM = northM * kept + renewed * random.gaussian();
    eastM = eastM * kept + renewed * random.gaussian();
  };

  const fixAt = (at: number): ReportedFix | null => {
    const truth = reader.at(at);
    const seconds = max(0, (at - lastAt) / 1000);
    lastAt = at;
    if (truth.surroundings === 'tunnel' && kind === 'satellite') {
      blindUntil = at + 1000 * random.within(...REACQUISITION_S);
      return null;
    }
    if (at < blindUntil) return null;
    const sky = truth.surroundings === 'tunnel' ? 'suburb' : truth.surroundings;
    if (truth.speedMps > 0.3) standsSince = at;
    const parked = at - standsSince > 60_000;
    const sigmaM = ERROR_M[sky] * factor * (parked ? PARKED_FACTOR : 1);
    drift(sigmaM, parked ? PARKED_MEMORY_S : DRIVING_MEMORY_S, seconds);
    const { perHour, farM } = JUMPS[sky];
    // A jump that began and ended since the last fix is not seen.
    if (at >= jump.until) jump = begins(perHour, min(seconds, 20), random) ? drawJump(at, farM, random) : NOTHING;
    if (frozen && at < frozen.until) return { ...frozen.fix, at };
    const invalid = random.chance(faults.invalidShare);
    const wrongM = invalid ? random.within(-2000, 2000) : 0;
    const noisy = truth.speedMps < 0.3 ? 0 : max(0, truth.speedMps + 0.3 * random.gaussian());
    const fix: ReportedFix = {
      ...moved(truth, northM + jump.northM + wrongM, eastM + jump.eastM - wrongM),
      at,
      accuracyM: invalid ? -1 : max(2, round(sigmaM * random.within(1.2, 2))),
      speedMps: kind === 'network' && truth.speedMps < 0.3 ? -1 : noisy,
      headingDeg: truth.speedMps < 0.3 ? -1 : (truth.headingDeg + 4 * random.gaussian() + 360) % 360,
      altitudeM: round(ALTITUDE_M + 5 * random.gaussian()),
    };
    if (begins(faults.frozenPerHour, min(seconds, 60), random))
      frozen = { until: at + random.between(10, 60) * 1000, fix };
    return fix;
  };
  return { fixAt };
};
