import { describe, expect, test } from '@jest/globals';
import { validate as isTrailerList } from '@qdn/contracts/validators/trailerList';
import { type JobId, PAGE_TRAILERS, type TrailerId } from '@qdn/domain';
import { aJob, memoryJobs, memoryLocations, memoryRegister } from '@qdn/domain/testing';
import { aFix, aService, asDevice, asOperator, bearer, call, NOW, trackToken } from '../../testing.ts';
import { listTrailers } from './handler.ts';

const id = (text: string) => text as TrailerId;
type Service = ReturnType<typeof aService>;
const list = (service: Service, rawQuery = '', headers: Record<string, string> = asOperator) =>
  call(listTrailers(service), { rawQuery, headers });
const withTrailers = (...trailers: string[]) => {
  const service = aService();
  return { ...service, company: { ...service.company, trailers: trailers.map(id) } };
};
/** Lets a trailer report a drive north, a fix every 10 s, the last one `agoS` seconds ago. */
const drive = async (service: Service, trailer: string, agoS: number, speedMps: number) => {
  for (const i of [3, 2, 1, 0])
    await service.locations.append(
      [
        aFix({
          trailerId: id(trailer),
          at: NOW - (agoS + i * 10) * 1000,
          lat: 30.2 - (i * 10 * speedMps) / 111_195,
          speedMps: null,
          headingDeg: null,
          battery: { percent: 81, charging: true },
        }),
      ],
      new Map(),
      'Traccar Client',
    );
  await service.register.add(id(trailer), NOW);
};

describe('GET /api/trailers', () => {
  test('lists trailers of the company and those that have reported, with or without a job', async () => {
    const service = withTrailers('T1', 'T9');
    await drive(service, 'T1', 8, 14);
    await drive(service, 'T5', 20, 0);
    const { status, json, headers } = await list(service);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'Cache-Control': 'private, no-store' });
    expect(isTrailerList(json)).toBe(true);
    expect(json.next).toBeNull();
    expect(json.trailers).toMatchObject([
      {
        trailerId: 'T1',
        jobId: 'QDN-1042',
        motion: 'moving',
        position: { lat: 30.2, ageS: 8, freshness: 'live', speedMps: 14, headingDeg: 0 },
        battery: { percent: 81, charging: true },
        client: 'Traccar Client',
        heardAt: '2026-11-23T14:59:52.000Z',
      },
      { trailerId: 'T5', jobId: null, motion: 'standing', position: { ageS: 20, speedMps: 0 } },
      { trailerId: 'T9', jobId: null, motion: null, position: null, battery: null, heardAt: null, client: null },
    ]);
  });

  test('shows a trailer parked for days as standing, and one that went silent on the road as unknown', async () => {
    const service = aService({ jobs: memoryJobs() });
    await drive(service, 'T1', 3 * 86_400, 0);
    await drive(service, 'T2', 3600, 20);
    expect((await list(service)).json.trailers).toMatchObject([
      { trailerId: 'T1', motion: 'standing', position: { freshness: 'lost', cause: 'parked' } },
      { trailerId: 'T2', motion: null, position: { freshness: 'lost', cause: 'no_signal' } },
    ]);
  });

  test('shows the reason why points are ignored, of a trailer without any place too', async () => {
    const service = aService();
    const refused = { reason: 'inaccurate', count: 6, last: { at: NOW - 9000, lat: 30, lon: -97 } } as const;
    await service.locations.note(id('T7'), [refused], NOW - 5000, { client: 'OwnTracks', kind: 'refused' });
    await service.register.add(id('T7'), NOW);
    expect((await list(service)).json.trailers).toMatchObject([
      {
        trailerId: 'T7',
        position: null,
        heardAt: '2026-11-23T14:59:55.000Z',
        client: 'OwnTracks',
        ignored: [{ reason: 'inaccurate', count: 6, last: { at: '2026-11-23T14:59:51.000Z' } }],
      },
    ]);
  });

  test('lists 1,000 trailers page by page, each once, with one read of each trailer’s track and jobs', async () => {
    const stores = { register: memoryRegister(), locations: memoryLocations(), jobs: memoryJobs([aJob()]) };
    const counted = [stores.register, stores.locations, stores.jobs];
    const service = { ...withTrailers('T0007', 'Z'), ...stores };
    const all = Array.from({ length: 1000 }, (_, i) => id(`T${String(i).padStart(4, '0')}`));
    for (const trailerId of all) {
      await service.register.add(trailerId, NOW);
      for (let i = 0; i < 20; i += 1)
        await service.locations.append([aFix({ trailerId, at: NOW - (i + 1) * 6 * 3_600_000 })]);
    }
    const found: string[] = [];
    let pages = 0;
    let query = '';
    do {
      const before = counted.map(({ reads }) => reads);
      const { json } = await list(service, query);
      const read = counted.map(({ reads }, i) => reads - (before[i] ?? 0));
      const count = json.trailers.length;
      expect(read).toEqual([1, count, count]);
      expect(count).toBeLessThanOrEqual(PAGE_TRAILERS);
      found.push(...json.trailers.map(({ trailerId }: { trailerId: string }) => trailerId));
      query = json.next === null ? '' : `after=${json.next}`;
      pages += 1;
    } while (query !== '');
    expect(found).toEqual([...all, 'Z']);
    expect(pages).toBe(Math.ceil(1001 / PAGE_TRAILERS));
  });

  test('refuses the cursors of other lists, and the names of trailers', async () => {
    const jobs = Array.from({ length: 60 }, (_, i) => aJob({ id: `QDN-${i}` as JobId }));
    const { next } = await memoryJobs(jobs).list(['in_transit'], null);
    for (const after of [next, 'T1', 'nonsense'])
      expect(await list(aService(), `after=${after}`)).toMatchObject({
        status: 422,
        json: { title: 'The request does not follow the schema', errors: [{ pointer: '/after' }] },
      });
  });

  test('knows when a trailer reported last for longer than its fixes are kept', async () => {
    const service = aService();
    await service.register.add(id('T8'), NOW - 40 * 86_400_000);
    expect((await list(service)).json.trailers).toMatchObject([
      { trailerId: 'T8', position: null, motion: null, heardAt: '2026-10-14T15:00:00.000Z' },
    ]);
  });

  test('names the job that the trailer works on', async () => {
    const jobs = memoryJobs([
      aJob({ id: 'QDN-1' as JobId, status: 'completed' }),
      aJob({ id: 'QDN-2' as JobId, status: 'at_site' }),
      aJob({ id: 'QDN-3' as JobId, status: 'scheduled' }),
    ]);
    const service = aService({ jobs });
    await drive(service, 'T1', 8, 0);
    expect((await list(service)).json.trailers).toMatchObject([{ trailerId: 'T1', jobId: 'QDN-2' }]);
  });

  test('refuses a cursor that is not a trailer', async () => {
    expect(await list(aService(), 'after=T%201')).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: '/after' }] },
    });
  });

  test.each([
    ['no token', {}],
    ['a device', asDevice],
    ['a customer', bearer(trackToken())],
  ])('refuses %s', async (_, headers: Record<string, string>) => {
    expect((await list(aService(), '', headers)).status).toBe(401);
  });
});
