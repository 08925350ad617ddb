import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { buildViewerRequest } from '@qdn/edge-function';
import { sharedTemplates } from '@qdn/packaging/shared-templates';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** Returns the CloudFormation that would be deployed, as JSON; needs no credentials and no network. */
const packageWith = async (params: Record<string, string> = {}): Promise<string> => {
  const { 'tracking-site': template } = await sharedTemplates(repository, ['tracking-site'], params);
  return JSON.stringify(template, null, 2);
};

type Resource = { Type: string; Properties: Record<string, unknown> };
let text: string;
let resources: Record<string, Resource>;
const config = (name: string, inside: string) => resources[name]?.Properties[inside];

beforeAll(async () => {
  text = await packageWith();
  resources = JSON.parse(text).Resources;
}, 60_000);

describe('the packaged stack', () => {
  test('has the built function with the KeyValueStore on all behaviours that read a link', () => {
    expect(config('ViewerRequestFunction', 'FunctionCode')).toBe(buildViewerRequest());
    const association = [
      { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['ViewerRequestFunction', 'FunctionARN'] } },
    ];
    expect(config('Distribution', 'DistributionConfig')).toMatchObject({
      DefaultCacheBehavior: { TargetOriginId: 'site', FunctionAssociations: association },
      CacheBehaviors: [
        { PathPattern: '/api/jobs/*', TargetOriginId: 'api', FunctionAssociations: association },
        { PathPattern: '/api/carriers/*', TargetOriginId: 'api', FunctionAssociations: association },
        { PathPattern: '/api/*', TargetOriginId: 'api', FunctionAssociations: association },
        { PathPattern: '/embed', TargetOriginId: 'site', FunctionAssociations: association },
        { PathPattern: '/tiles/*', TargetOriginId: 'site' },
      ],
    });
    expect(config('ViewerRequestFunction', 'FunctionConfig')).toMatchObject({
      Runtime: 'cloudfront-js-2.0',
      KeyValueStoreAssociations: [{ KeyValueStoreARN: { 'Fn::GetAtt': ['EdgeKeyValues', 'Arn'] } }],
    });
  });

  test('caches a job’s answer by path, time bucket and Authorization, for at most the five minutes that the origin allows', () => {
    const { CacheBehaviors } = config('Distribution', 'DistributionConfig') as { CacheBehaviors: unknown[] };
    expect(CacheBehaviors.slice(0, 3)).toMatchObject([
      { PathPattern: '/api/jobs/*', CachePolicyId: { Ref: 'JobCachePolicy' } },
      {
        PathPattern: '/api/carriers/*',
        CachePolicyId: { Ref: 'ApiCachePolicy' },
        OriginRequestPolicyId: { Ref: 'CarrierOriginRequestPolicy' },
      },
      { PathPattern: '/api/*', CachePolicyId: { Ref: 'ApiCachePolicy' } },
    ]);
    expect(config('JobCachePolicy', 'CachePolicyConfig')).toMatchObject({
      MinTTL: 0,
      DefaultTTL: 0,
      MaxTTL: 300,
      ParametersInCacheKeyAndForwardedToOrigin: {
        HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Authorization'] },
        QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['b'] },
        CookiesConfig: { CookieBehavior: 'none' },
      },
    });
  });

  test('caches other API answers by path, whole query and Authorization, for at most the five minutes that the origin allows', () => {
    expect(config('ApiCachePolicy', 'CachePolicyConfig')).toMatchObject({
      MinTTL: 0,
      DefaultTTL: 0,
      MaxTTL: 300,
      ParametersInCacheKeyAndForwardedToOrigin: {
        HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Authorization'] },
        QueryStringsConfig: { QueryStringBehavior: 'all' },
        CookiesConfig: { CookieBehavior: 'none' },
      },
    });
  });

  test('forwards no header outside the key that could give one viewer’s cached answer to another', () => {
    expect(config('ApiOriginRequestPolicy', 'OriginRequestPolicyConfig')).toMatchObject({
      HeadersConfig: {
        HeaderBehavior: 'whitelist',
        Headers: expect.arrayContaining(['x-qdn-tracking-token', 'content-type', 'x-twilio-signature']),
      },
      CookiesConfig: { CookieBehavior: 'none' },
    });
    expect(JSON.stringify(config('ApiOriginRequestPolicy', 'OriginRequestPolicyConfig')).toLowerCase()).not.toMatch(
      /"(host|cookie|accept-language|x-forwarded-host)"/,
    );
  });

  test('serves ranges of the map’s tiles to other sites too, uncompressed, because a range of compressed bytes would differ', () => {
    const { CacheBehaviors } = config('Distribution', 'DistributionConfig') as { CacheBehaviors: unknown[] };
    expect(CacheBehaviors.at(-1)).toMatchObject({
      PathPattern: '/tiles/*',
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS'],
      Compress: false,
    });
    expect(config('SiteBucket', 'CorsConfiguration')).toEqual({
      CorsRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['GET', 'HEAD'], AllowedHeaders: ['*'], MaxAge: 86400 }],
    });
    expect(config('TilesOriginRequestPolicy', 'OriginRequestPolicyConfig')).toMatchObject({
      HeadersConfig: { Headers: ['origin', 'access-control-request-method', 'access-control-request-headers'] },
    });
  });

  test('caches no error for longer than a second', () => {
    const { CustomErrorResponses } = config('Distribution', 'DistributionConfig') as {
      CustomErrorResponses: { ErrorCode: number; ErrorCachingMinTTL: number }[];
    };
    expect(CustomErrorResponses.map(({ ErrorCode }) => ErrorCode)).toEqual([
      400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504,
    ]);
    expect(CustomErrorResponses.every(({ ErrorCachingMinTTL }) => ErrorCachingMinTTL === 1)).toBe(true);
  });

  test('sends the page without a referrer, unindexed, under a policy that allows nothing from other sites', () => {
    const policy = JSON.stringify(config('SiteResponseHeadersPolicy', 'ResponseHeadersPolicyConfig'));
    expect(policy).toContain('"ReferrerPolicy":"no-referrer"');
    expect(policy).toContain('"Header":"X-Robots-Tag","Value":"noindex"');
    expect(policy).toContain("default-src 'none'");
    // The site's own files and the page's one inline script.
    expect(policy).toMatch(/script-src 'self' 'sha256-[A-Za-z0-9+/]{43}=';/);
    expect(policy).not.toContain('http');
  });

  test('has a private bucket that only the distribution reads', () => {
    expect(config('SiteBucket', 'PublicAccessBlockConfiguration')).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    const statements = JSON.stringify(config('SiteBucketPolicy', 'PolicyDocument'));
    expect(statements).toContain('"Service":"cloudfront.amazonaws.com"');
    expect(statements).toContain('"AWS:SourceArn"');
    expect(statements).not.toContain('ListBucket');
  });

  test('exports the values that the other stacks and the operator need', () => {
    expect(Object.keys(JSON.parse(text).Outputs)).toEqual(
      expect.arrayContaining([
        'HttpApiId',
        'HttpApiDomain',
        'PublicUrl',
        'EdgeKvsArn',
        'DistributionId',
        'SiteBucketName',
      ]),
    );
  });
});

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/1b2c';
test('accepts API, domain and certificate by param', async () => {
  const given = JSON.parse(
    await packageWith({
      apiDomain: 'api.example.com',
      siteDomain: 'track.example.com',
      certificateArn: CERTIFICATE,
    }),
  );
  const { Origins, Aliases, ViewerCertificate } = given.Resources.Distribution.Properties.DistributionConfig;
  expect(Origins[1].DomainName).toBe('api.example.com');
  expect(Aliases).toEqual(['track.example.com']);
  expect(ViewerCertificate).toMatchObject({ AcmCertificateArn: CERTIFICATE, MinimumProtocolVersion: 'TLSv1.2_2021' });
  expect(given.Outputs.PublicUrl.Value).toBe('https://track.example.com');
}, 60_000);
