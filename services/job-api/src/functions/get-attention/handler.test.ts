import { describe, expect, test } from '@jest/globals';
import { validate as isAttention } from '@qdn/contracts/validators/attention';
import { type InboundMessage, type JobId, type MessageSid, opened, type RecipientId, UNMATCHED } from '@qdn/domain';
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
    expect(json).toEqual({ unresolved: [], unanswered: [], unmatched: [] });
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

  test('is for operators only', async () => {
    expect((await read(aService(), bearer(trackToken()))).status).toBe(401);
  });
});
