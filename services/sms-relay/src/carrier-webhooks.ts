import type { CarrierSetting } from '@qdn/carrier-adapter/facts';
import type { CarrierWebhook, ReadSecrets } from '@qdn/carrier-adapter/webhook';
import { CARRIER_FACTS } from '@qdn/carriers/facts';
import { WEBHOOKS } from '@qdn/carriers/webhooks';

/**
 * Returns a look-up of the company's carriers' webhooks by name; it returns null for any other name.
 * @param secretReader makes the reader of a secret, by its ID
 */
export const webhooksOf =
  (settings: readonly CarrierSetting[], secretReader: (secretId: string) => ReadSecrets) =>
  (carrier: string): { webhook: CarrierWebhook; readSecrets: ReadSecrets } | null => {
    const webhook = settings.some(({ name }) => name === carrier) ? WEBHOOKS.get(carrier) : undefined;
    const secretId = CARRIER_FACTS.get(carrier)?.secrets.webhook;
    return webhook && secretId ? { webhook, readSecrets: secretReader(secretId) } : null;
  };
