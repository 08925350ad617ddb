import { describe, expect, test } from '@jest/globals';
import * as routes from '@qdn/contracts/routes';
import { validate as isPatchJob } from '@qdn/contracts/validators/patchJob';
import { type AccountId, type JobId, type LinkId, noSuchJob, ProductError, type TrailerId } from '@qdn/domain';
import { requestedJob, tokenAuthentication } from './access.ts';
import { apiHandler } from './api-handler.ts';
import { MAX_BODY_BYTES } from './middleware/receive-request.ts';
import { signToken } from './sign-token.ts';
import { apiEvent, type EventParts, lambdaContext, newTokenKeys, recordingLogger } from './testing.ts';
import { createKeyring } from './tokens.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const HOUR = 3_600_000;
const keyring = createKeyring(newTokenKeys());
const jobId = 'QDN-1042' as JobId;
const trackToken = (id = jobId, expiresAt = NOW + HOUR) =>
  signToken(
    { kind: 'track', jobId: id, accountId: 'lopez' as AccountId, linkId: 'abcdefgh' as LinkId },
    keyring,
    expiresAt,
  );
const operatorToken = signToken({ kind: 'operator', label: 'test' }, keyring, NOW + HOUR);
const deviceToken = signToken({ kind: 'device', trailerId: 'T1' as TrailerId }, keyring, NOW + HOUR);
const asOperator = { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' };

const log = recordingLogger();
const common = {
  log,
  authenticate: tokenAuthentication(routes.getJob, { keyring: async () => keyring, now: () => NOW }),
};
const patch = apiHandler(routes.updateJob, { ...common, validate: isPatchJob }, async ({ body, ...request }) => ({
  status: 200,
  json: { job: requestedJob(request, request.caller), body },
}));
const read = apiHandler(routes.getJob, common, async (request) => {
  const id = requestedJob(request, request.caller);
  if (id !== jobId) throw noSuchJob(request.caller);
  return { status: 200, json: { id } };
});

const call = async (handler: typeof patch, parts: EventParts) => {
  const result = await handler(apiEvent(parts), lambdaContext);
  return { ...result, json: result.body ? JSON.parse(result.body) : undefined };
};
const patchJob = (body: string, headers: Record<string, string> = asOperator) =>
  call(patch, { method: 'PATCH', pathParameters: { job_id: jobId }, headers, body });
const readJob = (job: string, headers: Record<string, string> = {}) =>
  call(read, { pathParameters: { job_id: job }, headers });

describe('an API function', () => {
  test('answers JSON with the headers of its function and CORS', async () => {
    const answer = await readJob(trackToken());
    expect(answer.statusCode).toBe(200);
    expect(answer.json).toEqual({ id: jobId });
    expect(answer.headers).toMatchObject({
      'Content-Type': 'application/json',
      'Cache-Control': 'public, max-age=0, s-maxage=300',
      'Access-Control-Allow-Origin': '*',
    });
  });

  test('lets only the readers of a link share its answer', async () => {
    const cacheControl = async (headers: Record<string, string>) =>
      (await readJob(jobId, headers)).headers?.['Cache-Control'];
    expect(await cacheControl({ authorization: `Bearer ${trackToken()}` })).toBe('public, max-age=0, s-maxage=300');
    expect(await cacheControl(asOperator)).toBe('private, no-store');
    expect((await patchJob('{"status":"completed"}')).headers).toMatchObject({ 'Cache-Control': 'private, no-store' });
  });

  test('accepts the token in the path, as a bearer token, and in the header that the edge sets', async () => {
    expect((await readJob(trackToken())).statusCode).toBe(200);
    expect((await readJob(jobId, { Authorization: `Bearer ${trackToken()}` })).statusCode).toBe(200);
    expect((await readJob(jobId, { 'X-QDN-Tracking-Token': trackToken() })).statusCode).toBe(200);
  });

  test('reads a base64-encoded body', async () => {
    const answer = await call(patch, {
      method: 'PATCH',
      pathParameters: { job_id: jobId },
      headers: asOperator,
      body: Buffer.from('{"status":"completed"}').toString('base64'),
      base64: true,
    });
    expect(answer.json).toEqual({ job: jobId, body: { status: 'completed' } });
  });

  test('answers a preflight before authentication, with an empty 204', async () => {
    const answer = await call(patch, { method: 'OPTIONS', headers: { origin: 'https://customer.example' } });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': 'authorization, content-type',
      'Access-Control-Allow-Methods': expect.stringContaining('PATCH'),
      'Access-Control-Max-Age': '86400',
    });
    expect(answer.headers).not.toHaveProperty('Access-Control-Allow-Credentials');
    const methods = Object.values(routes).map(({ method }) => method.toUpperCase());
    expect(String(answer.headers?.['Access-Control-Allow-Methods']).split(',').toSorted()).toEqual(
      [...new Set([...methods, 'OPTIONS'])].toSorted(),
    );
  });
});

describe('a key that this container has not seen yet', () => {
  const rotated = createKeyring(newTokenKeys());
  const asked: boolean[] = [];
  const source = async (fresh = false) => {
    asked.push(fresh);
    return fresh ? rotated : keyring;
  };
  const authenticate = tokenAuthentication(routes.listJobs, { keyring: source, now: () => NOW });
  const handler = apiHandler(routes.listJobs, { ...common, authenticate }, async () => ({ status: 204 }));
  const withToken = async (token: string) => {
    asked.length = 0;
    return (await call(handler, { headers: { authorization: `Bearer ${token}` } })).statusCode;
  };

  test('is looked up once, so that a rotation refuses no caller', async () => {
    expect(await withToken(signToken({ kind: 'operator', label: 'test' }, rotated, NOW + HOUR))).toBe(204);
    expect(asked).toEqual([false, true]);
  });

  test('is not looked up for a token of a known key, nor for an invalid token', async () => {
    expect(await withToken(operatorToken)).toBe(204);
    expect(asked).toEqual([false]);
    expect(await withToken('a.b.c')).toBe(401);
    expect(asked).toEqual([false]);
  });

  test('is refused when the newest keys do not have it either', async () => {
    const stranger = createKeyring(newTokenKeys());
    expect(await withToken(signToken({ kind: 'operator', label: 'test' }, stranger, NOW + HOUR))).toBe(401);
  });
});

describe('refusals', () => {
  const refusals: Array<[string, () => Promise<{ statusCode?: number; json?: { type: string } }>, number, string]> = [
    ['no token', () => readJob(jobId), 401, 'unauthenticated'],
    ['a malformed token', () => readJob('a.b.c'), 401, 'unauthenticated'],
    ['an expired token', () => readJob(trackToken(jobId, NOW - 1000)), 401, 'unauthenticated'],
    [
      'a token for another audience',
      () => readJob(jobId, { authorization: `Bearer ${deviceToken}` }),
      401,
      'unauthenticated',
    ],
    ['a token for another job', () => readJob('QDN-7', { authorization: `Bearer ${trackToken()}` }), 403, 'forbidden'],
    ['a missing job, for a customer', () => readJob(trackToken('QDN-7' as JobId)), 403, 'forbidden'],
    ['a missing job, for an operator', () => readJob('QDN-7', asOperator), 404, 'job-not-found'],
    ['an invalid job ID, for an operator', () => readJob('1042', asOperator), 404, 'job-not-found'],
    ['bad JSON', () => patchJob('{"status":'), 400, 'bad-json'],
    [
      'no body',
      () => call(patch, { method: 'PATCH', pathParameters: { job_id: jobId }, headers: asOperator }),
      400,
      'bad-json',
    ],
    [
      'another content type',
      () => patchJob('<a/>', { ...asOperator, 'content-type': 'text/xml' }),
      415,
      'unsupported-content-type',
    ],
    [
      'no content type',
      () => patchJob('{}', { authorization: asOperator.authorization }),
      415,
      'unsupported-content-type',
    ],
    ['a body over 64 KB', () => patchJob(' '.repeat(MAX_BODY_BYTES + 1)), 413, 'body-too-large'],
    ['a schema failure', () => patchJob('{"status":"lost"}'), 422, 'schema-violation'],
  ];

  test.each(refusals)('%s', async (_, request, status, code) => {
    const answer = await request();
    expect(answer.statusCode).toBe(status);
    expect(answer.json).toMatchObject({ type: `urn:qdn:problem:${code}`, status, correlationId: 'request-1' });
    expect(answer).toMatchObject({
      headers: {
        'Content-Type': 'application/problem+json',
        'Cache-Control': 'no-store',
        'Access-Control-Allow-Origin': '*',
      },
    });
  });

  test('a schema failure points at each wrong value', async () => {
    const answer = await patchJob('{"status":"lost","currentStop":-1,"colour":"red"}');
    expect(answer.json.errors).toEqual(
      expect.arrayContaining([
        { pointer: '/status', detail: expect.any(String) },
        { pointer: '/currentStop', detail: expect.any(String) },
        { pointer: '', detail: expect.stringContaining('"colour"') },
      ]),
    );
  });

  test('an unauthenticated caller learns nothing of the schema or the content type', async () => {
    const answer = await patchJob('{"status":"lost"}', { 'content-type': 'text/xml' });
    expect(answer.statusCode).toBe(401);
    expect(answer.json).not.toHaveProperty('errors');
  });

  test('an internal error is answered with 500 without its details, and logged', async () => {
    const broken = apiHandler(routes.getJob, common, async () => {
      throw new Error('table qdn-jobs: secret detail');
    });
    const answer = await call(broken, { headers: asOperator });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret detail');
    expect(answer.headers).toMatchObject({ 'Access-Control-Allow-Origin': '*' });
    expect(log.lines.at(-1)).toContain('secret detail');
  });

  test('an unavailable store is answered with 503 and Retry-After', async () => {
    const busy = apiHandler(routes.getJob, common, async () => {
      throw new ProductError('unavailable', 'Try again.', { retryAfterS: 2, cause: new Error('throttled') });
    });
    const answer = await call(busy, { headers: asOperator });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers).toMatchObject({ 'Retry-After': '2' });
  });

  test('a request too soon after another is answered with 429 and Retry-After', async () => {
    const fast = apiHandler(routes.getJob, common, async () => {
      throw new ProductError('too-many-requests', 'Slow down.', { retryAfterS: 10 });
    });
    expect(await call(fast, { headers: asOperator })).toMatchObject({
      statusCode: 429,
      headers: { 'Retry-After': '10' },
    });
  });
});
