import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Job, NOTICE_KINDS, type Notice } from '../job.ts';
import { JOB_STATUSES } from '../job-status.ts';
import type { Eta } from '../movement/estimate-arrival.ts';
import { aJob } from '../testing/index.ts';
import { announce, isRecentNotice, type NoticeOrder, type NoticePolicy, noticesDue } from './notice.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const MINUTE = 60_000;
const policy: NoticePolicy = {
  kinds: NOTICE_KINDS,
  soonMinutes: 10,
  lateMinutes: 15,
  quietHours: { from: '21:00', to: '08:00' },
};
const etaIn = (minutes: number): Eta => ({
  earliest: NOW + (minutes - 3) * MINUTE,
  latest: NOW + (minutes + 3) * MINUTE,
  likely: NOW + minutes * 60_000,
  basis: 'typical',
  after: [],
  distanceM: 1000,
  reason: '',
  asOf: NOW,
});
const jobIn = (status: Job['status'], changes: Partial<Job> = {}, agoMinutes = 0) =>
  aJob({ status, history: [{ status, at: NOW - agoMinutes * MINUTE, by: 'fixes', reason: '' }], ...changes });
const had = (what: Notice['what'], promisedIn: number | null = null, stop = 0): Notice => ({
  what,
  stop,
  at: NOW - MINUTE,
  promised: promisedIn === null ? null : NOW + promisedIn * MINUTE,
});
const due = (job: Job, eta: Eta | null = null, of: NoticePolicy = policy) =>
  noticesDue(job, eta, of, NOW).map(({ what }) => what);

describe('a customer gets a notice', () => {
  test('that the trailer is on the way, with the promised arrival', () => {
    expect(noticesDue(jobIn('in_transit'), etaIn(30), policy, NOW)).toEqual([
      { what: 'on-the-way', stop: 0, at: NOW, promised: NOW + 33 * MINUTE },
    ]);
    expect(due(jobIn('in_transit'))).toEqual(['on-the-way']);
  });

  test('that the trailer is almost there, instead of that it is on the way', () => {
    expect(due(jobIn('in_transit', { notices: [had('on-the-way', 30)] }), etaIn(9))).toEqual(['arriving-soon']);
    expect(due(jobIn('in_transit', {}, 6), etaIn(5))).toEqual(['on-the-way', 'arriving-soon']);
  });

  test('that the trailer is on the way, and not that it is almost there, when it has just set out nearby', () => {
    const near = jobIn('in_transit', {}, 2);
    const notices = noticesDue(near, etaIn(8), policy, NOW);
    expect(notices.at(-1)?.what).toBe('on-the-way');
    expect(due({ ...near, notices }, etaIn(4))).toEqual([]);
  });

  test('that the trailer has arrived, and that the job is complete', () => {
    expect(due(jobIn('at_site'))).toEqual(['arrived']);
    expect(due(jobIn('completed'))).toEqual(['completed']);
  });

  test('that the job could not be done, also after another end, and where only the usual end is announced', () => {
    expect(due(jobIn('failed'))).toEqual(['could-not']);
    expect(due(jobIn('failed', { notices: [had('completed')] }), null, { ...policy, kinds: ['completed'] })).toEqual([
      'could-not',
    ]);
    expect(due(jobIn('failed', { notices: [had('could-not')] }))).toEqual([]);
    expect(due(jobIn('failed'), null, { ...policy, kinds: ['arrived'] })).toEqual([]);
  });

  test('of the next visit again, after a visit at which the job could not be done', () => {
    const step = (status: Job['status'], agoMinutes: number) =>
      ({ status, at: NOW - agoMinutes * MINUTE, by: 'operator', reason: '' }) as const;
    const again = aJob({
      status: 'at_site',
      history: [step('at_site', 300), step('failed', 290), step('scheduled', 280), step('at_site', 0)],
      notices: [had('arrived'), had('could-not')],
    });
    const [notice] = noticesDue(again, null, policy, NOW);
    expect(notice).toMatchObject({ what: 'arrived', visit: 1 });
    expect(due({ ...again, notices: [...again.notices, ...(notice ? [notice] : [])] })).toEqual([]);
  });

  test('that the trailer is late compared with the promise, unless it is almost there', () => {
    const notices = [had('on-the-way', 20)];
    expect(due(jobIn('in_transit', { notices }), etaIn(37))).toEqual([]);
    expect(due(jobIn('in_transit', { notices }), etaIn(39))).toEqual(['delayed']);
    expect(due(jobIn('in_transit', { notices: [...notices, had('arriving-soon')] }), etaIn(60))).toEqual([]);
    expect(due(jobIn('in_transit', { notices: [...notices, had('delayed', 42)] }), etaIn(90))).toEqual([]);
  });

  test('never about the company’s own stops, another day, an old change, or a kind that is off', () => {
    const yard = { kind: 'yard', address: '', lat: 30, lon: -97, radiusM: 100 } as const;
    expect(due(jobIn('in_transit', { stops: [yard] }), etaIn(30))).toEqual([]);
    expect(due(jobIn('scheduled'), etaIn(30))).toEqual([]);
    expect(due(jobIn('cancelled'))).toEqual([]);
    expect(due(jobIn('at_site', {}, 31))).toEqual([]);
    expect(due(jobIn('completed', {}, 31))).toEqual([]);
    expect(due(jobIn('in_transit'), etaIn(30), { ...policy, kinds: ['arrived'] })).toEqual([]);
  });

  test('again for another leg', () => {
    const [site] = aJob().stops;
    if (!site) throw new Error('The sample job has no stop');
    const job = jobIn('in_transit', { stops: [site, site], currentStop: 1, notices: [had('on-the-way', 5)] });
    expect(due(job, etaIn(30))).toEqual(['on-the-way']);
  });

  test('at most once per leg and kind, in any order of events', () => {
    const anyMoment = fc.record({
      status: fc.constantFrom(...JOB_STATUSES),
      eta: fc.option(fc.integer({ min: 0, max: 200 }).map(etaIn), { nil: null }),
    });
    fc.assert(
      fc.property(fc.array(anyMoment, { maxLength: 20 }), (moments) => {
        let job = aJob();
        for (const { status, eta } of moments) {
          job = { ...job, status, history: [{ status, at: NOW, by: 'fixes', reason: '' }] };
          job = { ...job, notices: [...job.notices, ...noticesDue(job, eta, policy, NOW)] };
        }
        const names = job.notices.map(({ what, stop }) => `${what} ${stop}`);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});

describe('an announcement', () => {
  const announced = async (job: Job, eta: Eta | null) => {
    const orders: NoticeOrder[] = [];
    const queue = {
      send: async (order: NoticeOrder) => {
        orders.push(order);
      },
    };
    return { orders, after: await announce({ queue, policy, now: NOW }, job, eta) };
  };

  test('of several notices sends the last one, and notes them all', async () => {
    const job = jobIn('in_transit', {}, 6);
    const { orders, after } = await announced(job, etaIn(5));
    expect(orders).toMatchObject([{ jobId: job.id, notice: { what: 'arriving-soon' }, eta: etaIn(5) }]);
    expect(after.notices.map(({ what }) => what)).toEqual(['on-the-way', 'arriving-soon']);
    expect((await announced(after, etaIn(5))).orders).toEqual([]);
  });

  test('without a notice leaves the job as it is', async () => {
    const job = jobIn('scheduled');
    expect((await announced(job, null)).after).toBe(job);
  });

  test('that cannot be queued does not change the job', async () => {
    const queue = { send: async () => Promise.reject(new Error('no queue')) };
    await expect(announce({ queue, policy, now: NOW }, jobIn('at_site'), null)).rejects.toThrow('no queue');
  });
});

test('a notice is recent for half an hour', () => {
  expect(isRecentNotice({ ...had('arrived'), at: NOW - 30 * MINUTE }, NOW)).toBe(true);
  expect(isRecentNotice({ ...had('arrived'), at: NOW - 31 * MINUTE }, NOW)).toBe(false);
});
