import { describe, expect, test } from '@jest/globals';
import { validate as isTrailerState } from '@qdn/contracts/validators/trailerState';
import type { JobId, Quarantined, TrailerId } from '@qdn/domain';
import { aJob, memoryJobs } from '@qdn/domain/testing';
import { aFix, aService, asDevice, asOperator, bearer, call, HOUR, NOW, trackToken } from '../../testing.ts';
import { getTrailer } from './handler.ts';

const JOB = 'QDN-1042' as JobId;
const T1 = 'T1' as TrailerId;
const read = (service: ReturnType<typeof aService>, trailer = 'T1', headers: Record<string, string> = asOperator) =>
  call(getTrailer(service), { pathParameters: { trailer_id: trailer }, headers });
const at = (secondsAgo: number, changes = {}) => aFix({ at: NOW - secondsAgo * 1000, ...changes });

describe('GET /api/trailers/{trailer_id}', () => {
  test('shows the last fix, today’s number of fixes, and ignored points with their reasons', async () => {
    const service = aService();
    const last = { at: NOW - 30_000, lat: 30, lon: -97 };
    const duplicates: Quarantined[] = [{ reason: 'duplicate', count: 9, last }];
    await service.locations.append([at(52), at(42), at(32), at(22, { lat: 31 })], new Map([[T1, duplicates]]));
    await service.locations.append([at(12, { battery: { percent: 81, charging: true } })]);
    const { status, json, headers } = await read(service);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'Cache-Control': 'private, no-store' });
    expect(isTrailerState(json)).toBe(true);
    expect(json).toMatchObject({
      trailerId: 'T1',
      jobId: JOB,
      since: '2026-11-23T06:00:00.000Z',
      position: { ageS: 12, freshness: 'live', lat: 30.2 },
      battery: { percent: 81, charging: true },
      fixesToday: 4,
      ignoredToday: [
        { reason: 'duplicate', count: 9 },
        { reason: 'jump', count: 1, last: { lat: 31 } },
      ],
    });
  });

  test('counts today’s fixes for all of its jobs, also ended ones', async () => {
    const ended = aJob({ id: 'QDN-1041' as JobId, status: 'completed', updatedAt: NOW - HOUR });
    const older = aJob({ id: 'QDN-1040' as JobId, status: 'completed', updatedAt: NOW - 48 * HOUR });
    const service = aService({ jobs: memoryJobs([aJob(), ended, older]) });
    await service.locations.append([at(7200), at(7190)]);
    await service.locations.append([at(10), aFix({ trailerId: 'T2' as TrailerId })]);
    await service.locations.append([at(20 * 3600)]);
    expect((await read(service)).json).toMatchObject({ fixesToday: 3, jobId: JOB });
  });

  test('shows the place of a trailer parked since yesterday', async () => {
    const service = aService();
    await service.locations.append([at(20 * 3600, { speedMps: 0 })]);
    expect((await read(service)).json).toMatchObject({
      fixesToday: 0,
      position: { freshness: 'lost', cause: 'parked', ageS: 72_000 },
    });
  });

  test('shows the last report of a trailer without a job', async () => {
    const service = aService();
    await service.locations.note('T7' as TrailerId, [{ reason: 'unusable', count: 6, last: null }], NOW - 5000);
    const { json } = await read(service, 'T7');
    expect(json).toMatchObject({
      jobId: null,
      position: null,
      heardAt: '2026-11-23T14:59:55.000Z',
      ignoredToday: [{ reason: 'unusable', count: 6, last: null }],
    });
    expect((await read(service, 'T8')).json).toMatchObject({ jobId: null, heardAt: null, ignoredToday: [] });
  });

  test('recognises the unit of the speeds by the distances, and corrects the speed', async () => {
    const service = aService();
    // OsmAnd sends 20 m/s to the protocol that has knots.
    const fixes = [6, 5, 4, 3, 2, 1, 0].map((i) =>
      at(8 + i * 30, { lat: 30.2 - (i * 600) / 111_195, speedMps: 10.3, headingDeg: 0 }),
    );
    for (const fix of fixes) await service.locations.append([fix], new Map(), 'OsmAnd protocol');
    const { json } = await read(service);
    expect(isTrailerState(json)).toBe(true);
    expect(json).toMatchObject({ speedUnit: { sends: 'm/s', expected: 'knots' }, position: { speedMps: 20 } });
  });

  test.each([
    ['no token', 'T1', {}, 401],
    ['a device', 'T1', asDevice, 401],
    ['a customer', 'T1', bearer(trackToken()), 401],
    ['a customer’s token in place of the trailer', trackToken(), {}, 401],
    ['an invalid trailer ID', 'T 1', asOperator, 422],
  ])('refuses %s', async (_, trailer, headers: Record<string, string>, status) => {
    expect((await read(aService(), trailer, headers)).status).toBe(status);
  });

  test('answers a preflight without a token', async () => {
    const answer = await call(getTrailer(aService()), { method: 'OPTIONS', pathParameters: { trailer_id: 'T1' } });
    expect(answer).toMatchObject({ status: 204, headers: { 'Access-Control-Allow-Origin': '*' } });
  });
});
