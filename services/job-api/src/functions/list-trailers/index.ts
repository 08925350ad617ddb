import { dependencies } from '../../dependencies.ts';
import { listTrailers } from './handler.ts';

export const handler = listTrailers(dependencies);
