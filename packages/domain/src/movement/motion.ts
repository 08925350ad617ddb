import type { Fix, SilenceCause } from '../fix.ts';
import type { Job } from '../job.ts';
import { phaseOf } from '../job-status.ts';
import { bearingDeg, distanceM } from './geo.ts';

/** Interval between the fixes that give a speed, in ms: shorter ones measure noise, longer ones a different road. */
const SPEED_OVER_MS = { least: 5000, most: 120_000 };
/** Minimum distance for a heading, in m, on top of the receivers' accuracy. */
const HEADING_OVER_M = 15;
/** Speed below which a trailer is parked, in m/s: above the noise of a parked receiver. */
export const STANDING_MPS = 1;
/** Battery level below which a device without a charger may have shut down, in percent. */
const BATTERY_LOW_PERCENT = 10;

/** Metres per second, and degrees clockwise from true north; null when neither the device nor the fixes give them. */
export type Motion = { speedMps: number | null; headingDeg: number | null };

/**
 * Returns a trailer's speed and heading: the device's, or computed from its fixes. Movement within the noise counts as parked.
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

/** Distance driven along a trail, in m. Movement within the noise is not added. */
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

/** True when a trailer was parked at its last report; false when that is unknown. */
export const stands = (trail: readonly Fix[]): boolean => {
  const { speedMps } = motionOf(trail);
  return speedMps !== null && speedMps < STANDING_MPS;
};

/**
 * Returns the probable cause of a trailer's silence. A parked trailer has nothing to report; a driving one has lost its signal, unless
 * its battery was low.
 */
export const silenceOf = (job: Pick<Job, 'status'>, trail: readonly Fix[]): SilenceCause | null => {
  const battery = trail.findLast((fix) => fix.battery)?.battery;
  if (battery && battery.percent <= BATTERY_LOW_PERCENT && battery.charging !== true) return 'battery_low';
  if (phaseOf(job.status) === 'standing' || stands(trail)) return 'parked';
  return motionOf(trail).speedMps === null ? null : 'no_signal';
};
