import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import type { Clock } from '../phones/clock.ts';
import { FAULTS } from '../phones/faults.ts';
import type { Memory } from '../phones/memory.ts';
import { type AccountAnswer, type AccountApi, withoutSecrets } from './account-api.ts';
import type { AccountNumber } from './account-number.ts';
import { apiErrors } from './api-error.ts';
import { faultAnswer, type Outcome, refuse, toOutcome } from './api-outcome.ts';
import type { CallsApi } from './calls-api.ts';
import { carrierFault } from './carrier-fault.ts';
import { numberBehind } from './channel-address.ts';
import type { Caller, ConfiguredCredentials, Credentials } from './credentials.ts';
import type { MessagesApi } from './messages-api.ts';
import type { NumbersApi } from './numbers-api.ts';

/** The account with its first credentials and its numbers. */
export type Account = ConfiguredCredentials & {
  numbers: readonly AccountNumber[];
};

export type RestApiParts = {
  accountSid: string;
  account: AccountApi;
  numbers: NumbersApi;
  messages: MessagesApi;
  calls: CallsApi;
  credentials: Credentials;
  memory: Memory;
  clock: Clock;
};

type Env = { Bindings: HttpBindings; Variables: { form: URLSearchParams; caller: Caller; outcome: Outcome } };

const PROBLEMS = { silence: FAULTS.timeout.label, drop: FAULTS['accept-and-drop'].label } as const;

const queryOf = (c: Context<Env>): URLSearchParams => new URL(c.req.url).searchParams;
/** Returns the SID in a path's last part, without `.json`. */
const sidIn = (c: Context<Env>, name: string): string => (c.req.param(name) ?? '').replace(/\.json$/i, '');

/** Sends the outcome, or nothing when the caller gets no answer, and leaves it for the record of exchanges. */
const send = (c: Context<Env>, outcome: Outcome): Response => {
  c.set('outcome', outcome);
  if (outcome.kind !== 'json') return RESPONSE_ALREADY_SENT;
  const type = outcome.body ? { 'content-type': 'application/json' } : {};
  const body = outcome.body ? JSON.stringify(outcome.body) : null;
  return new Response(body, { status: outcome.status, headers: { ...type, ...outcome.headers } });
};

/** Adds an exchange to the Phones page, then drops the connection where the fault says so. */
const record = async (c: Context<Env>, next: () => Promise<void>, { memory, clock }: RestApiParts): Promise<void> => {
  const [began, at] = [performance.now(), clock.now()];
  const form = new URLSearchParams(await c.req.text());
  c.set('form', form);
  await next();
  const outcome = c.get('outcome');
  const json = outcome.kind === 'json' ? outcome : null;
  const parameters = c.req.method === 'POST' ? form : queryOf(c);
  memory.addExchange({
    at,
    kind: 'api',
    method: c.req.method,
    url: c.req.path,
    parameters: Object.fromEntries(parameters),
    try: 1,
    status: json?.status ?? null,
    problem: outcome.kind === 'json' ? null : PROBLEMS[outcome.kind],
    answer: json?.body ? JSON.stringify(withoutSecrets(json.body), null, 2) : '',
    code: json?.body && 'code' in json.body && typeof json.body.code === 'number' ? json.body.code : null,
    ms: Math.round(performance.now() - began),
    sid: outcome.kind === 'silence' ? null : (outcome.message?.sid ?? null),
    phone: numberBehind(parameters.get('To') ?? ''),
  });
  if (outcome.kind === 'drop') c.env.outgoing.socket?.destroy();
};

const MESSAGE = '(?:SM|MM)[0-9a-fA-F]{32}';
const CALL = 'CA[0-9a-fA-F]{32}';
const MEDIUM = 'ME[0-9a-fA-F]{32}';

/** Messages, calls and numbers, which an API key may use too. */
const serveMessages = (api: Hono<Env>, base: string, { messages, numbers, calls }: RestApiParts): void => {
  const notAllowed = (c: Context<Env>): Response => send(c, refuse(apiErrors.methodNotAllowed()));
  const get = (path: string, answer: (c: Context<Env>) => Outcome): void => {
    api.get(`${base}${path}`, (c) => send(c, answer(c)));
  };
  get('/Messages.json', (c) => messages.list(queryOf(c)));
  get(`/Messages/:sid{${MESSAGE}\\.json}`, (c) => messages.fetch(sidIn(c, 'sid'), c.req.path));
  get(`/Messages/:sid{${MESSAGE}}/Media.json`, (c) => messages.listMedia(sidIn(c, 'sid'), c.req.path, queryOf(c)));
  get(`/Messages/:sid{${MESSAGE}}/Media/:media{${MEDIUM}\\.json}`, (c) =>
    messages.fetchMedia(sidIn(c, 'sid'), sidIn(c, 'media'), c.req.path),
  );
  get(`/Messages/:sid{${MESSAGE}}/Media/:media{${MEDIUM}}`, (c) =>
    messages.redirectToPicture(sidIn(c, 'sid'), sidIn(c, 'media'), c.req.path),
  );
  get('/Calls.json', (c) => calls.list(queryOf(c)));
  get(`/Calls/:sid{${CALL}\\.json}`, (c) => calls.fetch(sidIn(c, 'sid'), c.req.path));
  get('/IncomingPhoneNumbers.json', (c) => toOutcome(numbers.list(queryOf(c))));
  const number = '/IncomingPhoneNumbers/:sid{PN[0-9a-fA-F]{32}\\.json}';
  get(number, (c) => toOutcome(numbers.fetch(sidIn(c, 'sid'))));
  api.post(`${base}${number}`, (c) => send(c, toOutcome(numbers.update(sidIn(c, 'sid'), c.get('form')))));
  for (const path of [
    '/Messages.json',
    '/Calls.json',
    `/Messages/:sid{${MESSAGE}\\.json}`,
    '/IncomingPhoneNumbers.json',
    number,
  ])
    api.all(`${base}${path}`, notAllowed);
};

/** Messaging Services of messaging.twilio.com. */
const serveMessagingServices = (api: Hono<Env>, { numbers: { services } }: RestApiParts): void => {
  const service = '/v1/Services/:sid{MG[0-9a-fA-F]{32}}';
  api.get('/v1/Services', (c) => send(c, toOutcome(services.list())));
  api.all('/v1/Services', (c) => send(c, refuse(apiErrors.methodNotAllowed())));
  api.post(service, (c) => send(c, toOutcome(services.update(c.req.param('sid'), c.get('form')))));
  api.all(service, (c) => send(c, toOutcome(services.fetch(c.req.param('sid')))));
  api.get(`${service}/PhoneNumbers/:number`, (c) =>
    send(c, toOutcome(services.fetchNumber(c.req.param('sid'), c.req.param('number')))),
  );
  api.all('/v1/Services/*', (c) => send(c, refuse(apiErrors.notFound(c.req.path))));
};

/** The account itself: an Auth Token is needed for all but the balance. */
const serveAccount = (api: Hono<Env>, base: string, { account, memory }: RestApiParts): void => {
  const answer = async (c: Context<Env>, answered: AccountAnswer): Promise<Response> => {
    if (!('code' in answered)) await memory.saved();
    return send(c, toOutcome(answered));
  };
  const onlyAccount = async (c: Context<Env>, next: () => Promise<void>): Promise<Response | undefined> => {
    if (c.get('caller') !== 'account') return send(c, refuse(apiErrors.authenticate()));
    await next();
    return undefined;
  };
  const key = `${base}/Keys/:sid{SK[0-9a-fA-F]{32}\\.json}`;
  for (const path of [`${base}.json`, `${base}/Keys.json`, key, '/v1/*']) api.use(path, onlyAccount);
  api.get(`${base}/Balance.json`, (c) => answer(c, account.balance()));
  api.get(`${base}.json`, (c) => answer(c, account.fetch()));
  api.get(`${base}/Keys.json`, (c) => answer(c, account.listKeys(queryOf(c))));
  api.post(`${base}/Keys.json`, (c) => answer(c, account.createKey(c.get('form'))));
  api.get(key, (c) => answer(c, account.fetchKey(sidIn(c, 'sid'))));
  api.post(key, (c) => answer(c, account.renameKey(sidIn(c, 'sid'), c.get('form'))));
  api.delete(key, (c) => answer(c, account.revokeKey(sidIn(c, 'sid'))));
  for (const path of [`${base}/Balance.json`, `${base}.json`, `${base}/Keys.json`, key])
    api.all(path, (c) => send(c, refuse(apiErrors.methodNotAllowed())));
  api.post('/v1/AuthTokens/Secondary', (c) => answer(c, account.createSecondaryToken()));
  api.delete('/v1/AuthTokens/Secondary', (c) => answer(c, account.deleteSecondaryToken()));
  api.post('/v1/AuthTokens/Promote', (c) => answer(c, account.promoteSecondaryToken()));
};

export type RestApi = Hono<Env>;

/**
 * Serves the part of Twilio's REST API that the product uses: create, fetch and list messages, their media, and calls, the account's numbers,
 * keys and tokens. Everything else is answered as Twilio answers an unknown resource.
 */
export const createRestApi = (parts: RestApiParts): RestApi => {
  const { accountSid, credentials, memory, messages } = parts;
  const base = `/2010-04-01/Accounts/${accountSid}`;
  const api = new Hono<Env>();
  api.use((c, next) => record(c, next, parts));
  api.use(async (c, next) => {
    const caller = credentials.callerOf(c.req.header('authorization'));
    const [, asked = accountSid] = /^\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})(?:\/|\.json$)/i.exec(c.req.path) ?? [];
    if (!caller || asked !== accountSid) return send(c, refuse(apiErrors.authenticate()));
    c.set('caller', caller);
    return next();
  });
  api.post(`${base}/Messages.json`, async (c) => send(c, await messages.create(c.get('form'))));
  api.post(`${base}/Calls.json`, async (c) => send(c, await parts.calls.create(c.get('form'))));
  api.use(async (c, next) => {
    // An outage without an end affects every request; a counted one ends with its last text.
    const { fault, times } = carrierFault(memory);
    const outage = times === null ? faultAnswer(fault) : null;
    return outage ? send(c, outage) : next();
  });
  serveMessages(api, base, parts);
  serveMessagingServices(api, parts);
  serveAccount(api, base, parts);
  api.onError((error) => {
    throw error;
  });
  api.notFound((c) => send(c, refuse(apiErrors.notFound(c.req.path))));
  return api;
};
