import { readEnvironment } from '@qdn/lambda';

/*
 * The service's configuration, read once at cold start. One object per function, because each gets only the variables that it needs.
 */
const webhook = ['PUBLIC_URL', 'TWILIO_ADMIN_SECRET_ID'] as const;

/** Twilio subaccounts whose signed webhooks count too, separated by spaces. */
export const subaccountsFrom = ({ TWILIO_SUBACCOUNTS = '' }: NodeJS.ProcessEnv): string[] =>
  TWILIO_SUBACCOUNTS.split(/[\s,]+/).filter((sid) => sid !== '' && sid !== 'none');

export const receiveMessageConfig = () => readEnvironment(process.env, [...webhook, 'QUEUE_URL']);

export const receiveCallConfig = () => readEnvironment(process.env, [...webhook, 'QUEUE_URL', 'JOBS_TABLE', 'COMPANY']);

/** Neither a secret nor a table: the fallback must work when they do not. */
export const receiveFallbackConfig = () => readEnvironment(process.env, ['UNVERIFIED_QUEUE_URL']);

export const admitMessageConfig = () => readEnvironment(process.env, [...webhook, 'QUEUE_URL', 'UNVERIFIED_QUEUE_URL']);

export const recordDeliveryConfig = () => readEnvironment(process.env, [...webhook, 'QUEUE_URL']);

export const receiveCarrierWebhookConfig = () => readEnvironment(process.env, ['QUEUE_URL', 'CARRIERS']);

export const getMediaConfig = () =>
  readEnvironment(process.env, ['TOKENS_SECRET_ID', 'TWILIO_SENDER_SECRET_ID'], ['TWILIO_API_URL']);

export const checkAccountConfig = () => readEnvironment(process.env, ['TWILIO_ADMIN_SECRET_ID'], ['TWILIO_API_URL']);

export const relayMessageConfig = () =>
  readEnvironment(process.env, [
    'PUBLIC_URL',
    'JOBS_TABLE',
    'LOCATIONS_TABLE',
    'LOG_BUCKET',
    'QUEUE_URL',
    'TOKENS_SECRET_ID',
    'COMPANY',
    'CARRIERS',
    'SEGMENT_USD',
  ]);
