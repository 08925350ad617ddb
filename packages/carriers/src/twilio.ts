import type { SendOutcome, Sms, SmsCarrier } from '@qdn/domain';
// Deep imports: BaseTwilio and the message resource are 430 KB minified and 100 ms to import, the whole client 3.75 MB and
// 170 ms. The paths are internal to twilio, so the version is pinned and the tests cover them.
import BaseTwilioModule from 'twilio/lib/base/BaseTwilio.js';
import DomainModule from 'twilio/lib/base/Domain.js';
import RequestClientModule from 'twilio/lib/base/RequestClient.js';
import RestExceptionModule from 'twilio/lib/base/RestException.js';
import VersionModule from 'twilio/lib/base/Version.js';
import { MessageListInstance } from 'twilio/lib/rest/api/v2010/account/message.js';
import { cjsDefault } from './cjs-default.ts';

const BaseTwilio = cjsDefault(BaseTwilioModule);
const Domain = cjsDefault(DomainModule);
const RequestClient = cjsDefault(RequestClientModule);
const RestException = cjsDefault(RestExceptionModule);
const Version = cjsDefault(VersionModule);

const API = 'https://api.twilio.com';
/** Shorter than the worker's own time-out, so that an unanswered send is written down as unknown, in ms. */
const TIMEOUT_MS = 8000;
/** As many as one text to one number can have given rise to, and more. */
const LIST_LIMIT = 50;

export type TwilioOptions = {
  accountSid: string;
  apiKeySid: string;
  apiKeySecret: string;
  /** Another base URL of the API; `edge` and `region` of the SDK can only make `*.twilio.com`. */
  apiUrl?: string;
  timeoutMs?: number;
};

/** Sends the SDK's requests to another host, and keeps each answer's headers: the SDK drops Retry-After. */
class RedirectedClient extends RequestClient {
  readonly base: URL;
  constructor(apiUrl: string, timeout: number) {
    super({ timeout });
    this.base = new URL(apiUrl);
  }
  override request<T>(options: RequestClientModule.RequestOptions<T>) {
    const uri = new URL(options.uri);
    uri.protocol = this.base.protocol;
    uri.host = this.base.host;
    return super.request<T>({ ...options, uri: uri.href });
  }
}

/** Errors of a connection that was never made: the carrier cannot have seen the request. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** What a failed create came to. @param retryAfterMs what the answer's Retry-After said */
const outcomeOf = (error: unknown, retryAfterMs: number | undefined): SendOutcome => {
  if (error instanceof RestException) {
    const { status, code, message } = error;
    const detail = `${status} ${code ?? ''} ${message}`.trim();
    // Documented as not processed: https://www.twilio.com/docs/api/errors/20429
    if (status === 429)
      return { kind: 'not-processed', detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    // 21611: the number's queue is full, nothing was queued.
    if (code === 21611) return { kind: 'not-processed', detail };
    if (status >= 500) return { kind: 'unknown', detail };
    return { kind: 'rejected', code: code ?? status, detail };
  }
  const code = codeOf(error);
  return { kind: code && NEVER_CONNECTED.has(code) ? 'not-processed' : 'unknown', detail: code ?? 'no answer' };
};

/** Twilio as an SMS carrier, with an API key that can send and nothing more. */
export const createTwilioCarrier = (options: TwilioOptions): SmsCarrier => {
  const httpClient = new RedirectedClient(options.apiUrl ?? API, options.timeoutMs ?? TIMEOUT_MS);
  const twilio = new BaseTwilio.Client(options.apiKeySid, options.apiKeySecret, {
    accountSid: options.accountSid,
    httpClient,
  });
  // The resource asks for the generated V2010 class, which would bring every other resource along, and uses only its base.
  const version = new Version(new Domain(twilio, API), '2010-04-01') as Parameters<typeof MessageListInstance>[0];
  const messages = MessageListInstance(version, options.accountSid);

  const retryAfterMs = (): number | undefined => {
    const headers: unknown = httpClient.lastResponse?.headers;
    const value =
      typeof headers === 'object' && headers !== null && 'retry-after' in headers
        ? Number(headers['retry-after'])
        : Number.NaN;
    return Number.isFinite(value) ? value * 1000 : undefined;
  };

  return {
    name: 'twilio',
    send: async ({ to, from, body, statusCallback }: Sms) => {
      try {
        const { sid } = await messages.create({ to, from, body, statusCallback });
        return { kind: 'accepted', carrierSid: sid };
      } catch (error) {
        return outcomeOf(error, retryAfterMs());
      }
    },
    find: async ({ to, body, sentAfter }) => {
      // Queued messages may have no date_sent yet, so the time is compared here, with date_created.
      const listed = await messages.list({ to, limit: LIST_LIMIT });
      return listed
        .filter(
          (message) =>
            message.body === body &&
            message.direction !== 'inbound' &&
            message.dateCreated.getTime() >= sentAfter - 1000,
        )
        .map(({ sid }) => ({ carrierSid: sid }));
    },
  };
};
