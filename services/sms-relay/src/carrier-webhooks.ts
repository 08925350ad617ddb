import type { CarrierSetting } from '@qdn/carrier-adapter/facts';
import type { CarrierWebhook, ReadSecrets, WebhookKeys } from '@qdn/carrier-adapter/webhook';
import { CARRIER_FACTS } from '@qdn/carriers/facts';
import { WEBHOOKS } from '@qdn/carriers/webhooks';

const NO_SECRET: ReadSecrets = () => Promise.reject(new Error('This carrier has no webhook secret'));

/**
 * Returns a function that finds the webhook of a carrier in the company's list; null for any other name.
 * @param secretReader returns the reader of a secret, by its ID
 */
export const webhooksOf =
  (settings: readonly CarrierSetting[], secretReader: (secretId: string) => ReadSecrets) =>
  (carrier: string): { webhook: CarrierWebhook; keys: WebhookKeys } | null => {
    const setting = settings.find(({ name }) => name === carrier);
    const webhook = WEBHOOKS.get(carrier);
    if (!setting || !webhook) return null;
    const secretId = CARRIER_FACTS.get(carrier)?.secrets.webhook;
    return {
      webhook,
      keys: { publicKeys: setting.publicKeys ?? [], readSecrets: secretId ? secretReader(secretId) : NO_SECRET },
    };
  };
