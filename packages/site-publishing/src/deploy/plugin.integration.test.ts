import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createPublishPlugin, type Deployment } from './plugin.ts';

const pair = (fill: number) => ({ current: { kid: 'k1', key: Buffer.alloc(32, fill).toString('base64url') } });
const TOKENS = { track: pair(1), device: pair(2), operator: pair(3) };
const KVS = 'arn:aws:cloudfront::000000000000:key-value-store/12345678-1234-1234-1234-123456789012';

/** The answers of the AWS APIs that publishing calls; every call is recorded. */
const startStandIn = async () => {
  const calls: { name: string; body: string; headers: Record<string, unknown> }[] = [];
  const values = new Map<string, string>();
  const secret: { text: string | null } = { text: JSON.stringify(TOKENS) };
  let conflicts = 0;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const path = decodeURIComponent(request.url ?? '').split('?')[0] ?? '';
    const call = (name: string) => calls.push({ name, body, headers: request.headers });
    const json = (status: number, value: unknown, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
    if (body.includes('Action=DescribeStacks')) {
      const output = (name: string, value: string) =>
        `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`;
      response
        .writeHead(200, { 'content-type': 'text/xml' })
        .end(
          `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>s</StackName><Outputs>${
            output('SiteBucketName', 'site-bucket') +
            output('DistributionId', 'E123') +
            output('EdgeKvsArn', KVS) +
            output('PublicUrl', 'https://d1.cloudfront.net')
          }</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
        );
    } else if (path.includes('/invalidation')) {
      call('invalidate');
      response.writeHead(201, { 'content-type': 'text/xml' }).end('<Invalidation><Id>I1</Id></Invalidation>');
    } else if (request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue') {
      if (secret.text === null) json(400, { __type: 'ResourceNotFoundException', Message: 'no such secret' });
      else json(200, { Name: 'qdn/tokens', SecretString: secret.text });
    } else if (path.includes('/keys/') && request.method === 'GET') {
      const value = values.get(path.split('/').at(-1) ?? '');
      if (value === undefined)
        json(404, { Message: 'no such key' }, { 'x-amzn-errortype': 'ResourceNotFoundException' });
      else json(200, { Key: 'k', Value: value, ItemCount: 1, TotalSizeInBytes: 1 });
    } else if (path.includes('/keys/') && request.method === 'PUT' && conflicts-- > 0) {
      json(409, { Message: 'changed meanwhile' }, { 'x-amzn-errortype': 'ConflictException' });
    } else if (path.includes('/keys/') && request.method === 'PUT') {
      const key = path.split('/').at(-1) ?? '';
      call(key);
      values.set(key, String(JSON.parse(body).Value));
      json(200, { ItemCount: 1, TotalSizeInBytes: 1 }, { etag: 'E2' });
    } else if (path.endsWith('/keys') && request.method === 'GET') {
      json(200, { Items: [...values].map(([Key, Value]) => ({ Key, Value })) });
    } else if (path.includes('/keys/') && request.method === 'DELETE') {
      const key = path.split('/').at(-1) ?? '';
      call(`forget ${key}`);
      values.delete(key);
      json(200, { ItemCount: 1, TotalSizeInBytes: 1 }, { etag: 'E2' });
    } else if (path.startsWith('/key-value-stores/')) {
      json(200, { ETag: 'E1', ItemCount: 0, TotalSizeInBytes: 0, KvsARN: KVS, Created: 0 }, { etag: 'E1' });
    } else {
      call(`${request.method} ${path}`);
      response.writeHead(200, { etag: '"1"' }).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    calls,
    values,
    secret,
    conflict: (times: number) => {
      conflicts = times;
    },
    url: `http://localhost:${port}`,
    close: () => server.close(),
  };
};

let carrierEmulator: Awaited<ReturnType<typeof startStandIn>>;
let folder: string;
beforeEach(async () => {
  carrierEmulator = await startStandIn();
  folder = await mkdtemp(join(tmpdir(), 'publish-'));
});
afterEach(async () => {
  carrierEmulator.close();
  await rm(folder, { recursive: true });
});

/** Publishes a page of some words. */
const run = async (rolloutPercent: string, words: string): Promise<string[]> => {
  const notices: string[] = [];
  const deployment: Deployment = {
    service: { custom: { publish: { rolloutPercent } } },
    getProvider: () => ({
      naming: { getStackName: () => 'tracking-site-test' },
      getAwsSdkV3Config: async () => ({
        region: 'us-east-1',
        endpoint: carrierEmulator.url,
        // The clients put the bucket's name and the account's number before the host.
        requestHandler: {
          httpAgent: { lookup: (_host, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]) },
        },
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      }),
    }),
  };
  const page = join(folder, 'index.html');
  const script = join(folder, 'page.js');
  const PublishPlugin = createPublishPlugin(async () => {
    await writeFile(page, `<title>${words}</title>`);
    await writeFile(script, 'void 0');
    return {
      version: 'index-v2.html',
      hash: words,
      files: [
        {
          key: 'track/index-v2.html',
          path: page,
          contentType: 'text/html; charset=utf-8',
          cacheControl: 'public, max-age=0, s-maxage=60',
        },
        {
          key: 'track/assets/page-1a.js',
          path: script,
          contentType: 'text/javascript',
          cacheControl: 'public, max-age=31536000, immutable',
        },
      ],
    };
  });
  const plugin = new PublishPlugin(deployment, {}, { log: { notice: (text) => notices.push(text) } });
  await plugin.hooks['after:deploy:deploy']?.();
  return notices;
};

test('after a deployment, AWS receives assets, page, roll-out and invalidation in this order', async () => {
  const notices = await run('100', 'first');
  expect(carrierEmulator.calls.map(({ name }) => name)).toEqual([
    'track-keys',
    'PUT /track/assets/page-1a.js',
    'PUT /track/index-v2.html',
    'rollout',
    'invalidate',
  ]);
  const [, asset, page, rollout, invalidation] = carrierEmulator.calls;
  expect(asset?.headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': 'text/javascript',
  });
  expect(page?.headers).toMatchObject({
    'cache-control': 'public, max-age=0, s-maxage=60',
    'content-type': 'text/html; charset=utf-8',
  });
  expect(page?.body).toContain('<title>first</title>');
  // Never over another version: an edge may have kept it.
  expect(page?.headers['if-none-match']).toBe('*');
  expect(String(asset?.headers['host'])).toMatch(/^site-bucket\./);
  expect(rollout?.headers['if-match']).toBe('E1');
  expect(JSON.parse(JSON.parse(rollout?.body ?? '{}').Value)).toEqual({
    stable: 'index-v2.html',
    candidate: null,
    percent: 0,
    previous: null,
    pages: { 'index-v2.html': 'first' },
    changedAt: expect.any(Number),
  });
  expect(invalidation?.body).toContain('<Path>/track/*</Path>');
  expect(notices).toEqual(['Page published: https://d1.cloudfront.net/track is index-v2.html']);
});

test('a second version goes to a share of the jobs when asked', async () => {
  await run('100', 'first');
  const notices = await run('10', 'second');
  expect(notices).toEqual([
    'Page published: https://d1.cloudfront.net/track is index-v2.html, index-v3.html to 10 % of jobs',
  ]);
});

test('the edge gets the tracking tokens’ keys alone, and only when they have changed', async () => {
  await run('100', 'first');
  expect(JSON.parse(carrierEmulator.values.get('track-keys') ?? '')).toEqual(TOKENS.track);
  await run('100', 'first');
  expect(carrierEmulator.calls.filter(({ name }) => name === 'track-keys').length).toBe(1);
});

test('before the secret exists the page is published all the same, with a message for the operator', async () => {
  carrierEmulator.secret.text = null;
  const notices = await run('100', 'first');
  expect(notices.join()).toContain('No secret qdn/tokens yet');
  expect(carrierEmulator.calls.map(({ name }) => name)).toContain('invalidate');
});

test('a broken secret stops the deployment without showing what is in it', async () => {
  carrierEmulator.secret.text = '{"track": "hunter2"';
  await expect(run('100', 'first')).rejects.toThrow(
    /^The secret qdn\/tokens does not contain signing keys(?!.*hunter2)/,
  );
  expect(carrierEmulator.calls).toEqual([]);
});

test('waits when someone else writes to the store at the same moment', async () => {
  carrierEmulator.conflict(3);
  await run('100', 'first');
  expect(carrierEmulator.values.get('rollout')).toContain('index-v2.html');
});

test('revoked links that would have expired by now are forgotten, the others stay', async () => {
  const second = Math.floor(Date.now() / 1000);
  carrierEmulator.values.set('revoked:gone0000', String(second - 60));
  carrierEmulator.values.set('revoked:stays000', String(second + 3600));
  carrierEmulator.values.set('revoked:unclear0', 'for ever');
  await run('100', 'first');
  expect([...carrierEmulator.values.keys()].filter((key) => key.startsWith('revoked:'))).toEqual([
    'revoked:stays000',
    'revoked:unclear0',
  ]);
});
