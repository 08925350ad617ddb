import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApiError, apiErrors } from './api-error.ts';
import { FAULTS, type Fault, RETRY_AFTER_S } from './faults.ts';
import type { Memory, StoredMessage } from './memory.ts';
import { isListed, messagesPath, parseListQuery, toResource } from './message-resource.ts';
import type { AccountNumber, Clock, Network } from './network.ts';
import { toE164 } from './phone-number.ts';

/** The account and who may speak for it: its Auth Tokens and API keys, several of each while they are being rotated. */
export type Account = {
  accountSid: string;
  authTokens: readonly string[];
  apiKeys: ReadonlyArray<{ sid: string; secret: string }>;
  numbers: readonly AccountNumber[];
};

const MAX_BODY_LENGTH = 1600;
const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1000;

/** How a request is answered: as JSON, or with silence, or by dropping the connection. */
type Outcome =
  | { kind: 'json'; status: number; body: object; headers?: Record<string, string>; message?: StoredMessage }
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

const isAuthorised = (header: string | undefined, account: Account): boolean => {
  const [scheme = '', encoded = ''] = (header ?? '').split(' ');
  if (scheme.toLowerCase() !== 'basic') return false;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const [user, password] = [decoded.slice(0, colon), decoded.slice(colon + 1)];
  if (user === account.accountSid) return account.authTokens.includes(password);
  return account.apiKeys.some(({ sid, secret }) => sid === user && secret === password);
};

/** What an `api` fault answers in place of everything else; null for faults that let the request through at first. */
const faultAnswer = (fault: Fault | null): Outcome | null => {
  if (fault === 'error-500') return refuse(apiErrors.internal());
  if (fault === 'too-many-requests')
    return refuse(apiErrors.tooManyRequests(), { 'retry-after': String(RETRY_AFTER_S) });
  return fault === 'timeout' ? { kind: 'silence' } : null;
};

const isHttpUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/**
 * The part of Twilio's REST API that the product uses: create, fetch and list messages, and their media. Everything else is
 * answered as Twilio answers what it does not know.
 */
export const createRestApi = (account: Account, memory: Memory, network: Network, clock: Clock) => {
  const { accountSid } = account;
  const own = (number: string): AccountNumber | undefined => account.numbers.find((one) => one.number === number);

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
    const number = (name: string, otherwise: number) => {
      const text = query.get(name);
      return text !== null && /^\d+$/.test(text) ? Number(text) : otherwise;
    };
    const size = Math.min(MAX_PAGE_SIZE, Math.max(1, number('PageSize', DEFAULT_PAGE_SIZE)));
    const page = number('Page', 0);
    const all = memory.messages.filter((message) => isListed(message, listQuery)).reverse();
    const messages = all.slice(page * size, (page + 1) * size).map((message) => toResource(message, accountSid));
    const uri = (of: number): string => {
      const asked = new URLSearchParams(query);
      asked.set('PageSize', String(size));
      asked.set('Page', String(of));
      return `${messagesPath(accountSid)}.json?${asked}`;
    };
    const body = {
      messages,
      page,
      page_size: size,
      start: page * size,
      end: page * size + Math.max(0, messages.length - 1),
      uri: uri(page),
      first_page_uri: uri(0),
      previous_page_uri: page > 0 ? uri(page - 1) : null,
      next_page_uri: all.length > (page + 1) * size ? uri(page + 1) : null,
    };
    return { kind: 'json', status: 200, body };
  };

  const mediaList = (message: StoredMessage): Outcome => {
    const path = `${messagesPath(accountSid)}/${message.sid}/Media`;
    const media_list = message.media.map(({ url, contentType }) => {
      const sid = url.slice(url.lastIndexOf('/') + 1);
      return {
        sid,
        account_sid: accountSid,
        parent_sid: message.sid,
        content_type: contentType,
        uri: `${path}/${sid}.json`,
      };
    });
    return {
      kind: 'json',
      status: 200,
      body: { media_list, page: 0, page_size: DEFAULT_PAGE_SIZE, next_page_uri: null },
    };
  };

  const route = async (request: IncomingMessage, url: URL, form: URLSearchParams): Promise<Outcome> => {
    if (!isAuthorised(request.headers.authorization, account)) return refuse(apiErrors.authenticate());
    const match = /^\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})(\/.*)$/i.exec(url.pathname);
    if (match && match[1] !== accountSid) return refuse(apiErrors.authenticate());
    const creates = match?.[2] === '/Messages.json' && request.method === 'POST';
    if (creates) return create(form);
    // An outage without an end is one for every request; a counted one is over with its last text.
    const outage = memory.carrier.times === null ? faultAnswer(memory.carrier.fault) : null;
    if (outage) return outage;
    if (match?.[2] === '/Messages.json')
      return request.method === 'GET' ? list(url.searchParams) : refuse(apiErrors.methodNotAllowed());
    const one = /^\/Messages\/((?:SM|MM)[0-9a-f]{32})(\/Media)?\.json$/i.exec(match?.[2] ?? '');
    const message = memory.message(one?.[1] ?? '');
    if (!one || !message) return refuse(apiErrors.notFound(url.pathname));
    if (request.method !== 'GET') return refuse(apiErrors.methodNotAllowed());
    return one[2] ? mediaList(message) : { kind: 'json', status: 200, body: toResource(message, accountSid) };
  };

  const answer = (response: ServerResponse, outcome: Outcome): void => {
    if (outcome.kind === 'drop') response.socket?.destroy();
    else if (outcome.kind === 'json') {
      response.writeHead(outcome.status, { 'content-type': 'application/json', ...outcome.headers });
      response.end(JSON.stringify(outcome.body));
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
      answer: json ? JSON.stringify(json.body, null, 2) : '',
      code: json && 'code' in json.body && typeof json.body.code === 'number' ? json.body.code : null,
      ms: Math.round(performance.now() - began),
      sid: outcome.kind === 'silence' ? null : (outcome.message?.sid ?? null),
      phone: toE164(parameters.get('To') ?? ''),
    });
    answer(response, outcome);
  };
};
