import { dependencies } from '../../dependencies.ts';
import { reportTrailerLocation } from './handler.ts';

export const handler = reportTrailerLocation(dependencies);
