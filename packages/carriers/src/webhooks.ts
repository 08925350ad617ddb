import type { CarrierWebhook } from '@qdn/carrier-adapter/webhook';
import { telnyxWebhook } from '@qdn/carrier-telnyx/webhook';

/** Webhooks that `POST /api/carriers/{carrier}/webhook` serves, by carrier. Twilio's have routes of their own; AWS has none. */
export const WEBHOOKS: ReadonlyMap<string, CarrierWebhook> = new Map([['telnyx', telnyxWebhook]]);
