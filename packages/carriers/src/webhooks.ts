import type { CarrierWebhook } from '@qdn/carrier-adapter/webhook';

/** Webhooks that `POST /api/carriers/{carrier}/webhook` serves, by carrier. Twilio's have routes of their own; AWS has none. */
export const WEBHOOKS: ReadonlyMap<string, CarrierWebhook> = new Map();
