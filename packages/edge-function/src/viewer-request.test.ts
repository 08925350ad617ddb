import crypto from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { JOB_ID_PATTERN, LINK_ID_PATTERN, NAME_PATTERN, parseAccountId, parseJobId, parseLinkId } from '@qdn/domain';
import { createKeyring, edgeProofOf, isFromEdge, PROBLEMS, shortLink, signToken, verifyToken } from '@qdn/lambda';
import { craftToken, hostileTokens } from '@qdn/lambda/testing';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { buildViewerRequest, MAX_FUNCTION_BYTES } from './build.ts';
import type { EventValues, GeneratedResponse, ViewerRequest, ViewerRequestEvent } from './event.ts';
import { type Engine, hasNjs, njs, node, type Outcome } from './testing/engines.ts';

const code = buildViewerRequest();
const njsHere = hasNjs();

const NOW = Date.parse('2026-03-04T15:00:00Z');
const HOUR_S = 3600;
const current = { kid: 'k2', key: Buffer.alloc(32, 2).toString('base64url') };
const previous = { kid: 'k1', key: Buffer.alloc(32, 1).toString('base64url') };
const other = (seed: number) => ({ kid: `o${seed}`, key: Buffer.alloc(32, seed).toString('base64url') });
const stranger = { kid: 'k2', key: Buffer.alloc(32, 9).toString('base64url') };
const keyValues = { 'track-keys': JSON.stringify({ current, previous }) };

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (head: unknown, claims: unknown, key: string) => {
  const text = `${part(head)}.${part(claims)}`;
  const signature = crypto.createHmac('sha256', Buffer.from(key, 'base64url')).update(text).digest('base64url');
  return `${text}.${signature}`;
};
const claims = (more: Record<string, unknown> = {}) => ({
  iss: 'qdn',
  aud: 'track',
  exp: NOW / 1000 + HOUR_S,
  sub: 'QDN-1042',
  acc: 'lopez',
  jti: 'abcdefgh',
  ...more,
});
const trackingToken = (more: Record<string, unknown> = {}, key = current) =>
  sign({ alg: 'HS256', typ: 'JWT', kid: key.kid }, claims(more), key.key);

const event = (
  uri: string,
  more: { method?: string; headers?: Record<string, string>; query?: Record<string, string> } = {},
): ViewerRequestEvent => {
  const values = (record: Record<string, string> = {}): EventValues =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, { value }]));
  return {
    version: '1.0',
    context: {
      distributionDomainName: 'd1.cloudfront.net',
      distributionId: 'E1',
      eventType: 'viewer-request',
      requestId: 'req-1',
    },
    viewer: { ip: '192.0.2.1' },
    request: {
      method: more.method ?? 'GET',
      uri,
      querystring: values(more.query),
      headers: { host: { value: 'd1.cloudfront.net' }, ...values(more.headers) },
      cookies: {},
    },
  };
};

const passed = (outcome: Outcome): ViewerRequest => {
  if (!('uri' in outcome.answer)) throw new Error(`Refused with ${outcome.answer.statusCode}`);
  return outcome.answer;
};
const refused = (outcome: Outcome): GeneratedResponse & { problem: Record<string, unknown> } => {
  if ('uri' in outcome.answer) throw new Error(`Passed on as ${outcome.answer.uri}`);
  const isProblem = outcome.answer.headers['content-type']?.value === 'application/problem+json';
  return { ...outcome.answer, problem: isProblem ? JSON.parse(outcome.answer.body?.data ?? '{}') : {} };
};
/** The parts of CloudFront's cache key under the policy of /api/*. */
const cacheKey = (request: ViewerRequest) =>
  JSON.stringify([request.uri, request.querystring, request.headers['authorization'] ?? null]);

/** A short link as the API makes it. */
const shortLinkOfTheExample = (): string => {
  const [jobId, accountId] = [parseJobId('QDN-1042'), parseAccountId('lopez')];
  if (!jobId || !accountId) throw new Error('The example IDs do not parse');
  const keys = { current, previous };
  const keyring = createKeyring({ track: keys, device: keys, operator: keys });
  return shortLink({ jobId, accountId }, keyring, NOW + 3_600_000).path;
};

const engines: Engine[] = njsHere ? [node, njs] : [node];

describe.each(engines)('the viewer-request function in $name', (engine) => {
  const run = (
    of: ViewerRequestEvent,
    more: { keyValues?: Record<string, string>; now?: number; broken?: boolean } = {},
  ) =>
    engine.run(code, {
      event: of,
      keyValues: { ...keyValues, ...more.keyValues },
      now: more.now ?? NOW,
      broken: more.broken ?? false,
    });
  const token = trackingToken();
  const verified = async (more: Parameters<typeof event>[1] = {}) =>
    passed(await run(event(`/api/jobs/${token}/location`, more)));

  describe('the proof that a token came through here', () => {
    const keyring = createKeyring({ track: { current, previous }, device: { current }, operator: { current } });

    test.each([current, previous])(
      'is the one that the origin asks for, under the token’s own key ($kid)',
      async (key) => {
        const token = trackingToken({}, key);
        const request = passed(await run(event(`/api/jobs/${token}/location`)));
        expect(request.headers['x-qdn-edge']?.value).toBe(edgeProofOf(token, keyring));
        expect(isFromEdge(token, request.headers['x-qdn-edge']?.value, keyring)).toBe(true);
      },
    );

    test.each(['GET', 'POST', 'DELETE'])('cannot be sent by a caller with a %s', async (method) => {
      const headers = { 'x-qdn-edge': 'mine', authorization: 'Bearer operator' };
      const request = passed(await run(event('/api/jobs/QDN-1042', { method, headers })));
      expect(request.headers['x-qdn-edge']).toBeUndefined();
    });
  });

  describe('a tracking token in the path', () => {
    test('becomes the bare job, a time bucket, and a header for the origin', async () => {
      const request = await verified();
      expect(request.uri).toBe('/api/jobs/QDN-1042/location');
      expect(Object.keys(request.querystring)).toEqual(['b']);
      expect(request.headers['x-qdn-tracking-token']).toEqual({ value: token });
    });

    test('works for the job itself, and for HEAD', async () => {
      expect(passed(await run(event(`/api/jobs/${token}`))).uri).toBe('/api/jobs/QDN-1042');
      expect(passed(await run(event(`/api/jobs/${token}`, { method: 'HEAD' }))).uri).toBe('/api/jobs/QDN-1042');
    });

    test('signed with the previous key is still good', async () => {
      expect(passed(await run(event(`/api/jobs/${trackingToken({}, previous)}/location`))).uri).toBe(
        '/api/jobs/QDN-1042/location',
      );
    });

    test('made by the API’s own signer is accepted', async () => {
      const keyring = createKeyring({ track: { current }, device: { current }, operator: { current } });
      const job = {
        jobId: parseJobId('QDN-1042'),
        accountId: parseAccountId('lopez'),
        linkId: parseLinkId('abcdefgh'),
      };
      if (!job.jobId || !job.accountId || !job.linkId) throw new Error('The example IDs do not parse');
      const { jobId, accountId, linkId } = job;
      const issued = signToken({ kind: 'track', jobId, accountId, linkId }, keyring, NOW + 1000);
      expect(passed(await run(event(`/api/jobs/${issued}`))).uri).toBe('/api/jobs/QDN-1042');
      const operator = signToken({ kind: 'operator', label: 'dana' }, keyring, NOW + 1000);
      expect(refused(await run(event(`/api/jobs/${operator}`))).statusCode).toBe(401);
    });

    test('changes its bucket once in ten seconds', async () => {
      const buckets = new Set<string | undefined>();
      for (let ms = 0; ms < 20_000; ms += 1000) {
        const request = passed(await run(event(`/api/jobs/${token}`), { now: NOW + ms }));
        buckets.add(request.querystring['b']?.value);
      }
      expect(buckets.size).toBeGreaterThanOrEqual(2);
      expect(buckets.size).toBeLessThanOrEqual(3);
    });

    test('of different jobs, changes buckets at different moments', async () => {
      const bucketOf = async (job: string, ms: number) =>
        passed(await run(event(`/api/jobs/${trackingToken({ sub: job })}`), { now: NOW + ms })).querystring['b']?.value;
      const changes = async (job: string) => {
        const before = await bucketOf(job, 0);
        for (let ms = 1000; ms <= 10_000; ms += 1000) if ((await bucketOf(job, ms)) !== before) return ms;
        throw new Error('The bucket never changed');
      };
      const moments = new Set([await changes('QDN-1'), await changes('QDN-1042'), await changes('QDN-77777')]);
      expect(moments.size).toBeGreaterThan(1);
    });

    const pairs = { track: { current, previous }, device: { current: other(3) }, operator: { current: other(4) } };
    test.each(hostileTokens('track', pairs, NOW))('$name is refused at the edge', async ({ token: broken }) => {
      const answer = refused(await run(event(`/api/jobs/${broken}/location`)));
      expect(answer.statusCode).toBe(401);
      expect(answer.problem).toMatchObject({
        type: 'urn:qdn:problem:unauthenticated',
        status: 401,
        correlationId: 'req-1',
      });
    });

    test('is accepted here and by the API, or by neither, whatever was changed in it', async () => {
      const keyring = createKeyring(pairs);
      const opensApi = (changed: string): boolean => {
        try {
          return verifyToken(changed, keyring, ['track'], NOW).kind === 'track';
        } catch {
          return false;
        }
      };
      const changes = fc.record({
        header: fc.dictionary(fc.constantFrom('alg', 'typ', 'kid', 'crit', 'jku'), fc.jsonValue({ maxDepth: 1 }), {
          maxKeys: 2,
        }),
        claims: fc.dictionary(
          fc.constantFrom('iss', 'aud', 'exp', 'sub', 'acc', 'jti', 'iat'),
          fc.jsonValue({ maxDepth: 1 }),
          {
            maxKeys: 2,
          },
        ),
      });
      await fc.assert(
        fc.asyncProperty(changes, async (changed) => {
          const text = craftToken('track', pairs, NOW, changed);
          // A text that is not a path segment of three parts is not taken for a token.
          const { answer } = await run(event(`/api/jobs/${text}`));
          expect([changed, 'uri' in answer]).toEqual([changed, opensApi(text)]);
        }),
        { numRuns: runs(engine === node ? 300 : 10) },
      );
    });

    test('with any one character of its signature changed is refused', async () => {
      const signature = token.split('.')[2] ?? '';
      const prefix = token.slice(0, -signature.length);
      const positions = engine === node ? signature.length : 3;
      for (let i = 0; i < positions; i++) {
        const other = signature[i] === 'A' ? 'B' : 'A';
        const broken = prefix + signature.slice(0, i) + other + signature.slice(i + 1);
        expect(refused(await run(event(`/api/jobs/${broken}`))).statusCode).toBe(401);
      }
    });

    test('is refused with everything a browser on another site needs to read the refusal', async () => {
      const { headers, body } = refused(await run(event('/api/jobs/a.b.c')));
      expect(headers['access-control-allow-origin']).toEqual({ value: '*' });
      expect(headers['content-type']).toEqual({ value: 'application/problem+json' });
      expect(headers['cache-control']).toEqual({ value: 'no-store' });
      expect(body?.encoding).toBe('text');
    });

    test('is refused to HEAD without a body', async () => {
      expect(refused(await run(event('/api/jobs/a.b.c', { method: 'HEAD' }))).body).toBeUndefined();
    });

    test('is answered with 503, not 401, when the keys cannot be read: the link is not at fault', async () => {
      const outcome = await run(event(`/api/jobs/${token}`), { broken: true });
      expect(refused(outcome)).toMatchObject({ statusCode: 503, problem: { type: 'urn:qdn:problem:unavailable' } });
      expect(refused(outcome).headers['retry-after']).toBeDefined();
      expect(outcome.logs.join()).not.toContain(token);
      const unparsable = await run(event(`/api/jobs/${token}`), { keyValues: { 'track-keys': '{' } });
      expect(refused(unparsable).statusCode).toBe(503);
    });
  });

  describe('one cached answer for all viewers of a job is safe:', () => {
    test('whatever else a verified viewer sends, the cache key is the same', async () => {
      const plain = cacheKey(await verified());
      expect(cacheKey(await verified({ query: { b: '1', x: 'y' } }))).toBe(plain);
      expect(cacheKey(await verified({ headers: { authorization: 'Bearer a.b.c' } }))).toBe(plain);
      const another = trackingToken({ jti: 'another-link' });
      expect(cacheKey(passed(await run(event(`/api/jobs/${another}/location`))))).toBe(plain);
    });

    test.each(['/api/jobs/QDN-1042/location', '/api/jobs/QDN-1042', '/api/jobs', '/api/jobs/'])(
      'GET and HEAD of %s with neither token nor Authorization are refused',
      async (uri) => {
        for (const method of ['GET', 'HEAD']) expect(refused(await run(event(uri, { method }))).statusCode).toBe(401);
      },
    );

    test('a guessed bucket does not help', async () => {
      const { querystring } = await verified();
      const bucket = querystring['b']?.value ?? '';
      expect(refused(await run(event('/api/jobs/QDN-1042/location', { query: { b: bucket } }))).statusCode).toBe(401);
      expect(
        refused(
          await run(event('/api/jobs/QDN-1042/location', { query: { b: bucket }, headers: { authorization: '' } })),
        ).statusCode,
      ).toBe(401);
    });

    test('with an Authorization of any kind the key is another one, and the bucket is gone', async () => {
      const bucket = (await verified()).querystring['b']?.value ?? '';
      for (const authorization of ['Bearer x', 'Basic eDp5', ' ', 'Bearer']) {
        const request = passed(
          await run(
            event('/api/jobs/QDN-1042/location', {
              query: { b: bucket, status: 'at_site' },
              headers: { authorization },
            }),
          ),
        );
        expect(request.headers['authorization']).toEqual({ value: authorization });
        expect(request.querystring).toEqual({ status: { value: 'at_site' } });
      }
    });

    test.each([
      '/api//jobs/QDN-1042/location',
      '/api/./jobs/QDN-1042/location',
      '/api/x/../jobs/QDN-1042/location',
      '/api/jobs/%51DN-1042/location',
      '/api/%6Aobs/QDN-1042/location',
      '/api/jobs/QDN-1042/location/',
      '/api/jobs//QDN-1042/location',
      '/api/jobs\\QDN-1042/location',
      '/x/../api/jobs/QDN-1042/location',
      '//api/jobs/QDN-1042/location',
      '/%61pi/jobs/QDN-1042/location',
      '/./api/jobs/QDN-1042/location',
    ])('%s, another spelling of the same path, is refused', async (uri) => {
      const bucket = (await verified()).querystring['b']?.value ?? '';
      expect([401, 404]).toContain(refused(await run(event(uri, { query: { b: bucket } }))).statusCode);
    });

    test('a caller cannot set the header that the origin trusts', async () => {
      const headers = { 'x-qdn-tracking-token': 'forged.by.caller' };
      expect((await verified({ headers })).headers['x-qdn-tracking-token']).toEqual({ value: token });
      const others: Array<[string, string, Record<string, string>]> = [
        ['GET', '/api/jobs/QDN-1042', { authorization: 'Bearer x' }],
        ['GET', '/api/trailers/T1/location', {}],
        ['POST', '/api/jobs/QDN-1042/location', {}],
        ['POST', '/api/jobs/inbound/messages', {}],
        ['PATCH', '/api/jobs/QDN-1042', {}],
        ['OPTIONS', '/api/jobs/QDN-1042', {}],
        ['GET', '/track', {}],
        ['GET', '/track/index-v2.html', {}],
      ];
      for (const [method, uri, more] of others) {
        const request = passed(await run(event(uri, { method, headers: { ...headers, ...more } })));
        expect(request.headers['x-qdn-tracking-token']).toBeUndefined();
      }
    });

    test('a revoked link is refused although other viewers’ answers are still cached', async () => {
      const revoked = { 'revoked:abcdefgh': String(NOW / 1000 + HOUR_S) };
      const answer = refused(await run(event(`/api/jobs/${token}/location`), { keyValues: revoked }));
      expect(answer).toMatchObject({ statusCode: 401, problem: { type: 'urn:qdn:problem:link-revoked' } });
      const other = trackingToken({ jti: 'otherlink' });
      expect(passed(await run(event(`/api/jobs/${other}/location`), { keyValues: revoked })).uri).toBe(
        '/api/jobs/QDN-1042/location',
      );
    });

    test('webhooks, telemetry and everything that is not a read pass untouched', async () => {
      for (const [method, uri] of [
        ['POST', '/api/jobs/inbound/messages'],
        ['POST', `/api/jobs/${token}/location`],
        ['OPTIONS', `/api/jobs/${token}/location`],
        ['PATCH', '/api/jobs/QDN-1042'],
        ['DELETE', '/api/jobs/QDN-1042/tracking-links/abcdefgh'],
        ['GET', '/api/trailers/T1/location'],
      ] as const) {
        const given = event(uri, {
          method,
          query: { id: 'T1', lat: '30.1', foo: 'a%20b' },
          headers: {
            authorization: 'Bearer d',
            'x-twilio-signature': 's',
            'content-type': 'application/x-www-form-urlencoded',
          },
        });
        expect((await run(given)).answer).toEqual(given.request);
      }
    });
  });

  test.each(['GET', 'POST', 'PUT'])('a tracker’s address may end with a slash (%s)', async (method) => {
    const query = { token: 'a.b.c', lat: '30.1' };
    const { uri, querystring } = passed(await run(event('/api/trailers/T1/location/', { method, query })));
    expect({ uri, querystring }).toEqual({
      uri: '/api/trailers/T1/location',
      querystring: { token: { value: 'a.b.c' }, lat: { value: '30.1' } },
    });
    const other = await run(event('/api/jobs/QDN-1042/', { method, headers: { authorization: 'Bearer x' } }));
    expect(passed(other).uri).toBe('/api/jobs/QDN-1042/');
  });

  describe('a tracking token as Authorization', () => {
    const bearer = (of: string) => ({ headers: { authorization: `Bearer ${of}` } });

    test('is the same as in the path: same cache key, so as fresh, and as revocable', async () => {
      const request = passed(await run(event('/api/jobs/QDN-1042/location', bearer(token))));
      expect(cacheKey(request)).toBe(cacheKey(await verified()));
      expect(request.headers['x-qdn-tracking-token']).toEqual({ value: token });
      const revoked = await run(event('/api/jobs/QDN-1042/location', bearer(token)), {
        keyValues: { 'revoked:abcdefgh': '1' },
      });
      expect(refused(revoked).statusCode).toBe(401);
    });

    test('for another job goes to the origin, which refuses it, under a key of its own', async () => {
      const request = passed(await run(event('/api/jobs/QDN-1/location', { ...bearer(token), query: { b: '1' } })));
      expect(request.uri).toBe('/api/jobs/QDN-1/location');
      expect(request.headers['authorization']).toEqual({ value: `Bearer ${token}` });
      expect(request.querystring).toEqual({});
    });

    test('that is forged is refused at the edge', async () => {
      expect(refused(await run(event('/api/jobs/QDN-1042', bearer(trackingToken({}, stranger))))).statusCode).toBe(401);
    });

    test('of an operator is none of the edge’s business', async () => {
      const operator = trackingToken({ aud: 'operator', sub: 'dana' }, stranger);
      const request = passed(await run(event('/api/jobs/QDN-1042', bearer(operator))));
      expect(request.headers['authorization']).toEqual({ value: `Bearer ${operator}` });
    });
  });

  test.each<[string, string, { broken?: boolean }, number]>([
    ['a refused token', '/api/jobs/nobody/location', {}, 401],
    ['a token when keys cannot be read', `/api/jobs/${token}/location`, { broken: true }, 503],
    ['a short link', shortLinkOfTheExample(), {}, 302],
    ['a short link when keys cannot be read', shortLinkOfTheExample(), { broken: true }, 503],
    ['a path that no behaviour means', '/x/../api/jobs/QDN-1042', {}, 404],
  ])('%s is answered with what the policies would have set', async (_, path, more, status) => {
    const { answer } = await run(event(path), more);
    expect(answer).toMatchObject({
      statusCode: status,
      headers: {
        'cache-control': { value: 'no-store' },
        'strict-transport-security': { value: 'max-age=31536000' },
        'x-content-type-options': { value: 'nosniff' },
        'referrer-policy': { value: 'no-referrer' },
        'x-robots-tag': { value: 'noindex' },
      },
    });
  });

  describe('a short link', () => {
    const secret = { current, previous };
    const keyring = createKeyring({ track: secret, device: secret, operator: secret });
    const oldKeyring = createKeyring({ track: { current: previous }, device: secret, operator: secret });
    const linkFor = (job: string, account = 'lopez', expiresAt = NOW + 3_600_000, keys = keyring) => {
      const [jobId, accountId] = [parseJobId(job), parseAccountId(account)];
      if (!jobId || !accountId) throw new Error('The example IDs do not parse');
      return shortLink({ jobId, accountId }, keys, expiresAt);
    };
    const open = async (path: string, more: Parameters<typeof run>[1] = {}) => {
      const { answer } = await run(event(path), more);
      if ('uri' in answer) throw new Error(`Passed on as ${answer.uri}`);
      return answer;
    };
    const tokenIn = ({ headers }: GeneratedResponse) => headers['location']?.value.replace('/track?job_id=', '') ?? '';

    test.each(['QDN-1042', 'ACME-7', 'QDN-999999999'])(
      'of %s leads to the page with a token that is its own',
      async (job) => {
        const { path, linkId } = linkFor(job, 'A_long-Name');
        const answer = await open(path);
        expect(answer.statusCode).toBe(302);
        expect(answer.headers).toMatchObject({
          'cache-control': { value: 'no-store' },
          'referrer-policy': { value: 'no-referrer' },
        });
        const opened = tokenIn(answer);
        expect(verifyToken(opened, keyring, ['track'], NOW)).toEqual({
          kind: 'track',
          jobId: job,
          accountId: 'A_long-Name',
          linkId,
          expiresAt: NOW + 3_600_000,
        });
        expect(passed(await run(event(`/api/jobs/${opened}/location`))).uri).toBe(`/api/jobs/${job}/location`);
      },
    );

    test('made with the previous key still opens, with a token under the current one', async () => {
      const opened = tokenIn(await open(linkFor('QDN-1042', 'lopez', NOW + 1000, oldKeyring).path));
      expect(JSON.parse(Buffer.from(opened.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({ kid: 'k2' });
      expect(passed(await run(event(`/api/jobs/${opened}`))).uri).toBe('/api/jobs/QDN-1042');
      const without = { 'track-keys': JSON.stringify({ current }) };
      expect(tokenIn(await open(linkFor('QDN-1', 'lopez', NOW + 1000, oldKeyring).path, { keyValues: without }))).toBe(
        'unreadable',
      );
    });

    test('that has expired or was revoked opens the page, which then says so: its token is refused', async () => {
      const expired = tokenIn(await open(linkFor('QDN-1042', 'lopez', NOW - 1000).path));
      expect(refused(await run(event(`/api/jobs/${expired}/location`))).problem['detail']).toContain('expired');
      const { path, linkId } = linkFor('QDN-1042');
      const revoked = { keyValues: { [`revoked:${linkId}`]: '1' } };
      const opened = tokenIn(await open(path, revoked));
      expect(refused(await run(event(`/api/jobs/${opened}`), revoked)).problem['type']).toBe(
        'urn:qdn:problem:link-revoked',
      );
    });

    test('that differs in any one character is none', async () => {
      const { path } = linkFor('QDN-1042');
      const positions = Array.from({ length: path.length - 3 }, (_, i) => i + 3);
      const some = engine === node ? positions : positions.filter((at) => at % 9 === 0);
      for (const at of some) {
        const other = path[at] === 'a' ? 'b' : 'a';
        const changed = path.slice(0, at) + other + path.slice(at + 1);
        expect([changed, tokenIn(await open(changed))]).toEqual([changed, 'unreadable']);
      }
    });

    test.each([
      '/t/',
      '/t/x',
      '/t/....',
      `/t/${'A'.repeat(12)}.1042.lopez.tov0v3`,
      `/t/${'A'.repeat(12)}.1042.lopez.${'z'.repeat(9)}`,
      `/t/${'A'.repeat(12)}.QDN-QDN-1.lopez.1`,
      `/t/${'A'.repeat(12)}.1042.${'x'.repeat(33)}.1`,
      `/t/${'A'.repeat(12)}.1042.l%2e.1`,
      `/t/${'A'.repeat(2000)}`,
      '/t/../api/jobs/QDN-1042',
    ])('%j is none: the page explains', async (path) => {
      expect(tokenIn(await open(path))).toBe('unreadable');
    });

    test('says to try again, in words, when its key cannot be read', async () => {
      const answer = await open(linkFor('QDN-1042').path, { broken: true });
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['content-type']?.value).toBe('text/plain');
    });
  });

  describe('the page', () => {
    const rollout = (stable: string, candidate: string | null, percent: number) => ({
      rollout: JSON.stringify({ stable, candidate, percent }),
    });
    const versionOf = async (job: string, more: Record<string, string>) =>
      passed(await run(event('/track', { query: { job_id: trackingToken({ sub: job }) } }), { keyValues: more })).uri;

    test('at /track is the version that is rolled out, and the first one before any roll-out', async () => {
      expect(await versionOf('QDN-1', {})).toBe('/track/index-v2.html');
      expect(await versionOf('QDN-1', rollout('index-v7.html', null, 0))).toBe('/track/index-v7.html');
      expect(await versionOf('QDN-1', { rollout: '{' })).toBe('/track/index-v2.html');
      expect(await versionOf('QDN-1', rollout('../../etc', null, 0))).toBe('/track/index-v2.html');
    });

    test('is the same for everyone on one job while a candidate is rolled out to some', async () => {
      const jobs = Array.from({ length: engine === node ? 400 : 12 }, (_, i) => `QDN-${1000 + i * 7}`);
      const half = rollout('index-v2.html', 'index-v3.html', 50);
      const first = await Promise.all(jobs.map((job) => versionOf(job, half)));
      const again = await Promise.all(jobs.map((job) => versionOf(job, half)));
      expect(again).toEqual(first);
      const share = first.filter((uri) => uri === '/track/index-v3.html').length / jobs.length;
      if (engine === node) {
        expect(share).toBeGreaterThan(0.4);
        expect(share).toBeLessThan(0.6);
      }
      expect(await versionOf('QDN-1', rollout('index-v2.html', 'index-v3.html', 0))).toBe('/track/index-v2.html');
      expect(await versionOf('QDN-1', rollout('index-v2.html', 'index-v3.html', 100))).toBe('/track/index-v3.html');
    });

    test('is what a tester pins, among those that are or were live', async () => {
      const live = JSON.stringify({
        stable: 'index-v3.html',
        candidate: 'index-v4.html',
        percent: 0,
        previous: 'index-v2.html',
      });
      const pinned = async (v: string) =>
        passed(await run(event('/track', { query: { job_id: token, v } }), { keyValues: { rollout: live } })).uri;
      expect(await pinned('4')).toBe('/track/index-v4.html');
      expect(await pinned('3')).toBe('/track/index-v3.html');
      expect(await pinned('2')).toBe('/track/index-v2.html');
      for (const v of ['5', '', '04', '4.html', '../../x', '4%2ehtml', 'null', '4, 4'])
        expect(await pinned(v)).toBe('/track/index-v3.html');
    });

    test('opened without or with a broken token still opens: the page explains', async () => {
      for (const query of [{}, { job_id: '' }, { job_id: 'x' }, { job_id: '..' }, { job_id: 'a.%00.c' }] as Record<
        string,
        string
      >[]) {
        expect(
          passed(await run(event('/track', { query }), { keyValues: rollout('index-v2.html', 'index-v3.html', 0) }))
            .uri,
        ).toBe('/track/index-v2.html');
      }
    });

    test('takes the token no further', async () => {
      expect(passed(await run(event('/track', { query: { job_id: token } }))).querystring).toEqual({});
    });

    test('leaves one line per view in the log, without token, job or name', async () => {
      const { logs } = await run(
        event('/track', { query: { job_id: token }, headers: { 'user-agent': 'Mozilla/5.0 (iPhone)' } }),
      );
      expect(logs.map((line) => JSON.parse(line))).toEqual([
        { event: 'page-view', version: 'index-v2.html', bot: false },
      ]);
    });

    test.each([
      'facebookexternalhit/1.1 Facebot Twitterbot/1.0',
      'WhatsApp/2.23',
      'Slackbot-LinkExpanding 1.0',
      'TelegramBot (like TwitterBot)',
      'bot',
      'Mozilla/5.0 (compatible; SkypeUriPreview Preview/0.5)',
      'Mozilla/5.0 (compatible; Googlebot/2.1)',
      'curl/8.5.0',
      'Mozilla/5.0 (compatible; bingpreview/1.0b)',
    ])('does not count %s as a person', async (agent) => {
      const { logs } = await run(event('/track', { headers: { 'user-agent': agent } }));
      expect(logs.map((line) => JSON.parse(line).bot)).toEqual([true]);
    });

    test.each([
      'Mozilla/5.0 (Linux; Android 13; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Mobile Safari/537.36',
      'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 Telegram-Android/11.3.3',
      'Mozilla/5.0 (Linux; Android 14; SM-A146U) AppleWebKit/537.36 SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/465.0.0]',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 GSA/317.0 Mobile/15E148 Safari/604.1',
    ])('takes %s for a person, whose link opens', async (agent) => {
      const headers = { 'user-agent': agent };
      const { logs } = await run(event('/track', { headers }));
      expect(logs.map((line) => JSON.parse(line).bot)).toEqual([false]);
      const { answer } = await run(event(shortLinkOfTheExample(), { headers }));
      expect(JSON.stringify(answer)).toContain('/track?job_id=ey');
    });

    test('counts neither a missing user agent, nor HEAD, nor the assets', async () => {
      expect((await run(event('/track'))).logs.map((line) => JSON.parse(line).bot)).toEqual([true]);
      expect((await run(event('/track', { method: 'HEAD' }))).logs).toEqual([]);
      expect((await run(event('/track/assets/page-4f2a.js'))).logs).toEqual([]);
    });

    test('a preview of a short link is of the page alone: the token is not for strangers', async () => {
      const preview = await run(event(shortLinkOfTheExample(), { headers: { 'user-agent': 'WhatsApp/2.23' } }));
      expect(preview.answer).toMatchObject({ statusCode: 302, headers: { location: { value: '/track' } } });
      const person = await run(event(shortLinkOfTheExample(), { headers: { 'user-agent': 'Mozilla/5.0 (iPhone)' } }));
      expect(JSON.stringify(person.answer)).toContain('/track?job_id=ey');
    });

    test.each(['/track/index-v2.html', '/track/assets/page-4f2a.js', '/robots.txt', '/'])(
      '%s passes as it is',
      async (uri) => {
        expect(passed(await run(event(uri))).uri).toBe(uri);
      },
    );
  });
});

test('no path that a stranger can write reaches the cache key of a verified viewer', async () => {
  const verified = await node.run(code, { event: event(`/api/jobs/${trackingToken()}/location`), keyValues, now: NOW });
  const wanted = cacheKey(passed(verified));
  const bucket = passed(verified).querystring['b']?.value ?? '';
  const piece = fc.constantFrom(
    '/',
    'api',
    'jobs',
    'QDN-1042',
    'location',
    '.',
    '..',
    '%2e',
    '%2f',
    'x.y.z',
    '//',
    '\\',
    ';',
    '?',
    '#',
    ' ',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 12 }),
      fc.constantFrom('GET', 'HEAD'),
      fc.dictionary(fc.constantFrom('b', 'B', 'x'), fc.constantFrom(bucket, '0'), { maxKeys: 3 }),
      fc.option(
        fc.constantFrom(
          '',
          'Bearer',
          `Bearer ${trackingToken({}, stranger)}`,
          `Bearer ${trackingToken({ sub: 'QDN-1' })}`,
        ),
      ),
      async (pieces, method, query, authorization) => {
        const uri = `/api/${pieces.join('')}`;
        const headers: Record<string, string> = authorization === null ? {} : { authorization };
        const { answer } = await node.run(code, { event: event(uri, { method, query, headers }), keyValues, now: NOW });
        if ('uri' in answer) expect(cacheKey(answer)).not.toBe(wanted);
      },
    ),
    { numRuns: runs(2000) },
  );
});

describe('the built file', () => {
  test('fits into CloudFront’s quota with room to grow', () => {
    expect(Buffer.byteLength(code)).toBeLessThan(MAX_FUNCTION_BYTES * 0.9);
  });

  test('is plain code with one handler and the two modules that CloudFront offers', () => {
    expect([...code.matchAll(/\bimport\b[^;]*/g)].map(([found]) => found.replace(/\s/g, ''))).toEqual([
      'importcffrom"cloudfront"',
      'importcryptofrom"crypto"',
    ]);
    expect(code).toContain('async function handler(event)');
    expect(code).not.toMatch(/\bexport\b|\brequire\b|\bprocess\b/);
  });

  test.each([
    ['optional chaining', /\?\.[A-Za-z([]/],
    ['nullish coalescing', /\?\?/],
    ['classes', /\bclass\b/],
    ['spread or rest', /\.\.\./],
    ['for-of', /\bfor\s*\([^;)]*\bof\b/],
    ['destructuring', /\b(const|let|var)\s*[{[]/],
    ['default parameters', /function\s*\w*\([^)]*=/],
    ['optional catch binding', /catch\s*\{/],
    ['template literals', /`/],
    ['variables of the deployment tool', /\$\{/],
    ['await inside an expression or a call’s arguments', /[(,[:?!&|+*/-]\s*await\b/],
    ['eval', /\beval\b|\bFunction\(/],
  ])('has no %s', (_, syntax) => {
    const withoutStrings = code.replace(/"(?:[^"\\]|\\.)*"/g, '""');
    expect(withoutStrings).not.toMatch(syntax);
  });

  test.each(['unauthenticated', 'link-revoked', 'unavailable'] as const)('words %s as the API does', (problem) => {
    expect(code).toContain(PROBLEMS[problem].title);
  });

  test('knows jobs and links by the same patterns as the domain', () => {
    for (const pattern of [JOB_ID_PATTERN, LINK_ID_PATTERN, NAME_PATTERN]) expect(code).toContain(`"${pattern}"`);
  });
});
