import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { parseWebhookUrl, type RetryOn } from './connection-overrides.ts';
import { signatureOf } from './signature.ts';

/** Maximum number of bytes that Twilio reads of an answer. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Delay before a retry, in ms, multiplied by the number of attempts so far. */
const RETRY_PAUSE_MS = 100;

/** One call of a webhook. `status` is null without an answer, and `problem` has the reason. `ms` is the duration. */
export type WebhookTry = {
  url: string;
  parameters: Readonly<Record<string, string>>;
  try: number;
  status: number | null;
  contentType: string;
  answer: string;
  problem: string | null;
  ms: number;
};

type Limits = { connectMs: number; readMs: number; leftMs: number; signal: AbortSignal };
type Answer = Pick<WebhookTry, 'status' | 'contentType' | 'answer' | 'problem'> & {
  kind: RetryOn | 'answered' | 'stopped';
};

const failed = (kind: Answer['kind'], problem: string): Answer => ({
  kind,
  problem,
  status: null,
  contentType: '',
  answer: '',
});

const kindOf = (status: number): Answer['kind'] => (status >= 500 ? '5xx' : status >= 400 ? '4xx' : 'answered');

/** Sends a POST on its own connection, with a timeout for connecting, for each pause, and for the whole call. */
const post = (url: string, headers: Record<string, string>, body: string, limits: Limits): Promise<Answer> =>
  new Promise((resolve) => {
    let connected = false;
    let timer: NodeJS.Timeout | undefined;
    const finish = (answer: Answer): void => {
      clearTimeout(timer);
      clearTimeout(whole);
      limits.signal.removeEventListener('abort', stop);
      resolve(answer);
      request.destroy();
    };
    const arm = (ms: number, kind: 'ct' | 'rt', problem: string): void => {
      clearTimeout(timer);
      timer = setTimeout(() => finish(failed(kind, problem)), ms);
    };
    const awaitRead = () => arm(limits.readMs, 'rt', `no answer within ${limits.readMs} ms`);
    const stop = () => finish(failed('stopped', 'the emulator was stopped'));
    const whole = setTimeout(
      () => finish(failed(connected ? 'rt' : 'ct', 'the total time for all tries was used up')),
      limits.leftMs,
    );
    const secure = url.startsWith('https:');
    const request = (secure ? httpsRequest : httpRequest)(url, { method: 'POST', headers, agent: false });
    arm(limits.connectMs, 'ct', `no connection within ${limits.connectMs} ms`);
    limits.signal.addEventListener('abort', stop);
    request.on('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        connected = true;
        awaitRead();
      });
    });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      awaitRead();
      response.on('error', broke);
      response.on('data', (chunk: Buffer) => {
        awaitRead();
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) finish(failed('answered', 'the answer is longer than 64 kB'));
        else chunks.push(chunk);
      });
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        const contentType = response.headers['content-type'] ?? '';
        finish({
          kind: kindOf(status),
          status,
          contentType,
          answer: Buffer.concat(chunks).toString('utf8'),
          problem: null,
        });
      });
    });
    const broke = (error: NodeJS.ErrnoException): void => {
      const what = error.code ?? error.message;
      if (connected) finish(failed('rt', `the connection broke before the answer was complete: ${what}`));
      else finish(failed('ct', what === 'ECONNREFUSED' ? 'connection refused' : `no connection: ${what}`));
    };
    request.on('error', broke);
    request.end(body);
  });

/**
 * Calls a webhook as Twilio does: a signed form POST, with the time limits and retries that the fragment of its URL asks for,
 * within 15 s. Every attempt of one webhook has the same `I-Twilio-Idempotency-Token`.
 * @param report takes each attempt
 * @returns the last attempt
 */
export const callWebhook = async (
  configured: string,
  parameters: Readonly<Record<string, string>>,
  authToken: string,
  signal: AbortSignal,
  report: (one: WebhookTry) => void,
): Promise<WebhookTry> => {
  const { url, overrides } = parseWebhookUrl(configured);
  const body = new URLSearchParams(parameters).toString();
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'User-Agent': 'TwilioProxy/1.1',
    Accept: '*/*',
    'X-Twilio-Signature': signatureOf(authToken, url, parameters),
    'I-Twilio-Idempotency-Token': randomUUID(),
  };
  const deadline = performance.now() + overrides.totalMs;
  for (let count = 1; ; count++) {
    const began = performance.now();
    const leftMs = Math.max(1, deadline - began);
    const answer = URL.canParse(url)
      ? await post(url, headers, body, { ...overrides, leftMs, signal })
      : failed('stopped', 'the configured URL is not valid');
    const { kind, ...rest } = answer;
    const done: WebhookTry = { url, parameters, try: count, ...rest, ms: Math.round(performance.now() - began) };
    report(done);
    const pause = RETRY_PAUSE_MS * count;
    const again =
      kind !== 'answered' &&
      kind !== 'stopped' &&
      overrides.retryOn.has(kind) &&
      count <= overrides.retries &&
      performance.now() + pause < deadline;
    if (!again || signal.aborted) return done;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
};
