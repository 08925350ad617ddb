import { readEnvironment } from '@qdn/lambda';

/** Configuration of the scheduled function, which gets less than the others (config.ts). */
export const watchTrailersConfig = () => readEnvironment(process.env, ['JOBS_TABLE', 'LOCATIONS_TABLE']);
