import type { JobId, TrailerId } from '../ids.ts';
import { type ChangeOrigin, isInEffect, type Job, type JobKind, type StatusChange, type StopKind } from '../job.ts';
import { isActive, type JobStatus, phaseOf } from '../job-status.ts';
import { isDeparture } from '../movement/progress.ts';

/** A moment of a visit, epoch ms, and its origin. */
export type VisitTime = { at: number; by: ChangeOrigin };

/**
 * One stay of one trailer at a stop of a job. `left` is null while it is there, and where it is not known. A job that ended without any
 * visit has one entry without trailer, stop and times.
 */
export type Visit = {
  jobId: JobId;
  kind: JobKind;
  customerName: string;
  status: JobStatus;
  trailerId: TrailerId | null;
  stop: { index: number; kind: StopKind; address: string } | null;
  arrived: VisitTime | null;
  left: VisitTime | null;
  /** End of the job; null while it is active. */
  ended: VisitTime | null;
};

type Stay = { stop: number; arrived: VisitTime; left: VisitTime | null };

const timeOf = ({ at, by }: StatusChange): VisitTime => ({ at, by });

/** Begins a stay, or goes on with the one before when the trailer has returned to the same stop. */
const arrive = (stays: Stay[], change: StatusChange, stop: number): void => {
  const last = stays.at(-1);
  if (last?.stop === stop) last.left = null;
  else stays.push({ stop, arrived: timeOf(change), left: null });
};

/** Ends the stay that is going on. The office takes an arrival back by setting the drive to that stop. */
const depart = (stays: Stay[], change: StatusChange): void => {
  const last = stays.at(-1);
  if (!last || last.left !== null) return;
  const goesOn = phaseOf(change.status) === 'driving' || phaseOf(change.status) === 'waiting';
  const isBack = goesOn && !isDeparture(change) && change.stop !== undefined && change.stop <= last.stop;
  if (isBack) stays.pop();
  else last.left = timeOf(change);
};

const staysOf = (job: Job, trailerId: TrailerId): Stay[] => {
  const stays: Stay[] = [];
  for (const change of job.history) {
    // A change that was undone, and the one that undid it, have no part in a visit.
    if (!isInEffect(change) || (change.trailerId !== undefined && change.trailerId !== trailerId)) continue;
    const phase = phaseOf(change.status);
    const last = stays.at(-1);
    if (phase === 'standing') arrive(stays, change, change.stop ?? last?.stop ?? 0);
    // A job that ends by its fixes may end while the trailer is still there.
    else if (phase !== 'done' || change.by !== 'fixes') depart(stays, change);
  }
  return stays;
};

const endOf = (job: Job): VisitTime | null => {
  const last = job.history.findLast(isInEffect);
  return last && !isActive(job.status) ? timeOf(last) : null;
};

/** Returns a job's visits by trailer, oldest first. */
export const visitsOf = (job: Job): Visit[] => {
  const facts = { jobId: job.id, kind: job.kind, customerName: job.customer.name, status: job.status };
  const ended = endOf(job);
  const trailers = new Set([...job.trailers, ...job.history.flatMap(({ trailerId }) => trailerId ?? [])]);
  const visits = [...trailers].flatMap((trailerId) =>
    staysOf(job, trailerId).map(({ stop, arrived, left }): Visit => {
      const { kind, address } = job.stops[stop] ?? { kind: 'drop_off', address: '' };
      return { ...facts, trailerId, stop: { index: stop, kind, address }, arrived, left, ended };
    }),
  );
  if (visits.length > 0) return visits.sort((a, b) => (a.arrived?.at ?? 0) - (b.arrived?.at ?? 0));
  const [only = null] = job.trailers;
  return ended ? [{ ...facts, trailerId: only, stop: null, arrived: null, left: null, ended }] : [];
};

/** Returns the moment by which a visit belongs to a day, epoch ms: its arrival, else the end of the job. */
export const visitAt = ({ arrived, ended }: Visit): number => arrived?.at ?? ended?.at ?? 0;
