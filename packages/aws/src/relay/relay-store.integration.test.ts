import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InboundMessage, JobId, MessageSid, RelayPlan } from '@qdn/domain';
import { aJob } from '@qdn/domain/testing';
import { byNight } from '@qdn/test-support/runs';
import { createJobStore } from '../jobs-table/index.ts';
import { startDynamo, type TestDynamo } from '../testing/index.ts';
import { conversationStoreContract } from './conversation-store.contract.ts';
import { createJobTimelineReader } from './job-timeline.ts';
import { relayAtScaleContract, relaySizeContract } from './relay-at-scale.contract.ts';
import { relayStoreContract } from './relay-store.contract.ts';
import { createRelayStore } from './relay-store.ts';

const openStore = async () => {
  const dynamo = await startDynamo();
  return { store: createRelayStore(dynamo.client, await dynamo.createTable('JobsTable')), close: dynamo.stop };
};
relayStoreContract('in DynamoDB', openStore);
conversationStoreContract('in DynamoDB', openStore);
relaySizeContract('in DynamoDB', openStore);
relayAtScaleContract('in DynamoDB', { count: 11, bodyChars: 100 }, openStore);
relayAtScaleContract('in DynamoDB', { count: 60, bodyChars: 20_000 }, openStore);
for (const count of byNight([5000])) relayAtScaleContract('in DynamoDB', { count, bodyChars: 100 }, openStore);

describe('the timeline of a job', () => {
  let dynamo: TestDynamo;
  let table: string;
  beforeAll(async () => {
    dynamo = await startDynamo();
    table = await dynamo.createTable('JobsTable');
  }, 60_000);
  afterAll(async () => dynamo.stop());

  const message = (n: number, body: string): InboundMessage => ({
    messageSid: `SM${String(n).padStart(32, '0')}` as MessageSid,
    pathJob: null,
    receivedAt: Date.UTC(2026, 10, 23) + n,
    from: '+15125550111',
    to: '+15125550142',
    body,
    optOutType: null,
    media: [],
  });

  test('is one read for a job with its messages, and null for a missing job', async () => {
    const job = aJob();
    await createJobStore(dynamo.client, table).create(job);
    const relay = createRelayStore(dynamo.client, table);
    await relay.record({ timelineId: job.id, sender: 'customer', heldUntil: null }, message(1, 'Running late'));
    const read = createJobTimelineReader(dynamo.client, table);
    const before = dynamo.calls();
    expect(await read(job.id)).toEqual({ job, timeline: await relay.timeline(job.id) });
    expect(dynamo.calls() - before).toBe(2);
    expect(await read('QDN-9' as JobId)).toBeNull();
  });

  test('includes all messages when they do not fit into one answer of DynamoDB', async () => {
    const job = aJob({ id: 'QDN-77' as JobId });
    await createJobStore(dynamo.client, table).create(job);
    const relay = createRelayStore(dynamo.client, table);
    const words = 'x'.repeat(30_000);
    for (let n = 0; n < 45; n += 1)
      await relay.record({ timelineId: job.id, sender: 'customer', heldUntil: null }, message(n, words));
    expect((await createJobTimelineReader(dynamo.client, table)(job.id))?.timeline).toHaveLength(45);
    expect(await relay.timeline(job.id)).toHaveLength(45);
  }, 20_000);
});

describe('the items that need attention', () => {
  let dynamo: TestDynamo;
  beforeAll(async () => {
    dynamo = await startDynamo();
  }, 60_000);
  afterAll(async () => dynamo.stop());

  test('are read a hundred at a time', async () => {
    const relay = createRelayStore(dynamo.client, await dynamo.createTable('JobsTable'));
    const at = Date.UTC(2026, 10, 23);
    const plan: RelayPlan = {
      kind: 'team',
      timelineId: 'QDN-1042' as JobId,
      sender: 'customer',
      from: '+15125550111',
      receivedAt: at,
      begunAt: at,
      recipients: [],
      body: 'hello',
      acknowledges: [],
      notice: null,
      bounce: null,
      heldUntil: null,
      answeredBy: null,
    };
    for (let n = 0; n < 101; n += 1) {
      const messageSid = `SM${String(n).padStart(32, '0')}` as MessageSid;
      await relay.pin(messageSid, plan);
      await relay.flagUnanswered(messageSid, at + n);
    }
    const before = dynamo.calls();
    const { unanswered } = await relay.attention(at + 1000);
    expect(unanswered.map(({ since }) => since - at)).toEqual(Array.from({ length: 101 }, (_, n) => n));
    // Two queries of the index, and two batches.
    expect(dynamo.calls() - before).toBe(4);
  }, 20_000);
});
