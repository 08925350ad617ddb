import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseAccountId, parseJobId, parseLinkId } from '@qdn/domain';
import { startStorage } from '@qdn/emulator-aws/storage';
import { type Edge, readDistribution, startEdge } from '@qdn/emulator-cloudfront';
import { CACHE_CONTROL, createKeyring, signToken } from '@qdn/lambda';
import { sharedTemplates } from '@qdn/packaging/shared-templates';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const NOW = Date.parse('2026-03-04T15:00:00Z');
const FIX_EVERY_MS = 10_000;

const key = { kid: 'k1', key: Buffer.alloc(32, 7).toString('base64url') };
const keyring = createKeyring({ track: { current: key }, device: { current: key }, operator: { current: key } });
const track = (job: string, link: string) => {
  const [jobId, accountId, linkId] = [parseJobId(job), parseAccountId('a'), parseLinkId(link)];
  if (!jobId || !accountId || !linkId) throw new Error('The example IDs do not parse');
  return signToken({ kind: 'track', jobId, accountId, linkId }, keyring, NOW + 86_400_000);
};

/** The job API's answer at the time of the test's clock: the newest fix, shared for five minutes; private for operators. */
const startApi = async (clock: () => number) => {
  const seen: Array<{ url: string; token: string | undefined }> = [];
  const server = createServer((request, response) => {
    const operator = request.headers.authorization !== undefined;
    seen.push({ url: request.url ?? '', token: request.headers['x-qdn-tracking-token']?.toString() });
    const at = Math.floor((clock() - 3000) / FIX_EVERY_MS) * FIX_EVERY_MS + 3000;
    response
      .writeHead(200, {
        'content-type': 'application/json',
        'cache-control': operator ? CACHE_CONTROL.private : CACHE_CONTROL.shared,
      })
      .end(JSON.stringify({ at, operator }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
};

/** The packaged distribution and the function in it, the bucket in fauxqs, and an API of the test's own. */
describe('the tracking site’s own distribution at the local edge', () => {
  const time = { now: NOW };
  const values = new Map<string, string>();
  const logs: string[] = [];
  let edge: Edge;
  let api: Awaited<ReturnType<typeof startApi>>;
  let storage: Awaited<ReturnType<typeof startStorage>>;

  beforeAll(async () => {
    const { 'tracking-site': template } = await sharedTemplates(repository, ['tracking-site']);
    if (!template) throw new Error('tracking-site was not packaged');
    storage = await startStorage(0, null, [template]);
    const s3 = new S3Client({
      endpoint: storage.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const Bucket = 'qdn-tracking-site-000000000000-us-east-1';
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'track/index-v2.html',
        Body: '<p>page</p>',
        ContentType: 'text/html; charset=utf-8',
        CacheControl: 'public, max-age=0, s-maxage=60',
      }),
    );
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'tiles/streets-1.pmtiles',
        Body: Buffer.from(Array.from({ length: 5000 }, (_, i) => i % 251)),
        ContentType: 'application/vnd.pmtiles',
        CacheControl: 'public, max-age=31536000, immutable',
      }),
    );
    s3.destroy();
    api = await startApi(() => time.now);
    edge = await startEdge({
      port: 0,
      distribution: readDistribution(template),
      kvs: { get: (name) => values.get(name) },
      apiOrigins: [
        {
          service: 'job-api',
          url: api.url,
          routes: ['GET /api/jobs', 'GET /api/jobs/{job_id}', 'GET /api/jobs/{job_id}/location'],
        },
      ],
      siteOrigin: `${storage.endpoint}/${Bucket}`,
      log: (line) => logs.push(line),
      clock: () => time.now,
    });
  }, 60_000);
  beforeEach(() => {
    values.clear();
    values.set('track-keys', JSON.stringify({ current: key }));
    logs.length = 0;
    api.seen.length = 0;
    // Later than the expiry of anything that an earlier test cached.
    time.now += 3_600_000;
  });
  afterAll(async () => {
    await edge.close();
    await storage.close();
    api.close();
  });

  const get = (path: string, headers: Record<string, string> = {}) => fetch(edge.url + path, { headers });

  test('serves the page at /track, with headers that keep the token private, and one log line', async () => {
    const answer = await get(`/track?job_id=${track('QDN-1', 'link-one')}`, { 'user-agent': 'Mozilla/5.0 (iPhone)' });
    expect(await answer.text()).toBe('<p>page</p>');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('x-robots-tag')).toBe('noindex');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(logs.map((line) => line.slice(37))).toEqual(['{"event":"page-view","version":"index-v2.html","bot":false}']);
    expect((await get('/track')).headers.get('x-cache')).toBe('Hit from cloudfront');
  });

  test('serves ranges of the map’s tiles, also to a widget on another site after its preflight', async () => {
    const site = { origin: 'https://www.customer.example' };
    const preflight = await fetch(`${edge.url}/tiles/streets-1.pmtiles`, {
      method: 'OPTIONS',
      headers: { ...site, 'access-control-request-method': 'GET', 'access-control-request-headers': 'range' },
    });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('*');
    for (const [range, status, contentRange, first, length] of [
      ['bytes=0-126', 206, 'bytes 0-126/5000', 0, 127],
      ['bytes=1000-1003', 206, 'bytes 1000-1003/5000', 1000 % 251, 4],
      ['bytes=4990-6000', 206, 'bytes 4990-4999/5000', 4990 % 251, 10],
      ['bytes=5000-5001', 416, 'bytes */5000', null, null],
    ] as const) {
      const answer = await get('/tiles/streets-1.pmtiles', { ...site, range });
      expect([answer.status, answer.headers.get('content-range')]).toEqual([status, contentRange]);
      expect(answer.headers.get('content-encoding')).toBeNull();
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (first === null) continue;
      expect([bytes[0], bytes.length]).toEqual([first, length]);
      expect(answer.headers.get('cache-control')).toContain('immutable');
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
    // A company without tiles: the answer says only that there are none.
    expect((await get('/tiles/streets-2.pmtiles', { range: 'bytes=0-126' })).status).toBe(403);
    expect(logs).toEqual([]);
  });

  test('shares an answer between viewers of a job, but not with strangers, other jobs or operators', async () => {
    const first = await get(`/api/jobs/${track('QDN-1', 'link-one')}/location`);
    expect(first.headers.get('x-cache')).toBe('Miss from cloudfront');
    const second = await get(`/api/jobs/${track('QDN-1', 'link-two')}/location?b=0&x=1`, {
      authorization: 'Bearer a.b.c',
    });
    expect(second.headers.get('x-cache')).toBe('Hit from cloudfront');
    expect((await get('/api/jobs/QDN-1/location')).status).toBe(401);
    expect((await get(`/api/jobs/QDN-1/location?${api.seen[0]?.url.split('?')[1]}`)).status).toBe(401);
    expect((await get(`/api/jobs/${track('QDN-2', 'link-one')}/location`)).headers.get('x-cache')).toBe(
      'Miss from cloudfront',
    );
    const operator = await get('/api/jobs/QDN-1/location?b=1', { authorization: 'Bearer operator' });
    expect(await operator.json()).toMatchObject({ operator: true });
    expect(operator.headers.get('x-cache')).toBe('Miss from cloudfront');
    expect((await get('/api/jobs/QDN-1/location', { authorization: 'Bearer operator' })).headers.get('x-cache')).toBe(
      'Miss from cloudfront',
    );
    expect(api.seen.map(({ url }) => url.split('?')[0])).toEqual([
      '/api/jobs/QDN-1/location',
      '/api/jobs/QDN-2/location',
      '/api/jobs/QDN-1/location',
      '/api/jobs/QDN-1/location',
    ]);
    expect(api.seen[0]?.token).toBe(track('QDN-1', 'link-one'));
  });

  test('refuses a revoked link at once, even while its answer is cached', async () => {
    const link = `/api/jobs/${track('QDN-1', 'link-one')}/location`;
    expect((await get(link)).status).toBe(200);
    values.set('revoked:link-one', '1');
    const answer = await get(link);
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, '*']);
    expect(await answer.json()).toMatchObject({ type: 'urn:qdn:problem:link-revoked' });
    expect((await get(`/api/jobs/${track('QDN-1', 'link-two')}/location`)).headers.get('x-cache')).toBe(
      'Hit from cloudfront',
    );
  });

  test('limits 50 viewers to 7 origin requests a minute, with positions younger than 25 s', async () => {
    const start = time.now;
    const polls: Array<{ at: number; link: string }> = [];
    for (let viewer = 0; viewer < 50; viewer++) {
      const link = `/api/jobs/${track('QDN-1042', `viewer-${100 + viewer}`)}/location`;
      // Each viewer polls about every 10 s, from its own start time.
      for (let i = 0; i < 30; i++)
        polls.push({ at: start + viewer * 197 + i * 10_000 + ((viewer * 31 + i * 17) % 400), link });
    }
    const ages: number[] = [];
    for (const { at, link } of polls.sort((a, b) => a.at - b.at)) {
      time.now = at;
      const position = await (await get(link)).json();
      if (typeof position === 'object' && position !== null && 'at' in position) ages.push(at - Number(position.at));
    }
    ages.sort((a, b) => a - b);
    const perMinute = api.seen.length / 5;
    const p99 = ages[Math.floor(ages.length * 0.99)] ?? Number.POSITIVE_INFINITY;
    process.stdout.write(
      `  50 viewers, 5 min: ${perMinute} origin requests a minute for ${ages.length / 5}; position's age mean ${(ages.reduce((a, b) => a + b) / ages.length / 1000).toFixed(1)} s, p99 ${(p99 / 1000).toFixed(1)} s\n`,
    );
    expect(ages.length).toBe(1500);
    expect(perMinute).toBeLessThanOrEqual(7);
    expect(p99).toBeLessThan(25_000);
  }, 30_000);
});
