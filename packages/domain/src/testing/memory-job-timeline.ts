import { PAGE_MESSAGES, type ReadJobTimeline } from '../ports/job-timeline.ts';
import type { JobStore } from '../ports/jobs.ts';
import type { RelayStore } from '../ports/relay.ts';

/** Makes timelines out of a job store and a relay store, with one read of each. */
export const memoryJobTimeline =
  (jobs: Pick<JobStore, 'find'>, relay: Pick<RelayStore, 'timelinePage'>): ReadJobTimeline =>
  async (id, before = null) => {
    const job = await jobs.find(id);
    if (!job) return null;
    const { entries, next } = await relay.timelinePage(id, before, PAGE_MESSAGES);
    return { job, timeline: entries, olderMessages: next };
  };
