import type { Fix } from '../../fix.ts';
import type { JobId, MessageSid, TrailerId } from '../../ids.ts';
import type { Job, StatusChange } from '../../job.ts';
import { isUnderWay, phaseOf } from '../../job-status.ts';
import { changeOfText } from '../../jobs/driver-change.ts';
import { changeToUndo, undoRefusal } from '../../jobs/undo-change.ts';
import { distanceM, METRES_PER_MILE } from '../../movement/geo.ts';
import { progressOf, type TrailerProgress } from '../../movement/progress.ts';
import { AHEAD_MS, dueAt, OVERDUE_MS } from '../../ports/jobs.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { Driver } from '../policy.ts';

/** Age up to which an ended job may still be meant, in ms. */
const ENDED_WITHIN_MS = 7 * 24 * 3_600_000;
/** Age of a fix that tells where the trailer is, in ms. */
const FRESH_MS = 10 * 60_000;

/** A job of a driver's trailer, with that trailer's progress. */
export type DriverJob = { job: Job; trailerId: TrailerId; progress: TrailerProgress };

/** Reads the jobs of a driver's trailers: open ones, and those that ended without the office. @param now epoch ms */
export const jobsOfDriver = async (
  { jobs }: Pick<RelayDependencies, 'jobs'>,
  { trailers }: Driver,
  now: number,
): Promise<DriverJob[]> => {
  const found = await Promise.all(
    trailers.map(async (trailerId) => {
      const [open, ended] = await Promise.all([
        jobs.openByTrailer(trailerId, now),
        jobs.endedByTrailer(trailerId, now - ENDED_WITHIN_MS),
      ]);
      return [...open, ...ended].map((job) => ({ job, trailerId, progress: progressOf(job, trailerId) }));
    }),
  );
  const underWayFirst = found.flat().sort((a, b) => Number(isAtWork(b)) - Number(isAtWork(a)));
  // A job of two of the driver's trailers counts once.
  return underWayFirst.filter(({ job }, i, all) => all.findIndex((other) => other.job.id === job.id) === i);
};

/** True while the trailer is under way for the job. */
export const isAtWork = ({ progress }: DriverJob): boolean => isUnderWay(progress.status);

/** Returns the next waiting job that is due around now; null without one. @param now epoch ms */
export const nextWaiting = (all: readonly DriverJob[], now: number): DriverJob | null => {
  const isSoon = ({ job }: DriverJob) => dueAt(job) <= now + AHEAD_MS && dueAt(job) >= now - OVERDUE_MS;
  const waiting = all.filter((one) => phaseOf(one.progress.status) === 'waiting' && isSoon(one));
  return waiting.sort((a, b) => dueAt(a.job) - dueAt(b.job))[0] ?? null;
};

/** Returns the job that a driver's words are most likely about: the one at work, else the next one. @param now epoch ms */
export const currentJob = (all: readonly DriverJob[], now: number): DriverJob | null =>
  all.find(isAtWork) ?? nextWaiting(all, now);

/** Returns the job that this text has changed before, with the change; null for a new text. */
export const changedBefore = (
  all: readonly DriverJob[],
  sid: MessageSid,
): (DriverJob & { change: StatusChange }) | null =>
  all.flatMap((one) => {
    const change = changeOfText(one.job, sid);
    return change ? [{ ...one, change }] : [];
  })[0] ?? null;

/** A change that can be taken back, of one of the driver's trailers. `at` is the time when it was decided, epoch ms. */
export type Undoable = DriverJob & { change: StatusChange; at: number };

/** Returns the changes of a driver's trailers that can be taken back, the newest first. @param now epoch ms */
export const undoables = (all: readonly DriverJob[], { trailers }: Driver, now: number): Undoable[] =>
  all
    .flatMap((one) => {
      const change = undoRefusal(one.job, now, 'driver') === null ? changeToUndo(one.job, 'driver') : null;
      // A job of two of the driver's trailers is listed with one of them; the change may be of the other.
      const trailerId = change?.trailerId ?? one.trailerId;
      return change && trailers.includes(trailerId)
        ? [{ ...one, trailerId, change, at: change.decidedAt ?? change.at }]
        : [];
    })
    .sort((a, b) => b.at - a.at);

/** Returns the distance of a trailer from its present or next stop in m, by a fresh fix; null without one. @param now epoch ms */
export const metresToStop = async (
  { locations }: Pick<RelayDependencies, 'locations'>,
  { job, trailerId, progress }: DriverJob,
  now: number,
): Promise<number | null> => {
  const fixes: readonly Fix[] = await locations.shown(trailerId, now, 1);
  const newest = fixes.at(-1);
  const stop = job.stops[progress.stop];
  return newest && stop && now - newest.at <= FRESH_MS ? distanceM(newest, stop) : null;
};

/** Returns a distance in whole miles. */
export const milesOf = (metres: number): number => Math.round(metres / METRES_PER_MILE);

/** Finds a job by its ID. */
export const withId = (all: readonly DriverJob[], id: JobId): DriverJob | null =>
  all.find(({ job }) => job.id === id) ?? null;
