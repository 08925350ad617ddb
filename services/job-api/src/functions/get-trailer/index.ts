import { dependencies } from '../../dependencies.ts';
import { getTrailer } from './handler.ts';

export const handler = getTrailer(dependencies);
