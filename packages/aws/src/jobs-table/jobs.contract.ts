import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AttentionJobs, Job, JobId, JobStatus, JobStore, PhoneNumber, TrailerId } from '@qdn/domain';
import { aJob } from '@qdn/domain/testing';

type Opened = { store: JobStore & AttentionJobs; close: () => Promise<void> };

const id = (text: string) => text as JobId;
const phone = (text: string) => text as PhoneNumber;
const trailer = (text: string) => text as TrailerId;
const next = (job: Job, changes: Partial<Job>): Job => ({ ...job, ...changes, version: job.version + 1 });

/** Contract of every job store, in memory or in a table. Each test uses its own job IDs, phones and trailers. */
export const jobStoreContract = (name: string, open: () => Promise<Opened>): void => {
  describe(`a job store (${name})`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(async () => opened.close());
    const store = () => opened.store;

    test('returns a job as it was stored', async () => {
      const arrival = { status: 'at_site', at: 1, by: 'fixes', reason: '', stop: 0, trailerId: trailer('T1') } as const;
      const job = aJob({
        id: id('QDN-1'),
        scheduledFor: Date.UTC(2026, 11, 1),
        revokedLinks: ['abcdefgh'],
        stops: aJob().stops.flatMap((stop) => [stop, { ...stop, quality: 'street' as const }]),
        notes: 'gate code 4411',
        notices: [
          { what: 'on-the-way', stop: 0, at: 5, promised: 9 },
          { what: 'arrived', stop: 0, at: 8, promised: null },
        ],
        history: [...aJob().history, arrival],
        contacts: aJob().contacts.flatMap((one) => [one, { ...one, quietHours: { from: '21:00', to: '07:00' } }]),
      });
      await store().create(job);
      expect(await store().find(job.id)).toEqual(job);
    });

    const openIds = async (name: string, now = aJob().createdAt) =>
      (await store().openByTrailer(trailer(name), now)).map((job) => job.id);

    test('returns null for a job that was never created', async () => {
      expect(await store().find(id('QDN-999'))).toBeNull();
    });

    test('refuses a second job under the same ID, and leaves the first as it was', async () => {
      const job = aJob({ id: id('QDN-2'), trailers: [trailer('T21')] });
      await store().create(job);
      const second = aJob({ id: job.id, trailers: [trailer('T22')], customer: { ...job.customer, name: 'Eve' } });
      await expect(store().create(second)).rejects.toMatchObject({ code: 'conflict' });
      expect(await store().find(job.id)).toEqual(job);
      expect(await openIds('T22')).toEqual([]);
    });

    test('shows an update to the next read', async () => {
      const job = aJob({ id: id('QDN-3') });
      await store().create(job);
      const after = next(job, { status: 'at_site', updatedAt: job.updatedAt + 1 });
      await store().update(after);
      expect(await store().find(job.id)).toEqual(after);
    });

    test('of two updates of the same version, one wins and the other is refused', async () => {
      const job = aJob({ id: id('QDN-4') });
      await store().create(job);
      const outcomes = await Promise.allSettled([
        store().update(next(job, { status: 'at_site' })),
        store().update(next(job, { status: 'completed' })),
      ]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect((await store().find(job.id))?.version).toBe(2);
    });

    test('refuses to update a job that was never created', async () => {
      const job = next(aJob({ id: id('QDN-5') }), {});
      await expect(store().update(job)).rejects.toMatchObject({ code: 'conflict' });
      expect(await store().find(job.id)).toBeNull();
    });

    test('finds the active jobs of a phone, newest first, and no ended one', async () => {
      const customer = { name: 'Sam Carter', phone: phone('+15125550601') };
      const older = aJob({ id: id('QDN-61'), customer, createdAt: 1000 });
      const newer = aJob({ id: id('QDN-62'), customer, createdAt: 2000 });
      const ended = aJob({ id: id('QDN-63'), customer, createdAt: 3000, status: 'completed' });
      for (const job of [older, newer, ended]) await store().create(job);
      expect(await store().activeByPhone(customer.phone)).toEqual([newer.id, older.id]);
      await store().update(next(newer, { status: 'cancelled' }));
      expect(await store().activeByPhone(customer.phone)).toEqual([older.id]);
      expect(await store().activeByPhone(phone('+15125550699'))).toEqual([]);
    });

    test('finds the ended jobs of a phone, of the newest ones, until they are open again', async () => {
      const customer = { name: 'Sam Carter', phone: phone('+15125550602') };
      const endedIds = async () => (await store().endedByPhone(customer.phone)).map((job) => job.id).sort();
      const jobs = Array.from({ length: 7 }, (_, i) => aJob({ id: id(`QDN-64${i}`), customer, createdAt: 1000 + i }));
      for (const job of jobs) await store().create(job);
      expect(await endedIds()).toEqual([]);
      for (const [i, job] of jobs.entries())
        await store().update(next(job, { status: i === 6 ? 'cancelled' : 'completed' }));
      expect(await endedIds()).toEqual(['QDN-642', 'QDN-643', 'QDN-644', 'QDN-645', 'QDN-646']);
      expect(await store().activeByPhone(customer.phone)).toEqual([]);
      for (const job of jobs.slice(-1)) await store().update({ ...job, version: 3 });
      expect(await endedIds()).toEqual(['QDN-641', 'QDN-642', 'QDN-643', 'QDN-644', 'QDN-645']);
      expect(await store().endedByPhone(phone('+15125550699'))).toEqual([]);
    });

    test('finds the active jobs that a trailer is assigned to, with any other trailers', async () => {
      const job = aJob({ id: id('QDN-7'), trailers: [trailer('T71'), trailer('T72')] });
      await store().create(job);
      expect(await openIds('T71')).toEqual([job.id]);
      expect(await openIds('T72')).toEqual([job.id]);
    });

    test('does not find a removed trailer, finds an added one, and none once the job has ended', async () => {
      const job = aJob({ id: id('QDN-8'), trailers: [trailer('T81')] });
      await store().create(job);
      const swapped = next(job, { trailers: [trailer('T82')], updatedAt: job.updatedAt + 1 });
      await store().update(swapped);
      expect(await openIds('T81')).toEqual([]);
      expect(await openIds('T82')).toEqual([job.id]);
      const ended = next(swapped, { status: 'completed', updatedAt: job.updatedAt + 2 });
      await store().update(ended);
      expect(await openIds('T82')).toEqual([]);
      await store().update(next(ended, { status: 'in_transit', updatedAt: job.updatedAt + 3 }));
      expect(await openIds('T82')).toEqual([job.id]);
    });

    test.each([11, 60])(
      'finds the jobs of a trailer that are due around now, of %i that are booked ahead',
      async (count) => {
        const now = aJob().createdAt;
        const name = `T${count}00`;
        const booked = Array.from({ length: count }, (_, i) =>
          aJob({
            id: id(`QDN-${count}${String(i).padStart(3, '0')}`),
            status: 'scheduled',
            trailers: [trailer(name)],
            // One for each day, the first ones in the past; the one of today was touched longest ago.
            scheduledFor: now + (i - 5) * 86_400_000 + 3_600_000,
            updatedAt: now + (i === 5 ? 0 : i + 1),
          }),
        );
        for (const job of booked) await store().create(job);
        const ids = booked.map((job) => job.id);
        expect(await openIds(name, now)).toEqual([ids[5], ids[6], ids[4], ids[3], ids[2], ids[1]]);
      },
    );

    test('finds jobs that ended by themselves, not those that a person ended, until they are open again', async () => {
      const now = aJob().createdAt;
      const ended = (by: 'fixes' | 'operator') => [{ status: 'completed', at: now, by, reason: '' }] as const;
      const ends = async (name: string) =>
        (await store().endedByTrailer(trailer(name), now - 1000)).map((job) => job.id);
      const byItself = aJob({ id: id('QDN-811'), trailers: [trailer('T811')] });
      const byPerson = aJob({ id: id('QDN-812'), trailers: [trailer('T811')] });
      const longAgo = aJob({ id: id('QDN-813'), trailers: [trailer('T811')], scheduledFor: now - 5000 });
      for (const job of [byItself, byPerson, longAgo]) await store().create(job);
      for (const job of [byItself, longAgo])
        await store().update(next(job, { status: 'completed', history: [...ended('fixes')] }));
      await store().update(next(byPerson, { status: 'completed', history: [...ended('operator')] }));
      expect(await ends('T811')).toEqual([byItself.id]);
      expect(await openIds('T811')).toEqual([]);
      await store().update({ ...byItself, version: 3 });
      expect(await ends('T811')).toEqual([]);
      expect(await openIds('T811')).toEqual([byItself.id]);
    });

    test('finds the jobs that ended without the office since a moment, the newest first, until they are open again', async () => {
      const began = aJob().createdAt + 10 * 86_400_000;
      const end = (number: number, by: 'fixes' | 'driver' | 'operator', decidedAt: number): Job =>
        aJob({
          id: id(`QDN-${number}`),
          trailers: [trailer('T821')],
          status: 'completed',
          history: [{ status: 'completed', at: began, by, reason: '', decidedAt }],
        });
      const [older, byDriver, byPerson, before] = [
        end(821, 'fixes', began + 1000),
        end(822, 'driver', began + 2000),
        end(823, 'operator', began + 3000),
        end(824, 'fixes', began - 1),
      ] as const;
      for (const job of [older, byDriver, byPerson, before]) await store().create(job);
      const ended = async () => (await store().attentionSince(began)).map((job) => job.id);
      expect(await ended()).toEqual([byDriver.id, older.id]);
      await store().update(next(older, { status: 'in_transit' }));
      expect(await ended()).toEqual([byDriver.id]);
    });

    test('finds a job with a question about its stop, until it is answered', async () => {
      const began = aJob().createdAt + 20 * 86_400_000;
      const on = trailer('T831');
      const driving = {
        status: 'in_transit',
        at: began - 1000,
        by: 'fixes',
        reason: '',
        stop: 0,
        trailerId: on,
      } as const;
      const asked = { trailerId: on, stop: 0, at: began + 1000, metres: 430, minutes: 8, place: { lat: 30, lon: -97 } };
      const job = aJob({ id: id('QDN-831'), trailers: [on], history: [driving], question: asked });
      await store().create(job);
      const found = async () => (await store().attentionSince(began)).map((one) => one.id);
      expect(await found()).toEqual([job.id]);
      const answer = { status: 'at_site', at: began + 2000, by: 'operator', reason: '', stop: 0 } as const;
      await store().update(next(job, { status: 'at_site', history: [driving, answer] }));
      expect(await found()).toEqual([]);
    });

    test('does not find a trailer whose assignment lost the race', async () => {
      const job = aJob({ id: id('QDN-9'), trailers: [] });
      await store().create(job);
      await store().update(next(job, { status: 'at_site' }));
      await expect(store().update(next(job, { trailers: [trailer('T91')] }))).rejects.toMatchObject({
        code: 'conflict',
      });
      expect(await openIds('T91')).toEqual([]);
    });

    test('lists the jobs of a status, last changed first, and moves a job with its status', async () => {
      const status: JobStatus = 'en_route_to_next';
      const first = aJob({ id: id('QDN-101'), status, updatedAt: 1000 });
      const second = aJob({ id: id('QDN-102'), status, updatedAt: 2000, trailers: [trailer('T1'), trailer('T2')] });
      await store().create(first);
      await store().create(second);
      const page = await store().list([status], null);
      expect(page).toEqual({
        jobs: [
          {
            id: second.id,
            accountId: second.accountId,
            customerName: 'Maria Lopez',
            status,
            trailers: ['T1', 'T2'],
            updatedAt: 2000,
          },
          expect.objectContaining({ id: first.id, updatedAt: 1000 }),
        ],
        next: null,
      });
      await store().update(next(first, { status: 'completed' }));
      expect((await store().list([status], null)).jobs.map((job) => job.id)).toEqual([second.id]);
    });
  });
};
