import type { Wire } from '@qdn/contracts';

/** A webhook as it came in; names of headers in small letters. */
export type WebhookRequest = { rawBody: string; headers: Readonly<Record<string, string | undefined>> };

/** Reads the versions of a secret that are valid now. `fresh` asks the store again; the reader limits how often that happens. */
export type ReadSecrets = <Secret>(isSecret: (value: unknown) => value is Secret, fresh: boolean) => Promise<Secret[]>;

/** Webhooks of a carrier that the generic route serves. */
export type CarrierWebhook = {
  /**
   * Tells whether the carrier has signed this, with a key that is valid now.
   * @param now epoch ms
   * @throws what the secret store does
   */
  isAuthentic(request: WebhookRequest, readSecrets: ReadSecrets, now: number): Promise<boolean>;
  /**
   * Translates what the carrier has signed into a record of the relay's queue; null when it says nothing to the relay.
   * @param receivedAt RFC 3339
   */
  read(request: WebhookRequest, receivedAt: string): Wire<'inboundMessage'> | Wire<'deliveryReceipt'> | null;
};
