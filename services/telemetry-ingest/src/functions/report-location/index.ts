import { dependencies } from '../../dependencies.ts';
import { reportLocation } from './handler.ts';

export const handler = reportLocation(dependencies);
