import { createHash, randomUUID } from 'node:crypto';
import { createDocumentClient } from '@qdn/aws';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createLocationStore } from '@qdn/aws/locations-table';
import { createMessageLog, createS3Client } from '@qdn/aws/message-log';
import { createRelayStore } from '@qdn/aws/relay';
import { createSecretReader, createSecretsClient } from '@qdn/aws/secrets';
import { createTwilioCarrier } from '@qdn/carriers/twilio';
import type { Wire } from '@qdn/contracts';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import { validate as isTwilioSenderSecret } from '@qdn/contracts/validators/twilioSenderSecret';
import type { LinkId, RelayDependencies, SmsCarrier } from '@qdn/domain';
import { createLogger, keyringFrom, readCompany, signToken } from '@qdn/lambda';
import { relayMessageConfig } from '../../config.ts';
import { relayMessage } from './handler.ts';

const config = relayMessageConfig();
const company = readCompany(config.COMPANY);
const client = createDocumentClient();
const secrets = createSecretReader(createSecretsClient());
const keyring = keyringFrom(() => secrets.current(config.TOKENS_SECRET_ID, isTokenKeys));

/** A relayed text is acted on today; its link lives for three days, counted from the text, in ms. */
const LINK_LIFE_MS = 72 * 3_600_000;

let carrier: { secret: Wire<'twilioSenderSecret'>; client: SmsCarrier } | null = null;
/** The carrier's client, made anew only when the secret was rotated. */
const currentCarrier = async (): Promise<SmsCarrier> => {
  const secret = await secrets.current(config.TWILIO_SENDER_SECRET_ID, isTwilioSenderSecret);
  if (carrier?.secret !== secret) {
    carrier = {
      secret,
      client: createTwilioCarrier({ ...secret, ...(config.TWILIO_API_URL ? { apiUrl: config.TWILIO_API_URL } : {}) }),
    };
  }
  return carrier.client;
};

const stores = {
  jobs: createJobStore(client, config.JOBS_TABLE),
  locations: createLocationStore(client, config.LOCATIONS_TABLE),
  relay: createRelayStore(client, config.JOBS_TABLE),
  log: createMessageLog(createS3Client(), config.LOG_BUCKET),
};

const relayDependencies = async (): Promise<RelayDependencies> => ({
  ...stores,
  carrier: await currentCarrier(),
  company,
  trackingLink: async (job, sid) => {
    // From the MessageSid, so that a retry of the same message mints the same link.
    const linkId = createHash('sha256').update(sid).digest('base64url').slice(0, 8) as LinkId;
    const token = signToken(
      { kind: 'track', jobId: job.id, accountId: job.accountId, linkId },
      await keyring(),
      Date.now() + LINK_LIFE_MS,
    );
    return `${config.PUBLIC_URL}/track?job_id=${token}`;
  },
  statusCallback: (effectId) => `${config.PUBLIC_URL}/api/messages/${effectId}/status`,
  now: Date.now,
  owner: randomUUID(),
});

export const handler = relayMessage({ relayDependencies, log: createLogger('sms-relay') });
