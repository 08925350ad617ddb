import { type JobStore, watchTrailers as lookAtTrailers, type TelemetryDependencies } from '@qdn/domain';
import { type Logger, scheduledHandler } from '@qdn/lambda';

export type WatchTrailersDependencies = TelemetryDependencies & { jobList: Pick<JobStore, 'list'>; log: Logger };

/** Maximum number of job IDs in one line of the log. */
const MAX_NAMED = 10;

/** Time in ms that is kept for the end of a run: the last reads, the log, and the metric. */
const RESERVE_MS = 5000;

/** Reads the part of a schedule's input, `{"part": 0, "of": 4}`; the whole fleet without one. */
const partIn = (event: unknown): { index: number; of: number } => {
  const { part, of } = typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
  if (part === undefined && of === undefined) return { index: 0, of: 1 };
  if (!Number.isInteger(part) || !Number.isInteger(of) || Number(part) < 0 || Number(part) >= Number(of))
    throw new Error('The input of the schedule is not valid: "part" counts from 0 and is less than "of".');
  return { index: Number(part), of: Number(of) };
};

/**
 * Looks every minute at the trailers of all jobs under way: a silent tracker sends no request by which its job could be updated. Counts
 * the jobs whose trailers have stopped reporting on the road. A large fleet has several schedules, each with a part (docs/scale.md).
 */
export const watchTrailers = (dependencies: WatchTrailersDependencies) => {
  const { log } = dependencies;
  return scheduledHandler({ name: 'watch-trailers', log }, async ({ event, leftMs }) => {
    const part = { ...partIn(event), isOver: () => leftMs() < RESERVE_MS };
    const { silent, notReached } = await lookAtTrailers(dependencies, dependencies.jobList, part);
    if (silent.length > 0) log.warn('TRAILERS_SILENT', { jobs: silent.slice(0, MAX_NAMED).join(' ') });
    if (notReached > 0) log.warn('TRAILERS_NOT_REACHED', { count: notReached });
    log.measure({ StaleJobs: silent.length });
  });
};
