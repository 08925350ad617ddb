import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Behaviour, type Distribution, matchesPath } from './distribution.ts';
import { createCounters, type EdgeStats } from './edge-stats.ts';
import type { EdgeKeyValues } from './key-values.ts';
import type { ObjectCache } from './object-cache.ts';
import { askOrigin, type OriginAnswer, type Origins, OriginUnavailable } from './origin-request.ts';
import { ReadThroughCache } from './read-through-cache.ts';
import type { ApiOrigin } from './routes.ts';
import { type FunctionRequest, type FunctionResponse, loadFunction, type ViewerFunction } from './viewer-function.ts';
import { toEdgeRequest, toFunctionRequest } from './viewer-request.ts';
import { ViewerResponses } from './viewer-response.ts';
import type { Arrival, Visit } from './visit.ts';

export type Edge = {
  url: string;
  stats(): EdgeStats;
  /** Returns the cached objects, for tests of contents that must never be cached. */
  cached(): ReturnType<ObjectCache['entries']>;
  /** Removes objects from the cache as a CloudFront invalidation does, for paths like `/track/*`. */
  invalidate(paths: readonly string[]): void;
  close(): Promise<void>;
};

export type EdgeOptions = {
  /** Port of the edge; 0 chooses a free one. */
  port: number;
  distribution: Distribution;
  kvs: EdgeKeyValues;
  apiOrigins: readonly ApiOrigin[];
  /** Base URL of the site's bucket, path-style: `http://localhost:8083/qdn-tracking-site-…`. */
  siteOrigin: string;
  /** Takes log lines, as CloudWatch does: those of functions, and errors. They never contain a token. */
  log: (line: string) => void;
  /** Returns the time in epoch ms. */
  clock?: () => number;
  /** Code that replaces the function code of the template. */
  functionCode?: string;
};

const NO_ORIGIN = "The edge could not get an answer from the site's origin.";

const reads = (method: string): boolean => method === 'GET' || method === 'HEAD';
const hasBody = ({ headers }: IncomingMessage): boolean =>
  Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;

/** Loads each viewer function once, by its code. */
const loadFunctions = ({ distribution, kvs, log, functionCode }: EdgeOptions, clock: () => number) => {
  const functions = new Map<string, ViewerFunction>();
  for (const { viewerRequest } of distribution.behaviours) {
    if (viewerRequest === null || functions.has(viewerRequest)) continue;
    functions.set(viewerRequest, loadFunction(functionCode ?? viewerRequest, { keyValues: kvs, log, clock }));
  }
  return functions;
};

/** One edge location: matches the behaviour, runs the viewer function, and answers through the cache or from the origin. */
class EdgeLocation {
  readonly #options: EdgeOptions;
  readonly #origins: Origins;
  readonly #functions: ReadonlyMap<string, ViewerFunction>;
  readonly #counters = createCounters();
  readonly #responses: ViewerResponses;
  readonly cache: ReadThroughCache;

  constructor(options: EdgeOptions) {
    const { distribution, log, clock = Date.now } = options;
    this.#options = options;
    this.#origins = { site: options.siteOrigin, api: options.apiOrigins };
    this.#functions = loadFunctions(options, clock);
    this.#responses = new ViewerResponses(this.#counters, clock);
    const ask = (visit: Visit, extra?: Record<string, string>) => this.#ask(visit, extra);
    this.cache = new ReadThroughCache({ distribution, ask, responses: this.#responses, log, clock });
  }

  stats(): EdgeStats {
    const { originRequests } = this.#counters;
    return { ...this.#counters, originRequests: { ...originRequests }, cachedObjects: this.cache.size };
  }

  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#counters.requests++;
    const ip = message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
    const arrival: Arrival = { message, response, viewer: { ip, requestId: randomUUID() } };
    const given = toFunctionRequest(message);
    const behaviour = this.#behaviourFor(given);
    if (!behaviour.allowedMethods.has(given.method)) {
      const detail = `This distribution is not configured to allow ${given.method} requests here.`;
      return this.#responses.fail(arrival, 403, detail);
    }
    if (reads(given.method) && hasBody(message)) {
      return this.#responses.fail(arrival, 403, 'GET and HEAD with a body are refused.');
    }
    const passed = await this.#runFunction(behaviour, arrival, given);
    if (passed === null) {
      return this.#responses.fail(arrival, 503, 'The CloudFront function could not run.', 'FunctionExecutionError');
    }
    if ('statusCode' in passed) return this.#responses.serveFunctionResponse(arrival, passed);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const request = toEdgeRequest(passed, message.url ?? '/');
    const visit: Visit = { ...arrival, behaviour, request, gone: gone.signal };
    if (behaviour.cachedMethods.has(given.method)) return this.cache.answer(visit);
    return this.#responses.passThrough(visit, await this.#ask(visit, undefined, !reads(given.method)));
  }

  /** Answers a request whose handling failed; the connection is cut when the response has begun. */
  fail(message: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const viewer = { ip: '', requestId: randomUUID() };
    this.#options.log(`${viewer.requestId} ${error instanceof Error ? error.message : String(error)}`);
    const status = error instanceof OriginUnavailable ? error.status : 502;
    this.#responses.fail({ message, response, viewer }, status, NO_ORIGIN);
  }

  #behaviourFor({ uri }: FunctionRequest): Behaviour {
    const normal = new URL(uri.startsWith('/') ? `http://edge${uri}` : 'http://edge/').pathname;
    const found = this.#options.distribution.behaviours.find(({ pathPattern }) => matchesPath(pathPattern, normal));
    if (!found) throw new Error('The distribution has no default behaviour.');
    return found;
  }

  /** Runs the viewer function. @returns the request to go on with, the function's own response, or null when it failed */
  async #runFunction(
    { viewerRequest }: Behaviour,
    { viewer }: Arrival,
    request: FunctionRequest,
  ): Promise<FunctionRequest | FunctionResponse | null> {
    const run = viewerRequest === null ? undefined : this.#functions.get(viewerRequest);
    if (!run) return request;
    const start = performance.now();
    try {
      return await run({
        version: '1.0',
        context: {
          distributionDomainName: 'local.cloudfront.net',
          distributionId: 'LOCAL',
          eventType: 'viewer-request',
          requestId: viewer.requestId,
        },
        viewer: { ip: viewer.ip },
        request,
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.log(`${viewer.requestId} function failed: ${reason}`);
      return null;
    } finally {
      this.#counters.functionCalls++;
      this.#counters.functionMs += performance.now() - start;
    }
  }

  #ask(visit: Visit, extra?: Record<string, string>, withBody = false): Promise<OriginAnswer> {
    this.#counters.originRequests[visit.behaviour.origin.kind]++;
    return askOrigin(this.#origins, visit.behaviour, visit.request, {
      viewer: visit.viewer,
      signal: visit.gone,
      ...(extra ? { extra } : {}),
      ...(withBody ? { body: visit.message } : {}),
    });
  }
}

/**
 * Starts an HTTP server that behaves like one edge location of the CloudFront distribution in a packaged template: the real
 * function on the viewer request, its cache semantics, and its headers. TLS, geography and logs are left out.
 *
 * @throws Error when the port is taken or the function does not load
 */
export const startEdge = async (options: EdgeOptions): Promise<Edge> => {
  const location = new EdgeLocation(options);
  const server = createServer((message, response) => {
    location.handle(message, response).catch((error: unknown) => location.fail(message, response, error));
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  return {
    url: `http://localhost:${port}`,
    stats: () => location.stats(),
    cached: () => location.cache.entries(),
    invalidate: (paths) => location.cache.invalidate(paths),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
