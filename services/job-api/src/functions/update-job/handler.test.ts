import { describe, expect, test } from '@jest/globals';
import { validate as isJobState } from '@qdn/contracts/validators/jobState';
import {
  DEFAULT_POLICY,
  type JobId,
  type JobStore,
  NOTICE_KINDS,
  type PhoneNumber,
  ProductError,
  type TrailerId,
} from '@qdn/domain';
import { aJob, memoryJobs } from '@qdn/domain/testing';
import { aService, asOperator, bearer, call, NOW, trackToken } from '../../testing.ts';
import { updateJob } from './handler.ts';

const JOB = 'QDN-1042' as JobId;
const update = (service: ReturnType<typeof aService>, json: unknown, job: string = JOB, headers = asOperator) =>
  call(updateJob(service), { method: 'PATCH', pathParameters: { job_id: job }, headers, body: JSON.stringify(json) });

/** A job store in which another writer writes right before each of the first `times` updates. */
const contended = (times: number): JobStore => {
  const jobs = memoryJobs([aJob()]);
  let left = times;
  return {
    ...jobs,
    update: async (job) => {
      const current = await jobs.find(job.id);
      if (current && left-- > 0) await jobs.update({ ...current, version: current.version + 1, status: 'at_site' });
      await jobs.update(job);
    },
  };
};
const withJobs = (jobs: JobStore) =>
  aService({
    jobs,
    jobTimeline: async (id) => {
      const job = await jobs.find(id);
      return job && { job, timeline: [] };
    },
  });

describe('PATCH /api/jobs/{job_id}', () => {
  test('assigns trailers and changes the status, with the operator’s name in the history', async () => {
    const service = aService();
    const { status, json } = await update(service, { trailers: ['T2', 'T4'], status: 'at_site' });
    expect(status).toBe(200);
    expect(isJobState(json)).toBe(true);
    expect(json).toMatchObject({ trailers: ['T2', 'T4'], status: 'at_site', version: 2 });
    expect(await service.jobs.find(JOB)).toMatchObject({
      trailers: ['T2', 'T4'],
      updatedAt: NOW,
      history: [{ status: 'in_transit' }, { status: 'at_site', by: 'operator', reason: 'set by ops', at: NOW }],
    });
  });

  test('puts a job off to another day while its trailer is on the way: it waits again', async () => {
    const service = aService();
    const tomorrow = new Date(NOW + 20 * 3_600_000).toISOString();
    const { json } = await update(service, { scheduledFor: tomorrow });
    expect(json).toMatchObject({ status: 'scheduled', scheduledFor: tomorrow, location: { stage: 'scheduled' } });
    expect((await service.jobs.find(JOB))?.history.at(-1)).toMatchObject({ by: 'operator', reason: 'put off by ops' });
    const soon = aService();
    const { json: sameDay } = await update(soon, { scheduledFor: new Date(NOW + 3_600_000).toISOString() });
    expect(sameDay).toMatchObject({ status: 'in_transit' });
  });

  test('changes only the fields that it names', async () => {
    const service = aService();
    const before = await service.jobs.find(JOB);
    await update(service, { trailers: ['T1', 'T2'] });
    expect(await service.jobs.find(JOB)).toEqual({ ...before, trailers: ['T1', 'T2'], updatedAt: NOW, version: 2 });
  });

  test('of the only trailer of a job under way lets the new one take over at the next stop', async () => {
    const service = aService();
    const before = await service.jobs.find(JOB);
    await update(service, { trailers: ['T2'] });
    expect(await service.jobs.find(JOB)).toMatchObject({
      status: 'in_transit',
      currentStop: 0,
      history: [
        ...(before?.history ?? []),
        { status: 'in_transit', by: 'operator', reason: 'given to T2 by ops', stop: 0, trailerId: 'T2' },
      ],
    });
  });

  test('with a version, applies to that version only', async () => {
    const service = aService();
    expect((await update(service, { status: 'at_site', version: 1 })).status).toBe(200);
    expect(await update(service, { status: 'completed', version: 1 })).toMatchObject({
      status: 409,
      json: { type: 'urn:qdn:problem:conflict', detail: expect.stringContaining('version 2') },
    });
    expect(await service.jobs.find(JOB)).toMatchObject({ status: 'at_site', version: 2 });
  });

  test('without one, is repeated after a trailer’s fixes have changed the job', async () => {
    const jobs = contended(2);
    expect(await update(withJobs(jobs), { trailers: ['T2'] })).toMatchObject({
      status: 200,
      json: { status: 'at_site', trailers: ['T2'], version: 4 },
    });
  });

  test('with one, conflicts with a write in between', async () => {
    expect((await update(withJobs(contended(1)), { trailers: ['T2'], version: 1 })).status).toBe(409);
  });

  test('gives up after repeated conflicts', async () => {
    expect((await update(withJobs(contended(99)), { trailers: ['T2'] })).status).toBe(409);
  });

  describe('with `undo`', () => {
    const end = {
      status: 'completed',
      at: NOW - 60_000,
      by: 'fixes',
      reason: 'left the drop off, the last stop',
      stop: 0,
      trailerId: 'T1' as TrailerId,
    } as const;
    const ended = aJob({ status: 'completed', version: 4, history: [...aJob().history, end] });

    test('opens a job again that ended by itself, and says so in the history', async () => {
      const service = withJobs(memoryJobs([ended]));
      const { status, json } = await update(service, { undo: 'last', version: 4 });
      expect(status).toBe(200);
      expect(isJobState(json)).toBe(true);
      expect(json).toMatchObject({
        status: 'in_transit',
        version: 5,
        history: [
          { status: 'in_transit' },
          { status: 'completed', takenBack: true },
          { status: 'in_transit', by: 'operator', reason: '"ended" was taken back by ops' },
        ],
      });
      expect(service.orders).toEqual([]);
    });

    test('lets the job wait while its trailer works on another one', async () => {
      const other = aJob({ id: 'QDN-1044' as JobId });
      const { json } = await update(withJobs(memoryJobs([ended, other])), { undo: 'last' });
      expect(json).toMatchObject({ status: 'scheduled', trailers: ['T1'] });
    });

    test('sends the trailer back when it is asked for, and the other job waits', async () => {
      const other = aJob({ id: 'QDN-1044' as JobId });
      const jobs = memoryJobs([ended, other]);
      const { json } = await update(withJobs(jobs), { undo: 'with-trailer' });
      expect(json).toMatchObject({ status: 'in_transit', trailers: ['T1'] });
      expect((await jobs.find(ended.id))?.history.at(-1)).toMatchObject({ takesBack: 'completed', isSentBack: true });
      expect(await jobs.find(other.id)).toMatchObject({
        status: 'scheduled',
        version: 2,
        history: [{}, { status: 'scheduled', by: 'operator', reason: 'its trailer was sent back to QDN-1042 by ops' }],
      });
      // Nothing is put back when the undo is refused.
      await jobs.update({ ...other, version: 3 });
      expect((await update(withJobs(jobs), { undo: 'with-trailer' })).status).toBe(409);
      expect((await jobs.find(other.id))?.status).toBe('in_transit');
    });

    test('is refused the second time, and together with other changes', async () => {
      const service = withJobs(memoryJobs([ended]));
      expect(await update(service, { undo: 'last', status: 'at_site' })).toMatchObject({
        status: 422,
        json: { errors: [{ pointer: '/undo' }] },
      });
      await update(service, { undo: 'last', version: 4 });
      expect(await update(service, { undo: 'last', version: 4 })).toMatchObject({
        status: 409,
        json: { detail: 'Already done: "ended" was taken back by ops. Nothing else was changed.' },
      });
    });
  });

  test.each([
    [{ trailers: ['T2', 'T2'] }, '/trailers'],
    [{ trailers: ['no spaces please'] }, '/trailers/0'],
    [{ currentStop: 1 }, '/currentStop'],
    [{ status: 'lost' }, '/status'],
    [{ customer: {} }, '/customer'],
    [{ customer: { phone: '555' } }, '/customer/phone'],
    [{ stops: [] }, '/stops'],
    [{}, ''],
  ])('refuses %j and points at it', async (json, pointer) => {
    const answer = await update(aService(), json);
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ pointer }] } });
  });

  test('corrects the customer, the stops and the notes, and keeps the other fields', async () => {
    const service = aService();
    const before = await service.jobs.find(JOB);
    const stops = [{ kind: 'drop_off', address: '1100 Congress Ave', lat: 30.2747, lon: -97.7404, quality: 'street' }];
    const { status, json } = await update(service, { customer: { phone: '+15125550120' }, stops, notes: 'gate 4411' });
    expect(status).toBe(200);
    expect(isJobState(json)).toBe(true);
    expect(await service.jobs.find(JOB)).toEqual({
      ...before,
      customer: { name: 'Maria Lopez', phone: '+15125550120' },
      stops: [{ ...stops[0], radiusM: 200 }],
      notes: 'gate 4411',
      ...{ updatedAt: NOW, version: 2 },
    });
    expect(await service.jobs.activeByPhone('+15125550120' as PhoneNumber)).toContain(JOB);
    expect((await update(service, { notes: '' })).json).not.toHaveProperty('notes');
  });

  test('keeps the stops that the trailer has visited', async () => {
    const stops = [{ kind: 'drop_off', address: 'elsewhere', lat: 30.5, lon: -97.7 }];
    const visited = aService({ jobs: memoryJobs([aJob({ status: 'at_site' })]) });
    const service = { ...visited, jobTimeline: withJobs(visited.jobs).jobTimeline };
    expect(await update(service, { stops })).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: '/stops/0' }] },
    });
    expect(await update(aService(), { stops })).toMatchObject({ status: 200 });
  });

  test('notes a change of status at the time when it happened, never before another or in the future', async () => {
    const service = aService();
    const last = (await service.jobs.find(JOB))?.history.at(-1)?.at ?? 0;
    const at = (time: number) => ({ status: 'completed', at: new Date(time).toISOString() });
    for (const time of [last - 1000, NOW + 1000])
      expect(await update(service, at(time))).toMatchObject({ status: 422, json: { errors: [{ pointer: '/at' }] } });
    expect((await update(service, at(last + 1000))).status).toBe(200);
    expect((await service.jobs.find(JOB))?.history.at(-1)).toMatchObject({ status: 'completed', at: last + 1000 });
  });

  test('says that a job could not be done, at the customer’s stop, and books it again with a new time', async () => {
    const service = aService();
    const company = {
      ...service.company,
      relay: { ...DEFAULT_POLICY, notices: { ...DEFAULT_POLICY.notices, kinds: NOTICE_KINDS } },
    };
    const telling = { ...service, company };
    await update(telling, { status: 'completed' });
    expect((await update(telling, { status: 'failed' })).json).toMatchObject({
      status: 'failed',
      location: { stage: 'failed', outcome: 'delivered', position: null },
    });
    const tomorrow = new Date(NOW + 20 * 3_600_000).toISOString();
    expect((await update(telling, { scheduledFor: tomorrow })).json).toMatchObject({
      status: 'scheduled',
      scheduledFor: tomorrow,
      location: { stage: 'scheduled' },
    });
    expect(service.orders.map(({ notice }) => notice.what)).toEqual(['completed', 'could-not']);
    expect((await service.jobs.find(JOB))?.history.at(-1)).toMatchObject({ reason: 'booked again by ops', stop: 0 });
    await update(telling, { status: 'completed' });
    expect(service.orders.at(-1)?.notice).toMatchObject({ what: 'completed', visit: 1 });
  });

  test('goes back to the customer’s stop when the work at it could not be done', async () => {
    const [site] = aJob().stops;
    if (!site) throw new Error('The sample job has no stop');
    const job = aJob({ stops: [site, { ...site, kind: 'yard' }], currentStop: 1, status: 'en_route_to_next' });
    const service = withJobs(memoryJobs([job]));
    expect((await update(service, { status: 'failed' })).json).toMatchObject({ status: 'failed', currentStop: 0 });
  });

  test('refuses to cancel a completed job', async () => {
    const service = aService();
    await update(service, { status: 'completed' });
    expect(await update(service, { status: 'cancelled' })).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: '/status' }] },
    });
  });

  test('refuses a missing job, and every caller except operators', async () => {
    expect((await update(aService(), { status: 'at_site' }, 'QDN-9')).status).toBe(404);
    const customer = { ...bearer(trackToken()), 'content-type': 'application/json' };
    expect((await update(aService(), { status: 'at_site' }, JOB, customer)).status).toBe(401);
  });

  test('answers 503 with Retry-After when the store is down', async () => {
    const down = async () => {
      throw new ProductError('unavailable', 'Try again shortly.', { retryAfterS: 5, cause: new Error('ECONNREFUSED') });
    };
    const answer = await update(aService({ jobTimeline: down }), { status: 'at_site' });
    expect(answer).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
    expect(JSON.stringify(answer.json)).not.toContain('ECONNREFUSED');
  });

  test('orders one notice for the customer about a status that the company announces', async () => {
    const service = aService();
    const company = {
      ...service.company,
      relay: { ...DEFAULT_POLICY, notices: { ...DEFAULT_POLICY.notices, kinds: NOTICE_KINDS } },
    };
    const telling = { ...service, company };
    await update(telling, { status: 'completed' });
    await update(telling, { status: 'at_site' });
    await update(telling, { status: 'completed' });
    expect(service.orders.map(({ notice }) => notice.what)).toEqual(['completed', 'arrived']);
    expect((await service.jobs.find(JOB))?.notices).toMatchObject([{ what: 'completed' }, { what: 'arrived' }]);
    await update(service, { status: 'in_transit' });
    expect(service.orders).toHaveLength(2);
  });
});
