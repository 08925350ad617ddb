import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FAULTS, type Fault, RETRY_AFTER_S } from '../phones/faults.ts';
import type { Memory, StoredMessage } from '../phones/memory.ts';
import { toE164 } from '../phones/phone-number.ts';
import { createAccountApi, withoutSecrets } from './account-api.ts';
import { type ApiError, apiErrors } from './api-error.ts';
import type { Caller, ConfiguredCredentials, Credentials } from './credentials.ts';
import { listPage } from './list-page.ts';
import type { MediaCdn } from './media-cdn.ts';
import { API_VERSION, isListed, messagesPath, parseListQuery, rfc2822, toResource } from './message-resource.ts';
import type { AccountNumber, Clock, Network } from './network.ts';
import type { NumbersApi } from './numbers-api.ts';

/** The account: what may speak for it at first, and its numbers. */
export type Account = ConfiguredCredentials & {
  numbers: readonly AccountNumber[];
};

const MAX_BODY_LENGTH = 1600;

/** How a request is answered: as JSON, or with silence, or by dropping the connection. */
type Outcome =
  | { kind: 'json'; status: number; body: object | null; headers?: Record<string, string>; message?: StoredMessage }
  | { kind: 'silence' }
  | { kind: 'drop'; message: StoredMessage };

const refuse = (error: ApiError, headers: Record<string, string> = {}): Outcome => ({
  kind: 'json',
  status: error.status,
  headers,
  body: {
    code: error.code,
    message: error.message,
    more_info: `https://www.twilio.com/docs/errors/${error.code}`,
    status: error.status,
  },
});

/** What an `api` fault answers in place of everything else; null for faults that let the request through at first. */
const faultAnswer = (fault: Fault | null): Outcome | null => {
  if (fault === 'error-500') return refuse(apiErrors.internal());
  if (fault === 'too-many-requests')
    return refuse(apiErrors.tooManyRequests(), { 'retry-after': String(RETRY_AFTER_S) });
  if (fault === 'unauthorized') return refuse(apiErrors.authenticate());
  return fault === 'timeout' ? { kind: 'silence' } : null;
};

/** What belongs to the account itself, after its path. */
const ACCOUNT_ONLY = /^(\.json|\/Balance\.json|\/Keys(\/SK[0-9a-f]{32})?\.json)$/i;

/** Of a picture that a phone sent, the SID is in its address; of one that the product sends, it is made of the address. */
const mediaSid = (url: string): string =>
  /\/(ME[0-9a-f]{32})$/.exec(url)?.[1] ?? `ME${createHash('sha256').update(url).digest('hex').slice(0, 32)}`;

const isHttpUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/**
 * The part of Twilio's REST API that the product uses: create, fetch and list messages, and their media, and
 * what the account may do with itself. Everything else is
 * answered as Twilio answers what it does not know.
 */
export const createRestApi = (
  accountSid: string,
  numbers: NumbersApi,
  memory: Memory,
  network: Network,
  clock: Clock,
  credentials: Credentials,
  cdn: MediaCdn,
  balance: () => string,
) => {
  const accountPath = `/${API_VERSION}/Accounts/${accountSid}`;
  const accountApi = createAccountApi(accountSid, credentials, clock.now, balance);
  const own = numbers.find;

  /** What Twilio refuses before it takes a text, in its order. */
  const check = (form: URLSearchParams, to: string | null): ApiError | null => {
    const [body, from, callback] = [form.get('Body'), form.get('From'), form.get('StatusCallback')];
    const media = form.getAll('MediaUrl');
    if (!form.get('To')) return apiErrors.missingTo();
    if (form.get('MessagingServiceSid')) return apiErrors.noMessagingService();
    if (!from) return apiErrors.missingFrom();
    if (!body && media.length === 0) return apiErrors.missingBody();
    if (!to) return apiErrors.invalidTo(form.get('To') ?? '');
    if (!toE164(from)) return apiErrors.invalidFrom(from);
    if (to === toE164(from)) return apiErrors.sameNumber();
    if (!own(toE164(from) ?? '')) return apiErrors.foreignFrom(from);
    if (body && body.length > MAX_BODY_LENGTH) return apiErrors.bodyTooLong();
    const wrong = media.find((url) => !isHttpUrl(url));
    if (wrong !== undefined) return apiErrors.invalidMediaUrl(wrong);
    if (callback && !isHttpUrl(callback)) return apiErrors.invalidStatusCallback(callback);
    return null;
  };

  const create = async (form: URLSearchParams): Promise<Outcome> => {
    const to = toE164(form.get('To') ?? '');
    const fault = memory.takeFault(to ?? '');
    const failed = faultAnswer(fault);
    if (failed) return failed;
    const refused = check(form, to);
    if (refused || !to) return refuse(refused ?? apiErrors.invalidTo(''));
    if (fault === 'landline') return refuse(apiErrors.notMobile(to));
    const from = toE164(form.get('From') ?? '') ?? '';
    if (network.isOptedOut(to, from)) return refuse(apiErrors.optedOut());
    const message = network.send({
      to,
      from,
      body: form.get('Body') ?? '',
      mediaUrls: form.getAll('MediaUrl'),
      statusCallback: form.get('StatusCallback') ?? own(from)?.statusCallback ?? null,
      direction: 'outbound-api',
      fault,
    });
    // The initial state, whatever becomes of the message while it is being written down.
    const resource = toResource(message, accountSid);
    await memory.saved();
    if (fault === 'accept-and-drop') return { kind: 'drop', message };
    if (fault === 'accept-and-500') return refuse(apiErrors.internal());
    return { kind: 'json', status: 201, body: resource, message };
  };

  const list = (query: URLSearchParams): Outcome => {
    const listQuery = parseListQuery(query);
    const listed = memory.messages.filter((message) => !message.carrier && isListed(message, listQuery)).reverse();
    const body = listPage('messages', `${messagesPath(accountSid)}.json`, listed, query, (message) =>
      toResource(message, accountSid),
    );
    return { kind: 'json', status: 200, body };
  };

  const mediaPath = (message: StoredMessage): string => `${messagesPath(accountSid)}/${message.sid}/Media`;
  const mediaResource = (message: StoredMessage, { url, contentType }: StoredMessage['media'][number]) => {
    const sid = mediaSid(url);
    return {
      sid,
      account_sid: accountSid,
      parent_sid: message.sid,
      content_type: contentType,
      date_created: rfc2822(message.createdAt),
      date_updated: rfc2822(message.createdAt),
      uri: `${mediaPath(message)}/${sid}.json`,
    };
  };

  /** A message, its media, or one of them: `part` is what stands between its SID and `.json`. */
  const ofMessage = (message: StoredMessage, part: string, url: URL): Outcome => {
    if (part === '') return { kind: 'json', status: 200, body: toResource(message, accountSid) };
    if (part === '/Media') {
      const body = listPage('media_list', `${mediaPath(message)}.json`, message.media, url.searchParams, (medium) =>
        mediaResource(message, medium),
      );
      return { kind: 'json', status: 200, body };
    }
    const medium = message.media.find((one) => `/Media/${mediaSid(one.url)}` === part);
    if (!medium) return refuse(apiErrors.notFound(url.pathname));
    return { kind: 'json', status: 200, body: mediaResource(message, medium) };
  };

  /** What a Standard key may not do, and of the account itself: null when it is none of that. */
  const ofAccount = async (
    method: string,
    url: URL,
    form: URLSearchParams,
    caller: Caller,
  ): Promise<Outcome | null> => {
    const path = url.pathname;
    const inAccount = path.startsWith(accountPath) ? path.slice(accountPath.length) : '';
    const request = { method, form, query: url.searchParams };
    const ofNumbers = path.startsWith('/v1/')
      ? numbers.ofMessaging({ ...request, path: path.slice('/v1'.length) })
      : numbers.ofAccount({ ...request, path: inAccount });
    if (ofNumbers) return 'code' in ofNumbers ? refuse(ofNumbers) : { kind: 'json', ...ofNumbers };
    const answered = path.startsWith('/v1/')
      ? () => accountApi.authTokens({ ...request, path: path.slice('/v1'.length) })
      : ACCOUNT_ONLY.test(inAccount)
        ? () => accountApi.ofAccount({ ...request, path: inAccount })
        : null;
    if (!answered) return null;
    if (caller !== 'account' && inAccount !== '/Balance.json') return refuse(apiErrors.authenticate());
    const answer = answered();
    if (!answer) return refuse(apiErrors.notFound(path));
    if ('code' in answer) return refuse(answer);
    await memory.saved();
    return { kind: 'json', ...answer };
  };

  /** What a picture's own address answers: https://www.twilio.com/docs/messaging/api/media-resource */
  const picture = (message: StoredMessage, sid: string, url: URL): Outcome => {
    const isThere = message.media.some((one) => mediaSid(one.url) === sid);
    if (!isThere) return refuse(apiErrors.notFound(url.pathname));
    return { kind: 'json', status: 307, body: {}, headers: { location: cdn.addressOf(sid) } };
  };

  const route = async (request: IncomingMessage, url: URL, form: URLSearchParams): Promise<Outcome> => {
    const caller = credentials.callerOf(request.headers.authorization);
    if (!caller) return refuse(apiErrors.authenticate());
    const match = /^\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})(\/.*|\.json)$/i.exec(url.pathname);
    if (match && match[1] !== accountSid) return refuse(apiErrors.authenticate());
    const creates = match?.[2] === '/Messages.json' && request.method === 'POST';
    if (creates) return create(form);
    // An outage without an end is one for every request; a counted one is over with its last text.
    const outage = memory.carrier.times === null ? faultAnswer(memory.carrier.fault) : null;
    if (outage) return outage;
    const administered = await ofAccount(request.method ?? '', url, form, caller);
    if (administered) return administered;
    if (match?.[2] === '/Messages.json')
      return request.method === 'GET' ? list(url.searchParams) : refuse(apiErrors.methodNotAllowed());
    const shown = /^\/Messages\/((?:SM|MM)[0-9a-f]{32})\/Media\/(ME[0-9a-f]{32})$/i.exec(match?.[2] ?? '');
    const ofPicture = memory.message(shown?.[1] ?? '');
    if (shown && ofPicture && request.method === 'GET') return picture(ofPicture, shown[2] ?? '', url);
    const one = /^\/Messages\/((?:SM|MM)[0-9a-f]{32})(|\/Media|\/Media\/ME[0-9a-f]{32})\.json$/i.exec(match?.[2] ?? '');
    const message = memory.message(one?.[1] ?? '');
    if (!one || !message) return refuse(apiErrors.notFound(url.pathname));
    if (request.method !== 'GET') return refuse(apiErrors.methodNotAllowed());
    return ofMessage(message, one[2] ?? '', url);
  };

  const answer = (response: ServerResponse, outcome: Outcome): void => {
    if (outcome.kind === 'drop') response.socket?.destroy();
    else if (outcome.kind === 'json') {
      const type = outcome.body ? { 'content-type': 'application/json' } : {};
      response.writeHead(outcome.status, { ...type, ...outcome.headers });
      response.end(outcome.body ? JSON.stringify(outcome.body) : undefined);
    }
  };

  const PROBLEMS = { silence: FAULTS.timeout.label, drop: FAULTS['accept-and-drop'].label } as const;

  /** Answers one request whose path begins with the API's version. */
  return async (request: IncomingMessage, response: ServerResponse, url: URL, body: string): Promise<void> => {
    const began = performance.now();
    const at = clock.now();
    const form = new URLSearchParams(body);
    const outcome = await route(request, url, form);
    const parameters = request.method === 'POST' ? form : url.searchParams;
    const json = outcome.kind === 'json' ? outcome : null;
    memory.addExchange({
      at,
      kind: 'api',
      method: request.method ?? '',
      url: url.pathname,
      parameters: Object.fromEntries(parameters),
      try: 1,
      status: json?.status ?? null,
      problem: outcome.kind === 'json' ? null : PROBLEMS[outcome.kind],
      answer: json?.body ? JSON.stringify(withoutSecrets(json.body), null, 2) : '',
      code: json?.body && 'code' in json.body && typeof json.body.code === 'number' ? json.body.code : null,
      ms: Math.round(performance.now() - began),
      sid: outcome.kind === 'silence' ? null : (outcome.message?.sid ?? null),
      phone: toE164(parameters.get('To') ?? ''),
    });
    answer(response, outcome);
  };
};
