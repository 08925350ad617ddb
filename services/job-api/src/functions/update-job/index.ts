import { dependencies } from '../../dependencies.ts';
import { updateJob } from './handler.ts';

export const handler = updateJob(dependencies);
