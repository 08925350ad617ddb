import type { Caller } from '../caller.ts';
import { noSuchJob } from '../caller.ts';
import { ProductError } from '../errors.ts';
import type { Fix, Ignored } from '../fix.ts';
import type { JobId, TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';
import type { TelemetryDependencies } from './dependencies.ts';
import { flushQuarantine } from './flush-quarantine.ts';
import { ingestFixes } from './ingest-fixes.ts';
import { registerTrailer } from './register-trailer.ts';

/** A fix as reported for a job; `trailerId` is null when the report does not name one. */
export type JobFix = Omit<Fix, 'trailerId'> & { trailerId: TrailerId | null };

/** Outcome of a report for a job. `fixes` are those that the caller may report; `ignored` counts the others too. */
export type JobReport = { fixes: Fix[]; accepted: number; ignored: Ignored; job: Job };

/** Returns the fix's trailer: the one that it names, else the device token's, else the job's only one. */
const trailerOf = ({ trailerId }: JobFix, job: Job, caller: Caller): TrailerId => {
  const only = job.trailers.length === 1 ? job.trailers[0] : undefined;
  const trailer = trailerId ?? (caller.kind === 'device' ? caller.trailerId : only);
  if (trailer) return trailer;
  throw new ProductError('schema-violation', 'Name the trailer of the fix: the job does not have exactly one.', {
    violations: [{ pointer: '/trailerId', detail: 'is needed' }],
  });
};

const mayReport = (job: Job, caller: Caller): boolean =>
  caller.kind !== 'device' || job.trailers.includes(caller.trailerId);

/**
 * Returns the job if the caller may report for it. A stale cache entry never refuses a trailer that was assigned a moment ago.
 * @throws ProductError `job-not-found` or `forbidden`
 */
const jobFor = async (jobs: TelemetryDependencies['jobs'], id: JobId, caller: Caller): Promise<Job> => {
  const known = await jobs.find(id);
  const job = known && !mayReport(known, caller) ? await jobs.findFresh(id) : known;
  if (!job) throw noSuchJob(caller);
  if (caller.kind === 'device' && !mayReport(job, caller)) throw noSuchJob(caller);
  return job;
};

/** Adds up what was ignored. */
const sumOf = (parts: readonly Ignored[]): Ignored => {
  const sum: Ignored = {};
  for (const part of parts)
    for (const [reason, count] of Object.entries(part) as Array<[keyof Ignored, number]>)
      sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
};

/**
 * Takes a report for a job: one fix, or a batch. The fixes are stored for their trailers. A device reports its own trailer's fixes only,
 * and no caller those of a trailer that the job does not have; others are counted as `wrong-trailer`.
 * @throws ProductError `job-not-found`, `forbidden`, `schema-violation` when the trailer is unclear; `unavailable` as `ingestFixes`
 */
export const reportJobFixes = async (
  dependencies: TelemetryDependencies,
  id: JobId,
  caller: Caller,
  reported: readonly JobFix[],
): Promise<JobReport> => {
  const job = await jobFor(dependencies.jobs, id, caller);
  const fixes = reported.map((fix): Fix => ({ ...fix, trailerId: trailerOf(fix, job, caller) }));
  const own = caller.kind === 'device' ? fixes.filter(({ trailerId }) => trailerId === caller.trailerId) : fixes;
  const ofJob = Map.groupBy(
    own.filter(({ trailerId }) => job.trailers.includes(trailerId)),
    ({ trailerId }) => trailerId,
  );
  let [accepted, after] = [0, job];
  const ignored: Ignored[] = [];
  for (const [trailerId, part] of ofJob) {
    const ingested = await ingestFixes(dependencies, trailerId, part, id);
    accepted += ingested.accepted;
    ignored.push(ingested.ignored);
    await registerTrailer(dependencies, trailerId);
    after = ingested.changed.findLast((change) => change.after.id === id)?.after ?? after;
  }
  const foreign = fixes.length - [...ofJob.values()].flat().length;
  if (foreign > 0) ignored.push({ 'wrong-trailer': foreign });
  if (caller.kind === 'device') {
    if (foreign > 0)
      dependencies.quarantine.add(caller.trailerId, [{ reason: 'wrong-trailer', count: foreign, last: null }]);
    await flushQuarantine(dependencies, caller.trailerId, false);
  }
  return { fixes: own, accepted, ignored: sumOf(ignored), job: after };
};
