import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { ACCOUNT } from '../templates/template.ts';
import { close, listen } from './listen.ts';

export const KVS_ARN = `arn:aws:cloudfront::${ACCOUNT}:key-value-store/local`;

/** The edge's keys and values, in a JSON file; every write replaces the file whole. */
export class KeyValueStore {
  readonly #file: string;
  readonly #values: Map<string, string>;
  #version = 1;

  constructor(file: string) {
    this.#file = file;
    this.#values = new Map(existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, 'utf8'))) : []);
  }

  get etag(): string {
    return `KV${this.#version}`;
  }

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  put(key: string, value: string): void {
    this.#values.set(key, value);
    this.#version += 1;
    writeFileSync(`${this.#file}.new`, JSON.stringify(Object.fromEntries(this.#values), null, 2), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

const readJson = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
};

/**
 * CloudFront's KeyValueStore API, as far as the product uses it: describe, get, put, with the ETag that every write must bring.
 * @see https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_kvs_PutKey.html
 */
export const startKeyValueStoreApi = async (port: number, store: KeyValueStore) => {
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json', etag: store.etag }).end(JSON.stringify(body));
    const [, , arn, , key] = (request.url ?? '').split('?')[0]?.split('/').map(decodeURIComponent) ?? [];
    const summary = { ItemCount: 0, TotalSizeInBytes: 0 };
    if (arn !== KVS_ARN) return answer(404, { __type: 'ResourceNotFoundException', Message: 'no such store' });
    if (request.method === 'GET' && key === undefined) return answer(200, { ...summary, KvsARN: KVS_ARN, Created: 0, Status: 'READY' });
    if (request.method === 'GET' && key !== undefined) {
      const value = store.get(key);
      return value === undefined ? answer(404, { __type: 'ResourceNotFoundException', Message: 'no such key' }) : answer(200, { ...summary, Key: key, Value: value });
    }
    if (request.method === 'PUT' && key !== undefined) {
      if (request.headers['if-match'] !== store.etag) return answer(409, { __type: 'ConflictException', Message: 'the store has changed' });
      const { Value } = await readJson(request);
      store.put(key, String(Value));
      return answer(200, summary);
    }
    return answer(400, { __type: 'ValidationException', Message: 'not served here' });
  });
  const bound = await listen(server, port, 'the key-value store');
  return { endpoint: `http://localhost:${bound}`, close: () => close(server) };
};
