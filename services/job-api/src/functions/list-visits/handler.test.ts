import { describe, expect, test } from '@jest/globals';
import { validate as isVisitList } from '@qdn/contracts/validators/visitList';
import type { Job, JobId, TrailerId } from '@qdn/domain';
import { aJob, memoryJobs } from '@qdn/domain/testing';
import { aService, asDevice, asOperator, bearer, call, HOUR, NOW, trackToken } from '../../testing.ts';
import { listVisits } from './handler.ts';

const visited = (number: number, arrivedAt: number): Job =>
  aJob({
    id: `QDN-${number}` as JobId,
    status: 'completed',
    updatedAt: arrivedAt + HOUR,
    history: [
      { status: 'at_site', at: arrivedAt, by: 'fixes', reason: 'r', stop: 0, trailerId: 'T1' as TrailerId },
      { status: 'completed', at: arrivedAt + HOUR, by: 'operator', reason: 'r' },
    ],
  });
const serviceOf = (jobs: readonly Job[]) => {
  const store = memoryJobs(jobs);
  return { ...aService({ jobs: store }), jobs: store };
};
const list = (service: ReturnType<typeof serviceOf>, query: Record<string, string> = {}, headers = asOperator) =>
  call(listVisits(service), { rawQuery: String(new URLSearchParams(query)), headers });

describe('GET /api/visits', () => {
  test('lists the visits of a range, each with the origin of its times', async () => {
    const service = serviceOf([visited(1, NOW - 2 * HOUR), visited(2, NOW - 50 * HOUR)]);
    const { status, json, headers } = await list(service);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'Cache-Control': 'private, no-store' });
    expect(isVisitList(json)).toBe(true);
    expect(json).toMatchObject({
      visits: [
        {
          jobId: 'QDN-1',
          trailerId: 'T1',
          customerName: 'Maria Lopez',
          arrived: { at: '2026-11-23T13:00:00.000Z', by: 'fixes' },
          left: { at: '2026-11-23T14:00:00.000Z', by: 'operator' },
        },
      ],
      next: null,
    });
    const yesterday = { from: '2026-11-21T00:00:00-06:00', to: '2026-11-22T00:00:00-06:00' };
    expect((await list(service, yesterday)).json.visits).toMatchObject([{ jobId: 'QDN-2' }]);
  });

  test('reads a page at a time, and stops at the jobs that did not change since', async () => {
    const service = serviceOf(Array.from({ length: 130 }, (_, i) => visited(i + 1, NOW - (i + 1) * HOUR)));
    const found: string[] = [];
    let pages = 0;
    let query: Record<string, string> = { from: new Date(NOW - 60 * HOUR).toISOString() };
    for (;;) {
      const before = service.jobs.reads;
      const { json } = await list(service, query);
      expect(service.jobs.reads - before).toBeLessThanOrEqual(51);
      found.push(...json.visits.map(({ jobId }: { jobId: string }) => jobId));
      pages += 1;
      if (json.next === null) break;
      query = { ...query, after: json.next };
    }
    expect(found).toHaveLength(60);
    expect(new Set(found).size).toBe(60);
    expect(pages).toBe(2);
  });

  test.each([
    [{ from: '2026-03' }, '/from'],
    [{ from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' }, '/to'],
    [{ from: '2020-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' }, '/to'],
  ])('refuses %j', async (query: Record<string, string>, pointer) => {
    expect(await list(serviceOf([]), query)).toMatchObject({ status: 422, json: { errors: [{ pointer }] } });
  });

  test.each([
    ['a device', asDevice],
    ['a customer', bearer(trackToken())],
  ])('refuses %s', async (_, headers) => {
    expect((await list(serviceOf([]), {}, { ...asOperator, ...headers })).status).toBe(401);
  });
});
