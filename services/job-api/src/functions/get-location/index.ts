import { dependencies } from '../../dependencies.ts';
import { getLocation } from './handler.ts';

export const handler = getLocation(dependencies);
