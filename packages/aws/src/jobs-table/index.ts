export { createEndedJobs } from './ended-jobs.ts';
export { createJobStore } from './jobs.ts';
