import { pipeline } from 'node:stream/promises';
import { isNotModified, rangeOf } from './conditional-request.ts';
import { countResponse, type EdgeCounters, type XCache } from './edge-stats.ts';
import type { CachedObject } from './object-cache.ts';
import type { OriginAnswer } from './origin-request.ts';
import { withPolicy } from './response-headers.ts';
import type { FunctionResponse } from './viewer-function.ts';
import type { Arrival, Visit } from './visit.ts';

/** Returns CloudFront's own error page. */
export const errorPage = (status: number, detail: string): string =>
  `<!DOCTYPE html><title>ERROR: The request could not be satisfied</title><h1>${status} ERROR</h1><p>The request could not be satisfied.</p><p>${detail}</p>`;

const policied = ({ behaviour, message, request }: Visit, headers: Readonly<Record<string, string>>) =>
  withPolicy(behaviour.responseHeaders, { method: message.method ?? 'GET', headers: request.headers }, headers);

/** Writes the responses to viewers, with CloudFront's headers, and counts them. */
export class ViewerResponses {
  readonly #counters: EdgeCounters;
  readonly #clock: () => number;

  /** @param clock epoch ms */
  constructor(counters: EdgeCounters, clock: () => number) {
    this.#counters = counters;
    this.#clock = clock;
  }

  /** Sends an error of CloudFront's own. No response headers policy applies to it. */
  fail(arrival: Arrival, status: number, detail: string, xCache: XCache = 'Error'): void {
    const page = errorPage(status, detail);
    const headers = { 'content-type': 'text/html', 'content-length': String(Buffer.byteLength(page)) };
    this.#head(arrival, status, headers, xCache);
    arrival.response.end(arrival.message.method === 'HEAD' ? undefined : page);
  }

  /** Streams the origin's answer to the viewer without caching it. */
  async passThrough(visit: Visit, answer: OriginAnswer): Promise<void> {
    this.#head(visit, answer.status, policied(visit, answer.headers), answer.status >= 400 ? 'Error' : 'Miss');
    if (visit.message.method === 'HEAD') {
      answer.body.resume();
      visit.response.end();
    } else await pipeline(answer.body, visit.response);
  }

  /** Sends a cached object: whole, one range of it, or 304 when the viewer's copy is current. */
  serve(visit: Visit, object: CachedObject, xCache: XCache): void {
    const { response, message, request } = visit;
    const { status, body } = object;
    const ageS = object.originAgeS + Math.floor((this.#clock() - object.fetchedAt) / 1000);
    const headers: Record<string, string> = { ...policied(visit, object.headers) };
    if (xCache === 'Hit' || xCache === 'RefreshHit' || ageS > 0) headers['age'] = String(ageS);
    const shown = status >= 400 ? 'Error' : xCache;
    const isHead = message.method === 'HEAD';

    if (status === 200 && isNotModified(object, request.headers)) {
      delete headers['content-length'];
      this.#head(visit, 304, headers, shown);
      response.end();
      return;
    }
    const range = status === 200 ? rangeOf(request.headers['range'], body.length) : undefined;
    if (range === null) {
      const empty = { ...headers, 'content-range': `bytes */${body.length}`, 'content-length': '0' };
      this.#head(visit, 416, empty, 'Error');
      response.end();
    } else if (range) {
      const part = body.subarray(range.start, range.end + 1);
      const contentRange = `bytes ${range.start}-${range.end}/${body.length}`;
      const ofPart = { ...headers, 'content-range': contentRange, 'content-length': String(part.length) };
      this.#head(visit, 206, ofPart, shown);
      response.end(isHead ? undefined : part);
    } else {
      this.#head(visit, status, { ...headers, 'content-length': String(body.length) }, shown);
      response.end(isHead ? undefined : body);
    }
  }

  /** Sends the response that the viewer function made itself. */
  serveFunctionResponse(arrival: Arrival, answer: FunctionResponse): void {
    const headers: Record<string, string> = {};
    for (const [name, { value, multiValue }] of Object.entries(answer.headers ?? {})) {
      headers[name] = multiValue ? multiValue.map((each) => each.value).join(', ') : value;
    }
    const given = typeof answer.body === 'string' ? { data: answer.body } : answer.body;
    const body = Buffer.from(
      given?.data ?? '',
      given && 'encoding' in given && given.encoding === 'base64' ? 'base64' : 'utf8',
    );
    const withLength = { ...headers, 'content-length': String(body.length) };
    this.#head(arrival, answer.statusCode, withLength, 'FunctionGeneratedResponse');
    arrival.response.end(arrival.message.method === 'HEAD' ? undefined : body);
  }

  #head(
    { response, viewer }: Arrival,
    status: number,
    headers: Readonly<Record<string, string>>,
    xCache: XCache,
  ): void {
    countResponse(this.#counters, xCache);
    response.writeHead(status, {
      ...headers,
      'x-cache': `${xCache} from cloudfront`,
      via: '1.1 local.cloudfront.net (CloudFront)',
      'x-amz-cf-pop': 'LOCAL-P1',
      'x-amz-cf-id': viewer.requestId,
    });
  }
}
