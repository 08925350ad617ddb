import type { TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';
import { phaseOf } from '../job-status.ts';
import { distanceM } from './geo.ts';
import { progressOf } from './progress.ts';
import type { Stand } from './stand.ts';

/** Stand near a stop of which the operator is asked, in ms, and the greatest distance from the stop, in m. */
const ASKED_MS = 8 * 60_000;
const ASKED_M = 500;

/** Long stand near a stop that does not count as a visit: the stop's index, the distance in m, and the stand's length in minutes. */
export type NearStop = {
  job: Job;
  stop: number;
  metres: number;
  minutes: number;
  at: number;
  place: { lat: number; lon: number };
};

/**
 * Returns the stop near which a trailer on its way has now stood for eight minutes; null without one. Such a stand is not a visit, because
 * another known place is nearer or it is too far away.
 * @param stand the trailer's newest one
 * @param knownUntil time of the newest fix that was known before (epoch ms): the first post that shows eight minutes counts, also of a
 * tracker that reports every five
 */
export const standsNearStop = (
  stand: Stand | undefined,
  jobs: readonly Job[],
  trailerId: TrailerId,
  knownUntil: number,
): NearStop | null => {
  const lengthMs = stand ? stand.to - stand.from : 0;
  if (!stand || lengthMs < ASKED_MS) return null;
  if (knownUntil - stand.from >= ASKED_MS) return null;
  for (const job of jobs) {
    const { status, stop, hasLeftLast } = progressOf(job, trailerId);
    const place = job.stops[stop];
    if (phaseOf(status) !== 'driving' || hasLeftLast || !place) continue;
    const metres = distanceM(stand, place);
    if (metres <= ASKED_M)
      return { job, stop, metres, minutes: Math.round(lengthMs / 60_000), at: stand.to, place: stand };
  }
  return null;
};
