import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { ACCOUNT } from '@qdn/cloudformation/template';
import { close, listen } from '@qdn/local-server/listen';
import { isForThisMachine, readJsonObject } from '@qdn/local-server/local-request';
import { StartError } from '@qdn/local-server/start-error';
import { writeWhole } from '@qdn/local-server/whole-file';
import { Invalidations, invalidate, isInvalidation } from './invalidations.ts';

export const KVS_ARN = `arn:aws:cloudfront::${ACCOUNT}:key-value-store/local`;

/** CloudFront's limits, in bytes. */
const MAX_KEY = 512;
const MAX_VALUE = 1024;

const readValues = (file: string): Map<string, string> => {
  if (!existsSync(file)) return new Map();
  try {
    const values: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof values === 'object' && values !== null) {
      return new Map(Object.entries(values).map(([key, value]) => [key, String(value)]));
    }
  } catch {
    // The same sentence below.
  }
  throw new StartError(`${file} is not complete. Start again with: npm start -- --fresh`);
};

/** The edge's keys and values, in a JSON file; every write replaces the file whole before it counts. */
export class KeyValueStore {
  readonly #file: string;
  #values: Map<string, string>;

  /** @throws StartError when the file is there and is no JSON object */
  constructor(file: string) {
    this.#file = file;
    this.#values = readValues(file);
  }

  /** Changes with the content, also over a restart. */
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

  /** @throws Error beyond CloudFront's limits: 512 bytes of key, 1 KB of value */
  put(key: string, value: string): void {
    if (Buffer.byteLength(key) > MAX_KEY) throw new Error(`A key has at most ${MAX_KEY} bytes`);
    if (Buffer.byteLength(value) > MAX_VALUE) throw new Error(`A value has at most ${MAX_VALUE} bytes`);
    this.#replace(new Map(this.#values).set(key, value));
  }

  /** @returns whether it was there */
  delete(key: string): boolean {
    const values = new Map(this.#values);
    const wasThere = values.delete(key);
    if (wasThere) this.#replace(values);
    return wasThere;
  }

  #replace(values: Map<string, string>): void {
    writeWhole(this.#file, this.#text(values));
    this.#values = values;
  }

  #text(values = this.#values): string {
    return JSON.stringify(Object.fromEntries(values), null, 2);
  }
}

type Answer = { status: number; body: object };
const failure = (status: number, type: string, message: string): Answer => ({
  status,
  body: { __type: type, Message: message },
});
const notFound = (what: string): Answer => failure(404, 'ResourceNotFoundException', `no such ${what}`);

const answerTo = async (request: IncomingMessage, store: KeyValueStore): Promise<Answer> => {
  if (!isForThisMachine(request)) return failure(403, 'AccessDeniedException', 'not asked by a local name');
  const [path = ''] = (request.url ?? '').split('?');
  const [collection, arn, keys, key] = path.split('/').slice(1).map(decodeURIComponent);
  if (collection !== 'key-value-stores' || arn !== KVS_ARN) return notFound('store');
  const summary = () => ({ ItemCount: store.count, TotalSizeInBytes: store.size });
  if (keys === undefined && request.method === 'GET') {
    return { status: 200, body: { ...summary(), KvsARN: KVS_ARN, Created: 0, Status: 'READY' } };
  }
  if (keys === 'keys' && key === undefined && request.method === 'GET') {
    return { status: 200, body: { Items: store.items() } };
  }
  if (keys !== 'keys' || !key) return failure(400, 'ValidationException', 'not served here');
  if (request.method === 'GET') {
    const value = store.get(key);
    return value === undefined ? notFound('key') : { status: 200, body: { ...summary(), Key: key, Value: value } };
  }
  if (request.method !== 'PUT' && request.method !== 'DELETE') {
    return failure(400, 'ValidationException', 'not served here');
  }
  const { Value } = request.method === 'PUT' ? await readJsonObject(request) : {};
  // After the body, so that nothing comes between this look and the write.
  if (request.headers['if-match'] !== store.etag) return failure(409, 'ConflictException', 'the store has changed');
  if (request.method === 'DELETE') return store.delete(key) ? { status: 200, body: summary() } : notFound('key');
  if (typeof Value !== 'string') return failure(400, 'ValidationException', 'Value is missing');
  try {
    store.put(key, Value);
  } catch (error) {
    return failure(400, 'ValidationException', error instanceof Error ? error.message : 'not written');
  }
  return { status: 200, body: summary() };
};

/**
 * CloudFront's KeyValueStore API, as far as the product uses it: describe, list, get, put and delete, with the ETag that every
 * write must bring; and, at the same address, CloudFront's own for invalidations.
 * @param port 0 for any that is free
 * @throws StartError when the port is taken
 * @see https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_kvs_PutKey.html
 */
export const startKeyValueStoreApi = async (
  port: number,
  store: KeyValueStore,
  invalidations = new Invalidations(),
) => {
  const server = createServer((request, response) => {
    if (isInvalidation(request)) return invalidate(request, response, invalidations);
    answerTo(request, store)
      .catch(() => failure(400, 'ValidationException', 'the request cannot be read'))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json', etag: store.etag }).end(JSON.stringify(body));
      });
  });
  const bound = await listen(server, port, 'the key-value store');
  // Its client puts the account before the host, which an address cannot have.
  return { endpoint: `http://localhost:${bound}`, close: () => close(server) };
};
