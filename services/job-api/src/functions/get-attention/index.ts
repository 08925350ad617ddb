import { dependencies } from '../../dependencies.ts';
import { getAttention } from './handler.ts';

export const handler = getAttention(dependencies);
