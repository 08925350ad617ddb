import type { ConnectCarrier } from '@qdn/carrier-adapter/connect-carrier';
import { causeOf, NEVER_CONNECTED } from '@qdn/carrier-adapter/connection';
import { retryAfterMs } from '@qdn/carrier-adapter/retry-after';
import { rotatingCarrierWithoutList } from '@qdn/carrier-adapter/rotating-carrier';
import { webhookAddress } from '@qdn/carrier-adapter/webhook-address';
import { validate as isTelnyxSecret } from '@qdn/contracts/validators/telnyxSecret';
import type { SendOutcome, SmsCarrier } from '@qdn/domain';
import { TELNYX_API } from './api.ts';
import { telnyxFailure } from './error-codes.ts';

/** Shorter than the worker's own timeout, so that a send without an answer is written down as unknown, in ms. */
const TIMEOUT_MS = 8000;
/** Two statuses of a refusal that say nothing about whether the text was taken: a gateway gave up, or a conflict. */
const AMBIGUOUS_STATUSES = new Set([408, 409]);

export type TelnyxOptions = {
  apiKey: string;
  /** The number that texts go out from, in E.164. */
  from: string;
  /** Of the site, without a trailing slash. */
  publicUrl: string;
  apiUrl?: string | undefined;
  timeoutMs?: number;
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const parsed = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
};

/** The first error of an answer: `{"errors": [{"code": "40300", "title": …, "detail": …}]}`. */
const errorIn = (body: Record<string, unknown>): { code: string | null; words: string } => {
  const [first]: unknown[] = Array.isArray(body['errors']) ? body['errors'] : [];
  const { code, title, detail } = isObject(first) ? first : {};
  const isCode = typeof code === 'string' || typeof code === 'number';
  return { code: isCode ? String(code) : null, words: [title, detail].filter(Boolean).join(': ') };
};

/** A wait that Telnyx asks for: `Retry-After`, or the seconds until its limit is reset. */
const waitMs = (headers: Headers): number | undefined =>
  retryAfterMs(headers.get('retry-after') ?? headers.get('x-ratelimit-reset'), Date.now());

const outcomeOf = (status: number, headers: Headers, text: string): SendOutcome => {
  const body = parsed(text);
  if (status >= 200 && status < 300) {
    const id = isObject(body['data']) ? body['data']['id'] : null;
    return typeof id === 'string' && id !== ''
      ? { kind: 'accepted', carrierSid: id }
      : { kind: 'unknown', detail: 'an answer without an ID' };
  }
  const { code, words } = errorIn(body);
  const detail = [status, code, words].filter(Boolean).join(' ');
  if (status < 400 || status >= 500 || AMBIGUOUS_STATUSES.has(status)) return { kind: 'unknown', detail };
  const given = code ?? String(status);
  const failure = telnyxFailure(given);
  if (status !== 429 && failure !== 'later') return { kind: 'rejected', class: failure, code: given, detail };
  const retryMs = waitMs(headers);
  return { kind: 'not-processed', detail, ...(retryMs === undefined ? {} : { retryAfterMs: retryMs }) };
};

/**
 * Telnyx as an SMS carrier. Its API has no idempotency key for messages and no list of them: `GET /v2/messages/{id}` needs the ID
 * that a broken request did not return, and detail records lack the words and come at a time that is not documented. So nothing is
 * sent again in here, and an unknown outcome stays unknown until a webhook about the text comes.
 * https://developers.telnyx.com/api-reference/messages/send-a-message
 */
export const createTelnyxCarrier = (options: TelnyxOptions): SmsCarrier => ({
  name: 'telnyx',
  send: async ({ to, body, outboundMessageId }) => {
    try {
      const response = await fetch(`${options.apiUrl ?? TELNYX_API}/v2/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${options.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          from: options.from,
          to,
          text: body,
          type: 'SMS',
          webhook_url: webhookAddress(options.publicUrl, 'telnyx', outboundMessageId),
          use_profile_webhooks: false,
        }),
        redirect: 'manual',
        signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
      });
      return outcomeOf(response.status, response.headers, await response.text());
    } catch (error) {
      const why = causeOf(error);
      return { kind: NEVER_CONNECTED.has(why) ? 'not-processed' : 'unknown', detail: why };
    }
  },
  find: null,
});

export const connectTelnyx: ConnectCarrier = ({ number, publicUrl, apiUrl, readSecret }) =>
  rotatingCarrierWithoutList(
    'telnyx',
    (fresh) => readSecret(isTelnyxSecret, fresh),
    ({ apiKey }) => createTelnyxCarrier({ apiKey, from: number, publicUrl, apiUrl }),
  );
