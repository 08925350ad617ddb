import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { answerPreflight } from './bucket-cors.ts';
import type { Behaviour } from './distribution.ts';
import { type ApiOrigin, routeTo } from './routes.ts';
import { acceptedEncodings, type EdgeRequest, formatQuery, isSelected } from './viewer-request.ts';

/** An answer of an origin. Its body can be read once. */
export type OriginAnswer = { status: number; headers: Readonly<Record<string, string>>; body: Readable };

/** Addresses of the distribution's origins on this machine. */
export type Origins = {
  /** Base URL of the bucket, path-style, without a trailing slash: `http://localhost:8083/qdn-tracking-site-…`. */
  site: string;
  api: readonly ApiOrigin[];
};

/** The origin is not reachable (502) or did not answer in time (504). */
export class OriginUnavailable extends Error {
  readonly status: 502 | 504;

  constructor(status: 502 | 504, message: string) {
    super(message);
    this.name = 'OriginUnavailable';
    this.status = status;
  }
}

/** Hop-by-hop headers (RFC 9110, 7.6.1), and others that CloudFront removes. */
const DROPPED = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-cache',
]);

const answerHeaders = (message: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined && !DROPPED.has(name)) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
};

const answered = (status: number, type: string, text: string): OriginAnswer => ({
  status,
  headers: { 'content-type': type, 'content-length': String(Buffer.byteLength(text)) },
  body: Readable.from([Buffer.from(text)]),
});

/** Returns the headers for the origin: the cache key's, the origin request policy's, and CloudFront's own. */
const originHeaders = (
  behaviour: Behaviour,
  request: EdgeRequest,
  viewer: { ip: string; requestId: string },
): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    const wanted = isSelected(behaviour.cache.headers, name) || isSelected(behaviour.forward.headers, name);
    if (wanted && !DROPPED.has(name) && name !== 'host') headers[name] = value;
  }
  const length = request.headers['content-length'];
  if (length !== undefined) headers['content-length'] = length;
  const encodings = acceptedEncodings(behaviour.cache, request.headers['accept-encoding']);
  if (encodings.length > 0) headers['accept-encoding'] = encodings.join(',');
  else delete headers['accept-encoding'];
  const before = request.headers['x-forwarded-for'];
  return {
    'user-agent': 'Amazon CloudFront',
    ...headers,
    via: '1.1 local.cloudfront.net (CloudFront)',
    'x-amz-cf-id': viewer.requestId,
    'x-forwarded-for': before === undefined ? viewer.ip : `${before}, ${viewer.ip}`,
  };
};

type Sending = {
  method: string;
  path: string;
  headers: Record<string, string>;
  timeoutMs: number;
  body: Readable | null;
  signal: AbortSignal;
};

/** Sends the path unchanged: the URL class would normalise it. */
const send = (base: string, { method, path, headers, timeoutMs, body, signal }: Sending): Promise<OriginAnswer> =>
  new Promise((resolve, reject) => {
    const url = new URL(base);
    // Each request has its own connection: services restart while the edge runs, and a kept connection would then break a webhook.
    const outgoing = httpRequest({
      hostname: url.hostname,
      port: url.port,
      path: url.pathname.replace(/\/$/, '') + path,
      method,
      headers,
      signal,
      agent: false,
    });
    outgoing.setTimeout(timeoutMs, () =>
      outgoing.destroy(new OriginUnavailable(504, `${url.host} did not answer within ${timeoutMs / 1000} s`)),
    );
    outgoing.on('error', (error) =>
      reject(error instanceof OriginUnavailable ? error : new OriginUnavailable(502, `${url.host}: ${error.message}`)),
    );
    outgoing.on('response', (message) =>
      resolve({ status: message.statusCode ?? 502, headers: answerHeaders(message), body: message }),
    );
    if (body) body.pipe(outgoing);
    else outgoing.end();
  });

/**
 * Sends a request to the behaviour's origin.
 *
 * @param extra headers that the edge adds: conditions of a revalidation, or a range
 * @throws OriginUnavailable
 */
export const askOrigin = async (
  origins: Origins,
  behaviour: Behaviour,
  request: EdgeRequest,
  options: {
    viewer: { ip: string; requestId: string };
    extra?: Readonly<Record<string, string>>;
    body?: Readable;
    signal: AbortSignal;
  },
): Promise<OriginAnswer> => {
  const { origin } = behaviour;
  const query = formatQuery(request, behaviour.cache.query, behaviour.forward.query);
  if (origin.kind === 's3' && request.method === 'OPTIONS') {
    // The S3 engine has no CORS.
    const { status, headers, text } = answerPreflight(
      origin.corsRules,
      originHeaders(behaviour, request, options.viewer),
    );
    const answer = answered(status, 'application/xml', text);
    return { ...answer, headers: { ...answer.headers, ...headers } };
  }
  let base = origins.site;
  if (origin.kind === 'api') {
    const target = routeTo(origins.api, request.method, request.path);
    // The body that API Gateway sends.
    if (!target) return answered(404, 'application/json', '{"message":"Not Found"}');
    base = target.url;
  }
  const answer = await send(base, {
    path: request.path + (query === '' ? '' : `?${query}`),
    method: request.method,
    headers: { ...originHeaders(behaviour, request, options.viewer), ...options.extra },
    timeoutMs: origin.readTimeoutMs,
    body: options.body ?? null,
    signal: options.signal,
  });
  if (origin.kind === 's3' && answer.status === 404) {
    // The bucket's policy allows CloudFront s3:GetObject without s3:ListBucket, so S3 answers 403 for a missing object.
    answer.body.resume();
    return answered(403, 'application/xml', '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
  }
  return answer;
};
