import {
  acceptFixes,
  belongsTo,
  type Fix,
  followFixes,
  type Ignored,
  type IgnoreReason,
  type Job,
  ProductError,
} from '@qdn/domain';
import type { Dependencies } from './dependencies.ts';

/** Fixes read to judge new ones: of the last five minutes, in ms, and from so many reports at most. */
const RECENT_MS = 5 * 60_000;
const RECENT_REPORTS = 60;
/** Two trailers of one job may arrive in the same second; one of them then sees a newer version and looks again. */
const TRIES = 3;

/** Why a fix that is good in itself is not of the job. */
type ForeignReason = 'wrong-trailer' | 'job-ended';

export type Ingested = {
  accepted: number;
  ignored: Ignored<IgnoreReason | ForeignReason>;
  status: Job['status'];
};

const foreignReason = (job: Job, fix: Fix): ForeignReason | null => {
  if (!job.trailers.includes(fix.trailerId)) return 'wrong-trailer';
  return belongsTo(job, fix) ? null : 'job-ended';
};

/**
 * Stores a report's fixes and lets the job's status follow. One query, one write per trailer, and a write of the job only when
 * its status changes. Every fix is counted once, as accepted or under the reason why it does not count.
 * @throws ProductError `unavailable` when a store cannot be reached: the device keeps its fixes and sends them again, and what
 * was stored already is then a duplicate
 */
export const ingest = async (
  { jobs, locations, now: clock, log }: Pick<Dependencies, 'jobs' | 'locations' | 'now' | 'log'>,
  job: Job,
  reported: readonly Fix[],
): Promise<Ingested> => {
  const now = clock();
  const foreign: Ignored<ForeignReason> = {};
  const own = reported.filter((fix) => {
    const reason = foreignReason(job, fix);
    if (reason) foreign[reason] = (foreign[reason] ?? 0) + 1;
    return reason === null;
  });
  if (own.length === 0) return { accepted: 0, ignored: foreign, status: job.status };

  const known = await locations.recent(job.id, now, RECENT_REPORTS, now - RECENT_MS);
  const { stored, accepted, ignored } = acceptFixes(own, known, now);
  if (stored.length > 0) await locations.append(job.id, stored);
  const after = await follow(jobs, job, [...known, ...stored], now);
  if (after.status !== job.status) log.info('status changed', { jobId: job.id, from: job.status, to: after.status });
  return { accepted, ignored: { ...foreign, ...ignored }, status: after.status };
};

const follow = async (jobs: Dependencies['jobs'], seen: Job, fixes: readonly Fix[], now: number): Promise<Job> => {
  let job = seen;
  for (let tries = 1; ; tries += 1) {
    const after = followFixes(job, fixes, now);
    if (after === job) return job;
    try {
      await jobs.update(after);
      return after;
    } catch (error) {
      if (!(error instanceof ProductError) || error.code !== 'conflict') throw error;
      job = (await jobs.findFresh(job.id)) ?? job;
      // The fixes are stored; the next report sees the same and tries again.
      if (tries === TRIES) return job;
    }
  }
};
