import { metersBetween } from '../geography/index.ts';
import type { Random } from '../random.ts';
import type { TrajectoryReader } from '../trucks/index.ts';
import type { Receiver, ReportedFix } from './receiver.ts';

// Functions of Math are module constants: a lookup of a global costs much in Jest's modules, and these run a million times.
const { abs, max, min } = Math;

/** An entry of a device's memory, before it is sent. */
export type DeviceRecord = {
  /** True time, epoch ms. */
  at: number;
  /** Null for a sign of life without a position. */
  fix: ReportedFix | null;
  event: 'location' | 'motionchange' | 'heartbeat' | 'timer' | 'ping';
  isMoving: boolean;
};

/** Decides when a device records its position. */
export type Sampling = (reader: TrajectoryReader, receiver: Receiver, random: Random) => Generator<DeviceRecord>;

const SECOND_MS = 1000;
/** Time between two looks at the position during a longer stand, in ms: nothing changes but the drift. */
const LOOK_MS = 15_000;
const SHORT_STAND_MS = 60_000;

/** Returns the next time at which a client that listens every second can see something new. */
const nextLook = (reader: TrajectoryReader, at: number): number => {
  const motionAt = reader.nextMotionAt(at);
  if (motionAt !== null && motionAt <= at) return at + SECOND_MS;
  const standEndsAt = motionAt ?? reader.lastAt;
  return standEndsAt - at < SHORT_STAND_MS ? at + SECOND_MS : min(at + LOOK_MS, standEndsAt);
};

/** A client's behaviour after a time of standing (`afterMs`): it records at another interval, or nothing when that is infinite. */
export type Rest = { afterMs: number; everyMs: number };

/** Records at a fixed interval while the trailer moves, and at another one, or not at all, when it has stood for some time. */
export const everyInterval = (everyMs: number, rest?: Rest): Sampling =>
  function* (reader, receiver) {
    let movedAt = Number.NEGATIVE_INFINITY;
    let at = reader.firstAt;
    while (at <= reader.lastAt) {
      const fix = receiver.fixAt(at);
      if (fix) yield { at, fix, event: 'location', isMoving: fix.speedMps > 0.3 };
      if (!rest) {
        at += everyMs;
        continue;
      }
      const motionAt = reader.nextMotionAt(at);
      if (motionAt !== null && motionAt <= at) movedAt = at;
      const resting = at - movedAt >= rest.afterMs;
      const next = at + (resting ? rest.everyMs : everyMs);
      at = resting ? min(next, max(at + everyMs, motionAt ?? next)) : next;
    }
  };

export type DistanceOrTime = { distanceM: number; intervalMs: number; angleDeg: number };

/** Records when a distance, a time or a change of direction since the last record is reached, whichever is first; 0 turns one off. */
export const byDistanceOrTime = ({ distanceM, intervalMs, angleDeg }: DistanceOrTime): Sampling =>
  function* (reader, receiver) {
    let last: ReportedFix | null = null;
    for (let at = reader.firstAt; at <= reader.lastAt; at = nextLook(reader, at)) {
      const fix = receiver.fixAt(at);
      if (!fix) continue;
      const isTime = !last || at - last.at >= intervalMs;
      const isFar = last && distanceM > 0 && metersBetween(last, fix) >= distanceM;
      const isTurn =
        last &&
        angleDeg > 0 &&
        fix.headingDeg >= 0 &&
        last.headingDeg >= 0 &&
        abs(fix.headingDeg - last.headingDeg) >= angleDeg;
      if (!isTime && !isFar && !isTurn) continue;
      yield { at, fix, event: isTime && !isFar ? 'timer' : 'location', isMoving: fix.speedMps > 0.3 };
      last = fix;
    }
  };

export type MotionAware = {
  distanceM: number;
  fastestMs: number;
  /** Time of standing after which the client turns its receiver off, in ms. */
  stopTimeoutMs: number;
  /** Distance from the stand after which it notices a motion, in m: least and most. */
  wakeM: readonly [least: number, most: number];
  /** Time between signs of life while it stands, in ms; null sends none. */
  heartbeatMs: number | null;
  /** False sends signs of life without a position. */
  heartbeatWithFix: boolean;
};

/**
 * Records by distance while it moves; after a time of standing it records a change of motion, and then nothing until it has moved
 * some distance again.
 */
export const motionAware = (options: MotionAware): Sampling =>
  function* (reader, receiver, random) {
    let last: ReportedFix | null = null;
    let [standsSince, at] = [reader.firstAt, reader.firstAt];
    while (at <= reader.lastAt) {
      const fix = receiver.fixAt(at);
      if (fix && fix.speedMps > 0.5) standsSince = at;
      if (fix && at - standsSince >= options.stopTimeoutMs) {
        yield { at, fix, event: 'motionchange', isMoving: false };
        const wokenAt = yield* sleep(options, reader, receiver, at, random);
        if (wokenAt === null) return;
        at = wokenAt;
        const woken = receiver.fixAt(at);
        if (woken) yield { at, fix: woken, event: 'motionchange', isMoving: true };
        [last, standsSince] = [woken, at];
      } else if (
        fix &&
        (!last || (at - last.at >= options.fastestMs && metersBetween(last, fix) >= options.distanceM))
      ) {
        yield { at, fix, event: 'location', isMoving: true };
        last = fix;
      }
      at = nextLook(reader, at);
    }
  };

/** Waits with the receiver off, until the device is far enough from the stand. Returns that time; null when it never is. */
function* sleep(
  options: MotionAware,
  reader: TrajectoryReader,
  receiver: Receiver,
  from: number,
  random: Random,
): Generator<DeviceRecord, number | null> {
  const { heartbeatMs, heartbeatWithFix, wakeM } = options;
  const stand = reader.at(from);
  const farM = random.within(...wakeM);
  let heartbeatAt = heartbeatMs === null ? Number.POSITIVE_INFINITY : from + heartbeatMs;
  let at: number | null = from;
  while (at !== null && at <= reader.lastAt) {
    while (heartbeatMs !== null && heartbeatAt <= at) {
      const fix = heartbeatWithFix ? receiver.fixAt(heartbeatAt) : null;
      yield { at: heartbeatAt, fix, event: 'heartbeat', isMoving: false };
      heartbeatAt += heartbeatMs;
    }
    if (metersBetween(stand, reader.at(at)) >= farM) return at;
    const motionAt = reader.nextMotionAt(at);
    const next: number = motionAt !== null && motionAt <= at ? at + SECOND_MS : (motionAt ?? reader.lastAt + 1);
    at = min(next, max(heartbeatAt, at + SECOND_MS));
  }
  return null;
}

/**
 * Records after a distance and a time, both; nothing while it stands, apart from a sign of life at times.
 * @param lookMs time between two looks at the position, in ms
 */
export const significantChanges = ({
  distanceM,
  intervalMs,
  lookMs,
  pingHours,
}: {
  distanceM: number;
  intervalMs: number;
  lookMs: number;
  pingHours: readonly [number, number] | null;
}): Sampling =>
  function* (reader, receiver, random) {
    const drawPing = (at: number): number =>
      pingHours === null ? Number.POSITIVE_INFINITY : at + random.within(...pingHours) * 3_600_000;
    let last: ReportedFix | null = null;
    let pingAt = drawPing(reader.firstAt);
    for (let at = reader.firstAt; at <= reader.lastAt; at += lookMs) {
      const fix = receiver.fixAt(at);
      if (!fix) continue;
      const isFar = !last || (at - last.at >= intervalMs && metersBetween(last, fix) >= distanceM);
      if (isFar) {
        yield { at, fix, event: 'location', isMoving: fix.speedMps > 0.3 };
        last = fix;
        pingAt = drawPing(at);
      } else if (last && at >= pingAt) {
        // A ping repeats the last known position with the present time.
        yield { at, fix: { ...last, at }, event: 'ping', isMoving: false };
        pingAt = drawPing(at);
      }
    }
  };

export type MovingAndParked = {
  movingMs: number;
  parkedMs: number;
  /** Records also after a distance (m) and a turn (degrees) while it moves; 0 turns one off. */
  distanceM: number;
  angleDeg: number;
  /** Time from the motion to the first fix, in s: the unit wakes up and looks for satellites. */
  wakeS: readonly [least: number, most: number];
};

/** Records often while a motion sensor says so, and seldom while parked. The end of a motion is not recorded. */
export const movingAndParked = ({ movingMs, parkedMs, distanceM, angleDeg, wakeS }: MovingAndParked): Sampling =>
  function* (reader, receiver, random) {
    const moving = byDistanceOrTime({ distanceM, intervalMs: movingMs, angleDeg });
    let at = reader.firstAt;
    while (at <= reader.lastAt) {
      const motionAt = reader.nextMotionAt(at);
      const parkedUntil = motionAt ?? reader.lastAt + 1;
      for (; at < parkedUntil; at += parkedMs) {
        const fix = receiver.fixAt(at);
        if (fix) yield { at, fix, event: 'timer', isMoving: false };
      }
      if (motionAt === null) return;
      const tripEnd = endOfTrip(reader, motionAt);
      const from = min(tripEnd, motionAt + 1000 * random.between(...wakeS));
      yield* moving({ ...reader, firstAt: from, lastAt: tripEnd }, receiver, random);
      at = tripEnd + parkedMs;
      // The parked interval begins at the end of the trip; a motion before its end wakes the unit.
      const nextMotion = reader.nextMotionAt(tripEnd + SECOND_MS);
      if (nextMotion !== null && nextMotion < at) at = nextMotion;
    }
  };

/** Stand after which a motion sensor calls a trip ended, in ms. */
const TRIP_END_MS = 180_000;

const endOfTrip = (reader: TrajectoryReader, from: number): number => {
  let at = from;
  for (;;) {
    const motionAt = reader.nextMotionAt(at);
    if (motionAt === null) return at;
    if (motionAt - at >= TRIP_END_MS) return at;
    at = max(motionAt, at) + SECOND_MS;
    if (at >= reader.lastAt) return reader.lastAt;
  }
};
