import type { StopKind } from '../trucks/plan.ts';
import type { Leg, Truth, Visit } from '../trucks/truth.ts';

/** A stop of a job that trailers have visited. All times are epoch ms. */
export type StopTruth = {
  stop: number;
  kind: StopKind;
  /** The first arrival, and the departure of the last trailer. */
  arrivedAt: number;
  unloadedAt: number;
  leftAt: number;
  visits: readonly Visit[];
};

/** All that happened to a job, with all its trailers. */
export type JobTruth = {
  jobId: string;
  trailerIds: readonly string[];
  setOutAt: number;
  legs: readonly (Leg & { trailerId: string })[];
  stops: readonly StopTruth[];
  /** Time at which the work was over: the last trailer left, or its customer kept it. Null when no trailer finished. */
  endedAt: number | null;
  /** Earliest time at which the job may count as over: the last trailer was unloaded at the last stop. */
  unloadedAt: number | null;
};

export const isCustomerStop = (kind: StopKind): boolean => kind !== 'dump_site';

const stopsOf = (visits: readonly Visit[]): StopTruth[] => {
  const numbers = [...new Set(visits.map(({ stop }) => stop))].sort((one, other) => one - other);
  return numbers.flatMap((stop) => {
    const own = visits.filter((visit) => visit.stop === stop);
    const [first] = own;
    if (!first) return [];
    return {
      ...{ stop, kind: first.kind, visits: own, arrivedAt: Math.min(...own.map(({ arrivedAt }) => arrivedAt)) },
      unloadedAt: Math.max(...own.map(({ unloadedAt }) => unloadedAt)),
      leftAt: Math.max(...own.map(({ leftAt }) => leftAt)),
    };
  });
};

/** Joins the truths of all trailers and days by job, in the order of their beginning. */
export const jobTruthsOf = (truths: readonly Truth[]): ReadonlyMap<string, JobTruth> => {
  const legs = truths.flatMap((truth) => truth.legs.map((leg) => ({ ...leg, trailerId: truth.trailerId })));
  const visits = truths.flatMap((truth) => truth.visits);
  const unfinished = new Set(
    truths.flatMap(({ trailerId, unfinishedJobIds }) => unfinishedJobIds.map((jobId) => `${trailerId}/${jobId}`)),
  );
  const legsOf = Map.groupBy(legs, ({ jobId }) => jobId);
  const visitsOf = Map.groupBy(visits, ({ jobId }) => jobId);
  const jobs = [...legsOf].map(([jobId, own]): JobTruth => {
    const trailerIds = [...new Set(own.map(({ trailerId }) => trailerId))];
    const finishers = trailerIds.filter((trailerId) => !unfinished.has(`${trailerId}/${jobId}`));
    const stops = stopsOf(visitsOf.get(jobId) ?? []);
    const last = stops.at(-1);
    const over =
      last &&
      finishers.length > 0 &&
      own.every(({ trailerId, arrivedAt }) => !finishers.includes(trailerId) || arrivedAt !== null);
    const setOutAt = Math.min(...own.map((leg) => leg.setOutAt));
    return {
      ...{ jobId, trailerIds, setOutAt, legs: own, stops },
      endedAt: over ? last.leftAt : null,
      unloadedAt: over ? last.unloadedAt : null,
    };
  });
  return new Map(jobs.sort((one, other) => one.setOutAt - other.setOutAt).map((job) => [job.jobId, job]));
};
