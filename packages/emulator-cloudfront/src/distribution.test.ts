import { describe, expect, test } from '@jest/globals';
import { matchesPath, readDistribution } from './distribution.ts';
import { freshnessOf } from './freshness.ts';
import { ObjectCache } from './object-cache.ts';
import { readRoutes, routeTo } from './routes.ts';

describe('a template that the emulator does not support', () => {
  const distribution = (config: object) => ({
    Resources: { D: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig: config } } },
  });

  test('is refused, with the path of the unsupported part', () => {
    expect(() => readDistribution({ Resources: {} })).toThrow('exactly one CloudFront distribution');
    expect(() => readDistribution(distribution({}))).toThrow('DefaultCacheBehavior.TargetOriginId');
    const managed = distribution({
      Origins: [{ Id: 'a' }],
      DefaultCacheBehavior: { TargetOriginId: 'a', CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6' },
    });
    expect(() => readDistribution(managed)).toThrow(
      'no reference at template.Resources.D.Properties.DistributionConfig.DefaultCacheBehavior.CachePolicyId',
    );
  });
});

test.each([
  ['/api/*', '/api/jobs', true],
  ['/api/*', '/api', false],
  ['/api/*', '/API/jobs', false],
  ['api/*', '/api/jobs', true],
  ['*.js', '/track/a.js', true],
  ['/*.js', '/track/a.js', true],
  ['/track?', '/track2', true],
  ['/a.b', '/axb', false],
  ['*', '/anything', true],
])('the path pattern %s matches %s: %s', (pattern, path, expected) => {
  expect(matchesPath(pattern, path)).toBe(expected);
});

describe('routes of the HTTP API', () => {
  const origin = (service: string, ...routes: string[]) => ({ service, url: `http://${service}`, routes });
  const origins = [
    origin('jobs', 'GET /api/jobs/{job_id}', 'GET /api/jobs/{job_id}/location', 'ANY /api/any/{x}'),
    origin(
      'sms',
      'POST /api/jobs/{job_id}/messages',
      'GET /api/jobs/special',
      'GET /api/files/{path+}',
      'GET /api/any/{x}',
    ),
  ];

  test.each([
    ['GET', '/api/jobs/QDN-1', 'jobs'],
    ['GET', '/api/jobs/special', 'sms'],
    ['POST', '/api/jobs/inbound/messages', 'sms'],
    ['GET', '/api/files/a/b/c', 'sms'],
    ['GET', '/api/any/1', 'sms'],
    ['POST', '/api/any/1', 'jobs'],
    ['GET', '/api/jobs', undefined],
    ['GET', '/api/jobs/', undefined],
    ['DELETE', '/api/jobs/QDN-1', undefined],
    ['GET', '/api/jobs/QDN-1/location/more', undefined],
  ])('send %s %s to %s', (method, path, service) => {
    expect(routeTo(origins, method, path)?.service).toBe(service);
  });

  test('are read from a packaged template', () => {
    const Resources = {
      Route: { Type: 'AWS::ApiGatewayV2::Route', Properties: { RouteKey: 'GET /api/jobs/{job_id}' } },
      Other: { Type: 'AWS::S3::Bucket' },
    };
    expect(readRoutes({ Resources })).toEqual(['GET /api/jobs/{job_id}']);
  });
});

test('does not serve a stale answer with must-revalidate when the origin fails', () => {
  const policy = {
    minTtlS: 0,
    defaultTtlS: 0,
    maxTtlS: 300,
    headers: { kind: 'none' },
    query: { kind: 'none' },
    gzip: false,
    brotli: false,
  } as const;
  const of = (cacheControl: string) =>
    freshnessOf({ status: 200, headers: { 'cache-control': cacheControl } }, policy, 1, 0);
  expect(of('max-age=10').staleIfError).toBe(true);
  expect(of('max-age=10, must-revalidate').staleIfError).toBe(false);
});

test('evicts the least recently used object', () => {
  const cache = new ObjectCache(30);
  const object = {
    status: 200,
    headers: {},
    body: Buffer.alloc(10),
    etag: undefined,
    fetchedAt: 0,
    originAgeS: 0,
    freshUntil: 0,
    staleIfError: true,
  };
  for (const key of ['a', 'b', 'c']) cache.set(key, object);
  cache.get('a');
  cache.set('d', object);
  expect(['a', 'b', 'c', 'd'].filter((key) => cache.get(key))).toEqual(['a', 'c', 'd']);
  cache.set('huge', { ...object, body: Buffer.alloc(31) });
  expect(cache.get('huge')).toBeUndefined();
});
