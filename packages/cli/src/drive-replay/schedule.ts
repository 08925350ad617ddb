import type { Wire } from '@qdn/contracts';
import { bearingDeg, distanceM } from '@qdn/domain';
import type { TrackPoint } from './gpx.ts';

/** Points without a time are spaced as if driven at this pace, in m/s. */
const ASSUMED_MPS = 12;

/** Returns the time of each point, in ms since the first one; never decreasing. */
const offsets = (points: readonly TrackPoint[]): number[] => {
  const result: number[] = [];
  for (const [i, point] of points.entries()) {
    const before = points[i - 1];
    const last = result.at(-1) ?? 0;
    if (!before) result.push(0);
    else if (before.at !== null && point.at !== null) result.push(last + Math.max(0, point.at - before.at));
    else result.push(last + (distanceM(before, point) / ASSUMED_MPS) * 1000);
  }
  return result;
};

/** A fix to send `afterMs` after the start of the replay. In the recording it was `drivenMs` after the first. */
export type Scheduled = { afterMs: number; drivenMs: number; fix: Omit<Wire<'fix'>, 'at'> };

/**
 * Returns the time of each fix, in epoch ms. By default, as if driven at the speed of the replay. With `asRecorded`, the intervals are those
 * of the recording, and the last fix has the time of its sending: no speed of replay makes the trailer faster.
 * @param began start of the replay, epoch ms
 */
export const takenAt = (drive: readonly Scheduled[], began: number, asRecorded: boolean): number[] => {
  const last = drive.at(-1);
  const offset = asRecorded && last ? last.afterMs - last.drivenMs : 0;
  return drive.map(({ afterMs, drivenMs }) => began + (asRecorded ? drivenMs + offset : afterMs));
};

/**
 * Returns a recorded drive as if it started now, `speed` times as fast. At high speeds it leaves points out, so that at most
 * about five fixes a second are sent and each has a different time.
 */
export const schedule = (points: readonly TrackPoint[], speed: number): Scheduled[] => {
  const times = offsets(points);
  const scheduled: Scheduled[] = [];
  for (const [i, point] of points.entries()) {
    const afterMs = (times[i] ?? 0) / speed;
    const last = scheduled.at(-1);
    const isLastPoint = i === points.length - 1;
    if (last && afterMs - last.afterMs < 200 && !isLastPoint) continue;
    const before = points[i - 1];
    const moved = before ? distanceM(before, point) : 0;
    scheduled.push({
      afterMs: last ? Math.max(afterMs, last.afterMs + 1) : afterMs,
      drivenMs: last ? Math.max(times[i] ?? 0, last.drivenMs + 1) : (times[i] ?? 0),
      fix: {
        lat: point.lat,
        lon: point.lon,
        accuracyM: 10,
        ...(before && moved > 2 ? { headingDeg: Math.round(bearingDeg(before, point)) % 360 } : {}),
      },
    });
  }
  return scheduled;
};
