import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

// The stand-in signs with Twilio's own code, so that the product is checked against it and not against ours.
const { getExpectedTwilioSignature }: typeof import('twilio/lib/webhooks/webhooks.js') = createRequire(import.meta.url)('twilio/lib/webhooks/webhooks.js');

/** Connection overrides in a webhook URL's fragment. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
export type Overrides = { connectMs: number; readMs: number; totalMs: number; retries: number; retryOn: ReadonlySet<string> };

const clamp = (text: string | null, low: number, high: number, otherwise: number): number => {
  const value = text === null ? otherwise : Number(text);
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise;
};

/** The URL without its fragment, and what the fragment asks for. A 5xx is not retried unless asked. */
export const parseWebhookUrl = (url: string): { url: string; overrides: Overrides } => {
  const [address = '', fragment = ''] = url.split('#');
  const asked = new URLSearchParams(fragment);
  return {
    url: address,
    overrides: {
      connectMs: clamp(asked.get('ct'), 100, 10_000, 5000),
      readMs: clamp(asked.get('rt'), 100, 15_000, 15_000),
      totalMs: clamp(asked.get('tt'), 100, 15_000, 15_000),
      retries: clamp(asked.get('rc'), 0, 5, 1),
      retryOn: new Set((asked.get('rp') ?? 'ct').split(',')),
    },
  };
};

export type WebhookResult = { status: number | null; body: string; contentType: string; ms: number };

const retries = (result: WebhookResult, on: ReadonlySet<string>): boolean => {
  if (on.has('all')) return result.status === null || result.status >= 400;
  if (result.status === null) return on.has('ct') || on.has('rt');
  return (result.status >= 500 && on.has('5xx')) || (result.status >= 400 && result.status < 500 && on.has('4xx'));
};

/**
 * Sends a signed webhook as Twilio does, with the retries that the URL asks for, within its total time. Retries of one
 * webhook carry the same `I-Twilio-Idempotency-Token`.
 * @param report is told of every try
 */
export const sendWebhook = async (
  target: string,
  parameters: Readonly<Record<string, string>>,
  authToken: string,
  report: (url: string, result: WebhookResult) => void,
): Promise<WebhookResult> => {
  const { url, overrides } = parseWebhookUrl(target);
  const deadline = Date.now() + overrides.totalMs;
  const idempotencyToken = randomUUID();
  for (let attempt = 0; ; attempt++) {
    const result = await post(url, parameters, authToken, idempotencyToken, Math.min(overrides.readMs, Math.max(100, deadline - Date.now())));
    report(url, result);
    const again = attempt < overrides.retries && Date.now() < deadline && retries(result, overrides.retryOn);
    if (!again) return result;
    await new Promise((resolve) => setTimeout(resolve, 250 * (attempt + 1)));
  }
};

const post = async (
  url: string,
  parameters: Readonly<Record<string, string>>,
  authToken: string,
  idempotencyToken: string,
  timeoutMs: number,
): Promise<WebhookResult> => {
  const began = performance.now();
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'user-agent': 'TwilioProxy/1.1',
        'x-twilio-signature': getExpectedTwilioSignature(authToken, url, parameters),
        'i-twilio-idempotency-token': idempotencyToken,
      },
      body: new URLSearchParams(parameters),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: await response.text(), contentType: response.headers.get('content-type') ?? '', ms: performance.now() - began };
  } catch {
    return { status: null, body: '', contentType: '', ms: performance.now() - began };
  }
};
