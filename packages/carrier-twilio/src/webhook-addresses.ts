import { pathTo } from '@qdn/contracts';
import type { CallStep } from '@qdn/contracts/call-steps';
import * as routes from '@qdn/contracts/routes';

/** Twilio's retries: three, on which failures, and after 4 s. By default it retries nothing after a 5xx, and waits 15 s. */
const CONNECTION_OVERRIDES = '#rc=3&rp=ct,rt,5xx&rt=4000';

/** Addresses that Twilio calls for inbound messages: settings of the number, as Twilio names them. */
export type InboundWebhooks = { smsUrl: string; smsFallbackUrl: string };

/** Takes the place of a job ID: one number serves all jobs. */
const ALL_JOBS = { job_id: 'inbound' };

/**
 * @param publicUrl of the site, without a trailing slash
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
export const inboundWebhooks = (publicUrl: string): InboundWebhooks => ({
  smsUrl: `${publicUrl}${pathTo(routes.receiveMessage, ALL_JOBS)}${CONNECTION_OVERRIDES}`,
  smsFallbackUrl: `${publicUrl}${pathTo(routes.receiveFallback, ALL_JOBS)}${CONNECTION_OVERRIDES}`,
});

/** Addresses that Twilio calls for calls to a number: settings of the number, as Twilio names them. */
export type CallWebhooks = { voiceUrl: string; voiceFallbackUrl: string; statusCallback: string };

/** Twilio's retries of a voice webhook: one, because the caller hears silence meanwhile. */
const CALL_OVERRIDES = '#rc=1&rp=ct,rt,5xx&rt=4000';

/** Returns the address of a step of a call. @param query its state, since no step is stored */
export const callAddress = (
  publicUrl: string,
  step: CallStep,
  query: Readonly<Record<string, string>> = {},
): string => {
  const search = new URLSearchParams(query).toString();
  return `${publicUrl}${pathTo(routes.receiveCall, { call_step: step })}${search ? `?${search}` : ''}`;
};

/** @param publicUrl of the site, without a trailing slash */
export const callWebhooks = (publicUrl: string): CallWebhooks => ({
  voiceUrl: `${callAddress(publicUrl, 'incoming')}${CALL_OVERRIDES}`,
  voiceFallbackUrl: `${publicUrl}${pathTo(routes.refuseCall)}`,
  statusCallback: `${callAddress(publicUrl, 'ended')}${CONNECTION_OVERRIDES}`,
});

/** Returns the address that Twilio calls at the end of a call that a dispatcher asked for. */
export const placedWebhook = (publicUrl: string, messageSid: string): string =>
  `${callAddress(publicUrl, 'placed', { message: messageSid })}${CONNECTION_OVERRIDES}`;

/** Returns the address that Twilio calls with receipts for one text. It names the text, so that no lookup is needed. */
export const statusWebhook = (publicUrl: string, outboundMessageId: string): string =>
  `${publicUrl}${pathTo(routes.recordDelivery, { message_id: outboundMessageId })}${CONNECTION_OVERRIDES}`;
