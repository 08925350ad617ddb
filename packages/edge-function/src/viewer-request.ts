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
import type { EventValues, GeneratedResponse, ViewerRequest, ViewerRequestEvent } from './event.ts';

/** Hands the verified token to the origin. Only this function can set it: a caller's own is removed first. */
const TOKEN_HEADER = 'x-qdn-tracking-token';
/** Proves to the origin that the token came through here: it takes tracking tokens from nobody else (packages/lambda/src/edge-proof.ts). */
const PROOF_HEADER = 'x-qdn-edge';
const PROOF_PURPOSE = 'qdn-edge-1';
/** How long viewers of one job share one answer, in ms. */
const BUCKET_MS = 10000;
/** Longer ones were not issued by us; checking them would only burn CPU. */
const MAX_TOKEN_LENGTH = 1024;
const FIRST_VERSION = 'index-v2.html';

const VERSION = /^index-v[0-9]+\.html$/;
const JOB_ID = /^[A-Z]{2,5}-[0-9]{1,9}$/;
const LINK_ID = /^[A-Za-z0-9_-]{8,16}$/;
const ACCOUNT_ID = /^[A-Za-z0-9_-]{1,32}$/;
/** No empty, hidden, encoded or dotted segments, which CloudFront and the origin might each read in their own way. */
const PLAIN_PATH = /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/;
/**
 * Link previews, crawlers and scripts. iMessage calls itself facebookexternalhit and Twitterbot, Telegram's previews TelegramBot. Not
 * apps in which people read, such as Telegram's browser; and not phones of the make Cubot.
 */
const BOT =
  /(^|[^u])bot|[^c]ubot|crawl|spider|slurp|preview|facebookexternalhit|whatsapp|google-|googlemessages|curl|wget|python|go-http|okhttp/i;

/** `/t/<MAC>.<job>.<account>.<expiry>`, as packages/lambda/src/short-link.ts makes it. */
const SHORT_LINK = /^\/t\/([A-Za-z0-9_-]{12})\.([A-Z]{2,5}-)?([0-9]{1,9})\.([A-Za-z0-9_-]{1,32})\.([0-9a-z]{1,8})$/;
const SHORT_LINK_PURPOSE = 'qdn-short-link-1';
const DEFAULT_PREFIX = 'QDN-';

const REASONS: { [status: number]: string } = { 401: 'Unauthorized', 503: 'Service Unavailable' };
/** As packages/lambda words them. */
const TITLES: { [code: string]: string } = {
  unauthenticated: 'No valid token',
  'link-revoked': 'This tracking link was revoked',
  unavailable: 'Not available right now',
};

type Claims = { iss: string; aud: string; exp: number; sub: string; acc: string; jti: string };
type Key = { kid: string; key: string };
type Verdict = { claims: Claims | null; problem: string; proof: string };
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

/** One part of a JWT; null when it is not the base64url of a JSON object. */
function decodePart<T>(part: string): T | null {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString());
    return value !== null && typeof value === 'object' ? value : null;
  } catch (_) {
    return null;
  }
}

function isToken(text: string): boolean {
  return text.split('.').length === 3;
}

function headerOf(headers: EventValues, name: string): string {
  const header = headers[name];
  return header ? header.value : '';
}

function refused(problem: string): Verdict {
  return { claims: null, problem: problem, proof: '' };
}

function hmacOf(key: Key, text: string): string {
  const hmac = crypto.createHmac('sha256', Buffer.from(key.key, 'base64url'));
  return hmac.update(text).digest('base64url');
}

async function verify(token: string): Promise<Verdict> {
  if (token.length > MAX_TOKEN_LENGTH) return refused('invalid');
  const parts = token.split('.');
  const head = decodePart<{ alg: string; kid: string }>(parts[0] as string);
  if (head?.alg !== 'HS256' || typeof head.kid !== 'string') return refused('invalid');

  const stored = await kvs.get('track-keys');
  const keys: { current: Key; previous?: Key } = JSON.parse(stored);
  let key: Key | null = null;
  if (keys.current.kid === head.kid) key = keys.current;
  else if (keys.previous && keys.previous.kid === head.kid) key = keys.previous;
  if (!key) return refused('invalid');

  const signature = hmacOf(key, `${parts[0]}.${parts[1]}`);
  if (!sameText(signature, parts[2] as string)) return refused('invalid');

  const claims = decodePart<Claims>(parts[1] as string);
  if (claims?.iss !== 'qdn' || claims.aud !== 'track') return refused('invalid');
  if (typeof claims.sub !== 'string' || !JOB_ID.test(claims.sub)) return refused('invalid');
  if (typeof claims.jti !== 'string' || !LINK_ID.test(claims.jti)) return refused('invalid');
  if (typeof claims.acc !== 'string' || !ACCOUNT_ID.test(claims.acc)) return refused('invalid');
  // Of the infinite, too, a remainder is no 0.
  if (typeof claims.exp !== 'number' || claims.exp % 1 !== 0) return refused('invalid');
  if (!(claims.exp * 1000 > Date.now())) return refused('expired');

  const revoked = await kvs.exists(`revoked:${claims.jti}`);
  if (revoked) return refused('revoked');
  return { claims: claims, problem: '', proof: hmacOf(key, `${PROOF_PURPOSE}.${token}`) };
}

/** What each answer of the function has: no policy applies to those. */
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

/** RFC 9457, with the CORS headers that the origin would have set. */
function problem(event: ViewerRequestEvent, status: number, code: string, detail: string): GeneratedResponse {
  const headers = ownHeaders('application/problem+json');
  headers['access-control-allow-origin'] = { value: '*' };
  headers['access-control-expose-headers'] = { value: 'age, date, retry-after, x-cache' };
  if (status === 401) headers['www-authenticate'] = { value: 'Bearer' };
  if (status === 503) headers['retry-after'] = { value: '10' };
  const response: GeneratedResponse = {
    statusCode: status,
    statusDescription: REASONS[status] || '',
    headers: headers,
  };
  if (event.request.method !== 'HEAD') {
    const body = {
      type: `urn:qdn:problem:${code}`,
      title: TITLES[code],
      status: status,
      detail: detail,
      correlationId: event.context.requestId || 'edge',
    };
    response.body = { encoding: 'text', data: JSON.stringify(body) };
  }
  return response;
}

function refuse(event: ViewerRequestEvent, why: string): GeneratedResponse {
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
  if (!isToken(token)) return '';
  const claims = decodePart<Claims>(token.split('.')[1] as string);
  return claims && claims.aud === 'track' ? token : '';
}

/** GET or HEAD under /api/. */
async function readApi(event: ViewerRequestEvent): Promise<ViewerRequest | GeneratedResponse> {
  const request = event.request;
  const authorization = headerOf(request.headers, 'authorization');
  // ['', 'api', 'jobs', id, ...]
  const segments = request.uri.split('/');
  const id = segments[3] || '';
  const isJob = segments[2] === 'jobs';
  const plain = PLAIN_PATH.test(request.uri);

  let token = '';
  if (isJob && plain) token = isToken(id) ? id : bearerTrackingToken(authorization);
  if (!token) {
    if (!authorization && (isJob || !plain)) return refuse(event, 'missing');
    delete request.querystring['b'];
    return request;
  }

  let verdict: Verdict;
  try {
    verdict = await verify(token);
  } catch (error) {
    // The keys or the list of revoked links cannot be read. A page stops polling on 401; this is not the link's fault.
    console.log(JSON.stringify({ event: 'key-value-store-unreadable', detail: String(error) }));
    return problem(event, 503, 'unavailable', 'Tracking links cannot be checked just now. Try again shortly.');
  }
  const claims = verdict.claims;
  if (!claims) return refuse(event, verdict.problem);
  request.headers[PROOF_HEADER] = { value: verdict.proof };
  if (!isToken(id) && id !== claims.sub) {
    // A good token for another job: the origin says so, to this caller alone, since Authorization is in the cache key.
    delete request.querystring['b'];
    return request;
  }

  segments[3] = claims.sub;
  request.uri = segments.join('/');
  request.querystring = { b: { value: String(Math.floor((Date.now() + (hash(claims.sub) % BUCKET_MS)) / BUCKET_MS)) } };
  request.headers[TOKEN_HEADER] = { value: token };
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
      // By job, so that everyone who follows one job, and everyone who comes back, sees one version.
      const parameter = request.querystring['job_id'];
      const jobToken = parameter ? parameter.value : '';
      const claims = decodePart<Claims>(jobToken.split('.')[1] || '');
      if (hash(claims?.sub ? String(claims.sub) : jobToken) % 100 < rollout.percent) version = rollout.candidate;
    }
    // A tester's `v=3` chooses among the versions that are or were live, and nothing else.
    const pin = request.querystring['v'];
    if (pin) {
      const pinned = `index-v${pin.value}.html`;
      if (pinned === rollout.stable || pinned === rollout.candidate || pinned === rollout.previous) version = pinned;
    }
    if (!VERSION.test(version)) version = FIRST_VERSION;
  } catch (_) {
    version = FIRST_VERSION;
  }
  if (request.method === 'GET') {
    const agent = headerOf(request.headers, 'user-agent');
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
 * The tracking token that a short link stands for; empty when we did not make the link. One that has expired or was revoked
 * still has its token: the page then says which, as for any token.
 */
async function tokenOf(uri: string): Promise<string> {
  const parts = SHORT_LINK.exec(uri);
  if (!parts) return '';
  const mac = parts[1] as string;
  const job = (parts[2] || DEFAULT_PREFIX) + (parts[3] as string);
  const stored = await kvs.get('track-keys');
  const keys: { current: Key; previous?: Key } = JSON.parse(stored);
  const text = `${SHORT_LINK_PURPOSE}.${job}.${parts[4]}.${parts[5]}`;
  let digest = hmacOf(keys.current, text);
  if (!sameText(digest.slice(0, 12), mac)) {
    if (!keys.previous) return '';
    digest = hmacOf(keys.previous, text);
    if (!sameText(digest.slice(0, 12), mac)) return '';
  }
  const head = encodePart({ alg: 'HS256', typ: 'JWT', kid: keys.current.kid });
  const claims = encodePart({
    sub: job,
    acc: parts[4],
    jti: digest.slice(12, 20),
    exp: parseInt(parts[5] as string, 36),
    aud: 'track',
    iss: 'qdn',
  });
  return `${head}.${claims}.${hmacOf(keys.current, `${head}.${claims}`)}`;
}

/** `/t/…`: on to the page, with the token that the link stands for. The page explains a link that is none. */
async function openShortLink(event: ViewerRequestEvent): Promise<GeneratedResponse> {
  const headers = ownHeaders('text/plain');
  // A preview says what the page is, and needs no token: it is kept by strangers.
  if (BOT.test(headerOf(event.request.headers, 'user-agent'))) {
    headers['location'] = { value: '/track' };
    return { statusCode: 302, statusDescription: 'Found', headers: headers };
  }
  try {
    const token = await tokenOf(event.request.uri);
    headers['location'] = { value: `/track?job_id=${token || 'unreadable'}` };
    return { statusCode: 302, statusDescription: 'Found', headers: headers };
  } catch (error) {
    console.log(JSON.stringify({ event: 'key-value-store-unreadable', detail: String(error) }));
    headers['retry-after'] = { value: '10' };
    const data = 'Tracking links cannot be opened just now. Try again in a minute.';
    return {
      statusCode: 503,
      statusDescription: 'Service Unavailable',
      headers: headers,
      body: { encoding: 'text', data: data },
    };
  }
}

export async function handler(event: ViewerRequestEvent): Promise<ViewerRequest | GeneratedResponse> {
  const request = event.request;
  delete request.headers[TOKEN_HEADER];
  delete request.headers[PROOF_HEADER];
  if (request.method !== 'GET' && request.method !== 'HEAD') return request;

  if (request.uri === '/track' || request.uri === '/track/' || request.uri === '/embed') return await readPage(event);
  if (request.uri.indexOf('/api/') === 0) return await readApi(event);
  if (request.uri.indexOf('/t/') === 0) return await openShortLink(event);
  // CloudFront chooses the behaviour by a normalised path, but hands over the raw one: `/x/../api/jobs/…` must not slip by.
  if (request.uri !== '/' && !PLAIN_PATH.test(request.uri)) {
    return {
      statusCode: 404,
      statusDescription: 'Not Found',
      headers: ownHeaders('text/plain'),
      body: { encoding: 'text', data: 'There is nothing here.' },
    };
  }
  return request;
}
