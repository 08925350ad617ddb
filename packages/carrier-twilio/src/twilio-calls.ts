import { causeOf, NEVER_CONNECTED } from '@qdn/carrier-adapter/connection';
import type { CallOutcome, Calls } from '@qdn/domain';
import { createTwilioRequest, TwilioRefusal, textOf } from './twilio-request.ts';
import { callAddress, placedWebhook } from './webhook-addresses.ts';

const API = 'https://api.twilio.com';
/** Shorter than the worker's own timeout, in ms. */
const TIMEOUT_MS = 8000;
/** Time for which the dispatcher's phone rings, in s. Mobile carriers' voicemail picks up after 20 to 30 s. */
const RING_S = 25;
/** Twilio lists calls by day, in UTC. */
const DAY_MS = 24 * 3_600_000;
const PAGE_SIZE = 50;
/** Resolution of Twilio's timestamps, in ms. */
const CLOCK_STEP_MS = 1000;

export type TwilioCallsOptions = {
  /** Reads the sender's credentials. `fresh` reads newer ones, after a refusal. */
  sender: (fresh: boolean) => Promise<{ accountSid: string; apiKeySid: string; apiKeySecret: string }>;
  /** The company's number, which the phone shows. E.164. */
  from: string;
  publicUrl: string;
  /** Another base URL of the API, for an emulator. */
  apiUrl?: string | undefined;
  timeoutMs?: number;
};

/** Twilio refused the credentials: https://www.twilio.com/docs/api/errors/20003 */
const isCredentialRefusal = (error: unknown): boolean => error instanceof TwilioRefusal && error.status === 401;

const outcomeOf = (error: unknown): CallOutcome => {
  if (error instanceof TwilioRefusal) {
    const { status, code, message } = error;
    // 429 is documented as not processed; a gateway answers 408 when it gave up waiting.
    if (status === 429) return { kind: 'not-processed', detail: message };
    if (status === 408) return { kind: 'unknown', detail: message };
    return { kind: 'rejected', code: code ?? status, detail: message };
  }
  const cause = causeOf(error instanceof Error ? (error.cause ?? error) : error);
  return { kind: NEVER_CONNECTED.has(cause) ? 'not-processed' : 'unknown', detail: cause };
};

/**
 * Twilio's phone service, with an API key that can send and call.
 * @see https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource
 */
export const createTwilioCalls = ({ sender, from, publicUrl, apiUrl, timeoutMs }: TwilioCallsOptions): Calls => {
  const request = createTwilioRequest(timeoutMs ?? TIMEOUT_MS);
  const call = async (fresh: boolean, method: 'GET' | 'POST', query: string, form?: Record<string, string>) => {
    const { accountSid, apiKeySid, apiKeySecret } = await sender(fresh);
    const url = `${apiUrl ?? API}/2010-04-01/Accounts/${accountSid}/Calls.json${query}`;
    return request({ user: apiKeySid, password: apiKeySecret }, method, url, form);
  };
  /** A refusal for the credentials was not processed, so that newer ones may be tried. */
  const withFreshKey = async (run: (fresh: boolean) => Promise<Record<string, unknown>>) => {
    try {
      return await run(false);
    } catch (error) {
      if (!isCredentialRefusal(error)) throw error;
      return run(true);
    }
  };

  return {
    place: async ({ to, messageSid }) => {
      const form = {
        To: to,
        From: from,
        Url: callAddress(publicUrl, 'bridge', { message: messageSid }),
        Method: 'POST',
        StatusCallback: placedWebhook(publicUrl, messageSid),
        StatusCallbackMethod: 'POST',
        Timeout: String(RING_S),
      };
      try {
        const answer = await withFreshKey((fresh) => call(fresh, 'POST', '', form));
        return { kind: 'placed', callSid: textOf(answer, 'sid') };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    hasPlaced: async ({ to, since }) => {
      const day = new Date(since - DAY_MS).toISOString().slice(0, 10);
      const query = new URLSearchParams({ To: to, From: from, 'StartTime>': day, PageSize: String(PAGE_SIZE) });
      const { calls } = await withFreshKey((fresh) => call(fresh, 'GET', `?${query}`));
      const list: unknown[] = Array.isArray(calls) ? calls : [];
      return list.some((one) => {
        const created = typeof one === 'object' && one !== null && 'date_created' in one ? one.date_created : null;
        return typeof created === 'string' && Date.parse(created) >= since - CLOCK_STEP_MS;
      });
    },
  };
};
