import type { CarrierWebhook, ReadSecrets } from '@qdn/carrier-adapter/webhook';
import type { Wire } from '@qdn/contracts';
import { receiveCarrierWebhook as route } from '@qdn/contracts/routes';
import { ProductError, parseEffectId } from '@qdn/domain';
import { apiHandler, type Logger, type Received } from '@qdn/lambda';
import { orUnavailable } from '../../twilio-webhook.ts';

export type ReceiveCarrierWebhookDependencies = {
  queue: { send(record: Wire<'inboundMessage'> | Wire<'deliveryReceipt'>): Promise<void> };
  /** Returns the webhook of one of the company's carriers, with the reader of its secret; null for any other name. */
  webhookOf: (carrier: string) => { webhook: CarrierWebhook; readSecrets: ReadSecrets } | null;
  /** Epoch ms. */
  now: () => number;
  log: Logger;
};

/**
 * `POST /api/carriers/{carrier}/webhook`: messages and receipts of every carrier of the registry that signs its webhooks.
 * Signature → SQS → 204. A signed webhook that has nothing for the relay is answered 204 too, because a retry would not help.
 */
export const receiveCarrierWebhook = ({ queue, webhookOf, now, log }: ReceiveCarrierWebhookDependencies) =>
  apiHandler(
    route,
    {
      log,
      authenticate: orUnavailable(async (request: Received) => {
        const found = webhookOf(request.pathParameters['carrier'] ?? '');
        if (found && (await found.webhook.isAuthentic(request, found.readSecrets, now()))) return found.webhook;
        throw new ProductError('bad-signature', 'Only a carrier of the company may call this, with a signed request.');
      }),
    },
    orUnavailable(async ({ caller: webhook, ...request }: Received & { caller: CarrierWebhook }) => {
      const record = webhook.read(request, new Date(now()).toISOString());
      const carrier = request.pathParameters['carrier'];
      if (!record) {
        log.warn('WEBHOOK_IGNORED', { carrier });
      } else if (record.kind === 'receipt' && !parseEffectId(record.effectId)) {
        log.warn('RECEIPT_UNMATCHED', { carrier, carrierSid: record.carrierSid });
      } else {
        await queue.send(record);
        if (record.kind === 'message') log.measure({ Received: 1 }, { sid: record.messageSid });
        log.info('carrier webhook received', { carrier, kind: record.kind });
      }
      return { status: 204 };
    }),
  );
