import type { Postpone } from '@qdn/aws/inbound-queue';
import { isForOurAccount, isFromTwilio } from '@qdn/carrier-twilio/webhook-authentication';
import type { Wire } from '@qdn/contracts';
import { validate as isUnverifiedMessage } from '@qdn/contracts/validators/unverifiedMessage';
import { maskPhone, queueHandler, textsInBody } from '@qdn/lambda';
import { backoffMs } from '@qdn/retry';
import { inboundRecord } from '../../inbound-record.ts';
import type { WebhookDependencies } from '../../twilio-webhook.ts';

export type AdmitMessageDependencies = Omit<WebhookDependencies, 'now'> & {
  queue: { send(message: Wire<'inboundMessage'>): Promise<void> };
  postpone: Postpone;
};

/** Delay between deliveries. A secret is read again after 10 s at the earliest; a hundred deliveries last a day. */
const REDELIVERY_BACKOFF = { firstMs: 15_000, maxMs: 900_000 };
/** Signature checks before a message is treated as forged. */
const MAX_SIGNATURE_CHECKS = 2;
/** The queue's `maxReceiveCount` (resources/queues.yml). */
export const MAX_RECEIVES = 100;

const rawBodyOf = (body64: string): string => Buffer.from(body64, 'base64').toString('utf8');

/** Returns the words and numbers in a message, which its record holds in base64. */
const textsInRecord = (body: string): string[] => {
  const { body64 = '' } = /"body64":"(?<body64>[^"]*)"/.exec(body)?.groups ?? {};
  return [...textsInBody(body), ...textsInBody(rawBodyOf(body64))];
};

/**
 * The worker behind the fallback: a message signed by Twilio goes into the relay's queue, as from the webhook; any other is dropped
 * with a warning. The message waits while the secrets cannot be read or the queue refuses it. If the webhook has accepted it too, both
 * have the same SID and count as one.
 */
export const admitMessage = ({ queue, postpone, authTokens, isOurAccount, publicUrl, log }: AdmitMessageDependencies) =>
  queueHandler(
    {
      name: 'admit-message',
      log,
      validate: isUnverifiedMessage,
      maxReceives: MAX_RECEIVES,
      hide: textsInRecord,
      postpone: ({ receiptHandle, receiveCount }) =>
        postpone(receiptHandle, Math.round(backoffMs(receiveCount, REDELIVERY_BACKOFF, 0) / 1000)),
    },
    async ({ body: unverified, messageId, receiveCount }) => {
      const { signature, job, path, query: rawQuery, userAgent, idempotencyToken, receivedAt } = unverified;
      const rawBody = rawBodyOf(unverified.body64);
      if (!(await isFromTwilio({ authTokens, publicUrl }, { signature, path, rawQuery, rawBody }))) {
        if (receiveCount < MAX_SIGNATURE_CHECKS) throw new Error('No Auth Token matches the signature yet');
        log.warn('UNVERIFIED_MESSAGE_DROPPED', { messageId, receivedAt });
        return;
      }
      if (isOurAccount && !(await isForOurAccount(isOurAccount, rawBody))) {
        log.measure({ CredentialsRefused: 1 }, {});
        log.error('FOREIGN_ACCOUNT', { messageId, receivedAt });
        return;
      }
      const webhook = { job, path, rawQuery, rawBody, receivedAt, userAgent, idempotencyToken, overFallback: true };
      const { message, oddities } = inboundRecord(webhook);
      await queue.send(message);
      const { messageSid: sid, from, media } = message;
      if (oddities) log.warn('TWILIO_FORM_UNDOCUMENTED', { sid, oddities });
      // Twilio's reason for using the fallback: https://www.twilio.com/docs/api/errors
      const why = String(message.parameters['ErrorCode'] ?? '');
      log.measure({ Received: 1 }, { sid });
      log.info('MESSAGE_ADMITTED', { sid, from: maskPhone(from), media: media.length, why, receiveCount });
    },
  );
