import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { compress } from './compression.ts';
import { type Behaviour, type Distribution, errorTtlOf, matchesPath } from './distribution.ts';
import { freshnessOf } from './freshness.ts';
import type { EdgeKeyValues } from './key-values.ts';
import { type CachedObject, ObjectCache } from './object-cache.ts';
import { askOrigin, type OriginAnswer, type Origins, OriginUnavailable } from './origin-request.ts';
import { withPolicy } from './response-headers.ts';
import type { ApiOrigin } from './routes.ts';
import { type FunctionResponse, loadFunction, type ViewerFunction } from './viewer-function.ts';
import { acceptedEncodings, cacheKey, type EdgeRequest, toEdgeRequest, toFunctionRequest } from './viewer-request.ts';

/** What the edge has done since it started. `originRequests` counts by kind of origin; `functionMs` is summed up. */
type EdgeStats = {
  requests: number;
  hits: number;
  refreshHits: number;
  misses: number;
  errors: number;
  functionResponses: number;
  functionCalls: number;
  functionMs: number;
  originRequests: { s3: number; api: number };
  cachedObjects: number;
};

export type Edge = {
  url: string;
  stats(): EdgeStats;
  /** What it keeps, for who looks after what must not be in there. */
  cached(): ReturnType<ObjectCache['entries']>;
  /** What CloudFront's invalidation does, for paths like `/track/*`. */
  invalidate(paths: readonly string[]): void;
  close(): Promise<void>;
};

export type EdgeOptions = {
  /** 0 for a free one. */
  port: number;
  distribution: Distribution;
  kvs: EdgeKeyValues;
  apiOrigins: readonly ApiOrigin[];
  /** Base URL of the site's bucket, path-style: `http://localhost:8083/qdn-tracking-site-…`. */
  siteOrigin: string;
  /** Takes lines as CloudWatch would: what functions log, and what went wrong. Never a token. */
  log: (line: string) => void;
  /** Epoch ms. */
  clock?: () => number;
  /** In place of the code in the template. */
  functionCode?: string;
};

type XCache = 'Hit' | 'Miss' | 'RefreshHit' | 'Error' | 'FunctionGeneratedResponse' | 'FunctionExecutionError';

/** Answers above this are passed through and not kept, in bytes. */
const MAX_OBJECT_BYTES = 16 * 1024 * 1024;

type Visit = {
  behaviour: Behaviour;
  request: EdgeRequest;
  viewer: { ip: string; requestId: string };
  message: IncomingMessage;
  response: ServerResponse;
  gone: AbortSignal;
};

/** An object to serve to everyone who waits for it, or an answer that only the one who asked may have. */
type Fetched = { object: CachedObject; xCache: XCache } | { answer: OriginAnswer };

const errorPage = (status: number, detail: string): string =>
  `<!DOCTYPE html><title>ERROR: The request could not be satisfied</title><h1>${status} ERROR</h1><p>The request could not be satisfied.</p><p>${detail}</p>`;

const readAll = async (answer: OriginAnswer): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer.body) chunks.push(chunk);
  } catch (error) {
    // Half an answer is kept by nobody.
    throw new OriginUnavailable(502, `The answer broke off: ${error instanceof Error ? error.message : String(error)}`);
  }
  return Buffer.concat(chunks);
};

const isNotModified = (object: CachedObject, headers: EdgeRequest['headers']): boolean => {
  const wanted = headers['if-none-match'];
  const { etag, 'last-modified': lastModified } = object.headers;
  if (wanted !== undefined) {
    const bare = (tag: string) => tag.trim().replace(/^W\//, '');
    return etag !== undefined && (wanted.trim() === '*' || wanted.split(',').some((tag) => bare(tag) === bare(etag)));
  }
  const since = headers['if-modified-since'];
  return since !== undefined && lastModified !== undefined && Date.parse(lastModified) <= Date.parse(since);
};

/** One range of bytes, both ends included; undefined where the header asks for none or several; null where it is empty. */
const rangeOf = (header: string | undefined, length: number): { start: number; end: number } | null | undefined => {
  const [, first, last] = header?.match(/^bytes=(\d*)-(\d*)$/) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? length - 1 : Math.min(Number(last), length - 1);
  return start > end || start >= length ? null : { start, end };
};

/**
 * An HTTP server that does what the CloudFront distribution of a packaged template would do for one edge location: the real
 * function on the viewer request, its cache semantics, and its headers. TLS, geography and logs are left out.
 *
 * @throws Error when the port is taken or the function does not load
 */
export const startEdge = async (options: EdgeOptions): Promise<Edge> => {
  const { distribution, kvs, log } = options;
  const clock = options.clock ?? Date.now;
  const origins: Origins = { site: options.siteOrigin, api: options.apiOrigins };
  const cache = new ObjectCache();
  const underWay = new Map<string, Promise<Fetched>>();
  const stats = {
    requests: 0,
    hits: 0,
    refreshHits: 0,
    misses: 0,
    errors: 0,
    functionResponses: 0,
    functionCalls: 0,
    functionMs: 0,
    originRequests: { s3: 0, api: 0 },
  };

  const functions = new Map<string, ViewerFunction>();
  for (const { viewerRequest } of distribution.behaviours) {
    if (viewerRequest === null || functions.has(viewerRequest)) continue;
    functions.set(viewerRequest, loadFunction(options.functionCode ?? viewerRequest, { keyValues: kvs, log, clock }));
  }

  const count = (xCache: XCache): void => {
    if (xCache === 'Hit') stats.hits++;
    else if (xCache === 'RefreshHit') stats.refreshHits++;
    else if (xCache === 'Miss') stats.misses++;
    else if (xCache === 'FunctionGeneratedResponse') stats.functionResponses++;
    else stats.errors++;
  };

  const head = (
    { response, viewer }: Pick<Visit, 'response' | 'viewer'>,
    status: number,
    headers: Readonly<Record<string, string>>,
    xCache: XCache,
  ): void => {
    count(xCache);
    response.writeHead(status, {
      ...headers,
      'x-cache': `${xCache} from cloudfront`,
      via: '1.1 local.cloudfront.net (CloudFront)',
      'x-amz-cf-pop': 'LOCAL-P1',
      'x-amz-cf-id': viewer.requestId,
    });
  };

  const policied = ({ behaviour, message, request }: Visit, headers: Readonly<Record<string, string>>) =>
    withPolicy(behaviour.responseHeaders, { method: message.method ?? 'GET', headers: request.headers }, headers);

  /** An error of CloudFront's own. No policy adds headers to it. */
  const fail = (
    visit: Pick<Visit, 'response' | 'viewer' | 'message'>,
    status: number,
    detail: string,
    xCache: XCache = 'Error',
  ) => {
    const page = errorPage(status, detail);
    head(visit, status, { 'content-type': 'text/html', 'content-length': String(Buffer.byteLength(page)) }, xCache);
    visit.response.end(visit.message.method === 'HEAD' ? undefined : page);
  };

  const ask = (visit: Visit, extra?: Record<string, string>, withBody = false): Promise<OriginAnswer> => {
    stats.originRequests[visit.behaviour.origin.kind]++;
    return askOrigin(origins, visit.behaviour, visit.request, {
      viewer: visit.viewer,
      signal: visit.gone,
      ...(extra ? { extra } : {}),
      ...(withBody ? { body: visit.message } : {}),
    });
  };

  /** Straight to the origin and back, streaming both ways. */
  const passThrough = async (visit: Visit, answer: OriginAnswer): Promise<void> => {
    head(visit, answer.status, policied(visit, answer.headers), answer.status >= 400 ? 'Error' : 'Miss');
    if (visit.message.method === 'HEAD') {
      answer.body.resume();
      visit.response.end();
    } else await pipeline(answer.body, visit.response);
  };

  const serve = (visit: Visit, object: CachedObject, xCache: XCache): void => {
    const { response, message, request } = visit;
    const { status, body } = object;
    const ageS = object.originAgeS + Math.floor((clock() - object.fetchedAt) / 1000);
    const headers: Record<string, string> = { ...policied(visit, object.headers) };
    if (xCache === 'Hit' || xCache === 'RefreshHit' || ageS > 0) headers['age'] = String(ageS);
    const shown = status >= 400 ? 'Error' : xCache;
    const isHead = message.method === 'HEAD';

    if (status === 200 && isNotModified(object, request.headers)) {
      delete headers['content-length'];
      head(visit, 304, headers, shown);
      response.end();
      return;
    }
    const range = status === 200 ? rangeOf(request.headers['range'], body.length) : undefined;
    if (range === null) {
      head(visit, 416, { ...headers, 'content-range': `bytes */${body.length}`, 'content-length': '0' }, 'Error');
      response.end();
    } else if (range) {
      const part = body.subarray(range.start, range.end + 1);
      const contentRange = `bytes ${range.start}-${range.end}/${body.length}`;
      head(visit, 206, { ...headers, 'content-range': contentRange, 'content-length': String(part.length) }, shown);
      response.end(isHead ? undefined : part);
    } else {
      head(visit, status, { ...headers, 'content-length': String(body.length) }, shown);
      response.end(isHead ? undefined : body);
    }
  };

  /** Makes an answer of the origin an object, kept as long as the rules say. */
  const keep = async (visit: Visit, key: string, answer: OriginAnswer): Promise<Fetched> => {
    const { behaviour } = visit;
    const now = clock();
    const freshness = freshnessOf(answer, behaviour.cache, errorTtlOf(distribution, answer.status), now);
    const tooLarge = Number(answer.headers['content-length'] ?? 0) > MAX_OBJECT_BYTES;
    if (!freshness.shareable || tooLarge) return { answer };
    const whole = { status: answer.status, headers: answer.headers, body: await readAll(answer) };
    const encodings = acceptedEncodings(behaviour.cache, visit.request.headers['accept-encoding']);
    const object: CachedObject = {
      ...(behaviour.compress ? compress(whole, encodings) : whole),
      etag: answer.headers['etag'],
      fetchedAt: now,
      originAgeS: Number(answer.headers['age'] ?? 0) || 0,
      freshUntil: now + freshness.ttlS * 1000,
      staleIfError: freshness.staleIfError,
    };
    if (freshness.ttlS > 0) cache.set(key, object);
    return { object, xCache: 'Miss' };
  };

  /** Asks the origin for what is not there or no longer fresh. */
  const fetchObject = async (visit: Visit, key: string, stale: CachedObject | undefined): Promise<Fetched> => {
    const { behaviour } = visit;
    // Nobody who waits for the same object should suffer when the first of them goes away.
    const lasting: Visit = {
      ...visit,
      request: { ...visit.request, method: 'GET' },
      gone: new AbortController().signal,
    };
    const lastModified = stale?.headers['last-modified'];
    const conditions = {
      ...(stale?.etag === undefined ? {} : { 'if-none-match': stale.etag }),
      ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
    };
    try {
      const answer = await ask(lasting, stale ? conditions : undefined);
      if (stale && answer.status === 304) {
        answer.body.resume();
        const now = clock();
        const headers: Record<string, string> = {
          ...stale.headers,
          ...answer.headers,
          'content-length': String(stale.body.length),
        };
        // The ETag of a compressed copy stays its own.
        if (stale.headers['etag'] !== undefined) headers['etag'] = stale.headers['etag'];
        const { ttlS } = freshnessOf({ status: 200, headers }, behaviour.cache, 0, now);
        const object = { ...stale, headers, fetchedAt: now, freshUntil: now + ttlS * 1000 };
        cache.set(key, object);
        return { object, xCache: 'RefreshHit' };
      }
      if (stale?.staleIfError && answer.status >= 500) {
        answer.body.resume();
        throw new OriginUnavailable(502, `${behaviour.origin.id} answered ${answer.status}`);
      }
      const fetched = await keep(lasting, key, answer);
      if ('answer' in fetched) cache.delete(key);
      return fetched;
    } catch (error) {
      if (!(error instanceof OriginUnavailable)) throw error;
      log(`${visit.viewer.requestId} ${behaviour.origin.id} origin: ${error.message}`);
      const now = clock();
      const freshUntil = now + errorTtlOf(distribution, error.status) * 1000;
      if (stale?.staleIfError) {
        const object = { ...stale, freshUntil };
        cache.set(key, object);
        return { object, xCache: 'Hit' };
      }
      const body = Buffer.from(errorPage(error.status, "The edge could not get an answer from the site's origin."));
      const object: CachedObject = {
        status: error.status,
        headers: { 'content-type': 'text/html' },
        body,
        etag: undefined,
        fetchedAt: now,
        originAgeS: 0,
        freshUntil,
        staleIfError: false,
      };
      cache.set(key, object);
      return { object, xCache: 'Error' };
    }
  };

  const readThroughCache = async (visit: Visit): Promise<void> => {
    const { behaviour, request } = visit;
    const key = cacheKey(behaviour.origin.id, behaviour.cache, request);
    const cached = cache.get(key);
    if (cached && clock() < cached.freshUntil) return serve(visit, cached, 'Hit');

    const range = request.headers['range'];
    if (range !== undefined && !cached) {
      // Parts are passed on and not kept; a whole object that is kept answers ranges itself.
      const answer = await ask({ ...visit, request: { ...request, method: 'GET' } }, { range });
      return passThrough(visit, answer);
    }

    const other = underWay.get(key);
    if (other) {
      const fetched = await other.catch(() => null);
      if (fetched && 'object' in fetched) return serve(visit, fetched.object, 'Hit');
      // What the first one got was for them alone.
      const own = await ask({ ...visit, request: { ...request, method: 'GET' } });
      return passThrough(visit, own);
    }
    const fetching = fetchObject(visit, key, cached);
    underWay.set(key, fetching);
    try {
      const fetched = await fetching;
      if ('object' in fetched) serve(visit, fetched.object, fetched.xCache);
      else await passThrough(visit, fetched.answer);
    } finally {
      underWay.delete(key);
    }
  };

  const answerOfFunction = (visit: Pick<Visit, 'response' | 'viewer' | 'message'>, answer: FunctionResponse): void => {
    const headers: Record<string, string> = {};
    for (const [name, { value, multiValue }] of Object.entries(answer.headers ?? {})) {
      headers[name] = multiValue ? multiValue.map((each) => each.value).join(', ') : value;
    }
    const given = typeof answer.body === 'string' ? { data: answer.body } : answer.body;
    const body = Buffer.from(
      given?.data ?? '',
      given && 'encoding' in given && given.encoding === 'base64' ? 'base64' : 'utf8',
    );
    head(visit, answer.statusCode, { ...headers, 'content-length': String(body.length) }, 'FunctionGeneratedResponse');
    visit.response.end(visit.message.method === 'HEAD' ? undefined : body);
  };

  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    stats.requests++;
    const viewer = { ip: message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '', requestId: randomUUID() };
    const visit = { message, response, viewer };
    const given = toFunctionRequest(message);
    const normal = new URL(given.uri.startsWith('/') ? `http://edge${given.uri}` : 'http://edge/').pathname;
    const behaviour = distribution.behaviours.find(({ pathPattern }) => matchesPath(pathPattern, normal));
    if (!behaviour) throw new Error('A distribution has a default behaviour');
    if (!behaviour.allowedMethods.has(given.method)) {
      return fail(visit, 403, `This distribution is not configured to allow ${given.method} requests here.`);
    }
    const reads = given.method === 'GET' || given.method === 'HEAD';
    if (
      reads &&
      (Number(message.headers['content-length'] ?? 0) > 0 || message.headers['transfer-encoding'] !== undefined)
    ) {
      return fail(visit, 403, 'GET and HEAD with a body are refused.');
    }

    let passed = given;
    const viewerRequest = behaviour.viewerRequest === null ? undefined : functions.get(behaviour.viewerRequest);
    if (viewerRequest) {
      const start = performance.now();
      try {
        const answer = await viewerRequest({
          version: '1.0',
          context: {
            distributionDomainName: 'local.cloudfront.net',
            distributionId: 'LOCAL',
            eventType: 'viewer-request',
            requestId: viewer.requestId,
          },
          viewer: { ip: viewer.ip },
          request: given,
        });
        if ('statusCode' in answer) return answerOfFunction(visit, answer);
        passed = answer;
      } catch (error) {
        log(`${viewer.requestId} function failed: ${error instanceof Error ? error.message : String(error)}`);
        return fail(visit, 503, 'The CloudFront function could not run.', 'FunctionExecutionError');
      } finally {
        stats.functionCalls++;
        stats.functionMs += performance.now() - start;
      }
    }

    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const full: Visit = { ...visit, behaviour, request: toEdgeRequest(passed, message.url ?? '/'), gone: gone.signal };
    if (behaviour.cachedMethods.has(given.method)) return readThroughCache(full);
    return passThrough(full, await ask(full, undefined, !reads));
  };

  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
      }
      const status = error instanceof OriginUnavailable ? error.status : 502;
      const viewer = { ip: '', requestId: randomUUID() };
      log(`${viewer.requestId} ${error instanceof Error ? error.message : String(error)}`);
      fail({ message, response, viewer }, status, "The edge could not get an answer from the site's origin.");
    });
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;

  return {
    url: `http://localhost:${port}`,
    stats: () => ({ ...stats, originRequests: { ...stats.originRequests }, cachedObjects: cache.size }),
    cached: () => cache.entries(),
    invalidate: (paths) =>
      cache.deleteWhere((key) => {
        const [, path]: unknown[] = JSON.parse(key);
        return paths.some((pattern) => matchesPath(pattern, String(path)));
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
