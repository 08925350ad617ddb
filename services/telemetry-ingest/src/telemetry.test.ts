import { beforeEach, describe, expect, test } from '@jest/globals';
import { type JobStore, ProductError, type TrailerId } from '@qdn/domain';
import { aJob, memoryJobs, memoryLocations } from '@qdn/domain/testing';
import { createKeyring, signToken } from '@qdn/lambda';
import { apiEvent, lambdaContext, newTokenKeys, recordingLogger } from '@qdn/lambda/testing';
import type { Dependencies } from './dependencies.ts';
import { reportLocation } from './functions/report-location/handler.ts';
import { reportTrailerLocation } from './functions/report-trailer-location/handler.ts';
import { createJobCache } from './job-cache.ts';

const SITE = { lat: 30.2747, lon: -97.7404 };
const BEGAN = Date.UTC(2026, 10, 23, 14);
const keyring = createKeyring(newTokenKeys());
const device = (trailer: string) =>
  signToken({ kind: 'device', trailerId: trailer as TrailerId }, keyring, BEGAN + 10 * 86_400_000);
const operator = signToken({ kind: 'operator', label: 'test' }, keyring, BEGAN + 10 * 86_400_000);

let now: number;
let store: JobStore;
let dependencies: Dependencies;
beforeEach(async () => {
  now = BEGAN + 3_600_000;
  store = memoryJobs();
  await store.create(aJob({ contacts: [] }));
  dependencies = {
    jobs: createJobCache(store, () => now),
    locations: memoryLocations(),
    keyring: async () => keyring,
    now: () => now,
    log: recordingLogger(),
  };
});

const fix = (secondsAgo: number, changes: object = {}) => ({
  ...SITE,
  at: new Date(now - secondsAgo * 1000).toISOString(),
  ...changes,
});
const post = async (body: unknown, token = device('T1'), job = 'QDN-1042') => {
  const event = apiEvent({
    method: 'POST',
    path: `/api/jobs/${job}/location`,
    pathParameters: { job_id: job },
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { statusCode, body: text } = await reportLocation(dependencies)(event, lambdaContext);
  return { statusCode, json: JSON.parse(text ?? 'null') };
};

describe('a device’s report', () => {
  test('is stored, and the job’s status follows', async () => {
    expect(await post(fix(40))).toEqual({ statusCode: 200, json: { accepted: 1, ignored: {}, status: 'in_transit' } });
    expect(await post(fix(5))).toEqual({ statusCode: 200, json: { accepted: 1, ignored: {}, status: 'at_site' } });
    expect(await store.find(aJob().id)).toMatchObject({
      status: 'at_site',
      version: 2,
      history: [{}, { by: 'fixes', reason: 'within 100 m of the drop off' }],
    });
  });

  test('may be a batch, of which each unusable fix is counted under its reason', async () => {
    const { json } = await post({ fixes: [fix(10), fix(10), fix(5, { lat: 0, lon: 0 }), fix(-600), fix(4)] });
    expect(json).toMatchObject({ accepted: 2, ignored: { duplicate: 1, invalid: 1, future: 1 } });
  });

  test('sent twice is stored once', async () => {
    await post(fix(10));
    expect((await post(fix(10))).json).toMatchObject({ accepted: 0, ignored: { duplicate: 1 } });
  });

  test('of a trailer that is not on the job, or for a job that is not there, is forbidden', async () => {
    expect((await post(fix(1), device('T9'))).statusCode).toBe(403);
    expect(await post(fix(1), device('T1'), 'QDN-9')).toMatchObject({ statusCode: 403 });
    expect(await post(fix(1), operator, 'QDN-9')).toMatchObject({ statusCode: 404 });
  });

  test('of somebody else’s trailer is refused with the place', async () => {
    expect(await post(fix(1, { trailerId: 'T2' }))).toMatchObject({
      statusCode: 422,
      json: { errors: [{ pointer: '/trailerId' }] },
    });
  });

  test('is refused, and nothing lost, while the store cannot be reached: the device sends it again', async () => {
    const broken = {
      ...dependencies,
      locations: {
        ...dependencies.locations,
        append: async () => Promise.reject(new ProductError('unavailable', 'No.', { retryAfterS: 5 })),
      },
    };
    const event = apiEvent({
      method: 'POST',
      pathParameters: { job_id: 'QDN-1042' },
      headers: { authorization: `Bearer ${device('T1')}`, 'content-type': 'application/json' },
      body: JSON.stringify(fix(1)),
    });
    expect(await reportLocation(broken)(event, lambdaContext)).toMatchObject({
      statusCode: 503,
      headers: { 'Retry-After': '5' },
    });
    expect((await post(fix(1))).json).toMatchObject({ accepted: 1 });
  });

  test('wins or repeats a lost race for the job: its status is not lost', async () => {
    await post(fix(40));
    const current = await store.find(aJob().id);
    if (!current) throw new Error('The job is there');
    await store.update({ ...current, scheduledFor: now, version: current.version + 1 });
    expect((await post(fix(5))).json).toMatchObject({ status: 'at_site' });
    expect(await store.find(current.id)).toMatchObject({ status: 'at_site', scheduledFor: now });
  });

  test('costs one read of fixes and none of the job while the container remembers it', async () => {
    let finds = 0;
    const counted = {
      ...store,
      find: async (id: Parameters<typeof store.find>[0]) => {
        finds += 1;
        return store.find(id);
      },
    };
    dependencies = { ...dependencies, jobs: createJobCache(counted, () => now) };
    for (let i = 0; i < 5; i++) await post(fix(20 - i));
    expect(finds).toBe(1);
    now += 6000;
    await post(fix(1));
    expect(finds).toBe(2);
  });
});

describe('a GPS client that knows only its trailer', () => {
  const call = async (parts: { query?: string; headers?: Record<string, string>; trailer?: string; body?: string }) => {
    const trailer = parts.trailer ?? 'T1';
    const event = apiEvent({
      method: 'POST',
      path: `/api/trailers/${trailer}/location`,
      pathParameters: { trailer_id: trailer },
      rawQuery: parts.query ?? '',
      headers: parts.headers ?? { authorization: `Bearer ${device('T1')}` },
      ...(parts.body === undefined ? {} : { body: parts.body }),
    });
    return reportTrailerLocation(dependencies)(event, lambdaContext);
  };
  const point = () => `id=T1&lat=${SITE.lat}&lon=${SITE.lon}&timestamp=${now / 1000 - 5}`;
  const stored = async () => (await dependencies.locations.recent(aJob().id, now, 10)).length;

  test.each([
    ['as a bearer token', () => ({ query: point() })],
    [
      'as a password',
      () => ({
        query: point(),
        headers: { authorization: `Basic ${Buffer.from(`x:${device('T1')}`).toString('base64')}` },
      }),
    ],
    ['in the URL', () => ({ query: `${point()}&token=${device('T1')}`, headers: {} })],
  ])('may give its token %s', async (_, parts) => {
    expect(await call(parts())).toMatchObject({ statusCode: 200, body: '[]' });
    expect(await stored()).toBe(1);
  });

  test('is answered 200 whatever its point is worth', async () => {
    for (const parts of [{ query: 'lat=abc&lon=1&timestamp=1' }, { body: '{broken' }, { body: '[]' }, { query: '' }]) {
      expect(await call(parts)).toMatchObject({ statusCode: 200, body: '[]' });
    }
    expect(await stored()).toBe(0);
  });

  test('is refused for a wrong token or another trailer only', async () => {
    expect(await call({ headers: {} })).toMatchObject({ statusCode: 401 });
    expect(await call({ trailer: 'T2' })).toMatchObject({ statusCode: 403 });
  });

  test('without an active job is answered 200 and stored nowhere', async () => {
    expect(
      await call({ query: point(), trailer: 'T9', headers: { authorization: `Bearer ${device('T9')}` } }),
    ).toMatchObject({ statusCode: 200 });
    expect(await stored()).toBe(0);
  });
});
