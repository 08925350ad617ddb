import type { JobId } from '../ids.ts';
import type { Job } from '../job.ts';
import type { TimelinePage } from './relay.ts';

/** Maximum number of a job's messages in one answer. */
export const PAGE_MESSAGES = 50;

/** A job with its newest messages, oldest first, or with the page that a cursor names. */
export type JobTimeline = { job: Job; timeline: TimelinePage['entries']; olderMessages?: string | null };

/**
 * Reads a job's newest state and a page of its messages; null when there is no such job.
 * @param before `olderMessages` of the page before; the newest messages when left out
 */
export type ReadJobTimeline = (id: JobId, before?: string | null) => Promise<JobTimeline | null>;
