import type { Wire } from '@qdn/contracts';

/** A webhook as received. Header names are in lower case. */
export type WebhookRequest = { rawBody: string; headers: Readonly<Record<string, string | undefined>> };

/** Reads the versions of a secret that are valid now. `fresh` bypasses the cached secret; the reader limits such reads. */
export type ReadSecrets = <Secret>(isSecret: (value: unknown) => value is Secret, fresh: boolean) => Promise<Secret[]>;

/** Keys that a webhook is checked with. A carrier uses one of the two. */
export type WebhookKeys = {
  /** The carrier's public keys from the company file, in base64. */
  publicKeys: readonly string[];
  /** Reads the carrier's webhook secret; rejects for a carrier that has none. */
  readSecrets: ReadSecrets;
};

/** Authentication and translation of a carrier's webhooks. */
export type CarrierWebhook = {
  /**
   * Returns true when the carrier has signed the request with a key that is valid now.
   * @param now epoch ms
   * @throws the secret store's error
   */
  isAuthentic(request: WebhookRequest, keys: WebhookKeys, now: number): Promise<boolean>;
  /**
   * Translates a signed request into a record of the relay's queue; null for an event that the relay does not need.
   * @param receivedAt RFC 3339
   */
  read(request: WebhookRequest, receivedAt: string): Wire<'inboundMessage'> | Wire<'deliveryReceipt'> | null;
};
