import { dependencies } from '../../dependencies.ts';
import { getTrack } from './handler.ts';

export const handler = getTrack(dependencies);
