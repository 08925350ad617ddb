import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { close, listen } from '@qdn/local-server/listen';
import { build } from 'esbuild';
import { isAwsFault } from './aws-sms/faults.ts';
import { type AwsSmsOptions, startAwsSms } from './aws-sms/index.ts';
import { type Fault, isFault } from './phones/faults.ts';
import { Memory, type StoredMessage } from './phones/memory.ts';
import type { Exchange, Role } from './phones/page/view.ts';
import { toE164 } from './phones/phone-number.ts';
import { NONE, OPTED_OUT, viewSince } from './phones/phones-view.ts';
import { createCredentials } from './twilio/credentials.ts';
import { createMediaCdn } from './twilio/media-cdn.ts';
import { messagesPath } from './twilio/message-resource.ts';
import { type Clock, createNetwork, type Pace } from './twilio/network.ts';
import { createNumbersApi, type MessagingService } from './twilio/numbers-api.ts';
import { type Account, createRestApi } from './twilio/rest-api.ts';

export type CarrierEmulatorOptions = Account & {
  /** 0 lets the system choose. */
  port: number;
  /** The file that everything is kept in; null keeps it in memory. */
  statePath: string | null;
  /** Phones to begin with. `suggestions` are texts that the page offers to send. */
  phones: ReadonlyArray<{ number: string; name: string; role: Role; suggestions?: readonly string[] }>;
  clock?: Clock;
  pace?: Pace;
  /** Messaging Services that the numbers are in; none by default. */
  messagingServices?: readonly MessagingService[];
  /** A second carrier beside Twilio, whose texts come to the same phones. */
  second?: AwsSmsOptions & { name: string };
};

const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};
/** Fast enough to watch, slow enough to see. */
const DEFAULT_PACE: Pace = { queueMs: 250, deliveryMs: 600 };
const MAX_REQUEST_BYTES = 256 * 1024;
const MAX_TEXT_LENGTH = 1600;
/** Changes that come together are told together, in ms. */
const GATHER_MS = 30;

const asset = (name: string) => new URL(`./phones/page/${name}`, import.meta.url);
const ASSETS: Readonly<Record<string, { file: string; type: string }>> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/phones.css': { file: 'phones.css', type: 'text/css; charset=utf-8' },
  '/favicon.svg': { file: 'favicon.svg', type: 'image/svg+xml' },
};
const PAGE_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
};

const bundlePage = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(asset('main.ts'))],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    charset: 'utf8',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
};

const readBody = async (request: IncomingMessage): Promise<string | null> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_REQUEST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** A sentence for the person at the page, in place of a result. */
class Refusal extends Error {}

/**
 * Stands in for Twilio on this machine (docs/adr/0003-twilio-emulator.md): the REST API for messages, keys and tokens, signed webhooks and
 * status callbacks, STOP and its kin, and the faults that phones and carriers have; and, at `/`, the Phones page.
 * @throws StartError when the port is taken or the state file cannot be used
 */
export const startCarrierEmulator = async (options: CarrierEmulatorOptions) => {
  const memory = new Memory(options.statePath);
  const clock = options.clock ?? SYSTEM_CLOCK;
  const suggestions = new Map(options.phones.map((phone) => [phone.number, phone.suggestions ?? []]));
  for (const phone of options.phones) memory.putPhone(phone);

  const credentials = createCredentials(memory, options, clock.now);

  let baseUrl = '';
  const pace = options.pace ?? DEFAULT_PACE;
  const numbers = createNumbersApi(options.accountSid, options.numbers, options.messagingServices ?? [], clock.now);
  const network = createNetwork(memory, {
    accountSid: options.accountSid,
    authToken: credentials.primary,
    numberOf: numbers.find,
    webhooksOf: numbers.webhooksOf,
    clock,
    pace,
    mediaUrl: (messageSid, mediaSid) => `${baseUrl}${messagesPath(options.accountSid)}/${messageSid}/Media/${mediaSid}`,
  });
  const cdn = createMediaCdn(clock.now);
  let balance = '20.00';
  const restApi = createRestApi(options.accountSid, numbers, memory, network, clock, credentials, cdn, () => balance);

  const second = options.second ? await startAwsSms(options.second, memory, clock, pace) : null;
  const ownNumbers = [...options.numbers.map((own) => own.number), ...(second ? [second.number] : [])];

  const shownSecond = options.second ? { number: options.second.number, name: options.second.name } : null;

  const setCarrierFault = (fault: Fault | null, times: number | null = null): void =>
    memory.setCarrierFault(fault, times);
  const setPhoneFault = (number: string, fault: Fault | null): void => memory.updatePhone(number, { fault });
  const setOptedOut = (number: string, optedOut: boolean): void =>
    memory.updatePhone(number, { optedOutOf: optedOut ? ownNumbers : [] });
  const receive = (from: string, to: string, body: string, photos = 0): StoredMessage | null =>
    second && to === second.number ? second.receive(from, body) : network.receive({ from, to, body, photos });

  const repeat = (sid: string): boolean => network.repeat(sid) || (second?.repeat(sid) ?? false);

  const text = (name: string, value: unknown): string => {
    if (typeof value === 'string') return value;
    throw new Refusal(`${name} must be a text.`);
  };
  const numberFrom = (value: unknown): string => {
    const number = toE164(text('The number', value));
    if (number) return number;
    throw new Refusal(`${value} is no phone number. Write it like +1 512 555 0199.`);
  };

  const timesFrom = (times: unknown): number | null =>
    typeof times === 'number' && times > 0 ? Math.floor(times) : null;

  /** What the page can do. */
  const actions: Record<string, (input: Record<string, unknown>) => Promise<object> | object> = {
    text: async (input) => {
      const body = text('The text', input['body']);
      const photos = input['photo'] === true ? 1 : 0;
      if (body.trim() === '' && photos === 0) throw new Refusal('There is nothing to send.');
      if (body.length > MAX_TEXT_LENGTH) throw new Refusal(`A text has at most ${MAX_TEXT_LENGTH} characters.`);
      const to = input['to'] === undefined ? options.numbers[0]?.number : numberFrom(input['to']);
      if (photos > 0 && to === second?.number)
        throw new Refusal('The second carrier takes no pictures: text them to the first number.');
      const message = receive(numberFrom(input['from']), to ?? '', body, photos);
      if (!message) throw new Refusal(`${to} is none of the company's numbers.`);
      await memory.saved();
      return { sid: message.sid };
    },
    repeat: ({ sid }) => {
      if (repeat(text('The SID', sid))) return {};
      throw new Refusal('Only the webhook of a text that came in can be sent again.');
    },
    phone: ({ number: written, name }) => {
      const number = numberFrom(written);
      if (memory.phone(number)) throw new Refusal(`${number} is here already.`);
      if (ownNumbers.includes(number)) throw new Refusal(`${number} is the company's own.`);
      memory.putPhone({ number, name: text('The name', name).trim() || number, role: 'other' });
      return { number };
    },
    'phone-fault': ({ number: written, fault: condition }) => {
      const number = numberFrom(written);
      if (condition !== NONE && condition !== OPTED_OUT && !isFault(condition)) throw new Refusal('Unknown condition.');
      setPhoneFault(number, isFault(condition) ? condition : null);
      setOptedOut(number, condition === OPTED_OUT);
      return {};
    },
    'api-fault': ({ fault, times }) => {
      if (fault !== NONE && !isFault(fault)) throw new Refusal('Unknown fault.');
      setCarrierFault(isFault(fault) ? fault : null, timesFrom(times));
      return {};
    },
    'second-carrier-fault': ({ fault, times }) => {
      if (!second) throw new Refusal('There is no second carrier.');
      if (fault !== NONE && !isAwsFault(fault)) throw new Refusal('Unknown fault.');
      memory.setSecondCarrierFault(isAwsFault(fault) ? fault : null, timesFrom(times));
      return {};
    },
  };

  const json = (response: ServerResponse, status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...PAGE_HEADERS }).end(JSON.stringify(body));
  };

  const act = async (request: IncomingMessage, response: ServerResponse, name: string, body: string): Promise<void> => {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action || request.method !== 'POST') return json(response, 404, { error: 'There is no such action.' });
    // Browsers say where a POST comes from: no other site may act here.
    const { origin, host } = request.headers;
    if (origin && origin !== `http://${host}`) return json(response, 403, { error: 'Not from another site.' });
    try {
      const input: unknown = JSON.parse(body);
      json(response, 200, await action(typeof input === 'object' && input !== null ? { ...input } : {}));
    } catch (error) {
      if (error instanceof Refusal) json(response, 422, { error: error.message });
      else if (error instanceof SyntaxError) json(response, 400, { error: 'That is no JSON.' });
      else throw error;
    }
  };

  /** Server-sent events: what changed, and with `Last-Event-ID` only what a page missed while it was away. */
  const stream = (request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...PAGE_HEADERS });
    const [identity, known] = String(request.headers['last-event-id'] ?? '').split(':');
    let revision = identity === memory.identity ? Number(known) || 0 : 0;
    let timer: NodeJS.Timeout | undefined;
    const push = (): void => {
      timer = undefined;
      const view = viewSince(revision, memory, options.numbers, suggestions, shownSecond);
      revision = view.revision;
      response.write(`id: ${view.identity}:${view.revision}\nretry: 1000\ndata: ${JSON.stringify(view)}\n\n`);
    };
    push();
    const end = memory.onChange(() => {
      timer ??= setTimeout(push, GATHER_MS);
    });
    response.on('close', () => {
      clearTimeout(timer);
      end();
    });
  };

  let script: Promise<string> | null = null;
  let photo: Buffer | null = null;

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await readBody(request);
    if (body === null) return json(response, 413, { error: 'That is too much.' });
    const found = ASSETS[url.pathname];
    const isPhoto = url.pathname === '/photo.jpg' || url.pathname.startsWith('/cdn/');
    if (isPhoto && request.method === 'GET') {
      if (url.pathname !== '/photo.jpg' && !cdn.isGood(url))
        return json(response, 403, { error: 'Not signed, or over.' });
      photo ??= readFileSync(asset('photo.jpg'));
      response.writeHead(200, { 'content-type': 'image/jpeg', 'cache-control': 'max-age=86400' }).end(photo);
    } else if (/^\/(2010-04-01|v1)\//.test(url.pathname)) await restApi(request, response, url, body);
    else if (url.pathname.startsWith('/actions/'))
      await act(request, response, url.pathname.slice('/actions/'.length), body);
    else if (request.method !== 'GET') json(response, 405, { error: 'Only GET.' });
    else if (found)
      response.writeHead(200, { 'content-type': found.type, ...PAGE_HEADERS }).end(readFileSync(asset(found.file)));
    else if (url.pathname === '/phones.js') {
      script ??= bundlePage();
      response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8', ...PAGE_HEADERS }).end(await script);
    } else if (url.pathname === '/events') stream(request, response);
    else if (url.pathname === '/state')
      json(response, 200, viewSince(0, memory, options.numbers, suggestions, shownSecond));
    else json(response, 404, { error: 'Not found.' });
  };

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      console.error('The Twilio stand-in:', error);
      if (response.headersSent) response.destroy();
      else json(response, 500, { error: 'The stand-in failed; its reason is in the terminal.' });
    });
  });
  const port = await listen(server, options.port, 'the Twilio stand-in').catch(async (error: unknown) => {
    await second?.close();
    throw error;
  });
  baseUrl = `http://localhost:${port}`;
  network.resume();

  return {
    url: baseUrl,
    /** A text from a phone to one of the numbers. @returns null when the number is none of ours */
    receive,
    /** Calls an inbound text's webhook once more. @returns whether there is such a text */
    repeat,
    /** @param times how many texts it hits; without it, until it is switched off */
    setCarrierFault,
    setPhoneFault,
    setOptedOut,
    setSecondCarrierFault: memory.setSecondCarrierFault.bind(memory),
    /** What the account says is left in it, in US dollars. */
    setBalance: (amount: string): void => {
      balance = amount;
    },
    /** Where the second carrier's API answers; null without one. */
    secondUrl: second?.url ?? null,
    messages: (): readonly StoredMessage[] => memory.messages,
    /** Every HTTP request between the product and Twilio, in either direction, oldest first. */
    exchanges: (): readonly Exchange[] => memory.exchanges,
    /** Resolves when no text is on its way and no webhook is waited for. */
    settled: async (): Promise<void> => {
      await network.settled();
      await second?.settled();
    },
    close: async (): Promise<void> => {
      await network.stop();
      await second?.close();
      await close(server);
      await memory.close();
    },
  };
};
export type CarrierEmulator = Awaited<ReturnType<typeof startCarrierEmulator>>;
