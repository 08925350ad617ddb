import type { CarrierWebhook, WebhookKeys } from '@qdn/carrier-adapter/webhook';
import type { Wire } from '@qdn/contracts';
import { receiveCarrierWebhook as route } from '@qdn/contracts/routes';
import { ProductError, parseOutboundMessageId } from '@qdn/domain';
import { apiHandler, type Logger, type Received } from '@qdn/lambda';
import { orUnavailable } from '../../twilio-webhook.ts';

export type ReceiveCarrierWebhookDependencies = {
  queue: { send(record: Wire<'inboundMessage'> | Wire<'deliveryReceipt'>): Promise<void> };
  /** Returns the webhook of one of the company's carriers, with its keys; null for any other name. */
  webhookOf: (carrier: string) => { webhook: CarrierWebhook; keys: WebhookKeys } | null;
  /** Epoch ms. */
  now: () => number;
  log: Logger;
};

/**
 * `POST /api/carriers/{carrier}/webhook`: messages and receipts of each carrier with a webhook in the registry.
 * Signature → SQS → 204. A signed event that the relay does not need is answered 204 too, because a retry would not help.
 */
export const receiveCarrierWebhook = ({ queue, webhookOf, now, log }: ReceiveCarrierWebhookDependencies) =>
  apiHandler(
    route,
    {
      log,
      authenticate: orUnavailable(async (request: Received) => {
        const found = webhookOf(request.pathParameters['carrier'] ?? '');
        if (found && (await found.webhook.isAuthentic(request, found.keys, now()))) return found.webhook;
        throw new ProductError('bad-signature', 'Only a carrier of the company may call this, with a signed request.');
      }),
    },
    orUnavailable(async ({ caller: webhook, ...request }: Received & { caller: CarrierWebhook }) => {
      const record = webhook.read(request, new Date(now()).toISOString());
      const carrier = request.pathParameters['carrier'];
      if (!record) {
        log.warn('WEBHOOK_IGNORED', { carrier });
      } else if (record.kind === 'receipt' && !parseOutboundMessageId(record.outboundMessageId)) {
        log.warn('RECEIPT_UNMATCHED', { carrier, carrierSid: record.carrierSid });
      } else {
        await queue.send(record);
        if (record.kind === 'message') log.measure({ Received: 1 }, { sid: record.messageSid });
        log.info('carrier webhook received', { carrier, kind: record.kind });
      }
      return { status: 204 };
    }),
  );
