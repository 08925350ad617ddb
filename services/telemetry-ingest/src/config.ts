import { readEnvironment } from '@qdn/lambda';

const environment = readEnvironment(process.env, ['JOBS_TABLE', 'LOCATIONS_TABLE', 'TOKENS_SECRET_ID']);

/** The service's configuration, read once at cold start. */
export const config = Object.freeze({
  jobsTable: environment.JOBS_TABLE,
  locationsTable: environment.LOCATIONS_TABLE,
  tokensSecretId: environment.TOKENS_SECRET_ID,
});
