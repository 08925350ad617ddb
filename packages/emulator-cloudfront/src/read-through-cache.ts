import { compress } from './compression.ts';
import { type Distribution, errorTtlOf, matchesPath } from './distribution.ts';
import type { XCache } from './edge-stats.ts';
import { freshnessOf } from './freshness.ts';
import { type CachedObject, ObjectCache } from './object-cache.ts';
import { type OriginAnswer, OriginUnavailable } from './origin-request.ts';
import { acceptedEncodings, cacheKey } from './viewer-request.ts';
import { errorPage, type ViewerResponses } from './viewer-response.ts';
import type { Visit } from './visit.ts';

/** Maximum size of a cached answer, in bytes. Larger ones are passed through. */
const MAX_OBJECT_BYTES = 16 * 1024 * 1024;

/** An object for every waiting viewer, or an answer for the first viewer only. */
type Fetched = { object: CachedObject; xCache: XCache } | { answer: OriginAnswer };

/** Sends a request to the behaviour's origin. `extra` are headers for this request only. */
export type AskOrigin = (visit: Visit, extra?: Record<string, string>) => Promise<OriginAnswer>;

export type ReadThroughOptions = {
  distribution: Distribution;
  ask: AskOrigin;
  responses: ViewerResponses;
  log: (line: string) => void;
  /** Returns the time in epoch ms. */
  clock: () => number;
};

const readAll = async (answer: OriginAnswer): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer.body) chunks.push(chunk);
  } catch (error) {
    // A partial answer is not cached.
    throw new OriginUnavailable(502, `The answer broke off: ${error instanceof Error ? error.message : String(error)}`);
  }
  return Buffer.concat(chunks);
};

/** Returns the headers that revalidate a stale object at the origin. */
const conditionsOf = (stale: CachedObject): Record<string, string> => {
  const lastModified = stale.headers['last-modified'];
  return {
    ...(stale.etag === undefined ? {} : { 'if-none-match': stale.etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
};

const asGet = (visit: Visit): Visit => ({ ...visit, request: { ...visit.request, method: 'GET' } });

/**
 * The cache of one edge location: serves fresh objects, revalidates stale ones, and sends one request to the origin for all
 * viewers who wait for the same object.
 */
export class ReadThroughCache {
  readonly #options: ReadThroughOptions;
  readonly #objects = new ObjectCache();
  readonly #underWay = new Map<string, Promise<Fetched>>();

  constructor(options: ReadThroughOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#objects.size;
  }

  entries(): ReturnType<ObjectCache['entries']> {
    return this.#objects.entries();
  }

  /** Removes the objects under paths like `/track/*`. */
  invalidate(paths: readonly string[]): void {
    this.#objects.deleteWhere((key) => {
      const [, path]: unknown[] = JSON.parse(key);
      return paths.some((pattern) => matchesPath(pattern, String(path)));
    });
  }

  /** Answers a viewer from the cache, or from the origin through the cache. */
  async answer(visit: Visit): Promise<void> {
    const { ask, responses, clock } = this.#options;
    const { behaviour, request } = visit;
    const key = cacheKey(behaviour.origin.id, behaviour.cache, request);
    const cached = this.#objects.get(key);
    if (cached && clock() < cached.freshUntil) return responses.serve(visit, cached, 'Hit');

    const range = request.headers['range'];
    if (range !== undefined && !cached) {
      // A range of an uncached object is passed through; a cached object answers ranges itself.
      return responses.passThrough(visit, await ask(asGet(visit), { range }));
    }

    const other = this.#underWay.get(key);
    if (other) {
      const fetched = await other.catch(() => null);
      if (fetched && 'object' in fetched) return responses.serve(visit, fetched.object, 'Hit');
      // The first viewer's answer was private.
      return responses.passThrough(visit, await ask(asGet(visit)));
    }
    const fetching = this.#fetch(visit, key, cached);
    this.#underWay.set(key, fetching);
    try {
      const fetched = await fetching;
      if ('object' in fetched) responses.serve(visit, fetched.object, fetched.xCache);
      else await responses.passThrough(visit, fetched.answer);
    } finally {
      this.#underWay.delete(key);
    }
  }

  /** Asks the origin for an object that is missing or stale. */
  async #fetch(visit: Visit, key: string, stale: CachedObject | undefined): Promise<Fetched> {
    const { behaviour } = visit;
    // The request goes on for the other viewers when the first one disconnects.
    const lasting: Visit = { ...asGet(visit), gone: new AbortController().signal };
    try {
      const answer = await this.#options.ask(lasting, stale ? conditionsOf(stale) : undefined);
      if (stale && answer.status === 304) return this.#refresh(lasting, key, stale, answer);
      if (stale?.staleIfError && answer.status >= 500) {
        answer.body.resume();
        throw new OriginUnavailable(502, `${behaviour.origin.id} answered ${answer.status}`);
      }
      const fetched = await this.#keep(lasting, key, answer);
      if ('answer' in fetched) this.#objects.delete(key);
      return fetched;
    } catch (error) {
      if (!(error instanceof OriginUnavailable)) throw error;
      this.#options.log(`${visit.viewer.requestId} ${behaviour.origin.id} origin: ${error.message}`);
      return this.#keepError(key, stale, error);
    }
  }

  /** Keeps the origin's answer for as long as its headers and the cache policy allow. */
  async #keep(visit: Visit, key: string, answer: OriginAnswer): Promise<Fetched> {
    const { behaviour } = visit;
    const now = this.#options.clock();
    const errorTtlS = errorTtlOf(this.#options.distribution, answer.status);
    const freshness = freshnessOf(answer, behaviour.cache, errorTtlS, now);
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
    if (freshness.ttlS > 0) this.#objects.set(key, object);
    return { object, xCache: 'Miss' };
  }

  /** Keeps a stale object again, with the headers of the origin's 304. */
  #refresh({ behaviour }: Visit, key: string, stale: CachedObject, answer: OriginAnswer): Fetched {
    answer.body.resume();
    const now = this.#options.clock();
    const headers: Record<string, string> = {
      ...stale.headers,
      ...answer.headers,
      'content-length': String(stale.body.length),
    };
    // A compressed copy keeps its own ETag.
    if (stale.headers['etag'] !== undefined) headers['etag'] = stale.headers['etag'];
    const { ttlS } = freshnessOf({ status: 200, headers }, behaviour.cache, 0, now);
    const object = { ...stale, headers, fetchedAt: now, freshUntil: now + ttlS * 1000 };
    this.#objects.set(key, object);
    return { object, xCache: 'RefreshHit' };
  }

  /** Serves the stale object while the origin fails, or keeps an error page for the error TTL. */
  #keepError(key: string, stale: CachedObject | undefined, { status }: OriginUnavailable): Fetched {
    const now = this.#options.clock();
    const freshUntil = now + errorTtlOf(this.#options.distribution, status) * 1000;
    if (stale?.staleIfError) {
      const object = { ...stale, freshUntil };
      this.#objects.set(key, object);
      return { object, xCache: 'Hit' };
    }
    const object: CachedObject = {
      status,
      headers: { 'content-type': 'text/html' },
      body: Buffer.from(errorPage(status, "The edge could not get an answer from the site's origin.")),
      etag: undefined,
      fetchedAt: now,
      originAgeS: 0,
      freshUntil,
      staleIfError: false,
    };
    this.#objects.set(key, object);
    return { object, xCache: 'Error' };
  }
}
