export { createAttentionJobs } from './attention-jobs.ts';
export { createJobStore } from './jobs.ts';
