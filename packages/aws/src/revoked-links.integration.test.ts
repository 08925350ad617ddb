import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import type { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createKeyValueStoreClient, createRevokedLinks } from './revoked-links.ts';

const ARN = 'arn:aws:cloudfront::000000000000:key-value-store/01234567-89ab-cdef-0123-456789abcdef';
const EXPIRES_AT = Date.UTC(2026, 11, 1) + 999;
const ENVIRONMENT = [
  'AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE',
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
];

type Request = { method: string; path: string; host: string; authorization: string };
let before: Array<[string, string | undefined]>;
let requests: Request[];
let keys: Record<string, string>;
let etag: number;
/** Number of writes by others between our read of the store and our write. */
let others: number;
let server: Server;
let client: CloudFrontKeyValueStoreClient;

beforeEach(async () => {
  requests = [];
  keys = {};
  etag = 1;
  others = 0;
  server = createServer(async (request, response) => {
    const { host = '', authorization = '', 'if-match': ifMatch } = request.headers;
    requests.push({ method: request.method ?? '', path: decodeURIComponent(request.url ?? ''), host, authorization });
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('ETag', `e${etag}`);
    if (request.method === 'GET') {
      response.end(JSON.stringify({ KvsARN: ARN, ItemCount: 0, TotalSizeInBytes: 0, Created: 0 }));
      if (others-- > 0) etag += 1;
    } else if (ifMatch === `e${etag}`) {
      const { Value } = (await json(request)) as { Value: string };
      keys[decodeURIComponent(request.url ?? '').split('/keys/')[1] ?? ''] = Value;
      response.end(JSON.stringify({ ItemCount: 1, TotalSizeInBytes: 1 }));
    } else {
      response.statusCode = 409;
      response.setHeader('X-Amzn-ErrorType', 'ConflictException');
      response.end('{}');
    }
  });
  await once(server.listen(0, 'localhost'), 'listening');
  const address = server.address();
  before = ENVIRONMENT.map((name) => [name, process.env[name]]);
  const endpoint = `http://localhost:${typeof address === 'object' && address ? address.port : 0}`;
  for (const name of ENVIRONMENT) process.env[name] = name.endsWith('REGION') ? 'us-east-1' : 'test';
  process.env['AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE'] = endpoint;
  client = createKeyValueStoreClient();
});
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  client.destroy();
  server.close();
  server.closeAllConnections();
});

test('a revoked link is in the store until its expiry, and the request is signed for every region', async () => {
  await createRevokedLinks(client, ARN).add('abcdefgh', EXPIRES_AT);
  expect(keys).toEqual({ 'revoked:abcdefgh': String(Date.UTC(2026, 11, 1) / 1000) });
  expect(requests.map(({ method }) => method)).toEqual(['GET', 'PUT']);
  expect(requests[1]?.path).toBe(`/key-value-stores/${ARN}/keys/revoked:abcdefgh`);
  expect(requests[1]?.authorization).toMatch(/^AWS4-ECDSA-P256-SHA256 /);
});

test('reaches an emulator although the client uses a host under .localhost', async () => {
  await createRevokedLinks(client, ARN).add('abcdefgh', EXPIRES_AT);
  expect(requests[0]?.host).toMatch(/^000000000000\.localhost:\d+$/);
});

test('a write that lost against another one reads the store again', async () => {
  others = 2;
  await createRevokedLinks(client, ARN).add('abcdefgh', EXPIRES_AT);
  expect(Object.keys(keys)).toEqual(['revoked:abcdefgh']);
  expect(requests).toHaveLength(6);
});

test('a store that changes all the time, or does not exist, is `unavailable`', async () => {
  others = Number.POSITIVE_INFINITY;
  await expect(createRevokedLinks(client, ARN).add('abcdefgh', EXPIRES_AT)).rejects.toMatchObject({
    code: 'unavailable',
  });
  // Not a closed port: after a refused connection the SDK keeps a timer for a second, which would keep Jest's worker alive.
  server.on('connection', (socket) => socket.destroy());
  server.closeAllConnections();
  await expect(createRevokedLinks(client, ARN).add('abcdefgh', EXPIRES_AT)).rejects.toMatchObject({
    code: 'unavailable',
  });
});
