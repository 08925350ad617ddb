import { dependencies } from '../../dependencies.ts';
import { createJob } from './handler.ts';

export const handler = createJob(dependencies);
