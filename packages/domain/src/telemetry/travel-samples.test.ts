import { describe, expect, test } from '@jest/globals';
import { type Fix, type Job, type JobId, ProductError, type Stop, type TrailerId } from '../index.ts';
import { aTelemetry } from '../testing/a-telemetry.ts';
import { aDrive, aJob, placeAt } from '../testing/index.ts';
import { ingestFixes } from './ingest-fixes.ts';

/* Finished drives become samples for later estimates. Their storage never delays or refuses a report. */

const JOB = 'QDN-1042' as JobId;
const [T1, T2] = ['T1' as TrailerId, 'T2' as TrailerId];
const [site] = aJob().stops;
if (!site) throw new Error('The sample job has no stop');
const dump: Stop = { ...site, kind: 'dump_site', ...placeAt(site, 0, 6000) };
const yard = placeAt(site, 5000, 0);
/** A morning's round: from the yard to the dump site, and to the customer. */
const job: Job = aJob({
  status: 'scheduled',
  history: [],
  stops: [dump, site],
  createdAt: Date.UTC(2026, 10, 23, 8),
});
const drive = aDrive([yard, dump, site], Date.UTC(2026, 10, 23, 9));

const run = async (service: ReturnType<typeof aTelemetry>, fixes: readonly Fix[], toAPost: number) => {
  for (let i = 0; i < fixes.length; i += toAPost) {
    const post = fixes.slice(i, i + toAPost);
    service.clock.now = Math.max(service.clock.now, ...post.map(({ at }) => at + 1000));
    await ingestFixes(service.dependencies, T1, post);
  }
};
const started = () => {
  const service = aTelemetry([job]);
  service.clock.now = job.createdAt;
  return service;
};

describe('finished drives', () => {
  test('become samples with their length, their duration, and the stay between them', async () => {
    const service = started();
    await run(service, drive, 6);
    const { legs, dwells } = service.samples.record();
    expect(legs.map(({ id }) => id)).toEqual(['QDN-1042#0', 'QDN-1042#1']);
    for (const leg of legs) {
      // At 12 m/s, and some seconds until the arrival is sure.
      expect(leg.straightM / leg.seconds).toBeGreaterThan(10);
      expect(leg.straightM / leg.seconds).toBeLessThan(12.5);
      expect((leg.roadM ?? 0) / leg.straightM).toBeCloseTo(1, 1);
    }
    expect(dwells).toEqual([
      { id: 'QDN-1042#0', kind: 'dump_site', at: expect.any(Number), seconds: expect.any(Number) },
    ]);
    expect(dwells[0]?.seconds).toBeGreaterThan(120);
    expect(dwells[0]?.seconds).toBeLessThan(220);
  });

  test('become the same samples from late fixes in any order', async () => {
    const [inTime, late] = [started(), started()];
    await run(inTime, drive, 6);
    const halves = [...drive.filter((_, i) => i % 2 === 1), ...drive.filter((_, i) => i % 2 === 0).reverse(), ...drive];
    late.clock.now = (drive.at(-1)?.at ?? 0) + 1000;
    await run(late, halves, 30);
    const taught = (service: ReturnType<typeof aTelemetry>) =>
      service.samples.record().legs.map(({ id, straightM, roadM, seconds }) => ({ id, straightM, roadM, seconds }));
    expect((await late.jobs.find(JOB))?.history.map(({ at }) => at)).toEqual(
      (await inTime.jobs.find(JOB))?.history.map(({ at }) => at),
    );
    expect(taught(late)).toEqual(taught(inTime));
  });

  test('are read only when a status changes, and once for a leg longer than the usual read', async () => {
    const service = started();
    await run(service, drive, 6);
    const posts = Math.ceil(drive.length / 6);
    // Four changes; two of them end a leg.
    expect(service.locations.reads - posts).toBeLessThanOrEqual(3);
  });

  test('that cannot be stored lose no fix and no status', async () => {
    const service = started();
    const unavailable = async () => Promise.reject(new ProductError('unavailable', 'The jobs table cannot be reached'));
    const broken = { read: unavailable, replace: unavailable };
    await run(
      { ...service, dependencies: { ...service.dependencies, samples: { store: broken, timeZone: 'UTC' } } },
      drive,
      6,
    );
    expect(await service.jobs.find(JOB)).toMatchObject({ status: 'at_site', currentStop: 1 });
    expect(service.events).toContainEqual({ kind: 'sample-not-stored', jobId: JOB, error: expect.any(ProductError) });
  });

  test('of two trailers at the same moment are both stored', async () => {
    const service = started();
    const other = { ...job, id: 'QDN-1043' as JobId, trailers: [T2] };
    const both = aTelemetry([job, other]);
    both.clock.now = (drive.at(-1)?.at ?? 0) + 1000;
    const ofT2 = drive.map((fix) => ({ ...fix, trailerId: T2 }));
    await Promise.all([ingestFixes(both.dependencies, T1, drive), ingestFixes(both.dependencies, T2, ofT2)]);
    expect(both.samples.record().legs).toHaveLength(4);
    expect(service.samples.record().legs).toHaveLength(0);
  });
});
