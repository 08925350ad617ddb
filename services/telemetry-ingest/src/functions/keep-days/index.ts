import { keptDayDependencies } from '../../dependencies.ts';
import { keepDays } from './handler.ts';

export const handler = keepDays(keptDayDependencies);
