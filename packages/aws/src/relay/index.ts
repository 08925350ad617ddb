export { createJobTimelineReader } from './job-timeline.ts';
export { createRelayStore } from './relay-store.ts';
