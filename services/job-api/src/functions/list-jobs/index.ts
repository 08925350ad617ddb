import { dependencies } from '../../dependencies.ts';
import { listJobs } from './handler.ts';

export const handler = listJobs(dependencies);
