/*
 * The CloudFront Function on every viewer request, of the page and of the API (docs/adr/0006-edge-cache.md).
 *
 * It runs in `cloudfront-js-2.0`, an njs engine, without network, in 1 ms of CPU and at most 10 KB. build.ts writes newer
 * syntax in older words or refuses it; what it cannot see: no `await` inside a call's arguments.
 *
 * Sharing cached answers between viewers is safe only because no request can reach the cache key of a verified one without
 * being verified itself: that key has the parameter `b` and no Authorization, and every path through this file that does not
 * verify either removes `b` or refuses.
 */

import cf from 'cloudfront';
// biome-ignore lint/style/useNodejsImportProtocol: CloudFront's module of this name, not Node's
import crypto from 'crypto';

// The modules of the runtime come first, here and in the built file: engines.ts replaces them there.

import {
  DEFAULT_JOB_PREFIX,
  EDGE_PROOF_HEADER,
  EDGE_PROOF_PURPOSE,
  JOB_ID_PATTERN,
  LINK_ID_PATTERN,
  looksLikeToken,
  NAME_PATTERN,
  SHORT_LINK_MAC_LENGTH,
  SHORT_LINK_PURPOSE,
  TRACKING_TOKEN_HEADER,
} from '@qdn/contracts/patterns';
import type { EventValues, GeneratedResponse, ViewerRequest, ViewerRequestEvent } from './event.ts';

/** Time for which the viewers of one job share one answer, in ms. */
const BUCKET_MS = 10000;
const FIRST_VERSION = 'index-v2.html';

const VERSION = /^index-v[0-9]+\.html$/;
const JOB_ID = new RegExp(JOB_ID_PATTERN);
const LINK_ID = new RegExp(LINK_ID_PATTERN);
const ACCOUNT_ID = new RegExp(NAME_PATTERN);
/** No empty, hidden, encoded or dotted segments, which CloudFront and the origin might each read in their own way. */
const PLAIN_PATH = /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/;
/**
 * Link previews, crawlers and scripts. iMessage calls itself facebookexternalhit and Twitterbot, Telegram's previews TelegramBot. Not
 * apps in which people read, such as Telegram's browser; and not phones of the make Cubot.
 */
const BOT =
  /(^|[^u])bot|[^c]ubot|crawl|spider|slurp|preview|facebookexternalhit|whatsapp|google-|googlemessages|curl|wget|python|go-http|okhttp/i;

/** The expiry in a short link: a second of the epoch in base 36. */
const EXPIRY = /^[0-9a-z]{1,8}$/;

const REASONS: { [status: number]: string } = {
  302: 'Found',
  401: 'Unauthorized',
  404: 'Not Found',
  503: 'Service Unavailable',
};
/** As packages/lambda words them. */
const TITLES: { [code: string]: string } = {
  unauthenticated: 'No valid token',
  'link-revoked': 'This tracking link was revoked',
  unavailable: 'Temporarily unavailable',
};

type Claims = { iss: string; aud: string; exp: number; sub: string; acc: string; jti: string };
type Key = { kid: string; key: string };
type Refusal = 'invalid' | 'expired' | 'revoked' | 'missing';
/** `proof`: for the origin (packages/lambda/src/edge-proof.ts). */
type Verified = { claims: Claims; proof: string };
type Rollout = { stable: string; candidate: string | null; percent: number; previous: string | null };

const kvs = cf.kvs();

/** Small and stable; the origin computes nothing from it. */
function hash(text: string): number {
  let result = 0;
  for (let i = 0; i < text.length; i++) result = (result * 31 + text.charCodeAt(i)) % 1000003;
  return result;
}

/** Takes as long for a near miss as for a far one. */
function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

/** Reads one part of a JWT, unverified; empty when it is not the base64url of a JSON object. */
function decodePart<T>(part: string): Partial<T> {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString());
    return value && typeof value === 'object' ? value : {};
  } catch (_) {
    return {};
  }
}

/** The value of a header or of a query parameter; empty without one. */
function valueIn(values: EventValues, name: string): string {
  const entry = values[name];
  return entry ? entry.value : '';
}

function hmacOf(key: Key, text: string): string {
  const hmac = crypto.createHmac('sha256', Buffer.from(key.key, 'base64url'));
  return hmac.update(text).digest('base64url');
}

function matches(pattern: RegExp, value: unknown): boolean {
  return typeof value === 'string' && pattern.test(value);
}

async function readKeys(): Promise<{ current: Key; previous?: Key }> {
  const stored = await kvs.get('track-keys');
  return JSON.parse(stored);
}

function logUnreadable(error: unknown): void {
  console.log(JSON.stringify({ event: 'key-value-store-unreadable', detail: String(error) }));
}

/** Verifies a text that looks like a token. */
async function verify(token: string): Promise<Verified | Refusal> {
  const parts = token.split('.') as [string, string, string];
  const head = decodePart<{ alg: string; kid: string }>(parts[0]);
  if (head.alg !== 'HS256' || typeof head.kid !== 'string') return 'invalid';

  const keys = await readKeys();
  let key: Key | null = null;
  if (keys.current.kid === head.kid) key = keys.current;
  else if (keys.previous && keys.previous.kid === head.kid) key = keys.previous;
  if (!key) return 'invalid';
  const signature = hmacOf(key, [parts[0], parts[1]].join('.'));
  if (!sameText(signature, parts[2])) return 'invalid';

  const claims = decodePart<Claims>(parts[1]);
  if (claims.iss !== 'qdn' || claims.aud !== 'track' || typeof claims.exp !== 'number') return 'invalid';
  if (!matches(JOB_ID, claims.sub) || !matches(LINK_ID, claims.jti) || !matches(ACCOUNT_ID, claims.acc))
    return 'invalid';
  // The remainder of an infinite number is not 0 either.
  if (claims.exp % 1 !== 0) return 'invalid';
  if (!(claims.exp * 1000 > Date.now())) return 'expired';

  const revoked = await kvs.exists(`revoked:${claims.jti}`);
  if (revoked) return 'revoked';
  return { claims: claims as Claims, proof: hmacOf(key, [EDGE_PROOF_PURPOSE, token].join('.')) };
}

/** Headers of every answer of the function: no policy applies to those. */
function ownHeaders(contentType: string): EventValues {
  return {
    'content-type': { value: contentType },
    'cache-control': { value: 'no-store' },
    'strict-transport-security': { value: 'max-age=31536000' },
    'x-content-type-options': { value: 'nosniff' },
    'referrer-policy': { value: 'no-referrer' },
    'x-robots-tag': { value: 'noindex' },
  };
}

/** Builds an answer of the function itself, without the cache or an origin. @param text of the body; empty for none */
function ownAnswer(status: number, headers: EventValues, text: string): GeneratedResponse {
  const response: GeneratedResponse = {
    statusCode: status,
    statusDescription: REASONS[status] as string,
    headers: headers,
  };
  if (text) response.body = { encoding: 'text', data: text };
  return response;
}

/** RFC 9457, with the CORS headers that the origin would have set. */
function problem(event: ViewerRequestEvent, status: number, code: string, detail: string): GeneratedResponse {
  const headers = ownHeaders('application/problem+json');
  headers['access-control-allow-origin'] = { value: '*' };
  headers['access-control-expose-headers'] = { value: 'age, date, retry-after, x-cache' };
  if (status === 401) headers['www-authenticate'] = { value: 'Bearer' };
  if (status === 503) headers['retry-after'] = { value: '10' };
  const body = {
    type: `urn:qdn:problem:${code}`,
    title: TITLES[code],
    status: status,
    detail: detail,
    correlationId: event.context.requestId || 'edge',
  };
  return ownAnswer(status, headers, event.request.method === 'HEAD' ? '' : JSON.stringify(body));
}

function refuse(event: ViewerRequestEvent, why: Refusal): GeneratedResponse {
  const revoked = why === 'revoked';
  let detail = 'The token is missing, wrong or expired. Ask for a new one.';
  if (revoked) detail = 'This tracking link has been withdrawn. Ask for a new one.';
  if (why === 'expired') detail = 'This tracking link has expired. Ask for a new one.';
  if (why === 'missing') detail = 'A token is needed: in the path, or as "Authorization: Bearer …".';
  return problem(event, 401, revoked ? 'link-revoked' : 'unauthenticated', detail);
}

/** The bearer token, if it says that it is a tracking token. Not verified yet. */
function bearerTrackingToken(authorization: string): string {
  if (!/^bearer /i.test(authorization)) return '';
  const token = authorization.slice(7).trim();
  if (!looksLikeToken(token)) return '';
  const claims = decodePart<Claims>(token.split('.')[1] as string);
  return claims.aud === 'track' ? token : '';
}

/** GET or HEAD under /api/. */
async function readApi(event: ViewerRequestEvent): Promise<ViewerRequest | GeneratedResponse> {
  const request = event.request;
  const authorization = valueIn(request.headers, 'authorization');
  // ['', 'api', 'jobs', id, ...]
  const segments = request.uri.split('/');
  const id = segments[3] || '';
  const inPath = looksLikeToken(id);
  const isJob = segments[2] === 'jobs';
  const plain = PLAIN_PATH.test(request.uri);

  let token = '';
  if (isJob && plain) token = inPath ? id : bearerTrackingToken(authorization);
  if (!token) {
    if (!authorization && (isJob || !plain)) return refuse(event, 'missing');
    delete request.querystring['b'];
    return request;
  }

  let verified: Verified | Refusal;
  try {
    verified = await verify(token);
  } catch (error) {
    // The keys or the list of revoked links cannot be read. A page stops polling on 401; this is not the link's fault.
    logUnreadable(error);
    return problem(event, 503, 'unavailable', 'Tracking links cannot be checked just now. Try again shortly.');
  }
  if (typeof verified === 'string') return refuse(event, verified);
  const jobId = verified.claims.sub;
  request.headers[EDGE_PROOF_HEADER] = { value: verified.proof };
  if (!inPath && id !== jobId) {
    // A good token for another job: the origin says so, to this caller alone, since Authorization is in the cache key.
    delete request.querystring['b'];
    return request;
  }

  segments[3] = jobId;
  request.uri = segments.join('/');
  request.querystring = { b: { value: String(Math.floor((Date.now() + (hash(jobId) % BUCKET_MS)) / BUCKET_MS)) } };
  request.headers[TRACKING_TOKEN_HEADER] = { value: token };
  delete request.headers['authorization'];
  return request;
}

/** `/track`, and `/embed` for frames: the version that is rolled out to this job, and one line in the log. */
async function readPage(event: ViewerRequestEvent): Promise<ViewerRequest> {
  const request = event.request;
  let version = FIRST_VERSION;
  try {
    const stored = await kvs.get('rollout');
    const rollout: Rollout = JSON.parse(stored);
    version = rollout.stable;
    if (rollout.candidate && rollout.percent > 0) {
      // By job, so that everyone who follows one job sees one version, at each visit.
      const jobToken = valueIn(request.querystring, 'job_id');
      const claims = decodePart<Claims>(jobToken.split('.')[1] || '');
      if (hash(String(claims.sub || jobToken)) % 100 < rollout.percent) version = rollout.candidate;
    }
    // A tester's `v=3` chooses among the versions that are or were live, and nothing else.
    const pinned = `index-v${valueIn(request.querystring, 'v')}.html`;
    if (pinned === rollout.stable || pinned === rollout.candidate || pinned === rollout.previous) version = pinned;
    if (!VERSION.test(version)) version = FIRST_VERSION;
  } catch (_) {
    version = FIRST_VERSION;
  }
  if (request.method === 'GET') {
    const agent = valueIn(request.headers, 'user-agent');
    console.log(JSON.stringify({ event: 'page-view', version: version, bot: agent === '' || BOT.test(agent) }));
  }
  request.uri = `/track/${version}`;
  // The token has done its work here: neither the cache nor the bucket needs to see it.
  request.querystring = {};
  return request;
}

function encodePart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/**
 * The tracking token of a short link, `/t/<MAC>.<job>.<account>.<expiry>` (packages/lambda/src/short-link.ts); empty when we did not
 * make the link. One that has expired or was revoked still has its token: the page then says which, as for any token.
 */
async function tokenOf(uri: string): Promise<string> {
  const parts = uri.slice('/t/'.length).split('.') as [string, string, string, string];
  if (parts.length !== 4) return '';
  const job = parts[1].indexOf('-') < 0 ? `${DEFAULT_JOB_PREFIX}-${parts[1]}` : parts[1];
  if (!JOB_ID.test(job) || !ACCOUNT_ID.test(parts[2]) || !EXPIRY.test(parts[3])) return '';
  const keys = await readKeys();
  const signed = [SHORT_LINK_PURPOSE, job, parts[2], parts[3]].join('.');
  let digest = hmacOf(keys.current, signed);
  if (!sameText(digest.slice(0, SHORT_LINK_MAC_LENGTH), parts[0])) {
    if (!keys.previous) return '';
    digest = hmacOf(keys.previous, signed);
    if (!sameText(digest.slice(0, SHORT_LINK_MAC_LENGTH), parts[0])) return '';
  }
  const head = encodePart({ alg: 'HS256', typ: 'JWT', kid: keys.current.kid });
  const claims = encodePart({
    sub: job,
    acc: parts[2],
    jti: digest.slice(SHORT_LINK_MAC_LENGTH, SHORT_LINK_MAC_LENGTH + 8),
    exp: parseInt(parts[3], 36),
    aud: 'track',
    iss: 'qdn',
  });
  const text = [head, claims].join('.');
  return [text, hmacOf(keys.current, text)].join('.');
}

/** `/t/…`: on to the page, with the token that the link stands for. The page explains a link that is not valid. */
async function openShortLink(event: ViewerRequestEvent): Promise<GeneratedResponse> {
  const headers = ownHeaders('text/plain');
  // A preview says what the page is, and needs no token: strangers keep it.
  if (BOT.test(valueIn(event.request.headers, 'user-agent'))) {
    headers['location'] = { value: '/track' };
    return ownAnswer(302, headers, '');
  }
  try {
    const token = await tokenOf(event.request.uri);
    headers['location'] = { value: `/track?job_id=${token || 'unreadable'}` };
    return ownAnswer(302, headers, '');
  } catch (error) {
    logUnreadable(error);
    headers['retry-after'] = { value: '10' };
    return ownAnswer(503, headers, 'Tracking links cannot be opened just now. Try again in a minute.');
  }
}

export async function handler(event: ViewerRequestEvent): Promise<ViewerRequest | GeneratedResponse> {
  const request = event.request;
  delete request.headers[TRACKING_TOKEN_HEADER];
  delete request.headers[EDGE_PROOF_HEADER];
  // Some trackers end their address with a slash, which no route of an HTTP API can have.
  if (/^\/api\/trailers\/.+\/location\/$/.test(request.uri)) request.uri = request.uri.slice(0, -1);
  if (request.method !== 'GET' && request.method !== 'HEAD') return request;

  if (request.uri === '/track' || request.uri === '/track/' || request.uri === '/embed') return await readPage(event);
  if (request.uri.indexOf('/api/') === 0) return await readApi(event);
  if (request.uri.indexOf('/t/') === 0) return await openShortLink(event);
  // CloudFront chooses the behaviour by a normalised path, but hands over the raw one: `/x/../api/jobs/…` must not slip by.
  if (request.uri !== '/' && !PLAIN_PATH.test(request.uri)) {
    return ownAnswer(404, ownHeaders('text/plain'), 'There is nothing here.');
  }
  return request;
}
