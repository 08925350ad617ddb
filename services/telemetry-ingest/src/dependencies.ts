import { createDocumentClient } from '@qdn/aws';
import { createInboundQueue, createNoticeQueue, createSqsClient } from '@qdn/aws/inbound-queue';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createLocationStore } from '@qdn/aws/locations-table';
import { createSecretReader, createSecretsClient } from '@qdn/aws/secrets';
import { createTravelStore } from '@qdn/aws/travel';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import {
  type LocationStore,
  learnedTravel,
  type NoticePolicy,
  type NoticeQueue,
  type Travel,
  type TravelStore,
} from '@qdn/domain';
import { createLogger, errorFields, type KeyringSource, keyringFrom, type Logger } from '@qdn/lambda';
import { config } from './config.ts';
import { createJobCache, type JobCache } from './job-cache.ts';
import { createQuarantine, type Quarantine } from './quarantine.ts';

/** What the functions of this service work with. A test passes others. `now` is epoch ms. */
export type Dependencies = {
  jobs: JobCache;
  locations: LocationStore;
  quarantine: Quarantine;
  /** Arrival times for notices to customers. */
  travel: Travel;
  /** Where finished drives are noted, and by whose clock. */
  lessons: { store: TravelStore; timeZone: string };
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

const drives = createTravelStore(client, config.jobsTable);
const { timeZone } = config.company;

export const dependencies: Dependencies = {
  jobs: createJobCache(createJobStore(client, config.jobsTable), Date.now),
  locations: createLocationStore(client, config.locationsTable),
  quarantine: createQuarantine(Date.now),
  travel: {
    model: learnedTravel(drives, timeZone, Date.now, (error) =>
      log.warn('arrival times without what was learned', errorFields(error)),
    ),
    // A device waits for its answer; what a customer is told beforehand needs no road engine.
    roads: null,
  },
  lessons: { store: drives, timeZone },
  notices: {
    queue: createNoticeQueue(createInboundQueue(createSqsClient(), config.queueUrl)),
    policy: config.company.relay.notices,
  },
  keyring: keyringFrom((fresh) => secrets.current(config.tokensSecretId, isTokenKeys, fresh)),
  now: Date.now,
  log,
};
