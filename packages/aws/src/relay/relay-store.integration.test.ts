import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InboundMessage, JobId, JobTimeline, MessageSid, RelayPlan } from '@qdn/domain';
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
    expect(await read(job.id)).toEqual({
      ...{ job, timeline: await relay.timeline(job.id), olderMessages: null },
    });
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

describe('a job with very many messages', () => {
  let dynamo: TestDynamo;
  beforeAll(async () => {
    dynamo = await startDynamo();
  }, 60_000);
  afterAll(async () => dynamo.stop());

  test('is read in pages, each at the same cost', async () => {
    const table = await dynamo.createTable('JobsTable');
    const job = aJob();
    await createJobStore(dynamo.client, table).create(job);
    const relay = createRelayStore(dynamo.client, table);
    const sids = Array.from({ length: 120 }, (_, n) => `SM${String(n).padStart(32, '0')}` as MessageSid);
    for (const [n, messageSid] of sids.entries())
      await relay.record(
        { timelineId: job.id, sender: 'customer', heldUntil: null },
        {
          ...{ messageSid, pathJob: null, receivedAt: Date.UTC(2026, 10, 23) + n, from: '+15125550111' },
          ...{ to: '+15125550142', body: `words ${n}`, optOutType: null, media: [] },
        },
      );
    const read = createJobTimelineReader(dynamo.client, table);
    const seen: MessageSid[][] = [];
    const calls: number[] = [];
    for (let older: string | null = null, isMore = true; isMore; ) {
      const before = dynamo.calls();
      const page: JobTimeline | null = await read(job.id, older);
      calls.push(dynamo.calls() - before);
      seen.unshift((page?.timeline ?? []).map(({ message }) => message.messageSid));
      older = page?.olderMessages ?? null;
      isMore = older !== null;
    }
    expect(seen.map(({ length }) => length)).toEqual([20, 50, 50]);
    expect(seen.flat()).toEqual(sids);
    // The first page looks at all items at once before; each page reads the state, its messages, and the texts of each.
    expect(calls).toEqual([53, 52, 22]);
  }, 30_000);
});

describe('the items that need attention', () => {
  let dynamo: TestDynamo;
  beforeAll(async () => {
    dynamo = await startDynamo();
  }, 60_000);
  afterAll(async () => dynamo.stop());

  test('are read a hundred at a time, the newest fifty of them for the list', async () => {
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
    const unanswered = await relay.longestUnanswered(0, 200);
    expect(unanswered.map(({ since }) => since - at)).toEqual(Array.from({ length: 101 }, (_, n) => n));
    // One query of the index, and two batches.
    expect(dynamo.calls() - before).toBe(3);
    const listed = await relay.attention(at + 1000);
    expect(listed.unanswered.map(({ since }) => since - at)).toEqual(Array.from({ length: 50 }, (_, n) => 51 + n));
    expect(listed.counts).toEqual({ unresolved: 0, unanswered: 101 });
    // Two queries of the index, one batch, and one count.
    expect(dynamo.calls() - before).toBe(7);
  }, 20_000);
});
