import type { Postpone } from '@qdn/aws/inbound-queue';
import type { Wire } from '@qdn/contracts';
import { validate as isUnverifiedMessage } from '@qdn/contracts/validators/unverifiedMessage';
import { maskPhone, queueHandler, textsInBody } from '@qdn/lambda';
import { toInboundMessage } from '../../inbound-message.ts';
import { isFromTwilio } from '../../twilio-authentication.ts';
import type { WebhookDependencies } from '../../twilio-webhook.ts';

export type AdmitMessageDependencies = Omit<WebhookDependencies, 'now'> & {
  queue: { send(message: Wire<'inboundMessage'>): Promise<void> };
  postpone: Postpone;
};

/** A secret may be asked for again after 10 s. A token that was promoted a moment ago is known by then. */
const FIRST_RETRY_S = 15;
const LONGEST_RETRY_S = 900;
/** So often a signature is looked at, before it is taken for a forgery. */
const LOOKS = 2;
/** resources/queues.yml: so often the queue hands a message out. */
export const TRIES = 100;

/** Soon at first, and then ever later: with the queue's hundred tries, a day. */
const retryAfterS = (tries: number): number => Math.min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** (tries - 1));

const rawBodyOf = (body64: string): string => Buffer.from(body64, 'base64').toString('utf8');

/** The words and numbers in a message, which its record holds in a form of its own. */
const textsInRecord = (body: string): string[] => {
  const { body64 = '' } = /"body64":"(?<body64>[^"]*)"/.exec(body)?.groups ?? {};
  return [...textsInBody(body), ...textsInBody(rawBodyOf(body64))];
};

/**
 * The worker behind the fallback: what Twilio has signed goes into the relay's queue, as if the webhook had taken it; what it has
 * not is dropped, with a warning. While the secrets cannot be read, or the queue does not take it, the message waits. That it may
 * have come over the webhook too is no matter: it has the same SID.
 */
export const admitMessage = ({ queue, postpone, authTokens, publicUrl, log }: AdmitMessageDependencies) =>
  queueHandler(
    {
      name: 'admit-message',
      log,
      validate: isUnverifiedMessage,
      maxReceives: TRIES,
      hide: textsInRecord,
      postpone: ({ receiptHandle, receiveCount }) => postpone(receiptHandle, retryAfterS(receiveCount)),
    },
    async ({ body: unverified, messageId, receiveCount }) => {
      const { signature, job, path, query: rawQuery, userAgent, idempotencyToken, receivedAt } = unverified;
      const rawBody = rawBodyOf(unverified.body64);
      if (!(await isFromTwilio({ authTokens, publicUrl }, { signature, path, rawQuery, rawBody }))) {
        if (receiveCount < LOOKS) throw new Error('No Auth Token fits the signature yet');
        log.warn('unverified message dropped: Twilio has not signed it', { messageId, receivedAt });
        return;
      }
      const webhook = { job, path, rawQuery, rawBody, receivedAt, userAgent, idempotencyToken, overFallback: true };
      const { message, oddities } = toInboundMessage(webhook);
      await queue.send(message);
      const { messageSid: sid, from, media } = message;
      if (oddities) log.warn('message is not as Twilio documents it', { sid, oddities });
      // Why Twilio has turned to the fallback: https://www.twilio.com/docs/api/errors
      const why = String(message.parameters['ErrorCode'] ?? '');
      log.measure({ Received: 1 }, { sid });
      log.info('message admitted', { sid, from: maskPhone(from), media: media.length, why, receiveCount });
    },
  );
