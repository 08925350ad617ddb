import type { UnverifiedQueue } from '@qdn/aws/inbound-queue';
import * as routes from '@qdn/contracts/routes';
import { ProductError } from '@qdn/domain';
import { apiHandler, type Logger, type Received } from '@qdn/lambda';
import { EMPTY_TWIML, orUnavailable } from '../../twilio-webhook.ts';

export type ReceiveFallbackDependencies = { queue: UnverifiedQueue; now: () => number; log: Logger };

/** base64 of an HMAC-SHA1. */
const SIGNATURE = /^[A-Za-z0-9+/]{27}=$/;
/** Every webhook of Twilio's names its account. */
const ACCOUNT = /(?:^|&)AccountSid=AC[0-9a-fA-F]{32}(?:&|$)/;

/**
 * `POST /api/fallback/jobs/{job_id}/messages`: Twilio's second URL, for when the webhook does not answer. It needs only SQS:
 * `admit-message` checks the sender, and can wait until the secrets can be read. Only a request whose form shows that it is not from
 * Twilio is refused here.
 */
export const receiveFallback = ({ queue, now, log }: ReceiveFallbackDependencies) =>
  apiHandler(
    routes.receiveFallback,
    { log, authenticate: () => null },
    orUnavailable(async ({ path, rawQuery, rawBody, headers, pathParameters, correlationId }: Received) => {
      const signature = headers['x-twilio-signature'] ?? '';
      if (!SIGNATURE.test(signature) || !ACCOUNT.test(rawBody)) {
        throw new ProductError(
          'bad-signature',
          'Only Twilio may call this. Its requests are signed and name its account.',
        );
      }
      await queue.send({
        schema: 1,
        kind: 'unverified-message',
        signature,
        job: pathParameters['job_id'] ?? '',
        path,
        query: rawQuery,
        body64: Buffer.from(rawBody).toString('base64'),
        userAgent: headers['user-agent'] ?? null,
        idempotencyToken: headers['i-twilio-idempotency-token'] ?? null,
        receivedAt: new Date(now()).toISOString(),
      });
      log.warn('FALLBACK_MESSAGE_RECEIVED', { correlationId });
      return EMPTY_TWIML;
    }),
  );
