import type { JobTruth } from './job-truth.ts';

/** A position of a trailer's device that the system has taken: the true time of its record, and of its receipt, epoch ms. */
export type Delivery = { recordedAt: number; heardAt: number };

/** Deliveries by trailer. */
export type Deliveries = ReadonlyMap<string, readonly Delivery[]>;

const MINUTE_MS = 60_000;
/** Time after setting out from which a position shows the drive, in ms. */
const ON_DRIVE_MS = 2 * MINUTE_MS;
/** Times within which an event must be seen, in ms: as in `tallyJobs`. */
const BEGIN_LIMIT_MS = 15 * MINUTE_MS;
const ARRIVAL_LIMIT_MS = 5 * MINUTE_MS;
const END_LIMIT_MS = 60 * MINUTE_MS;

/** Events of a job that a person could have seen in time, from the positions that were delivered alone. */
export type Evident = { isBegun: boolean; stops: readonly number[]; isEnded: boolean };

/**
 * Returns the events of a job for which there is evidence: a position on the drive, one during the visit, and one after it. A battery that
 * was empty, or a tracker that reports once an hour, gives none.
 */
export const evidentEvents = (job: JobTruth, deliveries: Deliveries): Evident => {
  const own = job.trailerIds.flatMap((trailerId) => deliveries.get(trailerId) ?? []);
  const has = (from: number, to: number, until: number): boolean =>
    own.some(({ recordedAt, heardAt }) => recordedAt >= from && recordedAt <= to && heardAt <= until);
  const beginLimit = Math.max(job.stops[0]?.arrivedAt ?? job.setOutAt, job.setOutAt + BEGIN_LIMIT_MS);
  const stops = job.stops.filter(({ arrivedAt, leftAt }) => has(arrivedAt, leftAt, leftAt + ARRIVAL_LIMIT_MS));
  const last = job.stops.at(-1);
  const endLimit = (job.endedAt ?? 0) + END_LIMIT_MS;
  return {
    isBegun: has(job.setOutAt + ON_DRIVE_MS, beginLimit, beginLimit),
    stops: stops.map(({ stop }) => stop),
    isEnded:
      last !== undefined && has(last.arrivedAt, last.leftAt, endLimit) && has(last.leftAt + 1, endLimit, endLimit),
  };
};
