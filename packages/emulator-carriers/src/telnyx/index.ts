import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { close, listen } from '@qdn/local-server/listen';

/** Faults of the API, one at a time. `take-and-timeout`: the text goes out, and the request is never answered. */
export type TelnyxFault = 'throttle' | 'refuse' | 'internal-error' | 'take-and-timeout';

export type TelnyxEmulatorOptions = {
  /** 0 lets the system choose. */
  port: number;
  apiKey: string;
  /** The account's number, in E.164. */
  number: string;
  /** The messaging profile's webhook, which gets texts to the number. */
  webhookUrl: () => string;
  /** The Ed25519 key that signs webhooks; a new one by default. */
  signingKey?: KeyObject;
  /** Returns the time in epoch ms. */
  now?: () => number;
  /** Phones that the texts go to and come from; without them the account keeps its texts, faults and opt-outs itself. */
  phones?: TelnyxPhones;
};

/** A request between the product and Telnyx, for the Phones page. */
export type TelnyxExchange = {
  kind: 'api' | 'inbound' | 'status';
  url: string;
  parameters: Record<string, string>;
  try: number;
  status: number | null;
  answer: string;
  ms: number;
  /** ID of the text; null when none was taken. */
  id: string | null;
  phone: string | null;
};

/** The phones behind the account. */
export type TelnyxPhones = {
  /** Returns the fault of the next request, and counts it. */
  takeFault(): TelnyxFault | null;
  isOptedOut(phone: string): boolean;
  /** Stores a text to a phone. Resolves when it is safe. */
  take(text: TelnyxText): Promise<void>;
  /** Returns the error code that the delivery to a phone ends with; null when it arrives. */
  errorOf(phone: string): string | null;
  /** Waits as long as a text takes for the next step. */
  pause(step: 'queue' | 'delivery' | 'retry'): Promise<void>;
  move(id: string, status: 'sent' | 'delivered' | 'undelivered', code: string | null): void;
  log(exchange: TelnyxExchange): void;
};

/** A text that the emulator accepted. */
export type TelnyxText = { id: string; to: string; text: string; webhookUrl: string | null };

const E164 = /^\+[1-9]\d{6,14}$/;
const MAX_TEXT = 1600;
const STOP = /^\s*(stop|stopall|stop all|unsubscribe|cancel|end|quit)\s*$/i;

const problem = (code: string, title: string) => ({ errors: [{ code, title, detail: title }] });
const FAULTS: Readonly<Record<string, { status: number; body: object }>> = {
  throttle: { status: 429, body: problem('10011', 'Too many requests') },
  refuse: { status: 402, body: problem('20100', 'Insufficient funds') },
  'internal-error': { status: 500, body: problem('10007', 'Unexpected error') },
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** Returns the public half of a signing key as the portal shows it: base64 of 32 bytes. */
export const publicKeyOf = (signingKey: KeyObject): string =>
  createPublicKey(signingKey).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');

/** Telnyx's side of messaging: the account, its texts and the phones that have opted out. */
class TelnyxAccount {
  readonly texts: TelnyxText[] = [];
  readonly #signingKey: KeyObject;
  readonly #stopped = new Set<string>();
  readonly #conditions = new Map<string, string>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #options: TelnyxEmulatorOptions;
  fault: TelnyxFault | null = null;
  /** False: the key may send, but not read the balance. */
  mayReadBalance = true;

  constructor(options: TelnyxEmulatorOptions) {
    this.#options = options;
    this.#signingKey = options.signingKey ?? generateKeyPairSync('ed25519').privateKey;
  }

  /** The public key as the portal shows it: base64 of 32 bytes. */
  get publicKey(): string {
    return publicKeyOf(this.#signingKey);
  }

  /** Makes texts to a phone fail with this error code; null ends it. */
  setPhoneError(phone: string, code: string | null): void {
    if (code === null) this.#conditions.delete(phone);
    else this.#conditions.set(phone, code);
  }

  setOptedOut(phone: string): void {
    this.#stopped.add(phone);
  }

  /** Answers `POST /v2/messages`; null for a request that is never answered. */
  async send(
    authorization: string | undefined,
    written: string,
  ): Promise<{ status: number; body: object; id?: string } | null> {
    const { phones } = this.#options;
    if (authorization !== `Bearer ${this.#options.apiKey}`)
      return { status: 401, body: problem('10009', 'Authentication failed') };
    const fault = this.fault ?? phones?.takeFault() ?? null;
    const failed = fault && FAULTS[fault];
    if (failed) return failed;
    const { from, to, text, webhook_url: webhookUrl = null } = JSON.parse(written);
    if (from !== this.#options.number) return { status: 422, body: problem('40305', "Invalid 'from' address") };
    if (typeof to !== 'string' || !E164.test(to))
      return { status: 422, body: problem('40310', "Invalid 'to' address") };
    if (typeof text !== 'string' || text === '' || text.length > MAX_TEXT)
      return { status: 422, body: problem('40316', 'No content provided for message') };
    if (phones ? phones.isOptedOut(to) : this.#stopped.has(to))
      return { status: 422, body: problem('40300', 'Blocked due to STOP message') };
    const taken = { id: randomUUID(), to, text, webhookUrl };
    this.texts.push(taken);
    await phones?.take(taken);
    this.#run(this.#deliver(taken));
    if (fault === 'take-and-timeout') return null;
    return {
      status: 200,
      id: taken.id,
      body: { data: { id: taken.id, record_type: 'message', to: [{ phone_number: to, status: 'queued' }] } },
    };
  }

  /**
   * Answers `GET /v2/balance`, which validates an API key; null for a request that is never answered. Faults of the Phones page are for
   * texts alone. https://developers.telnyx.com/docs/development/api-fundamentals/first-api-request
   */
  balance(authorization: string | undefined): { status: number; body: object } | null {
    if (this.fault === 'take-and-timeout') return null;
    if (this.fault === 'throttle' || this.fault === 'internal-error') return FAULTS[this.fault] ?? null;
    if (authorization !== `Bearer ${this.#options.apiKey}`)
      return { status: 401, body: problem('10009', 'Authentication failed') };
    return this.mayReadBalance
      ? { status: 200, body: { data: { record_type: 'balance', balance: '100.00', currency: 'USD' } } }
      : { status: 403, body: problem('10010', 'Not authorized') };
  }

  /** Delivers a text from a phone to the number's webhook. @param id of a text that is delivered again */
  receive(from: string, text: string, media: readonly string[] = [], id: string = randomUUID()): void {
    const keyword = STOP.test(text) ? { autoresponse_type: 'STOP' } : {};
    if (STOP.test(text)) this.#stopped.add(from);
    const payload = {
      id,
      direction: 'inbound',
      from: { phone_number: from },
      to: [{ phone_number: this.#options.number, status: 'webhook_delivered' }],
      text,
      media: media.map((url) => ({ url, content_type: 'image/jpeg', size: 1, sha256: null })),
      ...keyword,
    };
    this.#run(this.#tell(this.#options.webhookUrl(), 'message.received', payload, from));
  }

  /** Resolves when no webhook call is in progress. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #run(work: Promise<void>): void {
    const tracked = work.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  async #deliver({ id, to, text, webhookUrl }: TelnyxText): Promise<void> {
    const { phones } = this.#options;
    const code = phones ? phones.errorOf(to) : this.#conditions.get(to);
    const event = (status: string, errors: object[] = []) => ({
      id,
      direction: 'outbound',
      from: { phone_number: this.#options.number },
      to: [{ phone_number: to, status }],
      text,
      webhook_url: webhookUrl,
      errors,
    });
    await phones?.pause('queue');
    phones?.move(id, 'sent', null);
    if (webhookUrl) await this.#tell(webhookUrl, 'message.sent', event('sent'), to);
    await phones?.pause('delivery');
    phones?.move(id, code ? 'undelivered' : 'delivered', code ?? null);
    const last = code ? event('delivery_failed', [{ code, title: 'Failed' }]) : event('delivered');
    if (webhookUrl) await this.#tell(webhookUrl, 'message.finalized', last, to);
  }

  /** Calls a webhook, signed, up to three times: https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks */
  async #tell(url: string, event_type: string, payload: { id: string; text: string }, phone: string): Promise<void> {
    const { now = Date.now, phones } = this.#options;
    const body = JSON.stringify({ data: { id: randomUUID(), event_type, record_type: 'event', payload } });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const timestamp = String(Math.floor(now() / 1000));
      const signature = sign(null, Buffer.from(`${timestamp}|${body}`), this.#signingKey).toString('base64');
      const headers = {
        'content-type': 'application/json',
        'telnyx-timestamp': timestamp,
        'telnyx-signature-ed25519': signature,
      };
      const began = performance.now();
      const response = await fetch(url, { method: 'POST', headers, body }).catch(() => null);
      phones?.log({
        kind: event_type === 'message.received' ? 'inbound' : 'status',
        url,
        parameters: { event_type, text: payload.text },
        try: attempt,
        status: response?.status ?? null,
        answer: (await response?.text().catch(() => '')) ?? '',
        ms: Math.round(performance.now() - began),
        id: payload.id,
        phone,
      });
      if (response?.ok) return;
      await phones?.pause('retry');
    }
  }
}

/**
 * Emulates Telnyx's messaging API v2 on this machine: `POST /v2/messages`, signed webhooks, opt-outs and faults.
 * @throws StartError when the port is taken
 */
export const startTelnyxEmulator = async (options: TelnyxEmulatorOptions) => {
  const account = new TelnyxAccount(options);
  const answerTo = async (
    called: string,
    authorization: string | undefined,
    body: string,
  ): Promise<{ status: number; body: object } | null> => {
    if (called === 'GET /v2/balance') return account.balance(authorization);
    if (called !== 'POST /v2/messages') return { status: 404, body: problem('10005', 'Resource not found') };
    const began = performance.now();
    const given = await account.send(authorization, body);
    const { to = null, ...parameters }: Record<string, string | null> = JSON.parse(body);
    options.phones?.log({
      kind: 'api',
      url: '/v2/messages',
      parameters: Object.fromEntries(Object.entries({ ...parameters, to }).map(([name, one]) => [name, String(one)])),
      try: 1,
      status: given?.status ?? null,
      answer: given ? JSON.stringify(given.body, null, 2) : '',
      ms: Math.round(performance.now() - began),
      id: given?.id ?? null,
      phone: to,
    });
    return given;
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const given = await answerTo(`${request.method} ${request.url}`, request.headers.authorization, body);
    if (given) response.writeHead(given.status, { 'content-type': 'application/json' }).end(JSON.stringify(given.body));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error('The Telnyx emulator:', error);
      response.destroy();
    });
  });
  const port = await listen(server, options.port, 'the Telnyx emulator');
  return {
    url: `http://localhost:${port}`,
    account,
    close: async (): Promise<void> => {
      await account.settled();
      await close(server);
    },
  };
};
export type TelnyxEmulator = Awaited<ReturnType<typeof startTelnyxEmulator>>;
