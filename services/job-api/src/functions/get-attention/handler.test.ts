import { describe, expect, test } from '@jest/globals';
import { validate as isAttention } from '@qdn/contracts/validators/attention';
import {
  type InboundMessage,
  type JobId,
  type MessageSid,
  opened,
  type PhoneNumber,
  type RecipientId,
  type TrailerId,
  UNMATCHED,
} from '@qdn/domain';
import { aJob, memoryJobs } from '@qdn/domain/testing';
import { aService, asOperator, bearer, call, HOUR, NOW, trackToken } from '../../testing.ts';
import { getAttention } from './handler.ts';

const JOB = 'QDN-1042' as JobId;
const sid = (n: number) => `SM${String(n).padStart(32, '0')}` as MessageSid;
const message = (n: number, receivedAt: number): InboundMessage => ({
  messageSid: sid(n),
  pathJob: null,
  receivedAt,
  from: '+15125550199',
  to: '+15125550142',
  body: `words ${n}`,
  optOutType: null,
  media: [],
});
const outbound = (n: number, claimedAt: number) =>
  opened(
    {
      timelineId: JOB,
      messageSid: sid(n),
      recipient: 'dana' as RecipientId,
      attempt: 1,
      to: '+15125550171',
      body: 'x',
      carrier: 'twilio',
    },
    'run',
    claimedAt,
  );

const read = async (service: ReturnType<typeof aService>, headers: Record<string, string> = asOperator) =>
  call(getAttention(service), { headers });

describe('GET /api/attention', () => {
  test('is empty when nothing needs attention', async () => {
    const { status, json } = await read(aService());
    expect(status).toBe(200);
    expect(isAttention(json)).toBe(true);
    expect(json).toEqual({
      stoppedPhones: [],
      unresolved: [],
      unanswered: [],
      counts: { unresolved: 0, unanswered: 0 },
      unmatched: [],
      ended: [],
      asked: [],
    });
  });

  test('shows unknown outcomes, unanswered messages and unmatched messages', async () => {
    const service = aService();
    const { relay } = service;
    await relay.open(outbound(1, NOW - HOUR));
    await relay.open(outbound(2, NOW - 1000));
    const unmatched = { timelineId: UNMATCHED, sender: '', heldUntil: null };
    await relay.record(unmatched, message(3, NOW - 2 * HOUR));
    await relay.record(unmatched, message(4, NOW - HOUR));
    await relay.record(unmatched, message(5, NOW - 8 * 24 * HOUR));
    // A message from a dispatcher, and a summary from us.
    await relay.record(unmatched, { ...message(7, NOW - HOUR), from: service.company.contacts[0]?.phone ?? '' });
    await relay.record(unmatched, { ...message(8, NOW - HOUR), messageSid: `QS${'8'.repeat(32)}` as MessageSid });
    await relay.pin(sid(6), {
      kind: 'team',
      timelineId: JOB,
      sender: 'customer',
      from: '+15125550111',
      receivedAt: NOW,
      begunAt: NOW,
      recipients: [],
      body: '',
      acknowledges: [],
      notice: null,
      bounce: null,
      heldUntil: null,
      answeredBy: null,
    });
    await relay.flagUnanswered(sid(6), NOW - HOUR);
    const { json } = await read(service);
    expect(isAttention(json)).toBe(true);
    expect(json).toMatchObject({
      unresolved: [{ sid: sid(1), jobId: JOB, recipient: 'dana', state: 'CLAIMED', carrier: 'twilio' }],
      unanswered: [{ sid: sid(6), jobId: JOB }],
      unmatched: [
        { sid: sid(4), from: '+*********99', body: 'words 4' },
        { sid: sid(3), body: 'words 3' },
      ],
    });
    expect(json.unresolved).toHaveLength(1);
    expect(json.unmatched).toHaveLength(2);
    expect(JSON.stringify(json)).not.toContain('555');
  });

  test('shows jobs whose trailer stands near a stop that it has not reached, with the place', async () => {
    const T1 = 'T1' as TrailerId;
    const question = {
      trailerId: T1,
      stop: 0,
      at: NOW - HOUR,
      metres: 430,
      minutes: 8,
      place: { lat: 30.2, lon: -97.7 },
    };
    const driving = {
      status: 'in_transit',
      at: NOW - 2 * HOUR,
      by: 'fixes',
      reason: '',
      stop: 0,
      trailerId: T1,
    } as const;
    const attentionJobs = memoryJobs([aJob({ status: 'in_transit', history: [driving], question })]);
    const { json } = await read({ ...aService(), attentionJobs });
    expect(isAttention(json)).toBe(true);
    expect(json.asked).toMatchObject([
      { jobId: JOB, status: 'in_transit', trailerId: 'T1', stop: 0, minutes: 8, metres: 430, lat: 30.2, lon: -97.7 },
    ]);
    expect(json.ended).toEqual([]);
  });

  test('shows jobs that ended by themselves, the newest first, and not those that a person ended or that are old', async () => {
    const end = (id: string, at: number, by: 'fixes' | 'driver' | 'operator') =>
      aJob({
        id: id as JobId,
        status: 'completed',
        history: [
          { status: 'completed', at, by, reason: 'left the drop off, the last stop', trailerId: 'T1' as TrailerId },
        ],
      });
    const ended = memoryJobs([
      end('QDN-1', NOW - 2 * HOUR, 'fixes'),
      end('QDN-2', NOW - HOUR, 'driver'),
      end('QDN-3', NOW - HOUR, 'operator'),
      end('QDN-4', NOW - 40 * HOUR, 'fixes'),
      aJob(),
    ]);
    const { json } = await read({ ...aService(), attentionJobs: ended });
    expect(isAttention(json)).toBe(true);
    expect(json.ended.map(({ jobId, by }: { jobId: string; by: string }) => [jobId, by])).toEqual([
      ['QDN-2', 'driver'],
      ['QDN-1', 'fixes'],
    ]);
    expect(json.ended[1]).toEqual({
      jobId: 'QDN-1',
      customerName: 'Maria Lopez',
      status: 'completed',
      trailerId: 'T1',
      at: new Date(NOW - 2 * HOUR).toISOString(),
      seenAt: new Date(NOW - 2 * HOUR).toISOString(),
      by: 'fixes',
      reason: 'left the drop off, the last stop',
      version: 1,
    });
  });

  test('leaves out the texts of the operator and of drivers', async () => {
    const service = aService();
    const ray = { name: 'Ray', phone: '+15125550131' as PhoneNumber, trailers: [] };
    const company = { ...service.company, operator: '+15125550180', drivers: [ray] };
    const unmatched = { timelineId: UNMATCHED, sender: 'operator', heldUntil: null };
    await service.relay.record(unmatched, { ...message(9, NOW - HOUR), from: '+15125550180' });
    await service.relay.record(unmatched, { ...message(10, NOW - HOUR), from: ray.phone });
    const { json } = await call(getAttention({ ...service, company }), { headers: asOperator });
    expect(json.unmatched).toEqual([]);
  });

  test('names the people of the team whose phones have opted out', async () => {
    const service = aService();
    const [contact] = service.company.contacts;
    if (!contact) throw new Error('The sample company has no contact');
    const stop = { phone: contact.phone, isStopped: true, by: 'stop', why: 'QUIT', at: NOW } as const;
    await service.relay.setConsent(stop);
    await service.relay.setConsent({ ...stop, phone: '+15125550111' });
    const { json } = await read(service);
    expect(isAttention(json)).toBe(true);
    expect(json.stoppedPhones).toEqual([contact.name]);
  });

  test('is for operators only', async () => {
    expect((await read(aService(), bearer(trackToken()))).status).toBe(401);
  });
});
