import { dependencies } from '../../dependencies.ts';
import { createTrackingLink } from './handler.ts';

export const handler = createTrackingLink(dependencies);
