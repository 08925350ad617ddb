import { readCompany } from '@qdn/company/packaged';
import { readEnvironment } from '@qdn/lambda';

const environment = readEnvironment(
  process.env,
  ['JOBS_TABLE', 'LOCATIONS_TABLE', 'TOKENS_SECRET_ID', 'PUBLIC_URL', 'COMPANY'],
  ['EDGE_KVS_ARN', 'EDGE_PROOF', 'QUEUE_URL'],
);

/** The service's configuration, read once at cold start. */
export const config = Object.freeze({
  jobsTable: environment.JOBS_TABLE,
  locationsTable: environment.LOCATIONS_TABLE,
  tokensSecretId: environment.TOKENS_SECRET_ID,
  publicUrl: environment.PUBLIC_URL,
  /** True when tracking tokens are accepted from the edge only. */
  edge: environment.EDGE_PROOF === 'required',
  edgeKvsArn: environment.EDGE_KVS_ARN,
  queueUrl: environment.QUEUE_URL,
  company: readCompany(environment.COMPANY),
});
