import { receiptFromTwilio } from '@qdn/carrier-twilio/webhook-receipt';
import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { parseOutboundMessageId } from '@qdn/domain';
import { twilioWebhook, type WebhookDependencies } from '../../twilio-webhook.ts';

export type RecordDeliveryDependencies = WebhookDependencies & {
  queue: { send(receipt: Wire<'deliveryReceipt'>): Promise<void> };
};

/**
 * `POST /api/messages/{message_id}/status`: a delivery receipt. Signature → schema → SQS → 204. The worker records it; this function
 * makes one SQS call and no other. A signed receipt that cannot be used is answered 204 too, because a retry would not help.
 */
export const recordDelivery = ({ queue, ...webhook }: RecordDeliveryDependencies) => {
  const { now, log } = webhook;
  return twilioWebhook(routes.recordDelivery, webhook, async ({ rawBody, pathParameters }) => {
    const outboundMessageId = pathParameters['message_id'] ?? '';
    const found = receiptFromTwilio(rawBody, outboundMessageId, new Date(now()).toISOString());
    if (!found.receipt) {
      log.warn('RECEIPT_MALFORMED', { places: found.places });
      return { status: 204 };
    }
    const { receipt, status } = found;
    const { carrierSid, errorCode } = receipt;
    const outbound = parseOutboundMessageId(outboundMessageId);
    if (!outbound) {
      log.warn('RECEIPT_UNMATCHED', { carrierSid });
      return { status: 204 };
    }
    await queue.send(receipt);
    log.info('RECEIPT_RECEIVED', { sid: outbound.messageSid, carrierSid, status, errorCode });
    return { status: 204 };
  });
};
