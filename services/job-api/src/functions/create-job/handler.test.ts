import { describe, expect, test } from '@jest/globals';
import { validate as isJobState } from '@qdn/contracts/validators/jobState';
import type { JobId } from '@qdn/domain';
import { aService, asDevice, asOperator, bearer, call, NOW, trackToken } from '../../testing.ts';
import { createJob } from './handler.ts';

const body = {
  id: 'QDN-2000',
  accountId: 'shah',
  kind: 'exchange',
  customer: { name: 'Priya Shah', phone: '+15125550113' },
  stops: [{ kind: 'drop_off', address: '500 E 7th St', lat: 30.2664, lon: -97.7381 }],
  trailers: ['T3'],
  scheduledFor: '2026-11-24T15:00:00Z',
};
const create = (service: ReturnType<typeof aService>, json: unknown, headers: Record<string, string> = asOperator) =>
  call(createJob(service), { method: 'POST', headers, body: JSON.stringify(json) });

describe('POST /api/jobs', () => {
  test('creates a scheduled job with the company’s contacts and returns its location', async () => {
    const service = aService();
    const { status, json, headers } = await create(service, body);
    expect(status).toBe(201);
    expect(headers).toMatchObject({ Location: '/api/jobs/QDN-2000', 'Cache-Control': 'private, no-store' });
    expect(isJobState(json)).toBe(true);
    expect(json).toMatchObject({
      id: 'QDN-2000',
      status: 'scheduled',
      version: 1,
      stops: [{ radiusM: 100 }],
      contacts: service.company.contacts,
    });
    expect(await service.jobs.find('QDN-2000' as JobId)).toMatchObject({
      contacts: [],
      trailers: ['T3'],
      scheduledFor: Date.UTC(2026, 10, 24, 15),
      createdAt: NOW,
      history: [{ status: 'scheduled', by: 'operator' }],
    });
  });

  test('rounds a place to a decimetre: no store holds the smallest numbers of JSON', async () => {
    const service = aService();
    const stops = [{ ...body.stops[0], lat: 1e-200, lon: -97.738_112_345_6 }];
    expect((await create(service, { ...body, stops })).status).toBe(201);
    expect(await service.jobs.find('QDN-2000' as JobId)).toMatchObject({ stops: [{ lat: 0, lon: -97.738112 }] });
  });

  test('refuses an ID that is taken, and leaves that job alone', async () => {
    const service = aService();
    const before = await service.jobs.find('QDN-1042' as JobId);
    const answer = await create(service, { ...body, id: 'QDN-1042' });
    expect(answer).toMatchObject({ status: 409, json: { type: 'urn:qdn:problem:conflict' } });
    expect(await service.jobs.find('QDN-1042' as JobId)).toEqual(before);
  });

  test('points at each wrong value', async () => {
    const answer = await create(aService(), { ...body, customer: { name: 'P', phone: '512 555 0113' }, colour: 'red' });
    expect(answer.status).toBe(422);
    expect(answer.json.errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ pointer: '/customer/phone' }),
        { pointer: '', detail: expect.stringContaining('colour') },
      ]),
    );
  });

  test('is for operators only', async () => {
    for (const headers of [{}, asDevice, bearer(trackToken())]) {
      expect((await create(aService(), body, { ...headers, 'content-type': 'application/json' })).status).toBe(401);
    }
  });
});
