import { createAlertQueue, createNoticeQueue } from '@qdn/aws/inbound-queue';
import type { Company } from '@qdn/company/packaged';
import {
  type AttentionJobs,
  createHeardFrom,
  createJobCache,
  createQuarantine,
  type JobStore,
  type KeptDays,
  type LocationStore,
  learnedTravel,
  type RelayStore,
  type TelemetryEvent,
  type TrailerRegister,
  type Travel,
  type TravelStore,
} from '@qdn/domain';
import { memoryJobTimeline } from '@qdn/domain/testing';
import { changeConversation } from '@qdn/job-api/functions/change-conversation';
import { createJob } from '@qdn/job-api/functions/create-job';
import { createTrackingLink } from '@qdn/job-api/functions/create-tracking-link';
import { findConsents } from '@qdn/job-api/functions/find-consents';
import { findPlaces } from '@qdn/job-api/functions/find-places';
import { getAttention } from '@qdn/job-api/functions/get-attention';
import { getConversation } from '@qdn/job-api/functions/get-conversation';
import { getJob } from '@qdn/job-api/functions/get-job';
import { getLocation } from '@qdn/job-api/functions/get-location';
import { getTrack } from '@qdn/job-api/functions/get-track';
import { getTrailer } from '@qdn/job-api/functions/get-trailer';
import { listConversations } from '@qdn/job-api/functions/list-conversations';
import { listJobs } from '@qdn/job-api/functions/list-jobs';
import { listTrailers } from '@qdn/job-api/functions/list-trailers';
import { listVisits } from '@qdn/job-api/functions/list-visits';
import { revokeTrackingLink } from '@qdn/job-api/functions/revoke-tracking-link';
import { setConsent } from '@qdn/job-api/functions/set-consent';
import { updateJob } from '@qdn/job-api/functions/update-job';
import type { ApiFunction, Keyring, Logger } from '@qdn/lambda';
import { getMedia } from '@qdn/sms-relay/functions/get-media';
import { receiveCarrierWebhook } from '@qdn/sms-relay/functions/receive-carrier-webhook';
import { receiveFallback } from '@qdn/sms-relay/functions/receive-fallback';
import { receiveMessage } from '@qdn/sms-relay/functions/receive-message';
import { recordDelivery } from '@qdn/sms-relay/functions/record-delivery';
import { reportLocation } from '@qdn/telemetry-ingest/functions/report-location';
import { reportTrailerLocation } from '@qdn/telemetry-ingest/functions/report-trailer-location';
import { OWNTRACKS_KEY } from '@qdn/world';

/** Address of the system under test. Nothing listens there. */
export const PUBLIC_URL = 'https://qdn.example';
/** Secret that the carrier signs its webhooks with. */
export const AUTH_TOKEN = 'the token that Twilio signs with';

/** Stores of the system under test. */
export type Stores = {
  jobs: JobStore & AttentionJobs;
  locations: LocationStore;
  relay: RelayStore;
  samples: TravelStore;
  register: TrailerRegister;
  keptDays: KeptDays;
};

/** Sends a record to a queue, with a delay in s. */
type SendRecord = { send(record: unknown, delayS?: number): Promise<void> };

/** Everything that functions get from outside. */
export type FunctionSetting = {
  stores: Stores;
  queue: SendRecord;
  unverifiedQueue: SendRecord;
  company: Company;
  keyring: Keyring;
  /** Epoch ms. */
  now: () => number;
  log: Logger;
};

/** Returns the travel-time model as one container of a function knows it. The owner has set no router. */
export const travelOf = ({
  stores,
  company,
  now,
  log,
}: Pick<FunctionSetting, 'stores' | 'company' | 'now' | 'log'>): Travel => ({
  model: learnedTravel(stores.samples, company.timeZone, now, () => log.warn('TRAVEL_MODEL_NOT_READ')),
  router: null,
});

const emitTo =
  (log: Logger) =>
  (event: TelemetryEvent): void =>
    log.info(event.kind === 'status-changed' ? 'STATUS_CHANGED' : event.kind.toUpperCase().replaceAll('-', '_'));

/** Returns what one container of the telemetry functions keeps. */
export const telemetryOf = (setting: FunctionSetting) => {
  const { stores, queue, company, keyring, now, log } = setting;
  return {
    jobs: createJobCache(stores.jobs, now),
    locations: stores.locations,
    quarantine: createQuarantine(now),
    heardFrom: createHeardFrom(stores.register, now),
    follow: company.follow,
    travel: travelOf(setting),
    samples: { store: stores.samples, timeZone: company.timeZone },
    notices: { queue: createNoticeQueue(queue), policy: company.relay.notices },
    alerts: { queue: createAlertQueue(queue), isMoveTold: company.tellMoves },
    keyring: async () => keyring,
    now,
    emit: emitTo(log),
    log,
  };
};

const telemetryFunctions = (setting: FunctionSetting): Record<string, () => ApiFunction> => {
  const dependencies = () => telemetryOf(setting);
  return {
    'report-location': () => reportLocation(dependencies()),
    'report-trailer-location': () =>
      reportTrailerLocation({ ...dependencies(), units: new Map(), ownTracksKeys: () => [OWNTRACKS_KEY] }),
  };
};

const jobFunctions = (setting: FunctionSetting): Record<string, () => ApiFunction> => {
  const { stores, queue, company, keyring, now, log } = setting;
  const { jobs, locations, relay, register } = stores;
  const dependencies = () => ({
    jobs,
    locations,
    register,
    keptDays: stores.keptDays,
    jobTimeline: memoryJobTimeline(jobs, relay),
    travel: travelOf(setting),
    keyring: async () => keyring,
    company,
    publicUrl: PUBLIC_URL,
    edge: false,
    now,
    log,
  });
  return {
    'create-job': () => createJob(dependencies()),
    'create-tracking-link': () => createTrackingLink(dependencies()),
    'find-places': () => findPlaces({ ...dependencies(), saved: [], geocode: null }),
    'get-attention': () => getAttention({ ...dependencies(), relay, attentionJobs: jobs }),
    'get-job': () => getJob(dependencies()),
    'get-location': () => getLocation(dependencies()),
    'get-track': () => getTrack(dependencies()),
    'get-trailer': () => getTrailer(dependencies()),
    'list-jobs': () => listJobs(dependencies()),
    'list-trailers': () => listTrailers(dependencies()),
    'list-conversations': () => listConversations({ ...dependencies(), relay: stores.relay }),
    'get-conversation': () => getConversation({ ...dependencies(), relay: stores.relay }),
    'change-conversation': () => changeConversation({ ...dependencies(), relay: stores.relay }),
    'find-consents': () => findConsents({ ...dependencies(), relay: stores.relay }),
    'set-consent': () => setConsent({ ...dependencies(), queue }),
    'list-visits': () => listVisits(dependencies()),
    'revoke-tracking-link': () => revokeTrackingLink({ ...dependencies(), revokedLinks: { add: async () => {} } }),
    'update-job': () => updateJob({ ...dependencies(), notices: createNoticeQueue(queue) }),
  };
};

const relayFunctions = ({
  queue,
  unverifiedQueue,
  keyring,
  now,
  log,
}: FunctionSetting): Record<string, () => ApiFunction> => {
  const webhook = { queue, authTokens: async () => [AUTH_TOKEN], publicUrl: PUBLIC_URL, now, log };
  return {
    'receive-message': () => receiveMessage(webhook),
    'receive-fallback': () => receiveFallback({ queue: unverifiedQueue, now, log }),
    'record-delivery': () => recordDelivery(webhook),
    'receive-carrier-webhook': () => receiveCarrierWebhook({ queue, webhookOf: () => null, now, log }),
    'get-media': () =>
      getMedia({
        keyring: async () => keyring,
        locate: async () => 'https://media.example/picture',
        readWords: async () => null,
        now,
        log,
      }),
  };
};

/** Returns makers of each function behind the HTTP API, by name. Each call starts a new container, with empty caches. */
export const functionMakers = (setting: FunctionSetting): Readonly<Record<string, () => ApiFunction>> => ({
  ...jobFunctions(setting),
  ...telemetryFunctions(setting),
  ...relayFunctions(setting),
});
