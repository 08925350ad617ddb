import {
  type Found,
  find,
  flagAt,
  isThere,
  listAt,
  numberAt,
  referenceAt,
  resource,
  resourcesOf,
  textAt,
  textsAt,
} from '@qdn/cloudformation/template-reader';

/** Selection of headers or query parameters. Header names are in lower case. */
export type Selection = { kind: 'none' } | { kind: 'all' } | { kind: 'only' | 'except'; names: ReadonlySet<string> };

/** Times to live in seconds, and the parts of the cache key besides the path. */
export type CachePolicy = {
  minTtlS: number;
  defaultTtlS: number;
  maxTtlS: number;
  headers: Selection;
  query: Selection;
  gzip: boolean;
  brotli: boolean;
};

type Cors = {
  origins: readonly string[];
  methods: readonly string[];
  headers: readonly string[];
  expose: readonly string[];
  maxAgeS: number;
  credentials: boolean;
  override: boolean;
};

export type ResponseHeaders = {
  cors: Cors | null;
  set: ReadonlyArray<{ name: string; value: string; override: boolean }>;
  remove: readonly string[];
};

export type Behaviour = {
  /** Path pattern; `*` for the default behaviour. */
  pathPattern: string;
  origin: Origin;
  allowedMethods: ReadonlySet<string>;
  cachedMethods: ReadonlySet<string>;
  compress: boolean;
  cache: CachePolicy;
  /** Parts of the request that the origin gets besides the cache key. */
  forward: { headers: Selection; query: Selection };
  responseHeaders: ResponseHeaders | null;
  /** Code of the function on the viewer request. */
  viewerRequest: string | null;
};

/** An S3 bucket with its CORS rules, or the HTTP API. */
type Origin = { id: string; kind: 's3' | 'api'; readTimeoutMs: number; corsRules: readonly CorsRule[] };

/** A rule of a bucket's CORS configuration. */
export type CorsRule = {
  origins: readonly string[];
  methods: readonly string[];
  headers: readonly string[];
  maxAgeS: number | null;
};

export type Distribution = {
  /** In the order in which CloudFront matches them; the default behaviour is last. */
  behaviours: readonly Behaviour[];
  /** Minimum time for which an error is cached, in s, by status. */
  errorTtlS: ReadonlyMap<number, number>;
};

/** CloudFront's defaults for a policy without TTLs, in s. */
const DEFAULT_ERROR_TTL_S = 10;
const DEFAULT_READ_TIMEOUT_S = 30;

const selection = (kind: Found, names: Found, lowerCase: boolean): Selection => {
  const listed = () => new Set(textsAt(names).map((name) => (lowerCase ? name.toLowerCase() : name)));
  switch (kind.value ?? 'none') {
    case 'none':
      return { kind: 'none' };
    case 'all':
    case 'allViewer':
      return { kind: 'all' };
    case 'whitelist':
      return { kind: 'only', names: listed() };
    case 'allExcept':
      return { kind: 'except', names: listed() };
    default:
      throw new Error(`The CloudFront emulator does not support "${String(kind.value)}" at ${kind.where}.`);
  }
};

const headerSelection = (found: Found): Selection =>
  selection(find(found, 'HeaderBehavior'), find(found, 'Headers'), true);
const querySelection = (found: Found): Selection =>
  selection(find(found, 'QueryStringBehavior'), find(found, 'QueryStrings'), false);

const withoutCookies = (found: Found): void => {
  const behaviour = find(found, 'CookiesConfig', 'CookieBehavior');
  if (behaviour.value !== 'none')
    throw new Error(`The CloudFront emulator does not support cookies, which ${behaviour.where} forwards.`);
};

const readCachePolicy = (template: unknown, logicalId: string): CachePolicy => {
  const config = find(resource(template, logicalId, 'AWS::CloudFront::CachePolicy'), 'CachePolicyConfig');
  const key = find(config, 'ParametersInCacheKeyAndForwardedToOrigin');
  withoutCookies(key);
  return {
    minTtlS: numberAt(find(config, 'MinTTL')),
    defaultTtlS: numberAt(find(config, 'DefaultTTL')),
    maxTtlS: numberAt(find(config, 'MaxTTL')),
    headers: headerSelection(find(key, 'HeadersConfig')),
    query: querySelection(find(key, 'QueryStringsConfig')),
    gzip: flagAt(find(key, 'EnableAcceptEncodingGzip')),
    brotli: flagAt(find(key, 'EnableAcceptEncodingBrotli')),
  };
};

const readForward = (template: unknown, logicalId: string): Behaviour['forward'] => {
  const config = find(
    resource(template, logicalId, 'AWS::CloudFront::OriginRequestPolicy'),
    'OriginRequestPolicyConfig',
  );
  withoutCookies(config);
  return {
    headers: headerSelection(find(config, 'HeadersConfig')),
    query: querySelection(find(config, 'QueryStringsConfig')),
  };
};

const readSecurityHeaders = (found: Found): ResponseHeaders['set'] => {
  const rules: Array<[string, string, (found: Found) => string]> = [
    ['ContentSecurityPolicy', 'content-security-policy', (rule) => textAt(find(rule, 'ContentSecurityPolicy'))],
    ['ContentTypeOptions', 'x-content-type-options', () => 'nosniff'],
    ['FrameOptions', 'x-frame-options', (rule) => textAt(find(rule, 'FrameOption'))],
    ['ReferrerPolicy', 'referrer-policy', (rule) => textAt(find(rule, 'ReferrerPolicy'))],
    [
      'StrictTransportSecurity',
      'strict-transport-security',
      (rule) =>
        [
          `max-age=${numberAt(find(rule, 'AccessControlMaxAgeSec'))}`,
          ...(flagAt(find(rule, 'IncludeSubdomains')) ? ['includeSubDomains'] : []),
          ...(flagAt(find(rule, 'Preload')) ? ['preload'] : []),
        ].join('; '),
    ],
  ];
  return rules
    .map(([property, name, value]) => ({ rule: find(found, property), name, value }))
    .filter(({ rule }) => isThere(rule))
    .map(({ rule, name, value }) => ({ name, value: value(rule), override: flagAt(find(rule, 'Override')) }));
};

const readResponseHeaders = (template: unknown, logicalId: string): ResponseHeaders => {
  const config = find(
    resource(template, logicalId, 'AWS::CloudFront::ResponseHeadersPolicy'),
    'ResponseHeadersPolicyConfig',
  );
  const cors = find(config, 'CorsConfig');
  const items = (name: string) => textsAt(find(cors, name, 'Items'));
  return {
    cors: isThere(cors)
      ? {
          origins: items('AccessControlAllowOrigins'),
          methods: items('AccessControlAllowMethods'),
          headers: items('AccessControlAllowHeaders'),
          expose: items('AccessControlExposeHeaders'),
          maxAgeS: isThere(find(cors, 'AccessControlMaxAgeSec')) ? numberAt(find(cors, 'AccessControlMaxAgeSec')) : 0,
          credentials: flagAt(find(cors, 'AccessControlAllowCredentials')),
          override: flagAt(find(cors, 'OriginOverride')),
        }
      : null,
    set: [
      ...readSecurityHeaders(find(config, 'SecurityHeadersConfig')),
      ...listAt(find(config, 'CustomHeadersConfig', 'Items')).map((item) => ({
        name: textAt(find(item, 'Header')).toLowerCase(),
        value: textAt(find(item, 'Value')),
        override: flagAt(find(item, 'Override')),
      })),
    ],
    remove: listAt(find(config, 'RemoveHeadersConfig', 'Items')).map((item) =>
      textAt(find(item, 'Header')).toLowerCase(),
    ),
  };
};

const readFunction = (template: unknown, behaviour: Found): string | null => {
  let code: string | null = null;
  for (const association of listAt(find(behaviour, 'FunctionAssociations'))) {
    const event = find(association, 'EventType');
    if (event.value !== 'viewer-request')
      throw new Error(`The CloudFront emulator does not run ${String(event.value)} functions.`);
    const logicalId = referenceAt(find(association, 'FunctionARN'));
    code = textAt(find(resource(template, logicalId, 'AWS::CloudFront::Function'), 'FunctionCode'));
  }
  return code;
};

const readCorsRules = (template: unknown, logicalId: string): CorsRule[] =>
  listAt(find(resource(template, logicalId, 'AWS::S3::Bucket'), 'CorsConfiguration', 'CorsRules')).map((rule) => ({
    origins: textsAt(find(rule, 'AllowedOrigins')),
    methods: textsAt(find(rule, 'AllowedMethods')),
    headers: textsAt(find(rule, 'AllowedHeaders')).map((name) => name.toLowerCase()),
    maxAgeS: isThere(find(rule, 'MaxAge')) ? numberAt(find(rule, 'MaxAge')) : null,
  }));

const readOrigin = (template: unknown, found: Found): Origin => {
  const s3 = isThere(find(found, 'S3OriginConfig'));
  const timeout = find(found, 'CustomOriginConfig', 'OriginReadTimeout');
  return {
    id: textAt(find(found, 'Id')),
    kind: s3 ? 's3' : 'api',
    readTimeoutMs: (isThere(timeout) ? numberAt(timeout) : DEFAULT_READ_TIMEOUT_S) * 1000,
    corsRules: s3 ? readCorsRules(template, referenceAt(find(found, 'DomainName'))) : [],
  };
};

/**
 * Reads the CloudFront distribution of a packaged template, as far as viewers notice it: behaviours with their policies and
 * functions, origins, error caching.
 *
 * @param template parsed CloudFormation with exactly one distribution
 * @throws Error that names the part of the template that the emulator does not support
 */
export const readDistribution = (template: unknown): Distribution => {
  const [only, second] = resourcesOf(template, 'AWS::CloudFront::Distribution');
  if (!only || second) throw new Error('The packaged template must have exactly one CloudFront distribution.');
  const config = find(only.properties, 'DistributionConfig');
  const origins = new Map(
    listAt(find(config, 'Origins')).map((found) => [textAt(find(found, 'Id')), readOrigin(template, found)]),
  );

  const readBehaviour = (found: Found, pathPattern: string): Behaviour => {
    const target = find(found, 'TargetOriginId');
    const origin = origins.get(textAt(target));
    if (!origin) throw new Error(`No origin has the ID that ${target.where} names.`);
    const forward = find(found, 'OriginRequestPolicyId');
    const responseHeaders = find(found, 'ResponseHeadersPolicyId');
    return {
      pathPattern,
      origin,
      allowedMethods: new Set(textsAt(find(found, 'AllowedMethods'))),
      cachedMethods: new Set(textsAt(find(found, 'CachedMethods'))),
      compress: flagAt(find(found, 'Compress')),
      cache: readCachePolicy(template, referenceAt(find(found, 'CachePolicyId'))),
      forward: isThere(forward)
        ? readForward(template, referenceAt(forward))
        : { headers: { kind: 'none' }, query: { kind: 'none' } },
      responseHeaders: isThere(responseHeaders) ? readResponseHeaders(template, referenceAt(responseHeaders)) : null,
      viewerRequest: readFunction(template, found),
    };
  };

  const errorTtlS = new Map<number, number>();
  for (const error of listAt(find(config, 'CustomErrorResponses'))) {
    if (isThere(find(error, 'ResponsePagePath')))
      throw new Error('The CloudFront emulator does not support custom error pages.');
    const ttl = find(error, 'ErrorCachingMinTTL');
    errorTtlS.set(numberAt(find(error, 'ErrorCode')), isThere(ttl) ? numberAt(ttl) : DEFAULT_ERROR_TTL_S);
  }
  return {
    behaviours: [
      ...listAt(find(config, 'CacheBehaviors')).map((found) =>
        readBehaviour(found, textAt(find(found, 'PathPattern'))),
      ),
      readBehaviour(find(config, 'DefaultCacheBehavior'), '*'),
    ],
    errorTtlS,
  };
};

/** Returns the minimum time for which an error of this status is cached, in s. */
export const errorTtlOf = (distribution: Distribution, status: number): number =>
  distribution.errorTtlS.get(status) ?? DEFAULT_ERROR_TTL_S;

/** Returns true when a pattern matches a path. Patterns may have `*` and `?`, and are case-sensitive. */
export const matchesPath = (pattern: string, path: string): boolean => {
  const source = pattern
    .replace(/^\/?/, '/')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return pattern === '*' || new RegExp(`^${source}$`).test(path);
};
