import type { ReadJobTimeline } from '../ports/job-timeline.ts';
import type { JobStore } from '../ports/jobs.ts';
import type { RelayStore } from '../ports/relay.ts';

/** Makes timelines out of a job store and a relay store, with one read of each. */
export const memoryJobTimeline =
  (jobs: Pick<JobStore, 'find'>, relay: Pick<RelayStore, 'timeline'>): ReadJobTimeline =>
  async (id) => {
    const job = await jobs.find(id);
    return job && { job, timeline: await relay.timeline(id) };
  };
