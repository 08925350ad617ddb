import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccountNumber, Carrier } from './carrier.ts';
import type { StateFile, StoredMessage } from './state.ts';

export type ApiAccount = { accountSid: string; authTokens: readonly string[]; apiKeys: readonly { sid: string; secret: string }[]; numbers: readonly AccountNumber[] };

type Refusal = { status: number; code: number; message: string };
/** https://www.twilio.com/docs/api/errors */
const refusal = (status: number, code: number, message: string): Refusal => ({ status, code, message });

const isAuthorised = (header: string | undefined, account: ApiAccount): boolean => {
  const [user = '', password = ''] = Buffer.from(header?.replace(/^Basic /, '') ?? '', 'base64').toString().split(':');
  const asAccount = user === account.accountSid && account.authTokens.includes(password);
  return asAccount || account.apiKeys.some(({ sid, secret }) => sid === user && secret === password);
};

const E164 = /^\+[1-9]\d{6,14}$/;

/** The rules that Twilio checks before it takes a text, in its order. */
const check = (form: URLSearchParams, account: ApiAccount, file: StateFile): Refusal | null => {
  const [to, from, body] = [form.get('To'), form.get('From'), form.get('Body')];
  if (!to) return refusal(400, 21604, "A 'To' phone number is required.");
  if (!E164.test(to)) return refusal(400, 21211, `Invalid 'To' Phone Number: ${to}`);
  if (!from) return refusal(400, 21603, "A 'From' phone number is required.");
  if (!account.numbers.some(({ number }) => number === from)) return refusal(400, 21606, `The 'From' phone number provided (${from}) is not a valid message-capable Twilio phone number for this destination.`);
  if (!body) return refusal(400, 21602, 'Message body is required.');
  if (body.length > 1600) return refusal(400, 21617, 'The concatenated message body exceeds the 1600 character limit.');
  const phone = file.state.phones.find(({ number }) => number === to);
  if (phone?.stopped) return refusal(400, 21610, 'Attempt to send to unsubscribed recipient');
  if (phone?.fault === 'landline') return refusal(400, 21614, `'To' number is not a valid mobile number`);
  return null;
};

const rfc2822 = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');

/** A message as the API returns it. */
const toResource = (message: StoredMessage, accountSid: string) => ({
  account_sid: accountSid,
  api_version: '2010-04-01',
  body: message.body,
  date_created: rfc2822(message.at),
  // Twilio sets it when the message leaves the queue.
  date_sent: message.status === 'queued' ? null : rfc2822(message.updatedAt),
  date_updated: rfc2822(message.updatedAt),
  direction: message.direction,
  error_code: message.errorCode,
  error_message: null,
  from: message.from,
  messaging_service_sid: null,
  num_media: String(message.mediaUrls.length),
  num_segments: String(message.segments),
  price: null,
  price_unit: 'USD',
  sid: message.sid,
  status: message.status,
  subresource_uris: { media: `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}/Media.json` },
  tags: null,
  to: message.to,
  uri: `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}.json`,
});

const DEFAULT_PAGE = 50;

/** The part of Twilio's REST API that the product uses: create, fetch and list messages. */
export const createApi = (account: ApiAccount, file: StateFile, carrier: Carrier) => {
  const json = (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
  const refuse = (response: ServerResponse, { status, code, message }: Refusal, headers: Record<string, string> = {}): void =>
    json(response, status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, headers);

  const create = (request: IncomingMessage, response: ServerResponse, form: URLSearchParams): void => {
    const { apiFault } = file.state;
    if (apiFault === 'error-500') return refuse(response, refusal(500, 20500, 'Internal Server Error'));
    if (apiFault === 'too-many-requests') return refuse(response, refusal(429, 20429, 'Too Many Requests'), { 'retry-after': '2' });
    // The socket stays open and nothing comes, until the caller gives up.
    if (apiFault === 'timeout') return;
    const refused = check(form, account, file);
    if (refused) return refuse(response, refused);
    const message = carrier.take({
      to: form.get('To') ?? '',
      from: form.get('From') ?? '',
      body: form.get('Body') ?? '',
      statusCallback: form.get('StatusCallback'),
      direction: 'outbound-api',
    });
    if (apiFault === 'accept-and-drop') {
      request.socket.destroy();
      return;
    }
    json(response, 201, { ...toResource(message, account.accountSid), status: 'queued' });
  };

  const list = (response: ServerResponse, query: URLSearchParams): void => {
    const [to, from] = [query.get('To'), query.get('From')];
    const size = Number(query.get('PageSize') ?? DEFAULT_PAGE);
    const page = Number(query.get('Page') ?? 0);
    const found = file.state.messages.filter((message) => (!to || message.to === to) && (!from || message.from === from)).toReversed();
    const messages = found.slice(page * size, (page + 1) * size).map((message) => toResource(message, account.accountSid));
    const uri = (number: number) => {
      const next = new URLSearchParams(query);
      next.set('Page', String(number));
      next.set('PageSize', String(size));
      return `/2010-04-01/Accounts/${account.accountSid}/Messages.json?${next}`;
    };
    json(response, 200, {
      messages,
      page,
      page_size: size,
      start: page * size,
      end: page * size + Math.max(0, messages.length - 1),
      uri: uri(page),
      first_page_uri: uri(0),
      next_page_uri: found.length > (page + 1) * size ? uri(page + 1) : null,
      previous_page_uri: page > 0 ? uri(page - 1) : null,
    });
  };

  /** @returns whether the request was one of the API's */
  return (request: IncomingMessage, response: ServerResponse, url: URL, body: string): boolean => {
    const path = /^\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})\/Messages(?:\/((?:SM|MM)[0-9a-f]{32}))?\.json$/i.exec(url.pathname);
    if (!url.pathname.startsWith('/2010-04-01/')) return false;
    if (!isAuthorised(request.headers.authorization, account)) refuse(response, refusal(401, 20003, 'Authenticate'));
    else if (!path || path[1] !== account.accountSid) refuse(response, refusal(404, 20404, `The requested resource ${url.pathname} was not found`));
    else if (request.method === 'POST' && !path[2]) create(request, response, new URLSearchParams(body));
    else if (request.method === 'GET' && !path[2]) list(response, url.searchParams);
    else if (request.method === 'GET') {
      const message = file.state.messages.find(({ sid }) => sid === path[2]);
      if (message) json(response, 200, toResource(message, account.accountSid));
      else refuse(response, refusal(404, 20404, `The requested resource ${url.pathname} was not found`));
    } else refuse(response, refusal(405, 20004, 'Method not allowed'));
    return true;
  };
};
