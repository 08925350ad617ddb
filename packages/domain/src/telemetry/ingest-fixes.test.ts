import { describe, expect, test } from '@jest/globals';
import {
  type Fix,
  type JobId,
  NOTICE_KINDS,
  ProductError,
  type TelemetryDependencies,
  type TrailerId,
} from '../index.ts';
import { aTelemetry, NOW } from '../testing/a-telemetry.ts';
import { aDrive, aFix, aJob, memoryLocations, placeAt } from '../testing/index.ts';
import { ingestFixes } from './ingest-fixes.ts';

const JOB = 'QDN-1042' as JobId;
const [site] = aJob().stops;
if (!site) throw new Error('The sample job has no stop');
const here = (secondsAgo: number, changes: Partial<Fix> = {}): Fix =>
  aFix({ at: NOW - secondsAgo * 1000, ...placeAt(site, 15, 0), ...changes });
const T1 = 'T1' as TrailerId;
const send = async (dependencies: TelemetryDependencies, fixes: readonly Fix[]) => {
  const { accepted, ignored, changed } = await ingestFixes(dependencies, T1, fixes);
  const status = changed.at(-1)?.after.status ?? (await dependencies.jobs.find(JOB))?.status;
  return { accepted, ignored, status };
};
const arrival = [here(40), here(30), here(10)];

describe('notices to a customer', () => {
  test('are sent once for an arrival, and noted in the job', async () => {
    const { dependencies, jobs, orders } = aTelemetry([aJob()], { kinds: NOTICE_KINDS });
    await ingestFixes(dependencies, T1, arrival);
    const after = await jobs.find(JOB);
    await ingestFixes(dependencies, T1, [here(5)]);
    expect(orders.map(({ notice }) => notice.what)).toEqual(['arrived']);
    expect(after).toMatchObject({ status: 'at_site', notices: [{ what: 'arrived', stop: 0 }] });
  });

  test('announce a trailer on its way, and then its arrival soon', async () => {
    const { dependencies, orders, clock } = aTelemetry([aJob()], { kinds: NOTICE_KINDS });
    const towards = (from: number, to: number, endAt: number) => {
      const drive = aDrive([placeAt(site, from, 0), placeAt(site, to, 0)], 0).filter(({ speedMps }) => speedMps !== 0);
      const shift = endAt - (drive.at(-1)?.at ?? 0);
      return drive.map((fix) => ({ ...fix, at: fix.at + shift }));
    };
    const far = towards(20_000, 18_000, NOW);
    await ingestFixes(dependencies, T1, far);
    expect(orders).toMatchObject([{ notice: { what: 'on-the-way' }, eta: { latest: expect.any(Number) } }]);
    clock.now = NOW + 600_000;
    const near = towards(2500, 1500, clock.now);
    await ingestFixes(dependencies, T1, near);
    expect(orders.map(({ notice }) => notice.what)).toEqual(['on-the-way', 'arriving-soon']);
  });

  test('are not noted when the order cannot be queued, and the device retries', async () => {
    const { dependencies, jobs } = aTelemetry([aJob()], { kinds: NOTICE_KINDS });
    const queue = { send: async () => Promise.reject(new ProductError('unavailable', 'no queue')) };
    const broken = { ...dependencies, notices: { ...dependencies.notices, queue } };
    await expect(ingestFixes(broken, T1, arrival)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await jobs.find(JOB)).toMatchObject({ status: 'in_transit', notices: [] });
  });
});

describe('a report', () => {
  test('is stored, and the status follows', async () => {
    const { dependencies, jobs, locations, events } = aTelemetry();
    expect(await send(dependencies, arrival)).toEqual({ accepted: 3, ignored: {}, status: 'at_site' });
    expect(await locations.recent(T1, NOW, 10)).toEqual(arrival);
    expect(await jobs.find(JOB)).toMatchObject({ status: 'at_site', version: 2 });
    expect(events).toEqual([{ kind: 'status-changed', jobId: JOB, from: 'in_transit', to: 'at_site' }]);
  });

  test('counts every fix once: as accepted, or under its reason', async () => {
    const { dependencies, locations } = aTelemetry();
    await locations.append([here(50)]);
    const good = here(20);
    const report = [good, good, here(50), here(0, { lat: 0, lon: 0 })];
    expect(await send(dependencies, report)).toMatchObject({ accepted: 1, ignored: { duplicate: 2, invalid: 1 } });
    expect(await locations.recent(T1, NOW, 10)).toEqual([here(50), good]);
  });

  test('without a usable fix reads nothing and writes nothing', async () => {
    const { dependencies, locations, jobs } = aTelemetry();
    await ingestFixes(dependencies, T1, [here(5, { lat: 0, lon: 0 })]);
    expect([locations.reads, jobs.reads]).toEqual([0, 0]);
  });

  test('of fixes from before the last change is stored and changes no status', async () => {
    const job = aJob({ history: [{ status: 'in_transit', at: NOW - 5000, by: 'operator', reason: 'set by pat' }] });
    const { dependencies, locations } = aTelemetry([job]);
    expect(await send(dependencies, arrival)).toEqual({ accepted: 3, ignored: {}, status: 'in_transit' });
    expect(await locations.recent(T1, NOW, 10)).toEqual(arrival);
  });

  test('of a trailer without a job is stored too', async () => {
    const { dependencies, locations } = aTelemetry([]);
    expect(await ingestFixes(dependencies, T1, arrival)).toEqual({ accepted: 3, ignored: {}, changed: [] });
    expect(await locations.recent(T1, NOW, 10)).toEqual(arrival);
  });

  test('changes no job that has ended', async () => {
    const history = [{ status: 'completed', at: NOW - 35_000, by: 'operator', reason: '' }] as const;
    const { dependencies, locations } = aTelemetry([aJob({ status: 'completed', history: [...history] })]);
    expect(await send(dependencies, arrival)).toEqual({ accepted: 3, ignored: {}, status: 'completed' });
    expect(await locations.recent(T1, NOW, 10)).toEqual(arrival);
  });

  test('of one fix a second leads to the same arrival as one report of many', async () => {
    const { dependencies, clock } = aTelemetry();
    const statuses = [];
    for (let ago = 40; ago > 0; ago -= 1) {
      clock.now = NOW - ago * 1000;
      statuses.push((await send(dependencies, [here(ago)])).status);
    }
    expect(statuses.indexOf('at_site')).toBe(30);
  });

  test('of a whole drive after an outage leads to every change of status', async () => {
    const dump = { kind: 'dump_site', address: 'Landfill', ...placeAt(site, 4000, 3000), radiusM: 150 } as const;
    const job = aJob({ stops: [site, dump] });
    const { dependencies, jobs } = aTelemetry([job]);
    const drive = aDrive([placeAt(site, -3000, 0), site, dump, placeAt(site, 0, 0)], NOW - 3_000_000);
    await send(dependencies, drive.toReversed());
    expect((await jobs.find(JOB))?.history.map(({ status, by, stop }) => [status, by, stop])).toEqual([
      ['in_transit', 'operator', 0],
      ['at_site', 'fixes', 0],
      ['en_route_to_next', 'fixes', 0],
      ['at_site', 'fixes', 1],
      ['en_route_to_next', 'fixes', 1],
      ['completed', 'fixes', 1],
    ]);
  });
});

describe('when another writer changes the job meanwhile', () => {
  test('the status follows from the job’s newest state', async () => {
    const { dependencies, jobs } = aTelemetry();
    await dependencies.jobs.find(JOB);
    await jobs.update(aJob({ contacts: [], version: 2 }));
    expect((await send(dependencies, arrival)).status).toBe('at_site');
    expect(await jobs.find(JOB)).toMatchObject({ status: 'at_site', contacts: [], version: 3 });
  });

  test('an operator’s decision stands', async () => {
    const { dependencies, jobs } = aTelemetry();
    const stale = aJob();
    const history = [...stale.history, { status: 'cancelled', at: NOW, by: 'operator', reason: '' } as const];
    await jobs.update(aJob({ status: 'cancelled', history, version: 2 }));
    expect((await send(dependencies, arrival)).status).toBe('cancelled');
    expect(await jobs.find(JOB)).toMatchObject({ status: 'cancelled', version: 2 });
  });

  test('at every attempt, the fixes are stored, and the next report moves the job', async () => {
    const { dependencies, locations } = aTelemetry();
    let refused = 0;
    const refusing: typeof dependencies.jobs = {
      ...dependencies.jobs,
      update: async () => {
        refused += 1;
        throw new ProductError('conflict', 'changed');
      },
    };
    expect(await send({ ...dependencies, jobs: refusing }, arrival)).toMatchObject({
      accepted: 3,
      status: 'in_transit',
    });
    expect(refused).toBe(3);
    expect(await locations.recent(T1, NOW, 10)).toHaveLength(3);
    expect((await send(dependencies, [here(1)])).status).toBe('at_site');
  });
});

describe('when a store cannot be reached', () => {
  const down = async () => {
    throw new ProductError('unavailable', 'down');
  };

  test('the report is refused, and the repeated one is stored completely', async () => {
    const { dependencies, locations, jobs } = aTelemetry();
    const broken = { ...memoryLocations(), append: down };
    await expect(send({ ...dependencies, locations: broken }, arrival)).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect((await jobs.find(JOB))?.status).toBe('in_transit');
    expect(await send(dependencies, arrival)).toMatchObject({ accepted: 3, status: 'at_site' });
    expect(await locations.recent(T1, NOW, 10)).toEqual(arrival);
  });

  test('after the fixes were stored, the repeated report still moves the job', async () => {
    const { dependencies } = aTelemetry();
    const broken = { ...dependencies.jobs, update: down };
    await expect(send({ ...dependencies, jobs: broken }, arrival)).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(await send(dependencies, arrival)).toEqual({
      accepted: 0,
      ignored: { duplicate: 3 },
      status: 'at_site',
    });
  });
});

describe('a tracker with a wrong clock', () => {
  const HOUR = 3_600_000;
  /** Sends a fix at the site each three minutes, with times that are wrong by some ms. @returns the answer to each report */
  const sendAll = async (errorMs: number, count: number) => {
    const { dependencies, clock, jobs } = aTelemetry();
    const answers: Array<{ accepted: number; ignored: object }> = [];
    for (let i = 0; i < count; i += 1) {
      clock.now = NOW + i * 180_000;
      const { accepted, ignored } = await ingestFixes(dependencies, T1, [here(0, { at: clock.now - errorMs })]);
      answers.push({ accepted, ignored });
    }
    return {
      answers,
      status: (await jobs.find(JOB))?.status,
      newest: await dependencies.locations.recent(T1, clock.now, 1),
      clock,
    };
  };

  test.each([
    ['ahead by five hours', -5 * HOUR],
    ['1024 weeks behind', 1024 * 7 * 24 * HOUR],
  ])('%s is corrected from its first report', async (_, errorMs) => {
    const { answers, status, newest, clock } = await sendAll(errorMs, 2);
    expect(answers).toEqual([1, 1].map((accepted) => ({ accepted, ignored: {} })));
    expect(newest).toMatchObject([{ at: clock.now, clock: { heardAt: clock.now, errorMs } }]);
    expect(status).toBe('at_site');
  });

  test('six hours behind is corrected from its fourth report', async () => {
    const { newest, clock, status } = await sendAll(6 * HOUR, 5);
    expect(newest).toMatchObject([{ at: clock.now, clock: { errorMs: 6 * HOUR } }]);
    expect(status).toBe('at_site');
    expect((await sendAll(6 * HOUR, 3)).newest).toMatchObject([{ clock: { errorMs: 0 } }]);
  });

  test('has its reports told apart from repeated ones', async () => {
    const { dependencies, clock } = aTelemetry();
    const sent = [here(0, { at: NOW + 5 * HOUR })];
    await ingestFixes(dependencies, T1, sent);
    clock.now = NOW + 30_000;
    expect(await ingestFixes(dependencies, T1, sent)).toMatchObject({ accepted: 0, ignored: { duplicate: 1 } });
  });
});
