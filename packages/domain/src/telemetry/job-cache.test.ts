import { describe, expect, test } from '@jest/globals';
import type { Job, JobId, TrailerId } from '../index.ts';
import { aJob, memoryJobs } from '../testing/index.ts';
import { createJobCache, type JobCache } from './job-cache.ts';

const T1 = 'T1' as TrailerId;
const job = aJob();
const changed = (changes: Partial<Job>): Job => ({ ...job, ...changes, version: job.version + 1 });

const aCache = (jobs: readonly Job[] = [job]) => {
  const store = memoryJobs(jobs);
  const clock = { now: 0 };
  return { store, clock, cache: createJobCache(store, () => clock.now) };
};

describe('a cached job', () => {
  test('is kept for five seconds', async () => {
    const { store, clock, cache } = aCache();
    for (const now of [0, 1000, 4999]) {
      clock.now = now;
      expect(await cache.find(job.id)).toEqual(job);
    }
    expect(store.reads).toBe(1);
    clock.now = 5000;
    await cache.find(job.id);
    expect(store.reads).toBe(2);
  });

  test('is read again when its newest state is needed', async () => {
    const { store, cache } = aCache();
    await cache.find(job.id);
    await store.update(changed({ status: 'at_site' }));
    expect((await cache.find(job.id))?.status).toBe('in_transit');
    expect((await cache.findFresh(job.id))?.status).toBe('at_site');
    expect((await cache.find(job.id))?.status).toBe('at_site');
  });

  test('has the state that was written last', async () => {
    const { store, cache } = aCache();
    await cache.update(changed({ status: 'at_site' }));
    expect((await cache.find(job.id))?.status).toBe('at_site');
    expect(store.reads).toBe(0);
  });

  test('keeps its state when a write fails', async () => {
    const { cache } = aCache();
    await cache.find(job.id);
    await expect(cache.update({ ...job, status: 'at_site', version: 7 })).rejects.toMatchObject({ code: 'conflict' });
    expect((await cache.find(job.id))?.status).toBe('in_transit');
  });
});

test('a missing job is not cached', async () => {
  const { store, cache } = aCache([]);
  expect(await cache.find(job.id)).toBeNull();
  await store.create(job);
  expect(await cache.find(job.id)).toEqual(job);
});

describe('a trailer’s cached jobs', () => {
  const open = async (cache: JobCache) => (await cache.openByTrailer(T1)).map(({ id }) => id);

  test('are read once in five seconds', async () => {
    const { store, clock, cache } = aCache();
    for (clock.now = 0; clock.now < 5000; clock.now += 1000) await cache.openByTrailer(T1);
    expect(store.reads).toBe(1);
    await cache.openByTrailer(T1);
    expect(store.reads).toBe(2);
  });

  test('leave out one as soon as it has ended', async () => {
    const { store, clock, cache } = aCache([job, aJob({ id: 'QDN-2000' as JobId, status: 'scheduled' })]);
    clock.now = job.createdAt;
    expect(await open(cache)).toEqual([job.id, 'QDN-2000']);
    await store.update(changed({ status: 'completed' }));
    clock.now += 5000;
    expect(await open(cache)).toEqual(['QDN-2000']);
  });

  test('leave out one that has lost the trailer', async () => {
    const { store, clock, cache } = aCache();
    await cache.openByTrailer(T1);
    await store.update(changed({ trailers: ['T9' as TrailerId] }));
    clock.now = 5000;
    expect(await open(cache)).toEqual([]);
  });

  test('are read in their newest state', async () => {
    const { store, cache } = aCache([aJob({ trailers: [] })]);
    await cache.find(job.id);
    await store.update(changed({}));
    expect(await cache.openByTrailer(T1)).toEqual([changed({})]);
  });

  test('include a new one within five seconds', async () => {
    const { store, clock, cache } = aCache([]);
    expect(await open(cache)).toEqual([]);
    await store.create(job);
    clock.now = 5000;
    expect(await open(cache)).toEqual([job.id]);
  });
});

test('a container that has seen many jobs drops entries to limit its memory', async () => {
  const others = Array.from({ length: 500 }, (_, i) => aJob({ id: `QDN-${i}` as JobId }));
  const { store, cache } = aCache([job, ...others]);
  for (const { id } of [job, ...others, job]) await cache.find(id);
  expect(store.reads).toBe(502);
});
