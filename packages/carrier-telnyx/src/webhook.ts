import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { messageSidOf } from '@qdn/carrier-adapter/message-sid';
import type { CarrierWebhook, WebhookRequest } from '@qdn/carrier-adapter/webhook';
import { messageIdIn } from '@qdn/carrier-adapter/webhook-address';
import type { Wire } from '@qdn/contracts';
import { validate as isTelnyxEvent } from '@qdn/contracts/validators/telnyxEvent';
import { telnyxFailure } from './error-codes.ts';

type Event = Wire<'telnyxEvent'>;
type Receipt = Wire<'deliveryReceipt'>;

/** Maximum difference between a webhook's time and ours, in ms: an older one may be a recording that is played again. */
const TOLERANCE_MS = 5 * 60_000;
const MAX_MESSAGE_ID = 120;

/** The bytes before the 32 of an Ed25519 key in its DER form (RFC 8410, 4). */
const DER_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** Reads the public key as Telnyx's portal shows it; null when it is not one. */
const keyFrom = (base64: string): KeyObject | null => {
  const raw = Buffer.from(base64, 'base64');
  if (raw.length !== KEY_BYTES) return null;
  return createPublicKey({ key: Buffer.concat([DER_PREFIX, raw]), format: 'der', type: 'spki' });
};

/** Checks the signature over `timestamp|raw body`. */
export const isSignedByTelnyx = (
  { rawBody, headers }: WebhookRequest,
  publicKeys: readonly string[],
  now: number,
): boolean => {
  const timestamp = headers['telnyx-timestamp'] ?? '';
  const signature = Buffer.from(headers['telnyx-signature-ed25519'] ?? '', 'base64');
  if (!/^\d{1,12}$/.test(timestamp) || signature.length !== SIGNATURE_BYTES) return false;
  if (Math.abs(now - Number(timestamp) * 1000) > TOLERANCE_MS) return false;
  const signed = Buffer.from(`${timestamp}|${rawBody}`);
  return publicKeys.some((key) => {
    const publicKey = keyFrom(key);
    return publicKey !== null && verify(null, signed, publicKey, signature);
  });
};

/**
 * Outcomes by the recipient's status. `delivery_unconfirmed`: sent, and the network will never say more.
 * https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks
 */
const STATUSES: ReadonlyMap<string, Receipt['status']> = new Map([
  ['sent', 'sent'],
  ['delivery_unconfirmed', 'sent'],
  ['delivered', 'delivered'],
  ['delivery_failed', 'undelivered'],
  ['sending_failed', 'failed'],
  ['expired', 'failed'],
]);
const FAILED: readonly Receipt['status'][] = ['undelivered', 'failed'];

/** A failure without a code is one that another carrier may not have. */
const NO_CODE = 'delivery_failed';

const receiptIn = ({ payload }: Event['data'], receivedAt: string): Receipt | null => {
  // The signature covers the address in the event, and not the address that was called.
  const outboundMessageId = messageIdIn(payload.webhook_url);
  if (!outboundMessageId || outboundMessageId.length > MAX_MESSAGE_ID) return null;
  const status = STATUSES.get(payload.to?.[0]?.status ?? '') ?? 'accepted';
  const { code: given } = payload.errors?.[0] ?? {};
  const code = given === undefined ? null : String(given);
  const hasFailed = FAILED.includes(status);
  return {
    schema: 1,
    kind: 'receipt',
    outboundMessageId,
    carrier: 'telnyx',
    carrierSid: payload.id,
    status,
    errorCode: hasFailed ? (code ?? NO_CODE) : null,
    errorClass: hasFailed ? (code ? telnyxFailure(code) : 'elsewhere') : null,
    receivedAt,
  };
};

const messageIn = ({ id, event_type, payload }: Event['data'], receivedAt: string): Wire<'inboundMessage'> | null => {
  const [from, to] = [payload.from?.phone_number, payload.to?.[0]?.phone_number];
  if (!from || !to) return null;
  return {
    schema: 1,
    kind: 'message',
    via: 'telnyx',
    // The message's ID, not the event's: Telnyx repeats both, and the failover address may get another event.
    messageSid: messageSidOf('telnyx', payload.id),
    pathJob: null,
    receivedAt,
    from,
    to,
    body: payload.text ?? '',
    // STOP, START or HELP, which Telnyx has answered by itself.
    optOutType: payload.autoresponse_type ?? null,
    media: (payload.media ?? []).map(({ url, content_type }) => ({ url, contentType: content_type ?? '' })),
    parameters: { event: id ?? '', type: event_type, message: payload.id },
  };
};

/** Reads JSON without its empty fields: a text is worth more than a field that Telnyx left empty. */
const withoutNulls = (text: string): unknown =>
  JSON.parse(text.replace(/^\uFEFF/, ''), (_, value: unknown) => (value === null ? undefined : value));

const eventIn = (rawBody: string): Event | null => {
  try {
    const value = withoutNulls(rawBody);
    return isTelnyxEvent(value) ? value : null;
  } catch {
    return null;
  }
};

/** https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks */
export const telnyxWebhook: CarrierWebhook = {
  isAuthentic: async (request, { publicKeys }, now) => isSignedByTelnyx(request, publicKeys, now),
  read: ({ rawBody }, receivedAt) => {
    const event = eventIn(rawBody);
    switch (event?.data.event_type) {
      case 'message.received':
        return messageIn(event.data, receivedAt);
      case 'message.sent':
      case 'message.finalized':
        return receiptIn(event.data, receivedAt);
      default:
        return null;
    }
  },
};
