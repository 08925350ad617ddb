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
  send(authorization: string | undefined, written: string): { status: number; body: object } | null {
    if (authorization !== `Bearer ${this.#options.apiKey}`)
      return { status: 401, body: problem('10009', 'Authentication failed') };
    const failed = this.fault && FAULTS[this.fault];
    if (failed) return failed;
    const { from, to, text, webhook_url: webhookUrl = null } = JSON.parse(written);
    if (from !== this.#options.number) return { status: 422, body: problem('40305', "Invalid 'from' address") };
    if (typeof to !== 'string' || !E164.test(to))
      return { status: 422, body: problem('40310', "Invalid 'to' address") };
    if (typeof text !== 'string' || text === '' || text.length > MAX_TEXT)
      return { status: 422, body: problem('40316', 'No content provided for message') };
    if (this.#stopped.has(to)) return { status: 422, body: problem('40300', 'Blocked due to STOP message') };
    const taken = { id: randomUUID(), to, text, webhookUrl };
    this.texts.push(taken);
    this.#run(this.#deliver(taken));
    if (this.fault === 'take-and-timeout') return null;
    return {
      status: 200,
      body: { data: { id: taken.id, record_type: 'message', to: [{ phone_number: to, status: 'queued' }] } },
    };
  }

  /** Delivers a text from a phone to the number's webhook. */
  receive(from: string, text: string, media: readonly string[] = []): void {
    const keyword = STOP.test(text) ? { autoresponse_type: 'STOP' } : {};
    if (STOP.test(text)) this.#stopped.add(from);
    const payload = {
      id: randomUUID(),
      direction: 'inbound',
      from: { phone_number: from },
      to: [{ phone_number: this.#options.number, status: 'webhook_delivered' }],
      text,
      media: media.map((url) => ({ url, content_type: 'image/jpeg', size: 1, sha256: null })),
      ...keyword,
    };
    this.#run(this.#tell(this.#options.webhookUrl(), 'message.received', payload));
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
    if (!webhookUrl) return;
    const code = this.#conditions.get(to);
    const event = (status: string, errors: object[] = []) => ({
      id,
      direction: 'outbound',
      from: { phone_number: this.#options.number },
      to: [{ phone_number: to, status }],
      text,
      webhook_url: webhookUrl,
      errors,
    });
    await this.#tell(webhookUrl, 'message.sent', event('sent'));
    const last = code ? event('delivery_failed', [{ code, title: 'Failed' }]) : event('delivered');
    await this.#tell(webhookUrl, 'message.finalized', last);
  }

  /** Calls a webhook, signed, up to three times: https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks */
  async #tell(url: string, event_type: string, payload: object): Promise<void> {
    const now = this.#options.now ?? Date.now;
    const body = JSON.stringify({ data: { id: randomUUID(), event_type, record_type: 'event', payload } });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const timestamp = String(Math.floor(now() / 1000));
      const signature = sign(null, Buffer.from(`${timestamp}|${body}`), this.#signingKey).toString('base64');
      const headers = {
        'content-type': 'application/json',
        'telnyx-timestamp': timestamp,
        'telnyx-signature-ed25519': signature,
      };
      const response = await fetch(url, { method: 'POST', headers, body }).catch(() => null);
      if (response?.ok) return;
    }
  }
}

/**
 * Emulates Telnyx's messaging API v2 on this machine: `POST /v2/messages`, signed webhooks, opt-outs and faults.
 * @throws StartError when the port is taken
 */
export const startTelnyxEmulator = async (options: TelnyxEmulatorOptions) => {
  const account = new TelnyxAccount(options);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const isMessages = request.method === 'POST' && request.url === '/v2/messages';
    const given = isMessages
      ? account.send(request.headers.authorization, body)
      : { status: 404, body: problem('10005', 'Resource not found') };
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
