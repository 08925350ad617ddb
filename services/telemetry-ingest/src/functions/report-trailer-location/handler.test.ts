import { describe, expect, test } from '@jest/globals';
import { type JobId, ProductError, type TrailerId } from '@qdn/domain';
import { aJob, memoryLocations } from '@qdn/domain/testing';
import type { EventParts } from '@qdn/lambda/testing';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { aService, bearer, call, deviceToken, json, NOW, operatorToken } from '../../testing.ts';
import { reportTrailerLocation } from './handler.ts';

const osmAnd = (secondsAgo = 10) => `timestamp=${(NOW - secondsAgo * 1000) / 1000}&lat=30.2&lon=-97.75&accuracy=6`;
const ownTracks = (secondsAgo = 10) => ({
  _type: 'location',
  tst: NOW / 1000 - secondsAgo,
  lat: 30.2,
  lon: -97.75,
  acc: 6,
});
const report = (service: ReturnType<typeof aService>, parts: EventParts, trailer = 'T1') =>
  call(reportTrailerLocation(service.dependencies), {
    method: 'POST',
    pathParameters: { trailer_id: trailer },
    headers: bearer(deviceToken()),
    ...parts,
  });
const stored = (service: ReturnType<typeof aService>) => service.locations.recent('T1' as TrailerId, NOW, 100);
const basic = (user: string, password: string) => ({ authorization: `Basic ${btoa(`${user}:${password}`)}` });

describe('a trailer’s device', () => {
  test.each<[string, EventParts, string]>([
    ['its token as a bearer', { rawQuery: osmAnd() }, 'T1'],
    ['its token as a password', { rawQuery: osmAnd(), headers: basic('T1', deviceToken()) }, 'T1'],
    ['its token in the query', { rawQuery: `token=${deviceToken()}&${osmAnd()}`, headers: {} }, 'T1'],
    ['its token in the path', { rawQuery: osmAnd(), headers: {} }, deviceToken()],
  ])('that shows %s reports for its job', async (_, parts, trailer) => {
    for (const method of ['GET', 'POST', 'PUT']) {
      const service = aService();
      expect(await report(service, { method, ...parts }, trailer)).toMatchObject({ status: 200, json: [] });
      expect(await stored(service)).toMatchObject([{ trailerId: 'T1', at: NOW - 10_000, lat: 30.2, accuracyM: 6 }]);
    }
  });

  test.each<[string, EventParts, string, number]>([
    ['no token', { headers: {} }, 'T1', 401],
    ['an expired token', { headers: bearer(deviceToken('T1', NOW - 1)) }, 'T1', 401],
    ['an operator’s token', { headers: bearer(operatorToken()) }, 'T1', 401],
    ['a wrong password', { headers: basic('T1', 'secret') }, 'T1', 401],
    ['a path that only looks like a token', { headers: {} }, 'a.b.c', 401],
    ['another trailer’s token', { headers: bearer(deviceToken('T2')) }, 'T1', 403],
  ])('that shows %s is refused', async (_, parts, trailer, status) => {
    const service = aService();
    expect((await report(service, { rawQuery: osmAnd(), ...parts }, trailer)).status).toBe(status);
    expect(await stored(service)).toEqual([]);
  });

  test('may be OwnTracks or the product’s own', async () => {
    const service = aService();
    const own = { fixes: [{ at: new Date(NOW - 30_000).toISOString(), lat: 30.2, lon: -97.75 }] };
    for (const body of [ownTracks(10), own]) {
      expect(
        await report(service, { headers: { ...bearer(deviceToken()), ...json }, body: JSON.stringify(body) }),
      ).toMatchObject({ status: 200, json: [] });
    }
    expect((await stored(service)).map(({ at }) => (NOW - at) / 1000)).toEqual([30, 10]);
  });

  test('moves from job to job, without a new setup', async () => {
    const service = aService([aJob(), aJob({ id: 'QDN-2000' as JobId, status: 'scheduled' })]);
    const [site] = aJob().stops;
    await report(service, { rawQuery: osmAnd(50) });
    await service.jobs.update(aJob({ status: 'completed', version: 2 }));
    service.clock.now += 900_000;
    const there = (at: number) => `timestamp=${at / 1000}&lat=${site?.lat}&lon=${site?.lon}&accuracy=6`;
    for (const secondsAgo of [35, 15, 0])
      await report(service, { rawQuery: there(service.clock.now - secondsAgo * 1000) });
    expect(await stored(service)).toHaveLength(4);
    expect(await service.jobs.find('QDN-2000' as JobId)).toMatchObject({ status: 'at_site' });
  });

  test('takes one read of the job in five seconds, and one of its newest fixes, once its job is known', async () => {
    const service = aService();
    await report(service, { rawQuery: osmAnd(50) });
    const before = [service.jobs.reads, service.locations.reads];
    service.clock.now += 10_000;
    await report(service, { rawQuery: osmAnd(5) });
    expect([service.jobs.reads, service.locations.reads]).toEqual(before.map((reads) => reads + 1));
  });
});

describe('a point that cannot be used', () => {
  test.each<[string, EventParts, string]>([
    ['no JSON', { headers: { ...bearer(deviceToken()), ...json }, body: '{' }, 'Quarantined.unusable'],
    ['0°, 0°', { rawQuery: `timestamp=${NOW / 1000}&lat=0&lon=0` }, 'Quarantined.invalid'],
    ['from next week', { rawQuery: `timestamp=${NOW / 1000 + 604_800}&lat=30&lon=-97` }, 'Quarantined.future'],
    ['from last month', { rawQuery: `timestamp=${NOW / 1000 - 2_592_000}&lat=30&lon=-97` }, 'Quarantined.expired'],
    [
      'somewhere in the county',
      { rawQuery: osmAnd().replace('accuracy=6', 'accuracy=5000') },
      'Quarantined.inaccurate',
    ],
  ])('%s is counted, and answered 200 so that the device continues', async (_, parts, count) => {
    const service = aService();
    expect(await report(service, parts)).toMatchObject({ status: 200, json: [] });
    expect(await stored(service)).toEqual([]);
    expect(service.log.measured).toEqual([{ [count]: 1 }]);
  });

  test('of a trailer without a job is none: its place is known all the same', async () => {
    const service = aService([]);
    expect(await report(service, { rawQuery: osmAnd() })).toMatchObject({ status: 200, json: [] });
    expect(service.log.measured).toMatchObject([{ FixesAccepted: 1 }]);
    expect(await stored(service)).toHaveLength(1);
  });

  test('does not count a heartbeat', async () => {
    const service = aService();
    await report(service, { rawQuery: `id=T1&timestamp=${NOW / 1000}&batt=50` });
    expect([...service.log.lines, ...service.log.measured]).toEqual([]);
    // It is evidence of standing, so its trailer's open jobs are read, once a minute.
    expect(service.jobs.reads).toBe(1);
  });

  test('is not stored, nor heard, when it comes with HEAD: link previews and monitors send that', async () => {
    const service = aService();
    const answer = await report(service, {
      method: 'HEAD',
      rawQuery: `token=${deviceToken()}&${osmAnd()}`,
      headers: {},
    });
    expect(answer).toMatchObject({ status: 200 });
    expect(await stored(service)).toEqual([]);
    expect(await service.locations.since('T1' as TrailerId, NOW, 0)).toMatchObject({ client: null, heardAt: null });
    expect((await report(service, { method: 'HEAD', headers: {} })).status).toBe(401);
  });

  test('never has its place in the log', async () => {
    const service = aService();
    await report(service, { rawQuery: 'timestamp=1&lat=30.123456&lon=-97.654321' });
    expect(service.log.lines.join()).not.toMatch(/30\.1|97\.6|eyJ/);
  });
});

test('only a store that cannot be reached makes a device keep its points', async () => {
  const locations = {
    ...memoryLocations(),
    append: async () => {
      throw new ProductError('unavailable', 'The location store cannot be reached right now.', { retryAfterS: 5 });
    },
  };
  const service = aService([aJob()], { locations });
  expect(await report(service, { rawQuery: osmAnd() })).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
});

test('answers a preflight without a token', async () => {
  const answer = await report(aService(), { method: 'OPTIONS', headers: {} });
  expect(answer).toMatchObject({ status: 204, headers: { 'Access-Control-Allow-Origin': '*' } });
});

test('anything from a device with a valid token is answered 200, and a good point in it is stored', async () => {
  const hostile = fc.oneof(
    fc.record({ rawQuery: fc.string() }),
    fc.record({ body: fc.string(), headers: fc.constant({ ...bearer(deviceToken()), ...json }) }),
    fc.record({ body: fc.json(), headers: fc.constant({ ...bearer(deviceToken()), ...json }) }),
    fc.record({
      rawQuery: fc
        .record({
          lat: fc.double(),
          lon: fc.double(),
          timestamp: fc.double(),
          speed: fc.double(),
          accuracy: fc.double(),
        })
        .map((fields) =>
          new URLSearchParams(
            Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
          ).toString(),
        ),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { maxLength: 5 }), async (reports) => {
      const service = aService([aJob({ trailers: ['T1', 'T2'] as TrailerId[] })]);
      const answers = [];
      for (const parts of [...reports, { rawQuery: osmAnd() }]) answers.push((await report(service, parts)).status);
      expect(new Set(answers)).toEqual(new Set([200]));
      expect((await stored(service)).map(({ at }) => at)).toContain(NOW - 10_000);
    }),
    { numRuns: runs(300) },
  );
});
