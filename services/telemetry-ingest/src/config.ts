import { readCompany, readUnits } from '@qdn/company/packaged';
import { readEnvironment } from '@qdn/lambda';

const environment = readEnvironment(process.env, [
  'JOBS_TABLE',
  'LOCATIONS_TABLE',
  'TOKENS_SECRET_ID',
  'QUEUE_URL',
  'COMPANY',
]);

/** The service's configuration, read once at cold start. */
export const config = Object.freeze({
  jobsTable: environment.JOBS_TABLE,
  locationsTable: environment.LOCATIONS_TABLE,
  tokensSecretId: environment.TOKENS_SECRET_ID,
  queueUrl: environment.QUEUE_URL,
  company: readCompany(environment.COMPANY),
  units: readUnits(environment.COMPANY),
});
