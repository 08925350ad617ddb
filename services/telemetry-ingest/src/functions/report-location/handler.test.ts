import { describe, expect, test } from '@jest/globals';
import { validate as isReceipt } from '@qdn/contracts/validators/reportReceipt';
import { type JobId, ProductError, type TrailerId } from '@qdn/domain';
import { aJob, memoryLocations } from '@qdn/domain/testing';
import { aService, bearer, call, deviceToken, json, NOW, operatorToken } from '../../testing.ts';
import { reportLocation } from './handler.ts';

const JOB = 'QDN-1042' as JobId;
const fix = (secondsAgo = 10, changes: object = {}) => ({
  at: new Date(NOW - secondsAgo * 1000).toISOString(),
  lat: 30.2,
  lon: -97.75,
  accuracyM: 6,
  ...changes,
});
const post = (
  service: ReturnType<typeof aService>,
  body: unknown,
  token: string | null = deviceToken(),
  job = 'QDN-1042',
) =>
  call(reportLocation(service.dependencies), {
    method: 'POST',
    pathParameters: { job_id: job },
    headers: { ...json, ...(token ? bearer(token) : {}) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('POST /api/jobs/{job_id}/location', () => {
  test('stores one fix and answers with a receipt', async () => {
    const service = aService();
    const answer = await post(service, fix(10, { speedMps: 12, headingDeg: 90 }));
    expect(answer).toMatchObject({ status: 200, json: { accepted: 1, ignored: {}, status: 'in_transit' } });
    expect(isReceipt(answer.json)).toBe(true);
    expect(await service.locations.recent('T1' as TrailerId, NOW, 10)).toEqual([
      { trailerId: 'T1', at: NOW - 10_000, lat: 30.2, lon: -97.75, accuracyM: 6, speedMps: 12, headingDeg: 90 },
    ]);
  });

  test('stores a batch of up to 500, and counts the ignored fixes', async () => {
    const service = aService();
    const fixes = Array.from({ length: 499 }, (_, i) => fix(i));
    const { status, json: receipt } = await post(service, { fixes: [...fixes, fix(0)] });
    expect({ status, receipt }).toEqual({
      status: 200,
      receipt: { accepted: 499, ignored: { duplicate: 1 }, status: 'in_transit' },
    });
    expect((await post(service, { fixes: [...fixes, fix(500), fix(501)] })).status).toBe(422);
  });

  test('counts another trailer’s fixes in a device’s report, without storing them', async () => {
    const service = aService([aJob({ trailers: ['T1', 'T2'] as TrailerId[] })]);
    const { json: receipt } = await post(service, { fixes: [fix(10), fix(10, { trailerId: 'T2' })] });
    expect(receipt).toEqual({ accepted: 1, ignored: { 'wrong-trailer': 1 }, status: 'in_transit' });
    expect((await service.locations.recent('T1' as TrailerId, NOW, 10)).map(({ trailerId }) => trailerId)).toEqual([
      'T1',
    ]);
  });

  test('accepts an operator’s report for a job’s only trailer, and for one of several that it names', async () => {
    const service = aService();
    expect((await post(service, fix(), operatorToken())).json).toMatchObject({ accepted: 1 });
    const two = aService([aJob({ trailers: ['T1', 'T2'] as TrailerId[] })]);
    expect((await post(two, fix(10, { trailerId: 'T2' }), operatorToken())).json).toMatchObject({ accepted: 1 });
    expect((await post(two, fix(10, { trailerId: 'T3' }), operatorToken())).json).toMatchObject({
      ignored: { 'wrong-trailer': 1 },
    });
    expect(await post(two, fix(), operatorToken())).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: '/trailerId' }] },
    });
  });

  test('reads the trailer’s jobs once in five seconds, and its newest fixes each time', async () => {
    const service = aService();
    await post(service, fix(10));
    expect([service.jobs.reads, service.locations.reads]).toEqual([2, 1]);
    service.clock.now += 4000;
    await post(service, fix(5));
    expect([service.jobs.reads, service.locations.reads]).toEqual([2, 2]);
  });

  test('does not refuse a trailer that was assigned a moment ago', async () => {
    const service = aService();
    await post(service, fix());
    await service.jobs.update(aJob({ trailers: ['T1', 'T2'] as TrailerId[], version: 2 }));
    expect((await post(service, fix(), deviceToken('T2'))).status).toBe(200);
  });

  test.each<[string, unknown, string | null, string, number, string]>([
    ['no token', fix(), null, 'QDN-1042', 401, 'unauthenticated'],
    ['an expired token', fix(), deviceToken('T1', NOW - 1), 'QDN-1042', 401, 'unauthenticated'],
    ['the token of a trailer of another job', fix(), deviceToken('T9'), 'QDN-1042', 403, 'forbidden'],
    ['a device that reports for a missing job', fix(), deviceToken(), 'QDN-9', 403, 'forbidden'],
    ['an operator who reports for a missing job', fix(), operatorToken(), 'QDN-9', 404, 'job-not-found'],
    ['bad JSON', '{', deviceToken(), 'QDN-1042', 400, 'bad-json'],
    ['no fix', { fixes: [] }, deviceToken(), 'QDN-1042', 422, 'schema-violation'],
    ['a place that is not on earth', fix(10, { lat: 91 }), deviceToken(), 'QDN-1042', 422, 'schema-violation'],
    ['an invalid time', fix(10, { at: 'yesterday' }), deviceToken(), 'QDN-1042', 422, 'schema-violation'],
    ['a body over 64 KB', { pad: 'x'.repeat(70_000) }, deviceToken(), 'QDN-1042', 413, 'body-too-large'],
  ])('refuses %s', async (_, body, token, job, status, code) => {
    const answer = await post(aService(), body, token, job);
    expect(answer).toMatchObject({ status, json: { type: `urn:qdn:problem:${code}` } });
    expect(answer.headers).toMatchObject({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' });
  });

  test('tells an unauthenticated caller nothing of the schema', async () => {
    expect(await post(aService(), '{', null)).toMatchObject({ status: 401 });
  });

  test('tells the device to retry when the store cannot be reached', async () => {
    const locations = {
      ...memoryLocations(),
      append: async () => {
        throw new ProductError('unavailable', 'The location store cannot be reached right now.', { retryAfterS: 5 });
      },
    };
    const answer = await post(aService([aJob()], { locations }), fix());
    expect(answer).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
  });

  test('answers a preflight without a token', async () => {
    const answer = await call(reportLocation(aService().dependencies), {
      method: 'OPTIONS',
      pathParameters: { job_id: JOB },
    });
    expect(answer).toMatchObject({ status: 204, headers: { 'Access-Control-Allow-Origin': '*' } });
  });
});
