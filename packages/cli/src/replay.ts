import type { Wire } from '@qdn/contracts';
import { bearingDeg, distanceM } from '@qdn/domain';
import type { TrackPoint } from './gpx.ts';

/** Points without a time are spaced as if driven at this pace, in m/s. */
const ASSUMED_MPS = 12;

/** When each point was passed, in ms since the first one; never backwards. */
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

/** A fix to send, and when: ms since the replay began. On the road it was passed `drivenMs` after the first. */
export type Scheduled = { afterMs: number; drivenMs: number; fix: Omit<Wire<'fix'>, 'at'> };

/**
 * When each fix says that it was taken, in epoch ms. As if driven at the speed of the replay; or `asRecorded`, with the times between
 * them as on the road, the last of them when it is sent: however fast it is replayed, nobody drives faster than they did.
 * @param began when the replay began, epoch ms
 */
export const takenAt = (drive: readonly Scheduled[], began: number, asRecorded: boolean): number[] => {
  const last = drive.at(-1);
  const offset = asRecorded && last ? last.afterMs - last.drivenMs : 0;
  return drive.map(({ afterMs, drivenMs }) => began + (asRecorded ? drivenMs + offset : afterMs));
};

/**
 * A recorded drive as if it happened from now on, `speed` times as fast. At high speeds points are left out, so that no more
 * than about five fixes a second are sent and each has a time of its own.
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
