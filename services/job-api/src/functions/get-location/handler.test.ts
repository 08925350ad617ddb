import { describe, expect, test } from '@jest/globals';
import { EDGE_PROOF_HEADER } from '@qdn/contracts/patterns';
import { validate as isJobLocation } from '@qdn/contracts/validators/jobLocation';
import type { JobId, TrailerId } from '@qdn/domain';
import { aJob } from '@qdn/domain/testing';
import { edgeProofOf } from '@qdn/lambda';
import {
  aFix,
  aService,
  asDevice,
  asOperator,
  bearer,
  call,
  HOUR,
  keyringOfTests,
  NOW,
  trackToken,
} from '../../testing.ts';
import { getLocation } from './handler.ts';

const JOB = 'QDN-1042' as JobId;
const read = (service: ReturnType<typeof aService>, job: string, headers: Record<string, string> = {}) =>
  call(getLocation(service), { pathParameters: { job_id: job }, headers });

describe('GET /api/jobs/{job_id}/location', () => {
  test('shows the newest position with its age, the trailer count and an ETA, as the schema defines it', async () => {
    const service = aService();
    await service.locations.append([aFix({ at: NOW - 60_000, lat: 30.19 }), aFix()]);
    const { status, json } = await read(service, JOB, asOperator);
    expect(status).toBe(200);
    expect(isJobLocation(json)).toBe(true);
    expect(json).toMatchObject({
      jobId: JOB,
      status: 'in_transit',
      trailerCount: 1,
      position: { lat: 30.2, ageS: 8, freshness: 'live' },
      eta: { reason: expect.any(String), distanceM: expect.any(Number) },
    });
  });

  test('is cached for five minutes at CloudFront for a customer’s link, and not at all for an operator', async () => {
    const service = aService();
    const customer = await read(service, trackToken());
    expect(customer.headers).toMatchObject({ 'Cache-Control': 'public, max-age=0, s-maxage=300' });
    const operator = await read(service, JOB, asOperator);
    expect(operator.headers).toMatchObject({ 'Cache-Control': 'private, no-store' });
  });

  test('behind the front door, answers a tracking link only through the edge, and an operator from anywhere', async () => {
    const service = aService({ edge: true });
    const token = trackToken();
    const ask = (headers: Record<string, string>) => read(service, JOB, { 'x-qdn-tracking-token': token, ...headers });
    const proof = edgeProofOf(token, keyringOfTests) ?? '';
    expect((await ask({ [EDGE_PROOF_HEADER]: proof })).status).toBe(200);
    expect((await ask({})).status).toBe(403);
    for (const wrong of ['', `${proof.slice(0, -1)}!`, `${proof}A`]) {
      expect((await ask({ [EDGE_PROOF_HEADER]: wrong })).status).toBe(403);
    }
    expect((await read(service, token)).status).toBe(403);
    expect((await read(service, JOB, bearer(token))).status).toBe(403);
    const other = edgeProofOf(trackToken({ link: 'zyxwvuts' }), keyringOfTests) ?? '';
    expect((await ask({ [EDGE_PROOF_HEADER]: other })).status).toBe(403);
    expect((await read(service, JOB, asOperator)).status).toBe(200);
  });

  test('shows each of several trailers, also one that stopped reporting long before the newest reports', async () => {
    const service = aService();
    await service.jobs.update(aJob({ trailers: ['T1', 'T2', 'T3'] as TrailerId[], version: 2 }));
    await service.locations.append([aFix({ trailerId: 'T2' as TrailerId, at: NOW - HOUR, speedMps: 0 })]);
    for (let i = 0; i < 40; i += 1) await service.locations.append([aFix({ at: NOW - i * 10_000 })]);
    const { json } = await read(service, JOB, asOperator);
    expect(isJobLocation(json)).toBe(true);
    expect(json).toMatchObject({
      trailerCount: 3,
      position: { trailerId: 'T1' },
      trailers: [
        { trailerId: 'T1', state: 'moving', freshness: 'live', ageS: 0 },
        { trailerId: 'T2', state: 'standing', freshness: 'lost', ageS: 3600, cause: 'parked' },
        { trailerId: 'T3', state: 'no_position', freshness: null },
      ],
    });
  });

  test('gives a customer no position on a leg that is not theirs, but gives it to an operator', async () => {
    const service = aService();
    const [site] = aJob().stops;
    if (!site) throw new Error('The sample job has no stop');
    await service.locations.append([aFix()]);
    const stops = [site, { ...site, kind: 'dump_site' } as const];
    await service.jobs.update(aJob({ status: 'en_route_to_next', currentStop: 1, stops, version: 2 }));
    const { json } = await read(service, trackToken());
    expect(isJobLocation(json)).toBe(true);
    expect(json).toMatchObject({
      status: 'en_route_to_next',
      position: null,
      trail: [],
      eta: null,
      stop: null,
      stage: 'done',
    });
    expect((await read(service, JOB, asOperator)).json).toMatchObject({ position: { lat: 30.2 } });
  });

  test('hides the trailer’s position and destination once the job has ended', async () => {
    const service = aService();
    await service.locations.append([aFix()]);
    await service.jobs.update(aJob({ status: 'completed', version: 2 }));
    const { json } = await read(service, trackToken());
    expect(json).toMatchObject({ status: 'completed', position: null, trail: [], eta: null, stop: null });
  });

  test.each([
    ['no token', JOB, {}, 401, 'unauthenticated'],
    ['an expired link', trackToken({ expiresAt: NOW - 1 }), {}, 401, 'unauthenticated'],
    ['a device', JOB, asDevice, 401, 'unauthenticated'],
    ['the link of another job', JOB, bearer(trackToken({ job: 'QDN-1043', account: 'carter' })), 403, 'forbidden'],
    ['a link of another account', trackToken({ account: 'carter' }), {}, 403, 'forbidden'],
    ['a link to a missing job', trackToken({ job: 'QDN-9' }), {}, 403, 'forbidden'],
    ['an operator who asks for a missing job', 'QDN-9', asOperator, 404, 'job-not-found'],
  ])('refuses %s', async (_, job, headers: Record<string, string>, status, code) => {
    const answer = await read(aService(), job, headers);
    expect(answer).toMatchObject({ status, json: { type: `urn:qdn:problem:${code}` } });
    expect(answer.headers).toMatchObject({ 'Cache-Control': 'no-store' });
  });

  test('refuses a revoked link, but no other link of the same job', async () => {
    const service = aService();
    await service.jobs.update(aJob({ revokedLinks: ['abcdefgh'], version: 2 }));
    expect(await read(service, trackToken())).toMatchObject({
      status: 401,
      json: { type: 'urn:qdn:problem:link-revoked' },
    });
    expect((await read(service, trackToken({ link: 'otherlink', expiresAt: NOW + 2 * HOUR }))).status).toBe(200);
  });

  test('answers a preflight without a token', async () => {
    const answer = await call(getLocation(aService()), { method: 'OPTIONS', pathParameters: { job_id: JOB } });
    expect(answer).toMatchObject({ status: 204, headers: { 'Access-Control-Allow-Origin': '*' } });
  });
});
