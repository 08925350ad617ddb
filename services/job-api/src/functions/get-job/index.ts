import { dependencies } from '../../dependencies.ts';
import { getJob } from './handler.ts';

export const handler = getJob(dependencies);
