import { receiveFallbackDependencies } from '../../dependencies.ts';
import { receiveFallback } from './handler.ts';

export const handler = receiveFallback(receiveFallbackDependencies());
