import { dependencies } from '../../dependencies.ts';
import { listVisits } from './handler.ts';

export const handler = listVisits(dependencies);
