import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createDocumentClient } from '@qdn/aws';
import { createComplianceLog, createS3Client } from '@qdn/aws/compliance-log';
import {
  createFollowUps,
  createInboundQueue,
  createNoticeQueue,
  createPostpone,
  createSqsClient,
  createUnverifiedQueue,
} from '@qdn/aws/inbound-queue';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createLocationStore } from '@qdn/aws/locations-table';
import { createRelayStore } from '@qdn/aws/relay';
import { createSecretReader, createSecretsClient } from '@qdn/aws/secrets';
import { createTravelStore } from '@qdn/aws/travel';
import type { CarrierSetting } from '@qdn/carrier-adapter/facts';
import { createTwilioAccount } from '@qdn/carrier-twilio/account';
import { createTwilioCalls } from '@qdn/carrier-twilio/calls';
import { locateTwilioMedia, readTwilioWords } from '@qdn/carrier-twilio/media';
import type { AuthTokens, IsOurAccount } from '@qdn/carrier-twilio/webhook-authentication';
import { CARRIER_FACTS } from '@qdn/carriers/facts';
import { readCompany, relayCompany } from '@qdn/company/packaged';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import { validate as isTwilioAdminSecret } from '@qdn/contracts/validators/twilioAdminSecret';
import { validate as isTwilioSenderSecret } from '@qdn/contracts/validators/twilioSenderSecret';
import { type Job, learnedTravel, parseMessageSid } from '@qdn/domain';
import { createLogger, errorFields, type KeyringSource, keyringFrom, shortLink } from '@qdn/lambda';
import { createRouter } from '@qdn/road-router';
import { carrierList } from './carrier-list.ts';
import { carrierSettings } from './carrier-settings.ts';
import { webhooksOf } from './carrier-webhooks.ts';
import {
  admitMessageConfig,
  checkAccountConfig,
  getMediaConfig,
  receiveCallConfig,
  receiveCarrierWebhookConfig,
  receiveFallbackConfig,
  receiveMessageConfig,
  recordDeliveryConfig,
  relayMessageConfig,
  subaccountsFrom,
} from './config.ts';
import type { AdmitMessageDependencies } from './functions/admit-message/handler.ts';
import type { CheckAccountDependencies } from './functions/check-account/handler.ts';
import type { GetMediaDependencies } from './functions/get-media/handler.ts';
import type { ReceiveCallDependencies } from './functions/receive-call/handler.ts';
import type { ReceiveCarrierWebhookDependencies } from './functions/receive-carrier-webhook/handler.ts';
import type { ReceiveFallbackDependencies } from './functions/receive-fallback/handler.ts';
import type { ReceiveMessageDependencies } from './functions/receive-message/handler.ts';
import type { RecordDeliveryDependencies } from './functions/record-delivery/handler.ts';
import type { RelayMessageDependencies } from './functions/relay-message/handler.ts';
import { mediaLinks, wordsLinks } from './media-link.ts';
import { rotatingMedia } from './rotating-media.ts';

/*
 * Dependencies of the functions; tests pass others. One maker per function, called once per container, so that each bundle holds only
 * what its function needs: only the worker has Twilio's sending client.
 */
const log = createLogger('sms-relay');

const createSecrets = () =>
  createSecretReader(createSecretsClient(), Date.now, (secretId, error) =>
    log.warn('SECRET_NOT_REFRESHED', { secretId, ...errorFields(error) }),
  );

/** Returns the checks of Twilio's webhooks: the Auth Tokens that sign, and the accounts that they may be for. */
const webhookFrom = (secretId: string): { authTokens: AuthTokens; isOurAccount: IsOurAccount } => {
  const secrets = createSecrets();
  const subaccounts = subaccountsFrom(process.env);
  return {
    authTokens: async (fresh = false) =>
      (await secrets.valid(secretId, isTwilioAdminSecret, fresh)).map(({ authToken }) => authToken),
    isOurAccount: async (accountSid) =>
      subaccounts.includes(accountSid) ||
      (await secrets.valid(secretId, isTwilioAdminSecret, false)).some((secret) => secret.accountSid === accountSid),
  };
};

export const receiveMessageDependencies = (): ReceiveMessageDependencies => {
  const config = receiveMessageConfig();
  return {
    queue: createInboundQueue(createSqsClient(), config.QUEUE_URL),
    ...webhookFrom(config.TWILIO_ADMIN_SECRET_ID),
    publicUrl: config.PUBLIC_URL,
    now: Date.now,
    log,
  };
};

export const receiveFallbackDependencies = (): ReceiveFallbackDependencies => ({
  queue: createUnverifiedQueue(createSqsClient(), receiveFallbackConfig().UNVERIFIED_QUEUE_URL),
  now: Date.now,
  log,
});

export const admitMessageDependencies = (): AdmitMessageDependencies => {
  const config = admitMessageConfig();
  const sqs = createSqsClient();
  return {
    queue: createInboundQueue(sqs, config.QUEUE_URL),
    postpone: createPostpone(sqs, config.UNVERIFIED_QUEUE_URL),
    ...webhookFrom(config.TWILIO_ADMIN_SECRET_ID),
    publicUrl: config.PUBLIC_URL,
    log,
  };
};

export const recordDeliveryDependencies = (): RecordDeliveryDependencies => {
  const config = recordDeliveryConfig();
  return {
    queue: createInboundQueue(createSqsClient(), config.QUEUE_URL),
    ...webhookFrom(config.TWILIO_ADMIN_SECRET_ID),
    publicUrl: config.PUBLIC_URL,
    now: Date.now,
    log,
  };
};

export const receiveCarrierWebhookDependencies = (): ReceiveCarrierWebhookDependencies => {
  const config = receiveCarrierWebhookConfig();
  const secrets = createSecrets();
  return {
    queue: createInboundQueue(createSqsClient(), config.QUEUE_URL),
    webhookOf: webhooksOf(
      carrierSettings(config.CARRIERS),
      (secretId) => (isSecret, fresh) => secrets.valid(secretId, isSecret, fresh),
    ),
    now: Date.now,
    log,
  };
};

export const receiveCallDependencies = (): ReceiveCallDependencies => {
  const config = receiveCallConfig();
  const client = createDocumentClient();
  const jobs = createJobStore(client, config.JOBS_TABLE);
  const relay = createRelayStore(client, config.JOBS_TABLE);
  const queue = createInboundQueue(createSqsClient(), config.QUEUE_URL);
  return {
    company: relayCompany(readCompany(config.COMPANY), []),
    jobOf: async (phone) => (await jobs.activeByPhone(phone))[0] ?? null,
    customerOf: async (jobId) => (await jobs.find(jobId))?.customer.name ?? null,
    plannedCall: async (message) => {
      const sid = parseMessageSid(message);
      return (sid && (await relay.plan(sid)))?.call ?? null;
    },
    swaps: async () => (await relay.dutySwaps()).swaps,
    record: (record) => queue.send(record),
    ...webhookFrom(config.TWILIO_ADMIN_SECRET_ID),
    publicUrl: config.PUBLIC_URL,
    now: Date.now,
    log,
  };
};

/** Timeout of a request to Twilio, in ms: a function has 10 s. */
const ACCOUNT_TIMEOUT_MS = 5000;

export const checkAccountDependencies = (): CheckAccountDependencies => {
  const config = checkAccountConfig();
  const secrets = createSecrets();
  return {
    account: async () => {
      const { accountSid, authToken } = await secrets.current(config.TWILIO_ADMIN_SECRET_ID, isTwilioAdminSecret);
      const apiUrl = config.TWILIO_API_URL;
      return { account: createTwilioAccount({ accountSid, apiUrl, timeoutMs: ACCOUNT_TIMEOUT_MS }), authToken };
    },
    log,
  };
};

export const getMediaDependencies = (): GetMediaDependencies => {
  const config = getMediaConfig();
  const secrets = createSecrets();
  const apiUrl = config.TWILIO_API_URL;
  return {
    keyring: keyringFrom((fresh) => secrets.current(config.TOKENS_SECRET_ID, isTokenKeys, fresh)),
    locate: rotatingMedia(
      (fresh) => secrets.current(config.TWILIO_SENDER_SECRET_ID, isTwilioSenderSecret, fresh),
      (secret, { messageSid, index }) =>
        locateTwilioMedia({ ...secret, ...(apiUrl ? { apiUrl } : {}) }, messageSid, index),
    ),
    readWords: rotatingMedia(
      (fresh) => secrets.current(config.TWILIO_SENDER_SECRET_ID, isTwilioSenderSecret, fresh),
      (secret, { messageSid }) => readTwilioWords({ ...secret, ...(apiUrl ? { apiUrl } : {}) }, messageSid),
    ),
    now: Date.now,
    log,
  };
};

/** Validity of a relayed text's link, counted from the customer's text, in ms. */
const LINK_LIFE_MS = 72 * 3_600_000;

/** Returns a maker of tracking links: always the same link for the same message, in the short form, because texts are paid by length. */
const trackingLinks =
  (publicUrl: string, keyring: KeyringSource) =>
  async (job: Job, { receivedAt }: { receivedAt: number }): Promise<string> => {
    const { path } = shortLink({ jobId: job.id, accountId: job.accountId }, await keyring(), receivedAt + LINK_LIFE_MS);
    return `${publicUrl}${path}`;
  };

/** Returns the phone service: Twilio's, where Twilio is one of the carriers. */
const callsOf = (
  from: string,
  settings: readonly CarrierSetting[],
  publicUrl: string,
  secrets: ReturnType<typeof createSecrets>,
): Pick<RelayMessageDependencies, 'calls'> => {
  const twilio = settings.find(({ name }) => name === 'twilio');
  const secretId = CARRIER_FACTS.get('twilio')?.secrets.sending;
  if (!twilio || !secretId) return {};
  const sender = (fresh: boolean) => secrets.current(secretId, isTwilioSenderSecret, fresh);
  return { calls: createTwilioCalls({ sender, from, publicUrl, apiUrl: twilio.apiUrl }) };
};

export const relayMessageDependencies = (): RelayMessageDependencies => {
  const config = relayMessageConfig();
  const client = createDocumentClient();
  const secrets = createSecrets();
  const sqs = createSqsClient();
  const queue = createInboundQueue(sqs, config.QUEUE_URL);
  const company = readCompany(config.COMPANY);
  const keyring = keyringFrom((fresh) => secrets.current(config.TOKENS_SECRET_ID, isTokenKeys, fresh));
  const settings = carrierSettings(config.CARRIERS);
  return {
    jobs: createJobStore(client, config.JOBS_TABLE),
    locations: createLocationStore(client, config.LOCATIONS_TABLE),
    travel: {
      model: learnedTravel(createTravelStore(client, config.JOBS_TABLE), company.timeZone, Date.now, (error) =>
        log.warn('TRAVEL_MODEL_NOT_READ', errorFields(error)),
      ),
      router: createRouter(company.router, Date.now, (error) => log.warn('ROUTER_FAILED', errorFields(error))),
    },
    relay: createRelayStore(client, config.JOBS_TABLE),
    complianceLog: createComplianceLog(createS3Client(), config.LOG_BUCKET, Date.now),
    followUps: createFollowUps(queue, Date.now),
    notices: createNoticeQueue(queue),
    carriers: carrierList(settings, {
      textNumber: company.textNumber,
      senders: company.senders ?? {},
      publicUrl: config.PUBLIC_URL,
      secretReader: (secretId) => (isSecret, fresh) => secrets.current(secretId, isSecret, fresh),
    }),
    ...callsOf(company.textNumber, settings, config.PUBLIC_URL, secrets),
    company: relayCompany(
      company,
      settings.flatMap(({ number }) => number ?? []),
    ),
    trackingLink: trackingLinks(config.PUBLIC_URL, keyring),
    mediaLink: mediaLinks(config.PUBLIC_URL, keyring),
    wordsLink: wordsLinks(config.PUBLIC_URL, keyring),
    postpone: createPostpone(sqs, config.QUEUE_URL),
    segmentUsd: Number(config.SEGMENT_USD),
    now: Date.now,
    random: Math.random,
    pause: async (ms) => setTimeout(ms),
    newOwner: randomUUID,
    log,
  };
};
