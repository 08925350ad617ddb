import type { Fix } from '../fix.ts';
import type { Job } from '../job.ts';
import { isActive, isUnderWay, phaseOf } from '../job-status.ts';
import { dueAt } from '../ports/jobs.ts';
import { expectedMs } from './expected-drive.ts';
import { distanceM, type Place } from './geo.ts';
import { standsAlong } from './stand.ts';
import { believedAlong } from './track.ts';

/** Stand of a parked trailer, in ms: shorter stands are halts of a drive. */
const PARKED_MS = 15 * 60_000;
/** Distance in m at which a parked trailer has been moved: more than a turn in the street. */
const MOVED_M = 500;
/** One fix that far away is enough at this speed in m/s; else two are needed, because a parked receiver's position wanders. */
const DRIVING_MPS = 5;
/** Maximum accuracy in m of a fix that counts. */
const ACCURATE_M = 100;
/** Distance in m at which a trailer has begun to move, and its speed in m/s to estimate that moment. */
const BEGUN_M = 150;
const TOWN_MPS = 10;
/** A drive before a job's time belongs to it: a part of the expected drive, and a reserve in ms. And after its time, in ms. */
const LEAD_SHARE = 1.5;
const LEAD_RESERVE_MS = 60 * 60_000;
const OVERDUE_MS = 4 * 3_600_000;
/** Time after which a job has ended in which its trailer may still go home, in ms. */
const WAY_HOME_MS = 2 * 3_600_000;

/** Move of a parked trailer: when it began, the fix that showed it (epoch ms), and the distance of its newest place in m. */
export type Move = { at: number; decidedAt: number; from: Place; newest: Fix; metres: number };

/** True when a job that is not under way calls for its trailer to move at this moment. */
const callsForMove = (job: Job, from: Place, at: number): boolean => {
  const last = job.history.at(-1);
  if (!isActive(job.status)) return last !== undefined && at - last.at < WAY_HOME_MS;
  const stop = job.stops[0];
  if (phaseOf(job.status) !== 'waiting' || !stop) return false;
  if (job.scheduledFor === null) return true;
  const leadMs = LEAD_SHARE * expectedMs(distanceM(from, stop)) + LEAD_RESERVE_MS;
  return at >= dueAt(job) - leadMs && at <= dueAt(job) + OVERDUE_MS;
};

const isAway = (fix: Fix, from: Place): boolean =>
  (fix.accuracyM ?? 0) <= ACCURATE_M && distanceM(fix, from) - (fix.accuracyM ?? 0) > MOVED_M;

/**
 * Returns the move of a parked trailer that the fixes since a moment show, without a job that calls for it; null without one. Two fixes
 * far from where it stood, or one at a driving speed: drift goes back, and a shunt or a turn in the street is shorter.
 * @param fixes of the trailer, in any order: the new ones since `from` (epoch ms), and earlier ones
 * @param jobs the trailer's open jobs and those that have just ended
 */
export const unexpectedMove = (fixes: readonly Fix[], jobs: readonly Job[], from: number): Move | null => {
  // A job under way calls for any move: most posts of the night and the weekend end here.
  if (jobs.some(({ status }) => isUnderWay(status))) return null;
  const track = believedAlong(fixes).filter(({ accuracyM }) => (accuracyM ?? 0) <= ACCURATE_M);
  const stands = standsAlong(track);
  const newest = track.at(-1);
  if (!newest) return null;
  let parked: { place: Place; until: number } | null = null;
  for (const [i, fix] of track.entries()) {
    const stand = stands[i];
    const before = stands[i - 1];
    // A tracker that is silent while it stands shows the stand by the gap before its next fix.
    if (
      before &&
      fix.at - before.from >= PARKED_MS &&
      stand?.from !== before.from &&
      (!parked || !isAway(fix, parked.place))
    )
      parked = { place: before, until: before.to };
    if (stand && stand.to - stand.from >= PARKED_MS) parked = { place: stand, until: stand.to };
    if (!parked || !isAway(fix, parked.place)) continue;
    const previous = track[i - 1];
    const isSecond = previous !== undefined && previous.at > parked.until && isAway(previous, parked.place);
    if (!isSecond && (fix.speedMps ?? 0) < DRIVING_MPS) continue;
    if (fix.at >= from) {
      const { place, until } = parked;
      const first = track.find(({ at, ...one }) => at > until && distanceM(one, place) > BEGUN_M) ?? fix;
      const at = Math.max(until, first.at - (distanceM(first, place) / TOWN_MPS) * 1000);
      if (jobs.some((job) => callsForMove(job, place, fix.at))) return null;
      return { at, decidedAt: fix.at, from: place, newest, metres: distanceM(newest, place) };
    }
    parked = null;
  }
  return null;
};
