import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { maskPhone } from '@qdn/lambda';
import { inboundRecord } from '../../inbound-record.ts';
import { createRecentLines } from '../../recent-lines.ts';
import { EMPTY_TWIML, twilioWebhook, type WebhookDependencies } from '../../twilio-webhook.ts';

export type ReceiveMessageDependencies = WebhookDependencies & {
  queue: { send(message: Wire<'inboundMessage'>): Promise<void> };
};

/**
 * `POST /api/jobs/{job_id}/messages`: Twilio's webhook. Signature → SQS → 200. It answers 200 only once SQS holds the message, and
 * otherwise 503, so that Twilio retries and then calls the fallback. One SQS call, and no other.
 */
export const receiveMessage = ({ queue, ...webhook }: ReceiveMessageDependencies) => {
  const { now, log } = webhook;
  const recent = createRecentLines();
  return twilioWebhook(routes.receiveMessage, webhook, async ({ path, rawQuery, rawBody, headers, pathParameters }) => {
    const { message, oddities } = inboundRecord({
      job: pathParameters['job_id'] ?? '',
      path,
      rawQuery,
      rawBody,
      receivedAt: new Date(now()).toISOString(),
      userAgent: headers['user-agent'] ?? null,
      idempotencyToken: headers['i-twilio-idempotency-token'] ?? null,
      overFallback: false,
    });
    const follows = recent.note(message);
    await queue.send(follows.length > 0 ? { ...message, follows } : message);
    const { messageSid: sid, from, media } = message;
    if (oddities) log.warn('TWILIO_FORM_UNDOCUMENTED', { sid, oddities });
    log.measure({ Received: 1 }, { sid });
    log.info('MESSAGE_RECEIVED', { sid, from: maskPhone(from), media: media.length });
    return EMPTY_TWIML;
  });
};
