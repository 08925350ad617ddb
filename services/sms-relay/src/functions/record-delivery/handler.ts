import { twilioFailure } from '@qdn/carrier-twilio/error-codes';
import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { validate as isTwilioStatus } from '@qdn/contracts/validators/twilioStatus';
import { parseOutboundMessageId } from '@qdn/domain';
import { placesOf } from '../../places.ts';
import { firstValues, formParameters } from '../../twilio-form.ts';
import { twilioWebhook, type WebhookDependencies } from '../../twilio-webhook.ts';

type Status = Wire<'deliveryReceipt'>['status'];

export type RecordDeliveryDependencies = WebhookDependencies & {
  queue: { send(receipt: Wire<'deliveryReceipt'>): Promise<void> };
};

/**
 * Twilio's statuses in the relay's words. All others, also new ones, are `accepted`: a callback proves that Twilio has the text.
 * @see https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
 */
const STATUSES: ReadonlyMap<string, Status> = new Map([
  ['sent', 'sent'],
  // Sent, without a final state.
  ['partially_delivered', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['undelivered', 'undelivered'],
  ['failed', 'failed'],
  // It will never be sent.
  ['canceled', 'failed'],
]);

/**
 * `POST /api/messages/{message_id}/status`: a delivery receipt. Signature → schema → SQS → 204. The worker records it; this function
 * makes one SQS call and no other. A signed receipt that cannot be used is answered 204 too, because a retry would not help.
 */
export const recordDelivery = ({ queue, ...webhook }: RecordDeliveryDependencies) => {
  const { now, log } = webhook;
  return twilioWebhook(routes.recordDelivery, webhook, async ({ rawBody, pathParameters }) => {
    const form: unknown = firstValues(formParameters(rawBody));
    if (!isTwilioStatus(form)) {
      log.warn('RECEIPT_MALFORMED', { places: placesOf(isTwilioStatus.errors) });
      return { status: 204 };
    }
    const { MessageSid: carrierSid, MessageStatus, ErrorCode } = form;
    const outboundMessageId = pathParameters['message_id'] ?? '';
    const outbound = parseOutboundMessageId(outboundMessageId);
    if (!outbound) {
      log.warn('RECEIPT_UNMATCHED', { carrierSid });
      return { status: 204 };
    }
    const status = STATUSES.get(MessageStatus) ?? 'accepted';
    const errorCode = ErrorCode ? Number(ErrorCode) : null;
    await queue.send({
      schema: 1,
      kind: 'receipt',
      outboundMessageId,
      carrier: 'twilio',
      carrierSid,
      status,
      errorCode,
      errorClass: errorCode === null ? null : twilioFailure(errorCode),
      receivedAt: new Date(now()).toISOString(),
    });
    log.info('RECEIPT_RECEIVED', { sid: outbound.messageSid, carrierSid, status: MessageStatus, errorCode });
    return { status: 204 };
  });
};
