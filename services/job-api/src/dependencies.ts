import { createDocumentClient } from '@qdn/aws';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createLocationStore } from '@qdn/aws/locations-table';
import { createJobTimelineReader } from '@qdn/aws/relay';
import { createSecretReader, createSecretsClient } from '@qdn/aws/secrets';
import { createTravelStore } from '@qdn/aws/travel';
import type { Company } from '@qdn/company/packaged';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import { type JobStore, type LocationStore, learnedTravel, type ReadJobTimeline, type Travel } from '@qdn/domain';
import { createLogger, errorFields, type KeyringSource, keyringFrom, type Logger } from '@qdn/lambda';
import { createRouter } from '@qdn/road-router';
import { config } from './config.ts';

/** Dependencies of this service's functions; tests pass others. `now` returns epoch ms. */
export type Dependencies = {
  jobs: JobStore;
  locations: LocationStore;
  jobTimeline: ReadJobTimeline;
  travel: Travel;
  keyring: KeyringSource;
  company: Company;
  publicUrl: string;
  /** True when tracking tokens are accepted from the edge only. */
  edge: boolean;
  now: () => number;
  log: Logger;
};

const client = createDocumentClient();
const log = createLogger('job-api');
const secrets = createSecretReader(createSecretsClient(), Date.now, (secretId, error) =>
  log.warn('SECRET_NOT_REFRESHED', { secretId, ...errorFields(error) }),
);
export const dependencies: Dependencies = {
  jobs: createJobStore(client, config.jobsTable),
  locations: createLocationStore(client, config.locationsTable),
  jobTimeline: createJobTimelineReader(client, config.jobsTable),
  travel: {
    model: learnedTravel(createTravelStore(client, config.jobsTable), config.company.timeZone, Date.now, (error) =>
      log.warn('TRAVEL_MODEL_NOT_READ', errorFields(error)),
    ),
    router: createRouter(config.company.router, Date.now, (error) => log.warn('ROUTER_FAILED', errorFields(error))),
  },
  keyring: keyringFrom((fresh) => secrets.current(config.tokensSecretId, isTokenKeys, fresh)),
  company: config.company,
  publicUrl: config.publicUrl,
  edge: config.edge,
  now: Date.now,
  log,
};
