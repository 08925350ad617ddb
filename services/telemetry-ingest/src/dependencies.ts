import { createDocumentClient } from '@qdn/aws';
import { createInboundQueue, createNoticeQueue, createSqsClient } from '@qdn/aws/inbound-queue';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createLocationStore } from '@qdn/aws/locations-table';
import { createSecretReader, createSecretsClient } from '@qdn/aws/secrets';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import type { LocationStore, NoticePolicy, NoticeQueue } from '@qdn/domain';
import { createLogger, errorFields, type KeyringSource, keyringFrom, type Logger } from '@qdn/lambda';
import { config } from './config.ts';
import { createJobCache, type JobCache } from './job-cache.ts';
import { createQuarantine, type Quarantine } from './quarantine.ts';

/** What the functions of this service work with. A test passes others. `now` is epoch ms. */
export type Dependencies = {
  jobs: JobCache;
  locations: LocationStore;
  quarantine: Quarantine;
  /** What customers are told without asking, and where the orders for it go. */
  notices: { queue: NoticeQueue; policy: NoticePolicy };
  keyring: KeyringSource;
  now: () => number;
  log: Logger;
};

const client = createDocumentClient();
const log = createLogger('telemetry-ingest');
const secrets = createSecretReader(createSecretsClient(), Date.now, (secretId, error) =>
  log.warn('secret could not be read again; going on with the known one', { secretId, ...errorFields(error) }),
);

export const dependencies: Dependencies = {
  jobs: createJobCache(createJobStore(client, config.jobsTable), Date.now),
  locations: createLocationStore(client, config.locationsTable),
  quarantine: createQuarantine(Date.now),
  notices: {
    queue: createNoticeQueue(createInboundQueue(createSqsClient(), config.queueUrl)),
    policy: config.company.relay.notices,
  },
  keyring: keyringFrom((fresh) => secrets.current(config.tokensSecretId, isTokenKeys, fresh)),
  now: Date.now,
  log,
};
