import { createDocumentClient } from '@qdn/aws';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createLocationStore } from '@qdn/aws/locations-table';
import { createSecretReader, createSecretsClient } from '@qdn/aws/secrets';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import type { JobStore, LocationStore } from '@qdn/domain';
import { createLogger, type Keyring, keyringFrom, type Logger } from '@qdn/lambda';
import { config } from './config.ts';
import { createJobCache } from './job-cache.ts';

/** What the functions of this service work with. A test passes others. `now` is epoch ms. */
export type Dependencies = {
  jobs: Pick<JobStore, 'find' | 'update' | 'activeByTrailer'> & { forget(): void };
  locations: LocationStore;
  keyring: () => Promise<Keyring>;
  now: () => number;
  log: Logger;
};

const client = createDocumentClient();
const secrets = createSecretReader(createSecretsClient());

export const dependencies: Dependencies = {
  jobs: createJobCache(createJobStore(client, config.jobsTable), Date.now),
  locations: createLocationStore(client, config.locationsTable),
  keyring: keyringFrom(() => secrets.current(config.tokensSecretId, isTokenKeys)),
  now: Date.now,
  log: createLogger('telemetry-ingest'),
};
