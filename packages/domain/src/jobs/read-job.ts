import { assertMayRead, type Caller, noSuchJob, readerOf } from '../caller.ts';
import type { JobId } from '../ids.ts';
import type { BackupContact } from '../job.ts';
import { isActive } from '../job-status.ts';
import { etaOf, type Travel } from '../movement/job-eta.ts';
import { type CompanyCard, jobLocationView } from '../movement/location-view.ts';
import type { JobTimeline, ReadJobTimeline } from '../ports/job-timeline.ts';
import type { JobStore } from '../ports/jobs.ts';
import type { LocationStore } from '../ports/locations.ts';
import { recentFixes } from './recent-fixes.ts';
import { jobFor, type VisibleJob } from './visible-job.ts';

/** The company as read answers name it: its card, and the contacts for jobs without contacts of their own. */
export type ReadingCompany = CompanyCard & { contacts: readonly BackupContact[] };

/** Ports of the read use cases. `now` returns epoch ms. */
type ReadPorts = {
  locations: Pick<LocationStore, 'shown'>;
  travel: Travel;
  company: ReadingCompany;
  now: () => number;
};

/**
 * Reads a job's full state with its newest messages, as the caller may see it: the job with its messages, then the fixes of its trailers.
 * @param olderMessages of an earlier answer: reads the messages before those
 * @throws ProductError `job-not-found`, `forbidden` or `link-revoked`
 */
export const readJob = async (
  { jobTimeline, ...ports }: ReadPorts & { jobTimeline: ReadJobTimeline },
  id: JobId,
  caller: Caller,
  olderMessages: string | null = null,
): Promise<VisibleJob> => {
  const found = await jobTimeline(id, olderMessages);
  if (!found) throw noSuchJob(caller);
  assertMayRead(found.job, caller);
  return describeJob(ports, found, caller);
};

/** Completes a job with its position and arrival, as the caller may see it. */
export const describeJob = async (
  { locations, travel, company, now }: ReadPorts,
  found: JobTimeline,
  caller: Caller,
): Promise<VisibleJob> => {
  const { job } = found;
  const fixes = isActive(job.status) ? await recentFixes(locations, job.trailers, now()) : [];
  const eta = await etaOf(travel, job, fixes, now());
  return jobFor(readerOf(caller), found, { fixes, eta }, company, now());
};

/**
 * Reads a job's position for the tracking page: the job, then the fixes of its trailers.
 * @throws ProductError `job-not-found`, `forbidden` or `link-revoked`
 */
export const readLocation = async (
  { jobs, locations, travel, company, now }: ReadPorts & { jobs: Pick<JobStore, 'find'> },
  id: JobId,
  caller: Caller,
): Promise<ReturnType<typeof jobLocationView>> => {
  const job = await jobs.find(id);
  if (!job) throw noSuchJob(caller);
  assertMayRead(job, caller);
  const fixes = isActive(job.status) ? await recentFixes(locations, job.trailers, now()) : [];
  const eta = await etaOf(travel, job, fixes, now());
  return jobLocationView(job, fixes, eta, now(), company, readerOf(caller));
};
