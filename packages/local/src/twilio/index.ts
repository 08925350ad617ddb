import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { close, listen } from '../cloud/listen.ts';
import { createApi } from './api.ts';
import { type AccountNumber, createCarrier } from './carrier.ts';
import { API_FAULTS, PHONE_FAULTS, type Phone, type State, StateFile } from './state.ts';

export type TwilioStandInOptions = {
  /** 0 for a free one. */
  port: number;
  /** Where conversations are kept; null for memory. */
  statePath: string | null;
  accountSid: string;
  /** All are accepted; the first signs. */
  authTokens: readonly string[];
  apiKeys: readonly { sid: string; secret: string }[];
  numbers: readonly AccountNumber[];
  phones: readonly { number: string; name: string; role: Phone['role'] }[];
  /** Between a text's stations, in ms. */
  pauseMs?: number;
};

const PAGE = ['phones.html', 'phones.css', 'phones.js'] as const;
const TYPES: Record<string, string> = { html: 'text/html', css: 'text/css', js: 'text/javascript' };

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

/**
 * A stand-in for Twilio: the REST API for messages, signed webhooks and status callbacks, STOP and its kin, and the faults
 * that a carrier has; and the Phones page on `/` (docs/adr/0003-twilio-stand-in.md).
 */
export const startTwilioStandIn = async (options: TwilioStandInOptions) => {
  const file = new StateFile(options.statePath);
  const carrier = createCarrier(file, { ...options, pauseMs: options.pauseMs ?? 400 });
  const api = createApi(options, file, carrier);
  file.change((state) => {
    for (const phone of options.phones) {
      const known = state.phones.find(({ number }) => number === phone.number);
      if (known) Object.assign(known, phone);
      else state.phones.push({ ...phone, fault: 'none', stopped: false });
    }
  });

  const json = (response: ServerResponse, status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
  };
  const view = () => ({ ...file.state, numbers: options.numbers.map(({ number, name }) => ({ number, name })), phoneFaults: PHONE_FAULTS, apiFaults: API_FAULTS });

  const stream = (request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const push = () => response.write(`data: ${JSON.stringify(view())}\n\n`);
    push();
    const unlisten = file.listen(push);
    request.on('close', unlisten);
  };

  const actions: Record<string, (body: Record<string, unknown>) => object | null> = {
    text: ({ from, to, body, media }) => {
      const urls = Array.isArray(media) ? media.map(String) : [];
      return carrier.receive(String(from), String(to ?? options.numbers[0]?.number), String(body ?? ''), urls);
    },
    repeat: ({ sid }) => (carrier.repeat(String(sid)) ? {} : null),
    'phone-fault': ({ number, fault }) => {
      const phone = file.state.phones.find((one) => one.number === number);
      const known = PHONE_FAULTS.find((one) => one === fault);
      if (!phone || !known) return null;
      file.change(() => Object.assign(phone, { fault: known }));
      return phone;
    },
    'api-fault': ({ fault }) => {
      const known = API_FAULTS.find((one) => one === fault);
      if (!known) return null;
      file.change((state) => Object.assign(state, { apiFault: known }));
      return { fault: known };
    },
    phone: ({ number, name }) => {
      if (typeof number !== 'string' || !/^\+[1-9]\d{6,14}$/.test(number)) return null;
      if (file.state.phones.some((one) => one.number === number)) return null;
      const phone: Phone = { number, name: String(name || number), role: 'other', fault: 'none', stopped: false };
      file.change(({ phones }) => phones.push(phone));
      return phone;
    },
  };

  const act = (response: ServerResponse, name: string, body: string): void => {
    const action = actions[name];
    let parsed: unknown;
    try {
      parsed = JSON.parse(body || '{}');
    } catch {
      return json(response, 400, { error: 'Send JSON.' });
    }
    const result = action && typeof parsed === 'object' && parsed !== null ? action({ ...parsed }) : null;
    if (result === null) json(response, 400, { error: 'That cannot be done: check the number and the words.' });
    else json(response, 200, result);
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await readBody(request);
    if (api(request, response, url, body)) return;
    const asset = url.pathname === '/' ? 'phones.html' : PAGE.find((name) => url.pathname === `/${name}`);
    if (request.method === 'GET' && asset) {
      const type = TYPES[asset.split('.').at(-1) ?? ''] ?? 'text/plain';
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' }).end(readFileSync(new URL(`./page/${asset}`, import.meta.url)));
    } else if (request.method === 'GET' && url.pathname === '/events') stream(request, response);
    else if (request.method === 'GET' && url.pathname === '/state') json(response, 200, view());
    else if (request.method === 'POST' && url.pathname.startsWith('/actions/')) act(response, url.pathname.slice('/actions/'.length), body);
    else json(response, 404, { error: 'Not found' });
  });
  const port = await listen(server, options.port, 'the Twilio stand-in');
  return {
    url: `http://localhost:${port}`,
    /** What a test looks at. */
    state: (): Readonly<State> => file.state,
    receive: carrier.receive,
    repeat: carrier.repeat,
    settled: carrier.settled,
    setApiFault: (fault: State['apiFault']): void => file.change((state) => Object.assign(state, { apiFault: fault })),
    close: () => close(server),
  };
};
export type TwilioStandIn = Awaited<ReturnType<typeof startTwilioStandIn>>;
