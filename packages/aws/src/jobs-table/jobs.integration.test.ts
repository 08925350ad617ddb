import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JobId, JobStore, JobSummary, TrailerId } from '@qdn/domain';
import { aJob } from '@qdn/domain/testing';
import { byNight } from '@qdn/test-support/runs';
import { startDynamo, type TestDynamo } from '../testing/index.ts';
import { createAttentionJobs } from './attention-jobs.ts';
import { jobStoreContract } from './jobs.contract.ts';
import { createJobStore } from './jobs.ts';
import { jobSizeContract, jobsAtScaleContract } from './jobs-at-scale.contract.ts';
import { assignmentKey, trailerKey } from './keys.ts';

type Item = Record<string, unknown>;
const isClearing = ({ sk, trailerKey: key }: Item) => sk !== 'STATE' && key === undefined;
const failOn = (matches: (item: Item) => boolean) => async (item: Item) => {
  if (matches(item)) throw new Error('the process died here');
};

const openStore = async () => {
  const dynamo = await startDynamo();
  const name = await dynamo.createTable('JobsTable');
  const store = { ...createJobStore(dynamo.client, name), ...createAttentionJobs(dynamo.client, name) };
  return { store, close: dynamo.stop };
};
jobStoreContract('in DynamoDB', openStore);
jobSizeContract('in DynamoDB', openStore);
for (const count of [11, 60, ...byNight([5000])]) jobsAtScaleContract('in DynamoDB', count, openStore);

describe('the jobs table', () => {
  let dynamo: TestDynamo;
  let table: string;
  let store: JobStore;
  beforeAll(async () => {
    dynamo = await startDynamo();
    table = await dynamo.createTable('JobsTable');
    store = createJobStore(dynamo.client, table);
  }, 60_000);
  afterAll(async () => dynamo.stop());

  test('pages through jobs of several statuses, last changed first, without gap or repetition', async () => {
    const statuses = ['scheduled', 'in_transit', 'at_site'] as const;
    const jobs = Array.from({ length: 130 }, (_, i) =>
      aJob({
        id: `QDN-${2000 + i}` as JobId,
        // Few jobs at site, so that this status ends its pages before the others; and seven jobs at each moment.
        status: statuses[i % 19 === 0 ? 2 : i % 2] ?? 'scheduled',
        trailers: [],
        updatedAt: 1000 + Math.floor(i / 7),
      }),
    );
    await Promise.all(jobs.map((job) => store.create(job)));
    const seen: JobSummary[] = [];
    let pages = 0;
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<JobStore['list']>> = await store.list(statuses, after);
      seen.push(...page.jobs);
      after = page.next;
      pages += 1;
    } while (after !== null);
    expect(pages).toBe(3);
    expect(seen.map(({ id }) => id).toSorted()).toEqual(jobs.map(({ id }) => id).toSorted());
    const times = seen.map(({ updatedAt }) => updatedAt);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test.each([
    '',
    'x',
    Buffer.from('{"pk":"JOB#QDN-1"}').toString('base64url'),
    Buffer.from('scheduled 1').toString('base64url'),
    Buffer.from('lost 1 QDN-1').toString('base64url'),
    Buffer.from('scheduled 1e9 QDN-1').toString('base64url'),
  ])('refuses %j as a cursor, with a caller’s error', async (cursor) => {
    await expect(store.list(['cancelled'], cursor)).rejects.toMatchObject({ code: 'schema-violation' });
  });

  const open = async (name: TrailerId) => (await store.openByTrailer(name, aJob().createdAt)).map(({ id }) => id);

  test('an assignment left behind by a crash does not give a trailer a job', async () => {
    const job = aJob({ id: 'QDN-3001' as JobId, trailers: ['T300' as TrailerId] });
    await store.create(job);
    const stale = 'T301' as TrailerId;
    const leftBehind = { ...assignmentKey(job.id, stale), trailerKey: trailerKey(stale), dueAt: job.createdAt };
    await dynamo.client.send(new PutCommand({ TableName: table, Item: leftBehind }));
    expect(await open(stale)).toEqual([]);
  });

  test('a crash between the assignment and the job is repaired by creating the job again', async () => {
    const job = aJob({ id: 'QDN-3004' as JobId, trailers: ['T304' as TrailerId] });
    const crashing = createJobStore(dynamo.connect(failOn(({ sk }) => sk === 'STATE')), table);
    await expect(crashing.create(job)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await open('T304' as TrailerId)).toEqual([]);
    await store.create(job);
    expect(await open('T304' as TrailerId)).toEqual([job.id]);
  });

  test('an update whose clearing failed is still applied, and the removed trailer is not found', async () => {
    const job = aJob({ id: 'QDN-3005' as JobId, trailers: ['T305' as TrailerId] });
    await store.create(job);
    const crashing = createJobStore(dynamo.connect(failOn(isClearing)), table);
    await crashing.update({ ...job, trailers: [], version: 2 });
    expect((await store.find(job.id))?.trailers).toEqual([]);
    expect(await open('T305' as TrailerId)).toEqual([]);
  });

  test('late clearing does not undo a newer assignment', async () => {
    const job = aJob({ id: 'QDN-3006' as JobId, trailers: ['T306' as TrailerId] });
    await store.create(job);
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const slow = dynamo.connect(async (item) => {
      if (!isClearing(item)) return;
      reached.resolve();
      await released.promise;
    });
    const ending = createJobStore(slow, table).update({ ...job, status: 'cancelled', version: 2 });
    await reached.promise;
    await store.update({ ...job, version: 3 });
    released.resolve();
    await ending;
    expect(await open('T306' as TrailerId)).toEqual([job.id]);
  });

  test('a write that is sent twice, because its first answer was lost, is applied once without a conflict', async () => {
    const twice = dynamo.connect(async (item) => {
      if (item['sk'] === 'STATE') await dynamo.client.send(new PutCommand({ TableName: table, Item: item }));
    });
    const job = aJob({ id: 'QDN-3007' as JobId });
    await createJobStore(twice, table).create(job);
    const after = { ...job, status: 'at_site', version: 2 } as const;
    await createJobStore(twice, table).update(after);
    expect(await store.find(job.id)).toEqual(after);
    await expect(store.update({ ...after, status: 'completed' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(store.create(job)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('an item broken by hand is an error that names the attribute', async () => {
    const job = aJob({ id: 'QDN-3002' as JobId });
    await store.create(job);
    await dynamo.client.send(
      new PutCommand({ TableName: table, Item: { ...job, pk: 'JOB#QDN-3002', sk: 'STATE', status: 'lost' } }),
    );
    await expect(store.find(job.id)).rejects.toThrow('is not a job: status');
  });

  test('reading a job takes one request, and an update that keeps the trailers takes two', async () => {
    const job = aJob({ id: 'QDN-3003' as JobId });
    await store.create(job);
    const before = dynamo.calls();
    await store.find(job.id);
    expect(dynamo.calls() - before).toBe(1);
    await store.update({ ...job, status: 'at_site', version: 2 });
    expect(dynamo.calls() - before).toBeLessThanOrEqual(3);
  });
});

test('an engine that does not answer is `unavailable`, with a retry time', async () => {
  const dynamo = await startDynamo('http://127.0.0.1:1');
  const store = createJobStore(dynamo.client, 'qdn-jobs');
  await expect(store.find('QDN-1' as JobId)).rejects.toMatchObject({ code: 'unavailable', retryAfterS: 5 });
}, 20_000);
