import type { UnverifiedQueue } from '@qdn/aws/inbound-queue';
import { hasFormOfTwilio } from '@qdn/carrier-twilio/webhook-form-check';
import * as routes from '@qdn/contracts/routes';
import { ProductError } from '@qdn/domain';
import { apiHandler, type Logger, type Received } from '@qdn/lambda';
import { EMPTY_TWIML, orUnavailable } from '../../twilio-webhook.ts';

export type ReceiveFallbackDependencies = { queue: UnverifiedQueue; now: () => number; log: Logger };

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
      if (!hasFormOfTwilio(rawBody, signature)) {
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
