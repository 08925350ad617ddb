import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readDistribution } from './distribution.ts';
import { type Edge, type EdgeOptions, startEdge } from './edge.ts';

/** Returns a distribution as `sls package` writes it: the site at the default behaviour, the API at /api/*. */
const template = (
  changes: { site?: object; api?: object; apiCache?: object; responseHeaders?: object; functionCode?: string } = {},
) => {
  const functions = [{ EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['Function', 'FunctionARN'] } }];
  const key = {
    EnableAcceptEncodingGzip: true,
    EnableAcceptEncodingBrotli: true,
    CookiesConfig: { CookieBehavior: 'none' },
  };
  return {
    Resources: {
      Bucket: { Type: 'AWS::S3::Bucket', Properties: {} },
      Function: {
        Type: 'AWS::CloudFront::Function',
        Properties: { FunctionCode: changes.functionCode ?? 'function handler(event) { return event.request; }' },
      },
      SiteCache: {
        Type: 'AWS::CloudFront::CachePolicy',
        Properties: {
          CachePolicyConfig: {
            MinTTL: 0,
            DefaultTTL: 60,
            MaxTTL: 31_536_000,
            ParametersInCacheKeyAndForwardedToOrigin: {
              ...key,
              HeadersConfig: { HeaderBehavior: 'none' },
              QueryStringsConfig: { QueryStringBehavior: 'none' },
            },
          },
        },
      },
      ApiCache: {
        Type: 'AWS::CloudFront::CachePolicy',
        Properties: {
          CachePolicyConfig: {
            MinTTL: 0,
            DefaultTTL: 0,
            MaxTTL: 300,
            ParametersInCacheKeyAndForwardedToOrigin: {
              ...key,
              HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Authorization'] },
              QueryStringsConfig: { QueryStringBehavior: 'all' },
            },
            ...changes.apiCache,
          },
        },
      },
      ApiForward: {
        Type: 'AWS::CloudFront::OriginRequestPolicy',
        Properties: {
          OriginRequestPolicyConfig: {
            CookiesConfig: { CookieBehavior: 'none' },
            HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['content-type', 'x-qdn-tracking-token'] },
            QueryStringsConfig: { QueryStringBehavior: 'all' },
          },
        },
      },
      ApiHeaders: {
        Type: 'AWS::CloudFront::ResponseHeadersPolicy',
        Properties: {
          ResponseHeadersPolicyConfig: {
            CorsConfig: {
              AccessControlAllowCredentials: false,
              AccessControlAllowHeaders: { Items: ['authorization'] },
              AccessControlAllowMethods: { Items: ['GET', 'POST'] },
              AccessControlAllowOrigins: { Items: ['*'] },
              AccessControlExposeHeaders: { Items: ['Age'] },
              AccessControlMaxAgeSec: 600,
              OriginOverride: true,
            },
            SecurityHeadersConfig: {
              ContentTypeOptions: { Override: true },
              ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
              StrictTransportSecurity: { AccessControlMaxAgeSec: 100, Override: true },
            },
            CustomHeadersConfig: { Items: [{ Header: 'X-Robots-Tag', Value: 'noindex', Override: false }] },
            ...changes.responseHeaders,
          },
        },
      },
      Distribution: {
        Type: 'AWS::CloudFront::Distribution',
        Properties: {
          DistributionConfig: {
            Origins: [
              { Id: 'site', DomainName: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] }, S3OriginConfig: {} },
              { Id: 'api', CustomOriginConfig: { OriginReadTimeout: 1 } },
            ],
            DefaultCacheBehavior: {
              TargetOriginId: 'site',
              AllowedMethods: ['GET', 'HEAD'],
              CachedMethods: ['GET', 'HEAD'],
              Compress: true,
              CachePolicyId: { Ref: 'SiteCache' },
              FunctionAssociations: functions,
              ...changes.site,
            },
            CacheBehaviors: [
              {
                PathPattern: '/api/*',
                TargetOriginId: 'api',
                AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
                CachedMethods: ['GET', 'HEAD'],
                Compress: true,
                CachePolicyId: { Ref: 'ApiCache' },
                OriginRequestPolicyId: { Ref: 'ApiForward' },
                ResponseHeadersPolicyId: { Ref: 'ApiHeaders' },
                FunctionAssociations: functions,
                ...changes.api,
              },
            ],
            CustomErrorResponses: [404, 500, 502, 503, 504].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 1 })),
          },
        },
      },
    },
  };
};

type Seen = { method: string; url: string; headers: IncomingMessage['headers']; body: string };
type Handler = (request: IncomingMessage, response: ServerResponse, seen: Seen) => void | Promise<void>;

const closing: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const startOrigin = async (handler: Handler) => {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    seen.push(one);
    await handler(request, response, one);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, url: `http://127.0.0.1:${port}`, server };
};

const ROUTES = [
  'GET /api/jobs/{job_id}',
  'GET /api/jobs/{job_id}/location',
  'POST /api/jobs/{job_id}/location',
  'OPTIONS /api/jobs/{job_id}',
];

/** Starts an edge in front of one origin, which is both the API and the bucket, with a clock that the test sets. */
const start = async (
  handler: Handler,
  changes: Parameters<typeof template>[0] = {},
  options: Partial<EdgeOptions> = {},
) => {
  const origin = await startOrigin(handler);
  const time = { now: Date.parse('2026-03-04T15:00:00Z') };
  const logs: string[] = [];
  const edge: Edge = await startEdge({
    port: 0,
    distribution: readDistribution(template(changes)),
    kvs: { get: () => undefined },
    apiOrigins: [{ service: 'job-api', url: origin.url, routes: ROUTES }],
    siteOrigin: `${origin.url}/bucket`,
    log: (line) => logs.push(line),
    clock: () => time.now,
    ...options,
  });
  closing.push(edge.close);
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(edge.url + path, { method, headers: { 'accept-encoding': 'identity', ...headers } });
  return { edge, origin, time, logs, get };
};

/** Returns a different answer each time, so that a cached answer is recognised. */
const counting = (headers: Record<string, string>, status = 200): Handler => {
  let count = 0;
  return (_, response) => {
    count++;
    response.writeHead(status, headers).end(`answer ${count}`);
  };
};
const shared = { 'cache-control': 'public, max-age=0, s-maxage=300', 'content-type': 'application/json' };

describe('the time that the edge keeps an answer', () => {
  test('follows s-maxage before max-age, sends Age with hits, and asks the origin again after that', async () => {
    const { get, time, origin } = await start(
      counting({ ...shared, 'cache-control': 'public, max-age=0, s-maxage=20' }),
    );
    const first = await get('/api/jobs/1');
    expect(first.headers.get('x-cache')).toBe('Miss from cloudfront');
    expect(first.headers.get('age')).toBeNull();
    expect(await first.text()).toBe('answer 1');
    time.now += 19_999;
    const second = await get('/api/jobs/1');
    expect(second.headers.get('x-cache')).toBe('Hit from cloudfront');
    expect(second.headers.get('age')).toBe('19');
    expect(second.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=20');
    expect(await second.text()).toBe('answer 1');
    time.now += 1;
    expect(await (await get('/api/jobs/1')).text()).toBe('answer 2');
    expect(origin.seen.length).toBe(2);
  });

  test.each([
    ['the maximum TTL cuts a longer s-maxage', 'public, s-maxage=9999', 299, 301],
    ['max-age counts where there is no s-maxage', 'max-age=30', 29, 31],
  ])('%s', async (_, cacheControl, fresh, stale) => {
    const { get, time } = await start(counting({ ...shared, 'cache-control': cacheControl }));
    await get('/api/jobs/1');
    time.now += fresh * 1000;
    expect((await get('/api/jobs/1')).headers.get('x-cache')).toBe('Hit from cloudfront');
    time.now += (stale - fresh) * 1000;
    expect((await get('/api/jobs/1')).headers.get('x-cache')).toBe('Miss from cloudfront');
  });

  test.each(['private, no-store', 'no-store', 'private, max-age=100', 'no-cache', 'max-age=0'])(
    'is zero for %s',
    async (cacheControl) => {
      const { get, origin } = await start(counting({ 'cache-control': cacheControl }));
      await get('/api/jobs/1');
      expect((await get('/api/jobs/1')).headers.get('x-cache')).toBe('Miss from cloudfront');
      expect(origin.seen.length).toBe(2);
    },
  );

  test('is the default TTL when the origin sends no header: 60 s for the site, none for the API', async () => {
    const { get, time, origin } = await start(counting({}));
    await get('/api/jobs/1');
    await get('/api/jobs/1');
    expect(origin.seen.length).toBe(2);
    await get('/track/a.js');
    time.now += 59_000;
    expect((await get('/track/a.js')).headers.get('x-cache')).toBe('Hit from cloudfront');
    time.now += 1000;
    expect((await get('/track/a.js')).headers.get('x-cache')).toBe('Miss from cloudfront');
  });

  test('is a minimum TTL above zero, even with no-store', async () => {
    const { get } = await start(counting({ 'cache-control': 'no-store' }), { apiCache: { MinTTL: 5 } });
    await get('/api/jobs/1');
    expect((await get('/api/jobs/1')).headers.get('x-cache')).toBe('Hit from cloudfront');
  });

  test('follows Expires', async () => {
    const { get, time } = await start((_, response) => {
      response
        .writeHead(200, { date: 'Wed, 04 Mar 2026 15:00:00 GMT', expires: 'Wed, 04 Mar 2026 15:00:10 GMT' })
        .end();
    });
    await get('/api/jobs/1');
    time.now += 9000;
    expect((await get('/api/jobs/1')).headers.get('x-cache')).toBe('Hit from cloudfront');
    time.now += 2000;
    expect((await get('/api/jobs/1')).headers.get('x-cache')).toBe('Miss from cloudfront');
  });
});

describe('the cache key', () => {
  test('contains path, query and Authorization', async () => {
    const { get, origin } = await start(counting(shared));
    const asked: Array<[string, Record<string, string>]> = [
      ['/api/jobs/1', {}],
      ['/api/jobs/2', {}],
      ['/api/jobs/1?b=1', {}],
      ['/api/jobs/1?b=2', {}],
      ['/api/jobs/1', { authorization: 'Bearer x' }],
      ['/api/jobs/1', { authorization: 'Bearer y' }],
    ];
    for (const [path, headers] of asked)
      expect((await get(path, headers)).headers.get('x-cache')).toBe('Miss from cloudfront');
    for (const [path, headers] of asked)
      expect((await get(path, headers)).headers.get('x-cache')).toBe('Hit from cloudfront');
    expect(origin.seen.length).toBe(asked.length);
  });

  test('contains no other headers or cookies, which the origin does not get either', async () => {
    const { get, origin } = await start(counting(shared));
    await get('/api/jobs/1', {
      cookie: 'a=1',
      'x-other': '1',
      'accept-language': 'es',
      'user-agent': 'phone',
      referer: 'https://x/',
    });
    expect((await get('/api/jobs/1', { 'x-other': '2' })).headers.get('x-cache')).toBe('Hit from cloudfront');
    const [seen] = origin.seen;
    for (const name of ['cookie', 'x-other', 'accept-language', 'referer']) expect(seen?.headers[name]).toBeUndefined();
    expect(seen?.headers['user-agent']).toBe('Amazon CloudFront');
  });

  test('contains no query for the site, and the bucket never gets one', async () => {
    const { get, origin } = await start(counting({}));
    await get('/track/index-v2.html?job_id=secret');
    expect((await get('/track/index-v2.html?job_id=other')).headers.get('x-cache')).toBe('Hit from cloudfront');
    expect(origin.seen.map(({ url }) => url)).toEqual(['/bucket/track/index-v2.html']);
  });

  test('is made from the request that the viewer function returns', async () => {
    const functionCode = `function handler(event) {
      event.request.uri = '/api/jobs/7'; event.request.querystring = { b: { value: '1' } };
      delete event.request.headers.authorization; event.request.headers['x-qdn-tracking-token'] = { value: 't' };
      return event.request; }`;
    const { get, origin } = await start(counting(shared), { functionCode });
    await get('/api/jobs/aa.bb.cc?x=1', { authorization: 'Bearer 1' });
    expect((await get('/api/jobs/dd.ee.ff', { authorization: 'Bearer 2' })).headers.get('x-cache')).toBe(
      'Hit from cloudfront',
    );
    expect(origin.seen.map(({ url }) => url)).toEqual(['/api/jobs/7?b=1']);
    expect(origin.seen[0]?.headers).toMatchObject({ 'x-qdn-tracking-token': 't' });
    expect(origin.seen[0]?.headers['authorization']).toBeUndefined();
  });
});

describe('viewers at the same moment', () => {
  test('cost the origin one request when its answer may be shared', async () => {
    const { get, origin, edge } = await start(async (_, response) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      response.writeHead(200, shared).end('one');
    });
    const answers = await Promise.all(Array.from({ length: 50 }, () => get('/api/jobs/1')));
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(Array.from({ length: 50 }, () => 'one'));
    expect(origin.seen.length).toBe(1);
    expect(edge.stats()).toMatchObject({ misses: 1, hits: 49, originRequests: { api: 1, s3: 0 } });
  });

  test('share even an uncached answer unless a header forbids it', async () => {
    const { get, origin, edge } = await start(async (_, response) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      response.writeHead(200).end('one');
    });
    await Promise.all(Array.from({ length: 5 }, () => get('/api/jobs/1')));
    expect(origin.seen.length).toBe(1);
    expect(edge.stats().cachedObjects).toBe(0);
  });

  test.each(['private, no-store', 'max-age=0'])('each get their own answer when it is %s', async (cacheControl) => {
    let count = 0;
    const { get, origin } = await start(async (_, response) => {
      const mine = `private ${++count}`;
      await new Promise((resolve) => setTimeout(resolve, 30));
      response.writeHead(200, { 'cache-control': cacheControl }).end(mine);
    });
    const texts = await Promise.all(Array.from({ length: 5 }, async () => (await get('/api/jobs/1')).text()));
    expect(new Set(texts).size).toBe(5);
    expect(origin.seen.length).toBe(5);
  });

  test('still get the answer when the first of them disconnects', async () => {
    const { get, edge } = await start(async (_, response) => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      response.writeHead(200, shared).end('one');
    });
    const first = new AbortController();
    const leaving = fetch(`${edge.url}/api/jobs/1`, {
      signal: first.signal,
      headers: { 'accept-encoding': 'identity' },
    }).catch(() => 'left');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = get('/api/jobs/1');
    await new Promise((resolve) => setTimeout(resolve, 10));
    first.abort();
    expect(await leaving).toBe('left');
    expect(await (await second).text()).toBe('one');
  });
});

describe('errors', () => {
  test.each([404, 500, 503])('%i is cached for one second', async (status) => {
    const { get, time, origin } = await start(counting({}, status));
    const first = await get('/api/jobs/1');
    expect([first.status, first.headers.get('x-cache')]).toEqual([status, 'Error from cloudfront']);
    time.now += 999;
    expect(await (await get('/api/jobs/1')).text()).toBe('answer 1');
    time.now += 1;
    expect(await (await get('/api/jobs/1')).text()).toBe('answer 2');
    expect(origin.seen.length).toBe(2);
  });

  test.each([401, 409, 410, 422, 429])('%i with no-store is not cached', async (status) => {
    const { get, origin } = await start(counting({ 'cache-control': 'no-store' }, status));
    await get('/api/jobs/1');
    await get('/api/jobs/1');
    expect(origin.seen.length).toBe(2);
  });

  test('caches 500 in spite of no-store, 404 not with no-store, 403 only with a lifetime', async () => {
    const cases: Array<[number, string, number]> = [
      [404, 'no-store', 2],
      [500, 'no-store', 1],
      [403, 'public', 2],
      [403, 'max-age=1', 1],
    ];
    for (const [status, cacheControl, requests] of cases) {
      const { get, origin } = await start(counting({ 'cache-control': cacheControl }, status));
      await get('/api/jobs/1');
      await get('/api/jobs/1');
      expect([status, cacheControl, origin.seen.length]).toEqual([status, cacheControl, requests]);
    }
  });

  test('answers 502 for an origin that is down, and caches it for a second', async () => {
    const { edge, get, time, origin, logs } = await start(counting(shared));
    origin.server.closeAllConnections();
    origin.server.close();
    await once(origin.server, 'close');
    const answer = await get('/api/jobs/1');
    expect([answer.status, answer.headers.get('x-cache')]).toEqual([502, 'Error from cloudfront']);
    expect(logs.length).toBe(1);
    await get('/api/jobs/1');
    expect(logs.length).toBe(1);
    time.now += 1000;
    await get('/api/jobs/1');
    expect(logs.length).toBe(2);
    expect((await fetch(`${edge.url}/api/jobs/1/location`, { method: 'POST', body: '{}' })).status).toBe(502);
  });

  test('answers 504 for an origin that does not answer in time', async () => {
    const { get } = await start(() => undefined);
    const answer = await get('/api/jobs/1');
    expect(answer.status).toBe(504);
    expect(await answer.text()).toContain('504 ERROR');
  });

  test('serves an expired answer while the origin fails, and asks again after a second', async () => {
    let broken = false;
    const { get, time, origin } = await start((_, response) => {
      if (broken) response.writeHead(500).end();
      else response.writeHead(200, { 'cache-control': 'max-age=10' }).end('good');
    });
    await get('/api/jobs/1');
    broken = true;
    time.now += 11_000;
    expect(await (await get('/api/jobs/1')).text()).toBe('good');
    await get('/api/jobs/1');
    expect(origin.seen.length).toBe(2);
    time.now += 1000;
    await get('/api/jobs/1');
    expect(origin.seen.length).toBe(3);
  });

  test('does not serve an expired answer again once the origin has refused it', async () => {
    const answers: Array<[number, string]> = [
      [200, 'max-age=10'],
      [401, 'no-store'],
      [500, ''],
    ];
    const { get, time } = await start((_, response) => {
      const [status, cacheControl] = answers.shift() ?? [500, ''];
      response.writeHead(status, { 'cache-control': cacheControl }).end();
    });
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) {
      statuses.push((await get('/api/jobs/1')).status);
      time.now += 11_000;
    }
    expect(statuses).toEqual([200, 401, 500]);
  });

  test('does not cache an answer that breaks off', async () => {
    const { get } = await start((_, response, { url }) => {
      response.writeHead(200, { ...shared, 'content-length': '100' });
      response.write('half');
      setTimeout(() => (url.includes('later') ? response.end() : response.destroy()), 10);
    });
    expect((await get('/api/jobs/1')).status).toBe(502);
  });
});

describe('revalidation', () => {
  const tagged: Handler = (request, response) => {
    if (request.headers['if-none-match'] === '"v1"') response.writeHead(304, { 'cache-control': 'max-age=10' }).end();
    else
      response
        .writeHead(200, { 'cache-control': 'max-age=10', etag: '"v1"', 'content-type': 'text/plain' })
        .end('x'.repeat(2000));
  };

  test('asks about an expired object with an ETag instead of fetching it again', async () => {
    const { get, time, origin } = await start(tagged);
    await get('/track/a.js');
    time.now += 10_000;
    const answer = await get('/track/a.js');
    expect(answer.headers.get('x-cache')).toBe('RefreshHit from cloudfront');
    expect((await answer.text()).length).toBe(2000);
    expect(origin.seen[1]?.headers['if-none-match']).toBe('"v1"');
    time.now += 9000;
    expect((await get('/track/a.js')).headers.get('x-cache')).toBe('Hit from cloudfront');
  });

  test('works for compressed copies, whose ETag is weak', async () => {
    const { get, time, origin } = await start(tagged);
    const first = await get('/track/a.js', { 'accept-encoding': 'gzip' });
    expect(first.headers.get('etag')).toBe('W/"v1"');
    time.now += 10_000;
    const again = await get('/track/a.js', { 'accept-encoding': 'gzip' });
    expect([again.headers.get('x-cache'), again.headers.get('etag')]).toEqual(['RefreshHit from cloudfront', 'W/"v1"']);
    expect(origin.seen[1]?.headers['if-none-match']).toBe('"v1"');
  });

  test('answers 304 from the edge to a viewer with a current copy', async () => {
    const { get, origin } = await start(tagged);
    await get('/track/a.js');
    const answer = await get('/track/a.js', { 'if-none-match': 'W/"v1"' });
    expect([answer.status, await answer.text()]).toEqual([304, '']);
    expect((await get('/track/a.js', { 'if-none-match': '"v0"' })).status).toBe(200);
    expect(origin.seen.length).toBe(1);
  });
});

describe('methods', () => {
  test('answers HEAD from GET, cached or not, without a body', async () => {
    const { get, origin } = await start(counting(shared));
    const miss = await get('/api/jobs/1', {}, 'HEAD');
    expect([miss.status, miss.headers.get('content-length'), await miss.text()]).toEqual([200, '8', '']);
    expect((await get('/api/jobs/1')).headers.get('x-cache')).toBe('Hit from cloudfront');
    expect((await get('/api/jobs/1', {}, 'HEAD')).headers.get('x-cache')).toBe('Hit from cloudfront');
    expect(origin.seen.map(({ method }) => method)).toEqual(['GET']);
  });

  test('sends POST and OPTIONS to the origin each time, with unchanged body and query', async () => {
    const { edge, origin, get } = await start(counting(shared));
    const post = () =>
      fetch(`${edge.url}/api/jobs/1/location?x=a%20b&x=&y`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer d' },
        body: '{"lat":1}',
      });
    await post();
    const answer = await post();
    expect(answer.headers.get('x-cache')).toBe('Miss from cloudfront');
    await get('/api/jobs/1', {}, 'OPTIONS');
    await get('/api/jobs/1', {}, 'OPTIONS');
    expect(origin.seen.length).toBe(4);
    expect(origin.seen[1]).toMatchObject({
      method: 'POST',
      url: '/api/jobs/1/location?x=a%20b&x=&y',
      body: '{"lat":1}',
    });
    expect(origin.seen[1]?.headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer d' });
  });

  test('streams a body of a megabyte in both directions', async () => {
    const { edge } = await start((_, response, { body }) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(body);
    });
    const body = 'y'.repeat(1024 * 1024);
    const answer = await fetch(`${edge.url}/api/jobs/1/location`, { method: 'POST', body });
    expect(await answer.text()).toBe(body);
  });

  test('refuses methods that the behaviour does not allow, and GET with a body', async () => {
    const { edge, origin, get } = await start(counting(shared));
    expect((await get('/track/a.js', {}, 'POST')).status).toBe(403);
    const withBody = httpRequest(`${edge.url}/api/jobs/1`, { method: 'GET', headers: { 'content-length': '2' } });
    withBody.end('{}');
    const [answer] = await once(withBody, 'response');
    answer.resume();
    expect(answer.statusCode).toBe(403);
    expect(origin.seen).toEqual([]);
  });
});

describe('the request to the origin', () => {
  test('goes to the service with the route, and to no service without one', async () => {
    const other = await startOrigin((_, response) => void response.end('telemetry'));
    const { origin } = await start(counting(shared));
    const two = await startEdge({
      port: 0,
      distribution: readDistribution(template()),
      kvs: { get: () => undefined },
      apiOrigins: [
        { service: 'job-api', url: origin.url, routes: ['GET /api/jobs/{job_id}/location'] },
        {
          service: 'telemetry-ingest',
          url: other.url,
          routes: ['POST /api/jobs/{job_id}/location', 'OPTIONS /api/jobs/{job_id}/location'],
        },
      ],
      siteOrigin: origin.url,
      log: () => undefined,
    });
    closing.push(two.close);
    await fetch(`${two.url}/api/jobs/1/location`);
    await fetch(`${two.url}/api/jobs/1/location`, { method: 'POST', body: '{}' });
    await fetch(`${two.url}/api/jobs/1/location`, { method: 'OPTIONS' });
    expect(origin.seen.map(({ method }) => method)).toEqual(['GET']);
    expect(other.seen.map(({ method }) => method)).toEqual(['POST', 'OPTIONS']);
    const unknown = await fetch(`${two.url}/api/nothing`);
    expect([unknown.status, await unknown.json()]).toEqual([404, { message: 'Not Found' }]);
  });

  test('names the viewer, and leaves out hop-by-hop headers', async () => {
    const { get, origin } = await start((_, response) => {
      response.writeHead(200, { ...shared, 'set-cookie': 'a=1', via: '1.1 inner', connection: 'close' }).end('x');
    });
    const answer = await get('/api/jobs/1', { 'x-forwarded-for': '203.0.113.7', te: 'trailers' });
    expect(origin.seen[0]?.headers['x-forwarded-for']).toBe('203.0.113.7, 127.0.0.1');
    expect(origin.seen[0]?.headers['via']).toContain('cloudfront.net (CloudFront)');
    expect(origin.seen[0]?.headers['te']).toBeUndefined();
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('via')).toBe('1.1 local.cloudfront.net (CloudFront)');
  });

  test('returns 403 for a missing object, as a bucket without list permission does', async () => {
    const { get } = await start(
      (_, response) => void response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>'),
    );
    expect((await get('/nothing')).status).toBe(403);
  });
});

describe('compression', () => {
  const page: Handler = (_, response, { url }) => {
    const type = url.endsWith('.png') ? 'image/png' : 'text/html; charset=utf-8';
    response
      .writeHead(200, { 'content-type': type, 'cache-control': 'max-age=60' })
      .end('<p>'.repeat(url.includes('small') ? 10 : 1000));
  };
  const raw = async (url: string, accept: string) => {
    const request = httpRequest(url, { headers: { 'accept-encoding': accept } }).end();
    const [answer] = await once(request, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk);
    return { headers: answer.headers, body: Buffer.concat(chunks) };
  };

  test('prefers Brotli, falls back to gzip, and caches a copy of each', async () => {
    const { edge, origin } = await start(page);
    const brotli = await raw(`${edge.url}/track/a`, 'gzip, deflate, br');
    expect([brotli.headers['content-encoding'], brotli.headers['vary']]).toEqual(['br', 'Accept-Encoding']);
    expect(brotliDecompressSync(brotli.body).length).toBe(3000);
    const gzip = await raw(`${edge.url}/track/a`, 'gzip, br;q=0');
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.body).length).toBe(3000);
    const plain = await raw(`${edge.url}/track/a`, 'identity');
    expect([plain.headers['content-encoding'], plain.body.length]).toEqual([undefined, 3000]);
    expect((await raw(`${edge.url}/track/a`, 'br, gzip')).headers['x-cache']).toBe('Hit from cloudfront');
    expect(origin.seen.length).toBe(3);
  });

  test('skips small answers and pictures', async () => {
    const { edge } = await start(page);
    expect((await raw(`${edge.url}/track/small`, 'br')).headers['content-encoding']).toBeUndefined();
    expect((await raw(`${edge.url}/track/a.png`, 'br')).headers['content-encoding']).toBeUndefined();
  });
});

describe('ranges', () => {
  const file: Handler = (request, response) => {
    const headers = {
      'cache-control': 'max-age=60',
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
    };
    if (request.headers.range) response.writeHead(206, { ...headers, 'content-range': 'bytes 2-4/10' }).end('234');
    else response.writeHead(200, headers).end('0123456789');
  };

  test('are answered by the edge for cached objects, and by the origin for others', async () => {
    const { get, origin } = await start(file);
    const passed = await get('/map.pmtiles', { range: 'bytes=2-4' });
    expect([passed.status, await passed.text()]).toEqual([206, '234']);
    await get('/map.pmtiles');
    for (const [range, status, text] of [
      ['bytes=2-4', 206, '234'],
      ['bytes=7-', 206, '789'],
      ['bytes=-2', 206, '89'],
      ['bytes=0-99', 206, '0123456789'],
      ['bytes=10-', 416, ''],
    ] as const) {
      const answer = await get('/map.pmtiles', { range });
      expect([range, answer.status, await answer.text()]).toEqual([range, status, text]);
    }
    expect(origin.seen.length).toBe(2);
  });
});

describe('headers that the policy adds', () => {
  test('are on answers from the origin, from the cache, and on the origin’s errors', async () => {
    const { get } = await start((_, response, { url }) => {
      response
        .writeHead(url.includes('broken') ? 500 : 200, {
          ...shared,
          'referrer-policy': 'unsafe-url',
          'x-robots-tag': 'all',
        })
        .end();
    });
    for (const path of ['/api/jobs/1', '/api/jobs/1', '/api/jobs/broken']) {
      const { headers } = await get(path, { origin: 'https://customer.example' });
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toBe('max-age=100');
      // Not overridden: the origin's value stays.
      expect(headers.get('x-robots-tag')).toBe('all');
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-expose-headers')).toBe('Age');
    }
    expect((await get('/api/jobs/1')).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('complete a preflight', async () => {
    const { get } = await start((_, response) => void response.writeHead(204).end());
    const { headers } = await get(
      '/api/jobs/1',
      { origin: 'https://x', 'access-control-request-method': 'GET' },
      'OPTIONS',
    );
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST');
    expect(headers.get('access-control-allow-headers')).toBe('authorization');
    expect(headers.get('access-control-max-age')).toBe('600');
  });
});

describe('the function on the viewer request', () => {
  test('may answer itself, without a request to the origin', async () => {
    const functionCode = `function handler(event) {
      return { statusCode: 401, statusDescription: 'Unauthorized', headers: { 'content-type': { value: 'application/problem+json' } },
        body: { encoding: 'text', data: '{"status":401}' } }; }`;
    const { get, origin } = await start(counting(shared), { functionCode });
    const answer = await get('/api/jobs/1');
    expect([answer.status, answer.headers.get('x-cache')]).toEqual([401, 'FunctionGeneratedResponse from cloudfront']);
    expect(await answer.json()).toEqual({ status: 401 });
    expect((await get('/api/jobs/1', {}, 'HEAD')).status).toBe(401);
    expect(origin.seen).toEqual([]);
  });

  test('reads the current KeyValueStore and the clock, and logs under the request’s ID', async () => {
    const functionCode = `import cf from 'cloudfront';
      const kvs = cf.kvs();
      async function handler(event) {
        let value = 'none'; try { value = await kvs.get('key'); } catch (error) { value = error.message; }
        const there = await kvs.exists('key');
        console.log(JSON.stringify({ value: value, there: there, now: Date.now() }));
        return event.request; }`;
    const values = new Map<string, string>();
    const { get, logs, time } = await start(counting({}), { functionCode }, { kvs: { get: (key) => values.get(key) } });
    const answer = await get('/a');
    values.set('key', 'new');
    await get('/b');
    expect(logs.map((line) => JSON.parse(line.slice(37)))).toEqual([
      { value: 'KeyNotFound: key', there: false, now: time.now },
      { value: 'new', there: true, now: time.now },
    ]);
    expect(logs[0]?.startsWith(String(answer.headers.get('x-amz-cf-id')))).toBe(true);
  });

  test.each([
    ['throws', 'function handler() { throw new Error("broken"); }'],
    ['answers nothing', 'function handler() {}'],
    ['uses what CloudFront lacks', 'function handler() { return fetch("http://localhost"); }'],
  ])('answers 503 and logs a line when it %s', async (_, functionCode) => {
    const { get, logs, origin } = await start(counting(shared), { functionCode });
    const answer = await get('/api/jobs/1');
    expect([answer.status, answer.headers.get('x-cache')]).toEqual([503, 'FunctionExecutionError from cloudfront']);
    expect(logs.join()).toContain('function failed');
    expect(origin.seen).toEqual([]);
  });

  test('gets the request in CloudFront’s form', async () => {
    const functionCode = `function handler(event) {
      return { statusCode: 200, headers: {}, body: JSON.stringify(event) }; }`;
    const { edge } = await start(counting(shared), { functionCode });
    const answer = await fetch(`${edge.url}/api/jobs/a%20b?x=1&x=2&y=%41`, {
      headers: { cookie: 'a=1; b=2', 'X-One': '1' },
    });
    expect(await answer.json()).toMatchObject({
      version: '1.0',
      context: { eventType: 'viewer-request' },
      viewer: { ip: '127.0.0.1' },
      request: {
        method: 'GET',
        uri: '/api/jobs/a%20b',
        querystring: { x: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] }, y: { value: '%41' } },
        headers: { 'x-one': { value: '1' } },
        cookies: { a: { value: '1' }, b: { value: '2' } },
      },
    });
  });
});

test('asks the origin again for invalidated paths only', async () => {
  const { get, edge } = await start(counting({ 'cache-control': 'max-age=100' }));
  await get('/track/a');
  await get('/other');
  edge.invalidate(['/track/*']);
  expect((await get('/track/a')).headers.get('x-cache')).toBe('Miss from cloudfront');
  expect((await get('/other')).headers.get('x-cache')).toBe('Hit from cloudfront');
});

test('fails at once when the port is taken', async () => {
  const { edge } = await start(counting({}));
  await expect(start(counting({}), {}, { port: Number(new URL(edge.url).port) })).rejects.toThrow('EADDRINUSE');
});
