import type { UnverifiedQueue } from '@qdn/aws/inbound-queue';
import { element, twiml } from '@qdn/carrier-twilio/twiml';
import { hasFormOfTwilio } from '@qdn/carrier-twilio/webhook-form-check';
import * as routes from '@qdn/contracts/routes';
import { ProductError } from '@qdn/domain';
import { type Answer, apiHandler, type Logger, type Received } from '@qdn/lambda';
import { EMPTY_TWIML, orUnavailable } from '../../twilio-webhook.ts';

export type ReceiveFallbackDependencies = { queue: UnverifiedQueue; now: () => number; log: Logger };

/**
 * The answer to `POST /api/fallback/calls`: a busy line rather than an error message. Twilio then reports the end of the call to the status
 * callback, which makes it a missed call. Everyone gets the same answer, so that no signature is checked.
 */
const BUSY: Answer = { status: 200, text: { content: twiml(element('Reject', { reason: 'busy' })), type: 'text/xml' } };

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
      if (pathParameters['job_id'] === undefined) {
        log.error('CALL_WEBHOOK_FAILED', { correlationId });
        return BUSY;
      }
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
