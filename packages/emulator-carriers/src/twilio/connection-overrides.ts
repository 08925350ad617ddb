/** Failures that are retried: failed connections, no answer after connecting, and answers of a status class. */
export type RetryOn = 'ct' | 'rt' | '4xx' | '5xx';

/** Settings of a webhook call; times in ms. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
export type ConnectionOverrides = {
  connectMs: number;
  readMs: number;
  totalMs: number;
  retries: number;
  retryOn: ReadonlySet<RetryOn>;
};

const EVERYTHING: readonly RetryOn[] = ['ct', 'rt', '4xx', '5xx'];

/** Returns the URL to call and sign, without its fragment, and the fragment's settings within Twilio's limits. */
export const parseWebhookUrl = (configured: string): { url: string; overrides: ConnectionOverrides } => {
  const hash = configured.indexOf('#');
  const asked = new URLSearchParams(hash < 0 ? '' : configured.slice(hash + 1));
  const number = (name: string, low: number, high: number, otherwise: number): number => {
    const text = asked.get(name);
    return text !== null && /^\d+$/.test(text) ? Math.min(high, Math.max(low, Number(text))) : otherwise;
  };
  const policy = (asked.get('rp') ?? 'ct').split(',').map((word) => word.trim());
  return {
    url: hash < 0 ? configured : configured.slice(0, hash),
    overrides: {
      connectMs: number('ct', 100, 10_000, 5_000),
      readMs: number('rt', 100, 15_000, 15_000),
      totalMs: number('tt', 100, 15_000, 15_000),
      retries: number('rc', 0, 5, 1),
      retryOn: new Set(policy.includes('all') ? EVERYTHING : EVERYTHING.filter((one) => policy.includes(one))),
    },
  };
};
