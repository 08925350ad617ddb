import type { TrailerId } from '../ids.ts';
import type { Job, StopQuestion } from '../job.ts';
import { isActive, phaseOf } from '../job-status.ts';
import { distanceM } from './geo.ts';
import { progressOf } from './progress.ts';
import type { StandTrack } from './stand.ts';
import { silenceMeansStanding } from './visits.ts';

/** Stand near a stop of which the operator is asked, in ms, and the greatest distance from the stop, in m. */
const ASKED_MS = 8 * 60_000;
const ASKED_M = 500;

/**
 * The silence after a trailer's newest fix, in ms, and the word of its device since then: true at rest, false in motion, null without one.
 */
export type Silence = { ms: number; sign: boolean | null };

/**
 * True while the question about a stand near a stop is open: neither an arrival, nor a person, nor the end of the job has answered it. A
 * status that a person sets again answers it too.
 */
export const hasOpenQuestion = (job: Job): boolean => {
  const { question } = job;
  if (!question || !isActive(job.status) || !job.trailers.includes(question.trailerId)) return false;
  const { status, stop, hasLeftLast, since } = progressOf(job, question.trailerId);
  return phaseOf(status) === 'driving' && !hasLeftLast && stop === question.stop && since <= question.at;
};

/** Tests whether a job has been asked about before: since its trailer drives to the stop, or at this stand. */
const isAsked = ({ question }: Job, trailerId: TrailerId, stop: number, since: number): boolean =>
  question !== undefined && question.trailerId === trailerId && question.stop === stop && question.at >= since;

/**
 * Returns the question about a job whose trailer has stood for eight minutes near its next stop, and which has not been asked; null without
 * one. Such a stand is not a visit, because another known place is nearer or it is too far away.
 * @param silence null for a new fix; else silence counts as standing where it can mean that
 */
export const questionAbout = (
  job: Job,
  trailerId: TrailerId,
  { track, stands }: StandTrack,
  silence: Silence | null,
): StopQuestion | null => {
  const [stand, index] = [stands.at(-1), track.length - 1];
  const { status, stop, hasLeftLast, since } = progressOf(job, trailerId);
  const place = job.stops[stop];
  if (!stand || !place || phaseOf(status) !== 'driving' || hasLeftLast) return null;
  const metres = distanceM(stand, place);
  if (metres > ASKED_M || isAsked(job, trailerId, stop, Math.min(since, stand.from))) return null;
  const evidence = { stand, track, index, at: stand.to, silentMs: silence?.ms ?? 0, sign: silence?.sign ?? null };
  const isStill = silence !== null && silenceMeansStanding(evidence, metres, place.radiusM);
  const until = isStill ? stand.to + silence.ms : stand.to;
  if (until - stand.from < ASKED_MS) return null;
  const minutes = Math.round((until - stand.from) / 60_000);
  return { trailerId, stop, at: until, metres: Math.round(metres), minutes, place: { lat: stand.lat, lon: stand.lon } };
};
