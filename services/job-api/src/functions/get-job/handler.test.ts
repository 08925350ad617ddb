import { describe, expect, test } from '@jest/globals';
import { validate as isJobState } from '@qdn/contracts/validators/jobState';
import type { InboundMessage, JobId, MessageSid, OutboundMessage, RecipientId } from '@qdn/domain';
import { aJob } from '@qdn/domain/testing';
import { aFix, aService, asOperator, bearer, call, NOW, trackToken } from '../../testing.ts';
import { getJob } from './handler.ts';

const JOB = 'QDN-1042' as JobId;
const SID = `SM${'1'.repeat(32)}` as MessageSid;
const message = (sid: string, body: string, receivedAt: number): InboundMessage => ({
  messageSid: sid as MessageSid,
  pathJob: null,
  receivedAt,
  from: '+15125550111',
  to: '+15125550142',
  body,
  optOutType: null,
  media: [],
});
const outbound: OutboundMessage = {
  timelineId: JOB,
  messageSid: SID,
  recipient: 'dana' as RecipientId,
  attempt: 1,
  to: '+15125550171',
  body: 'QDN-1042 Maria Lopez: Running late',
  state: 'ACCEPTED',
  carrier: 'twilio',
  carrierSince: NOW,
  isDoubtful: false,
  owner: 'worker',
  fence: 1,
  leaseUntil: NOW,
  claims: 1,
  claimedAt: NOW,
  carrierSid: `SM${'9'.repeat(32)}`,
  errorCode: null,
  errorClass: null,
  delivery: 'delivered',
  updatedAt: NOW,
};

const withMessages = async () => {
  const service = aService();
  await service.relay.record(
    { timelineId: JOB, sender: 'customer', heldUntil: null },
    message(SID, 'Running late', NOW - 2000),
  );
  await service.relay.record(
    { timelineId: JOB, sender: 'Dana', heldUntil: null },
    message(`SM${'2'.repeat(32)}`, 'She is always late', NOW - 1000),
  );
  await service.relay.open(outbound);
  await service.locations.append([aFix()]);
  return service;
};
const read = (service: Awaited<ReturnType<typeof withMessages>>, headers: Record<string, string>, job: string = JOB) =>
  call(getJob(service), { pathParameters: { job_id: job }, headers });

describe('GET /api/jobs/{job_id}', () => {
  test('shows an operator everything: customer, addresses, trailers, contacts, messages with their relays, location', async () => {
    const { status, json, headers } = await read(await withMessages(), asOperator);
    expect(status).toBe(200);
    expect(isJobState(json)).toBe(true);
    expect(headers).toMatchObject({ 'Cache-Control': 'private, no-store' });
    expect(json).toMatchObject({
      customer: { name: 'Maria Lopez', phone: '+15125550111' },
      pickupAddress: null,
      dropOffAddress: '1100 Congress Ave, Austin',
      trailers: ['T1'],
      contacts: [{ id: 'dana', phone: '+15125550171' }],
      location: { position: { lat: 30.2 } },
      messages: [
        {
          from: 'customer',
          body: 'Running late',
          relays: [{ recipient: 'dana', state: 'ACCEPTED', delivery: 'delivered' }],
        },
        { from: 'Dana', body: 'She is always late', relays: [] },
      ],
    });
  });

  test('shows a customer their own job, without numbers, contacts, the team’s words, or recipients', async () => {
    const { status, json } = await read(await withMessages(), {}, trackToken());
    expect(status).toBe(200);
    expect(isJobState(json)).toBe(true);
    const text = JSON.stringify({ ...json, location: { ...json.location, company: null } });
    for (const secret of ['+1512', 'Dana', 'dana', 'always late']) expect(text).not.toContain(secret);
    expect(json).toMatchObject({
      customer: { name: 'Maria Lopez', phone: '+*********11' },
      messages: [{ from: 'customer', body: 'Running late', relays: [] }],
    });
  });

  test('hides from a customer the company’s own stops, and who in the company changed the job', async () => {
    const service = await withMessages();
    const site = aJob().stops[0];
    if (!site) throw new Error('The sample job has no stop');
    const dump = { ...site, kind: 'dump_site' as const, address: 'Hornsby Bend' };
    const history = [{ status: 'in_transit' as const, at: NOW, by: 'operator' as const, reason: 'set by pat' }];
    await service.jobs.update(aJob({ stops: [dump, site, dump], currentStop: 1, history, notes: '4411', version: 2 }));
    const { json } = await read(service, {}, trackToken());
    expect(json).toMatchObject({ stops: [{ kind: 'drop_off' }], currentStop: 0 });
    expect(JSON.stringify(json)).not.toMatch(/Hornsby|pat|4411/);
    expect((await read(service, asOperator)).json).toMatchObject({
      currentStop: 1,
      stops: { length: 3 },
      notes: '4411',
    });
  });

  test('refuses the link of another job', async () => {
    const answer = await read(await withMessages(), bearer(trackToken({ job: 'QDN-1043', account: 'carter' })));
    expect(answer).toMatchObject({ status: 403, json: { type: 'urn:qdn:problem:forbidden' } });
  });

  test('refuses a revoked link', async () => {
    const service = await withMessages();
    await service.jobs.update(aJob({ revokedLinks: ['abcdefgh'], version: 2 }));
    expect((await read(service, {}, trackToken())).json).toMatchObject({ type: 'urn:qdn:problem:link-revoked' });
  });
});
