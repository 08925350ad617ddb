/** Retries that Twilio makes, their causes and its timeout: by itself it does not retry after a 5xx, and waits 15 s for an answer. */
const CONNECTION_OVERRIDES = '#rc=3&rp=ct,rt,5xx&rt=4000';

/** URLs that Twilio brings inbound texts to: the number's own settings, as Twilio names them. */
export type InboundWebhooks = { smsUrl: string; smsFallbackUrl: string };

/**
 * @param publicUrl of the site, without a trailing slash
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
export const inboundWebhooks = (publicUrl: string): InboundWebhooks => ({
  smsUrl: `${publicUrl}/api/jobs/inbound/messages${CONNECTION_OVERRIDES}`,
  smsFallbackUrl: `${publicUrl}/api/fallback/jobs/inbound/messages${CONNECTION_OVERRIDES}`,
});

/** Returns the URL that Twilio reports the outcome of one text to. Each text names its own, so that nothing has to be looked up. */
export const statusWebhook = (publicUrl: string, outboundMessageId: string): string =>
  `${publicUrl}/api/messages/${outboundMessageId}/status${CONNECTION_OVERRIDES}`;
