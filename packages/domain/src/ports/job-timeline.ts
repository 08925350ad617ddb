import type { JobId } from '../ids.ts';
import type { Job } from '../job.ts';
import type { TimelineEntry } from './relay.ts';

/** A job with all messages about it, oldest first. */
export type JobTimeline = { job: Job; timeline: TimelineEntry[] };

/** Reads a job's newest state and its messages at once; null when there is no such job. */
export type ReadJobTimeline = (id: JobId) => Promise<JobTimeline | null>;
