import { acceptFixes, type Fix, type IgnoreReason, type Job, nextStatus, ProductError, withStatus } from '@qdn/domain';
import type { Dependencies } from './dependencies.ts';

/** Reports read to judge a new one: two minutes of one trailer that reports every 10 s. */
const REPORTS_FOR_STATUS = 12;
/** Two trailers of one job may arrive in the same second; one of them then sees a newer version and looks again. */
const TRIES = 3;

export type Ingested = {
  accepted: number;
  ignored: Partial<Record<IgnoreReason | 'wrong-trailer', number>>;
  status: Job['status'];
};

/**
 * Stores a report's good fixes and lets the job's status follow. One query, one write per trailer, and a write of the job only
 * when its status changes.
 * @throws ProductError `unavailable` before anything is lost: the device keeps its fixes and sends them again
 */
export const ingest = async (
  { jobs, locations, now, log }: Dependencies,
  job: Job,
  reported: readonly Fix[],
): Promise<Ingested> => {
  const own = reported.filter((fix) => job.trailers.includes(fix.trailerId));
  const known = await locations.recent(job.id, now(), REPORTS_FOR_STATUS);
  const { accepted, ignored } = acceptFixes(own, known, now());
  if (accepted.length > 0) await locations.append(job.id, accepted);
  const after = await follow({ jobs, now }, job, [...known, ...accepted]);
  if (after.status !== job.status) log.info('status changed', { jobId: job.id, from: job.status, to: after.status });
  const wrong = reported.length - own.length;
  return {
    accepted: accepted.length,
    ignored: wrong > 0 ? { ...ignored, 'wrong-trailer': wrong } : ignored,
    status: after.status,
  };
};

const follow = async (
  { jobs, now }: Pick<Dependencies, 'jobs' | 'now'>,
  seen: Job,
  fixes: readonly Fix[],
): Promise<Job> => {
  let job = seen;
  for (let tried = 0; tried < TRIES; tried++) {
    const next = nextStatus(job, fixes);
    if (!next) return job;
    const after = withStatus(job, next, now());
    try {
      await jobs.update(after);
      return after;
    } catch (error) {
      if (!(error instanceof ProductError) || error.code !== 'conflict') throw error;
      jobs.forget();
      job = (await jobs.find(job.id)) ?? job;
    }
  }
  // The fixes are stored; the next report will see the same and try again.
  return job;
};
