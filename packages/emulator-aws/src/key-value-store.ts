import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { ACCOUNT } from '@qdn/cloudformation/template';
import { close, listen } from '@qdn/local-server/listen';
import { isForThisMachine, readJsonObject } from '@qdn/local-server/local-request';
import { StartError } from '@qdn/local-server/start-error';
import { writeWhole } from '@qdn/local-server/whole-file';
import { type Context, Hono } from 'hono';
import { INVALIDATION_ROUTE, Invalidations, invalidate } from './invalidations.ts';

export const KVS_ARN = `arn:aws:cloudfront::${ACCOUNT}:key-value-store/local`;

/** CloudFront's limits, in bytes. */
const MAX_KEY_BYTES = 512;
const MAX_VALUE_BYTES = 1024;

const readValues = (file: string): Map<string, string> => {
  if (!existsSync(file)) return new Map();
  try {
    const values: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof values === 'object' && values !== null) {
      return new Map(Object.entries(values).map(([key, value]) => [key, String(value)]));
    }
  } catch {
    // Fails below.
  }
  throw new StartError(`${file} is not complete. Start again with: npm start -- --fresh`);
};

/** Keys and values of the edge functions, in a JSON file. A write takes effect after the whole file is replaced. */
export class KeyValueStore {
  readonly #file: string;
  #values: Map<string, string>;

  /** @throws StartError when the file exists and is not a JSON object */
  constructor(file: string) {
    this.#file = file;
    this.#values = readValues(file);
  }

  /** Changes with the content only: a restart keeps it. */
  get etag(): string {
    return `KV${createHash('sha256').update(this.#text()).digest('hex').slice(0, 12)}`;
  }

  get count(): number {
    return this.#values.size;
  }

  /** Size of all keys and values, in bytes. */
  get size(): number {
    return [...this.#values].reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  }

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  items(): Array<{ Key: string; Value: string }> {
    return [...this.#values].map(([Key, Value]) => ({ Key, Value }));
  }

  /** @throws Error beyond CloudFront's limits: 512 bytes of key, 1,024 bytes of value */
  put(key: string, value: string): void {
    if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new Error(`A key has at most ${MAX_KEY_BYTES} bytes`);
    if (Buffer.byteLength(value) > MAX_VALUE_BYTES) throw new Error(`A value has at most ${MAX_VALUE_BYTES} bytes`);
    this.#replace(new Map(this.#values).set(key, value));
  }

  /** @returns true when the key existed */
  delete(key: string): boolean {
    const values = new Map(this.#values);
    const existed = values.delete(key);
    if (existed) this.#replace(values);
    return existed;
  }

  #replace(values: Map<string, string>): void {
    writeWhole(this.#file, this.#text(values));
    this.#values = values;
  }

  #text(values = this.#values): string {
    return JSON.stringify(Object.fromEntries(values), null, 2);
  }
}

type Env = { Bindings: HttpBindings };

const failure = (c: Context<Env>, status: 400 | 403 | 404 | 409, type: string, message: string): Response =>
  c.json({ __type: type, Message: message }, status);
const notFound = (c: Context<Env>, what: string): Response =>
  failure(c, 404, 'ResourceNotFoundException', `no such ${what}`);
const invalid = (c: Context<Env>, message: string): Response => failure(c, 400, 'ValidationException', message);

const STORE = '/key-value-stores/:arn';
const KEY = `${STORE}/keys/:key`;

/** Routes of the KeyValueStore's API, and CloudFront's invalidations. */
const createApi = (store: KeyValueStore, invalidations: Invalidations): Hono<Env> => {
  const api = new Hono<Env>();
  const summary = () => ({ ItemCount: store.count, TotalSizeInBytes: store.size });
  const isStale = (c: Context<Env>): boolean => c.req.header('if-match') !== store.etag;
  const conflict = (c: Context<Env>): Response => failure(c, 409, 'ConflictException', 'the store has changed');

  api.all(INVALIDATION_ROUTE, (c) => invalidate(c, invalidations));
  api.use(async (c, next) => {
    if (!isForThisMachine(c.env.incoming))
      c.res = failure(c, 403, 'AccessDeniedException', 'only local host names are served');
    else await next();
    c.header('etag', store.etag);
  });
  api.use(`${STORE}/*`, async (c, next) => (c.req.param('arn') === KVS_ARN ? next() : notFound(c, 'store')));
  api.get(STORE, (c) => c.json({ ...summary(), KvsARN: KVS_ARN, Created: 0, Status: 'READY' }));
  api.get(`${STORE}/keys`, (c) => c.json({ Items: store.items() }));
  api.get(KEY, (c) => {
    const key = c.req.param('key');
    const value = store.get(key);
    return value === undefined ? notFound(c, 'key') : c.json({ ...summary(), Key: key, Value: value });
  });
  api.put(KEY, async (c) => {
    const { Value } = await readJsonObject(c.env.incoming);
    // Checked after the body is read, so that no other write comes between the check and the write.
    if (isStale(c)) return conflict(c);
    if (typeof Value !== 'string') return invalid(c, 'Value is missing');
    try {
      store.put(c.req.param('key'), Value);
    } catch (error) {
      return invalid(c, error instanceof Error ? error.message : 'not written');
    }
    return c.json(summary());
  });
  api.delete(KEY, (c) => {
    if (isStale(c)) return conflict(c);
    return store.delete(c.req.param('key')) ? c.json(summary()) : notFound(c, 'key');
  });
  api.all(`${STORE}/*`, (c) => invalid(c, 'not served here'));
  api.notFound((c) => notFound(c, 'store'));
  api.onError((_, c) => invalid(c, 'the request cannot be read'));
  return api;
};

/**
 * Starts CloudFront's KeyValueStore API, as far as the product uses it: describe, list, get, put and delete. Every write must bring
 * the current ETag. The same address serves CloudFront's own API for invalidations.
 * @param port 0 for any that is free
 * @throws StartError when the port is taken
 * @see https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_kvs_PutKey.html
 */
export const startKeyValueStoreApi = async (
  port: number,
  store: KeyValueStore,
  invalidations = new Invalidations(),
) => {
  const api = createApi(store, invalidations);
  const server = createServer(getRequestListener(api.fetch, { overrideGlobalObjects: false }));
  const bound = await listen(server, port, 'the key-value store');
  // The client puts the account before the host name, so the host must be a name.
  return { endpoint: `http://localhost:${bound}`, close: () => close(server) };
};
