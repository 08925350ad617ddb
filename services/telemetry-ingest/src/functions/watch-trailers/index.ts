import { dependencies, jobStore } from '../../dependencies.ts';
import { watchTrailers } from './handler.ts';

export const handler = watchTrailers({ ...dependencies, jobList: jobStore });
