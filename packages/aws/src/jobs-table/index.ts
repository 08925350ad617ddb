export { createJobStore } from './jobs.ts';
