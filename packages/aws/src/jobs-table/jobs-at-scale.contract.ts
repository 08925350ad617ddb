import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type AttentionJobs,
  ItemTooLarge,
  type JobId,
  type JobStore,
  type JobSummary,
  type PhoneNumber,
  type TrailerId,
} from '@qdn/domain';
import { aJob } from '@qdn/domain/testing';

/** Time for storing the items: an engine on a busy machine takes 20 ms for each of 5,000. */
const PREPARING_MS = 600_000;

type Opened = { store: JobStore & AttentionJobs; close: () => Promise<void> };

const DAY_MS = 24 * 3_600_000;
const START = Date.UTC(2026, 10, 23, 14);
const T1 = 'T1' as TrailerId;
const CUSTOMER = { name: 'Maria Lopez', phone: '+15125550111' as PhoneNumber };
/** Maximum number of jobs in a page, and of active jobs of a phone that are returned. */
const PAGE_JOBS = 50;
const MAX_JOBS_OF_PHONE = 10;
/** Maximum number of jobs that ended by themselves and are read at once. */
const MAX_ENDED_JOBS = 50;

/** Contract of every job store that has many jobs: one trailer and one customer with a job each day. */
export const jobsAtScaleContract = (name: string, count: number, open: () => Promise<Opened>): void => {
  describe(`a job store with ${count} jobs (${name})`, () => {
    let opened: Opened;
    const ids = Array.from({ length: count }, (_, i) => `QDN-${1000 + i}` as JobId);
    beforeAll(async () => {
      opened = await open();
      const jobs = ids.map((id, i) =>
        aJob({
          id,
          customer: CUSTOMER,
          trailers: [T1],
          status: 'scheduled',
          scheduledFor: START + i * DAY_MS,
          createdAt: START + i,
          updatedAt: START + i,
        }),
      );
      for (let i = 0; i < jobs.length; i += 50)
        await Promise.all(jobs.slice(i, i + 50).map((job) => opened.store.create(job)));
    }, PREPARING_MS);
    afterAll(async () => opened.close());

    test('lists them in pages, last changed first, without gap or repetition', async () => {
      const seen: JobSummary[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<JobStore['list']>> = await opened.store.list(['scheduled', 'completed'], after);
        expect(page.jobs.length).toBeLessThanOrEqual(PAGE_JOBS);
        seen.push(...page.jobs);
        after = page.next;
      } while (after !== null);
      expect(seen.map(({ id }) => id)).toEqual(ids.toReversed());
    });

    test('returns the newest active jobs of a phone, and not all of them', async () => {
      expect(await opened.store.activeByPhone(CUSTOMER.phone)).toEqual(ids.slice(-MAX_JOBS_OF_PHONE).toReversed());
    });

    test.each([0, Math.floor(count / 2), count - 1])(
      'finds the job of the trailer that is due on day %i',
      async (day) => {
        const [first] = await opened.store.openByTrailer(T1, START + day * DAY_MS);
        expect(first?.id).toBe(ids[day]);
      },
    );

    // The last test, because it ends all jobs.
    test('returns the newest jobs that ended by themselves, and not all of them', async () => {
      for (const [i, id] of ids.entries()) {
        const job = await opened.store.find(id);
        if (!job) throw new Error(`The job ${id} is missing`);
        const end = { status: 'completed', at: START + i, by: 'fixes', reason: '', trailerId: T1 } as const;
        await opened.store.update({ ...job, status: 'completed', history: [...job.history, end], version: 2 });
      }
      const ended = await opened.store.attentionSince(START - 1);
      expect(ended.map(({ id }) => id)).toEqual(ids.slice(-MAX_ENDED_JOBS).toReversed());
    }, 120_000);
  });
};

/** Contract of every job store about jobs that are too large. The table stores the customer's name twice, once for listings. */
export const jobSizeContract = (name: string, open: () => Promise<Opened>): void => {
  test(`refuses a job of over 400 KB, and stores one of 150 KB (${name})`, async () => {
    const { store, close } = await open();
    const sized = (id: string, kilobytes: number) =>
      aJob({ id: id as JobId, trailers: [], customer: { ...CUSTOMER, name: 'x'.repeat(kilobytes * 1024) } });
    await store.create(sized('QDN-1', 150));
    await expect(store.create(sized('QDN-2', 401))).rejects.toThrow(ItemTooLarge);
    expect([await store.find('QDN-1' as JobId), await store.find('QDN-2' as JobId)]).toEqual([
      sized('QDN-1', 150),
      null,
    ]);
    await close();
  }, 60_000);
};
