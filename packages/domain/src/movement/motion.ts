import type { Fix, SilenceCause } from '../fix.ts';
import type { Job } from '../job.ts';
import { bearingDeg, distanceM } from './geo.ts';

/** A speed is taken from fixes this far apart, in ms: closer ones tell more of the noise, others of another road. */
const SPEED_OVER_MS = { least: 5000, most: 120_000 };
/** A direction needs this much way, in metres, beside what the receivers may be wrong by. */
const HEADING_OVER_M = 15;
/** Slower than this is standing, in m/s: the noise of a parked receiver. */
const STANDING_MPS = 1;
/** A device with less than this, in percent, and no charger may have died. */
const BATTERY_LOW_PERCENT = 10;

/** Metres per second, and degrees clockwise from true north; null where neither the device nor the fixes tell. */
export type Motion = { speedMps: number | null; headingDeg: number | null };

/**
 * How a trailer moves: as its device says, and where it says nothing, as its fixes do. What could be noise is standing.
 * @param trail of one trailer, oldest first
 */
export const motionOf = (trail: readonly Fix[]): Motion => {
  const newest = trail.at(-1);
  if (!newest) return { speedMps: null, headingDeg: null };
  const before = trail.findLast(
    ({ at }) => newest.at - at >= SPEED_OVER_MS.least && newest.at - at <= SPEED_OVER_MS.most,
  );
  if (!before) return { speedMps: newest.speedMps, headingDeg: newest.headingDeg };
  const noise = (newest.accuracyM ?? 0) + (before.accuracyM ?? 0);
  const moved = distanceM(before, newest);
  const speed = moved > noise ? (moved * 1000) / (newest.at - before.at) : 0;
  const heading = moved > HEADING_OVER_M + noise ? Math.round(bearingDeg(before, newest)) % 360 : null;
  return {
    speedMps: newest.speedMps ?? Math.round(speed * 10) / 10,
    headingDeg: newest.headingDeg ?? heading,
  };
};

/** The metres driven along a trail. What could be noise does not add up. */
export const drivenM = (trail: readonly Fix[]): number => {
  let metres = 0;
  let from = trail[0];
  for (const fix of trail) {
    if (!from) break;
    const moved = distanceM(from, fix);
    if (moved <= (from.accuracyM ?? 0) + (fix.accuracyM ?? 0)) continue;
    metres += moved;
    from = fix;
  }
  return Math.round(metres);
};

/** Whether a trailer stood when it was heard of last; false when that is not known. */
export const stands = (trail: readonly Fix[]): boolean => {
  const { speedMps } = motionOf(trail);
  return speedMps !== null && speedMps < STANDING_MPS;
};

/**
 * Why a trailer may have fallen silent, as its last fixes tell. One that stood has nothing to report; one that was driving has
 * lost its signal, unless its battery was about to end.
 */
export const silenceOf = (job: Pick<Job, 'status'>, trail: readonly Fix[]): SilenceCause | null => {
  const battery = trail.findLast((fix) => fix.battery)?.battery;
  if (battery && battery.percent <= BATTERY_LOW_PERCENT && battery.charging !== true) return 'battery_low';
  if (job.status === 'at_site' || stands(trail)) return 'parked';
  return motionOf(trail).speedMps === null ? null : 'no_signal';
};
