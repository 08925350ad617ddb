import { readEnvironment } from '@qdn/lambda';

/** Of the function that runs by the clock, which is told less than the others (config.ts). */
export const watchTrailersConfig = () => readEnvironment(process.env, ['JOBS_TABLE', 'LOCATIONS_TABLE']);
