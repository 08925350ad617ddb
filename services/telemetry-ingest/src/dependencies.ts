import { createDocumentClient } from '@qdn/aws';
import { createAlertQueue, createInboundQueue, createNoticeQueue, createSqsClient } from '@qdn/aws/inbound-queue';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createLocationStore, createRegisterWriter } from '@qdn/aws/locations-table';
import { createSecretReader, createSecretsClient } from '@qdn/aws/secrets';
import { createTravelStore } from '@qdn/aws/travel';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import {
  createHeardFrom,
  createJobCache,
  createQuarantine,
  type JobStore,
  learnedTravel,
  type TelemetryDependencies,
  type TrailerId,
} from '@qdn/domain';
import {
  createLogger,
  errorFields,
  type Keyring,
  type KeyringSource,
  keyringFrom,
  type Logger,
  ownTracksKeysOf,
} from '@qdn/lambda';
import { config } from './config.ts';
import { logEvents } from './log-events.ts';
import { HUB, type Units, unitKey } from './trackers/index.ts';

/** Dependencies of this service's HTTP functions; tests pass others. */
export type Dependencies = TelemetryDependencies & { keyring: KeyringSource; log: Logger };

/** Dependencies of the function that reads messages of trackers. */
export type TrackerDependencies = Dependencies & {
  /** Trailers by the external ID of their unit, as `unitKey` writes it. */
  units: Units;
  /** Keys with which the OwnTracks app on a trailer may encrypt. */
  ownTracksKeys: (keyring: Keyring, trailerId: TrailerId) => readonly string[];
};

const client = createDocumentClient();
const log = createLogger('telemetry-ingest');
const secrets = createSecretReader(createSecretsClient(), Date.now, (secretId, error) =>
  log.warn('SECRET_NOT_REFRESHED', { secretId, ...errorFields(error) }),
);

/** The jobs, without a cache in front. */
export const jobStore: JobStore = createJobStore(client, config.jobsTable);
const samples = createTravelStore(client, config.jobsTable);
const queue = createInboundQueue(createSqsClient(), config.queueUrl);
const { timeZone } = config.company;

export const dependencies: TrackerDependencies = {
  jobs: createJobCache(jobStore, Date.now),
  locations: createLocationStore(client, config.locationsTable),
  quarantine: createQuarantine(Date.now),
  heardFrom: createHeardFrom(createRegisterWriter(client, config.locationsTable), Date.now, [HUB]),
  follow: config.company.follow,
  travel: {
    model: learnedTravel(samples, timeZone, Date.now, (error) => log.warn('TRAVEL_MODEL_NOT_READ', errorFields(error))),
    // A device waits for the answer, so a notice's ETA is estimated without a router.
    router: null,
  },
  samples: { store: samples, timeZone },
  notices: { queue: createNoticeQueue(queue), policy: config.company.relay.notices },
  ...(config.company.operator === null
    ? {}
    : { alerts: { queue: createAlertQueue(queue), isMoveTold: config.company.tellMoves } }),
  keyring: keyringFrom((fresh) => secrets.current(config.tokensSecretId, isTokenKeys, fresh)),
  now: Date.now,
  emit: logEvents(log),
  log,
  units: new Map([...config.units].map(([externalId, trailerId]) => [unitKey(externalId), trailerId])),
  ownTracksKeys: ownTracksKeysOf,
};
