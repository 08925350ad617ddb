import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createLocationStore } from '@qdn/aws/locations-table';
import { startDynamo, type TestDynamo } from '@qdn/aws/testing';
import type { Fix, Job, JobId, JobStore, TrailerId } from '@qdn/domain';
import { createJobCache, etaOf, ingestFixes, jobLocationView } from '@qdn/domain';
import { aDrive, aFix, aJob, placeAt } from '@qdn/domain/testing';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { reportLocation } from './functions/report-location/handler.ts';
import { reportTrailerLocation } from './functions/report-trailer-location/handler.ts';
import { aService, bearer, call, deviceToken, json, NOW } from './testing.ts';

/* The two functions on a real engine, with its requests counted. */

const [site] = aJob().stops;
if (!site) throw new Error('The sample job has no stop');
const DUMP = { kind: 'dump_site', address: 'Landfill', ...placeAt(site, 4000, 3000), radiusM: 150 } as const;
/** A time after the end of each drive, in epoch ms. */
const LATER = NOW + 3_600_000;
let dynamo: TestDynamo;
let jobs: JobStore;
let table: string;

beforeAll(async () => {
  dynamo = await startDynamo();
  jobs = createJobStore(dynamo.client, await dynamo.createTable('JobsTable'));
  table = await dynamo.createTable('LocationsTable');
}, 60_000);
afterAll(async () => dynamo.stop());

/** Makes the service on the tables, with one job of one trailer. */
const aJobOf = async (trailer: string, changes: Partial<Job> = {}) => {
  const job = aJob({
    id: `QDN-${trailer}` as JobId,
    trailers: [trailer as TrailerId],
    stops: [site, DUMP],
    ...changes,
  });
  await jobs.create(job);
  const { dependencies, clock } = aService();
  const locations = createLocationStore(dynamo.client, table);
  return { job, clock, dependencies: { ...dependencies, jobs: createJobCache(jobs, () => clock.now), locations } };
};
const headers = (trailer: string) => ({ ...bearer(deviceToken(trailer)), ...json });

/** Returns the answer, and the number of requests that DynamoDB got for it. */
const counted = async <T>(ask: () => Promise<T>): Promise<T & { calls: number }> => {
  const before = dynamo.calls();
  return { ...(await ask()), calls: dynamo.calls() - before };
};

test('a post takes three reads of jobs in five seconds, one of the newest fixes, and one write', async () => {
  const { job, clock, dependencies } = await aJobOf('1');
  const post = (secondsAgo: number) => {
    const fix = { at: new Date(clock.now - secondsAgo * 1000).toISOString(), lat: 30.2, lon: -97.75 };
    const parts = {
      method: 'POST',
      pathParameters: { job_id: job.id },
      headers: headers('1'),
      body: JSON.stringify(fix),
    };
    return counted(() => call(reportLocation(dependencies), parts));
  };
  expect(await post(9)).toMatchObject({ status: 200, calls: 5, json: { accepted: 1 } });
  clock.now += 4000;
  expect(await post(8)).toMatchObject({ status: 200, calls: 2, json: { accepted: 1 } });
  expect(await post(8)).toMatchObject({ status: 200, calls: 1, json: { ignored: { duplicate: 1 } } });
  clock.now += 10_000;
  expect(await post(1)).toMatchObject({ status: 200, calls: 5 });
});

test('a tracker’s post takes two reads of jobs, because it names none', async () => {
  const { clock, dependencies } = await aJobOf('2');
  const post = () =>
    counted(() =>
      call(reportTrailerLocation(dependencies), {
        pathParameters: { trailer_id: '2' },
        rawQuery: `timestamp=${clock.now / 1000}&lat=30.2&lon=-97.75`,
        headers: headers('2'),
      }),
    );
  await post();
  clock.now += 10_000;
  expect(await post()).toMatchObject({ status: 200, calls: 4 });
});

test('a drive posted like a device does, six fixes at a time, is on the timeline stop by stop', async () => {
  const { job, clock, dependencies } = await aJobOf('3');
  const drive = aDrive([placeAt(site, -2000, 0), site, DUMP], NOW - 1_800_000, 10_000, '3');
  for (let i = 0; i < drive.length; i += 6) {
    const fixes = drive.slice(i, i + 6);
    clock.now = (fixes.at(-1)?.at ?? NOW) + 1000;
    const body = JSON.stringify({
      fixes: fixes.map(({ at, lat, lon }) => ({ at: new Date(at).toISOString(), lat, lon })),
    });
    const parts = { method: 'POST', pathParameters: { job_id: job.id }, headers: headers('3'), body };
    expect(await call(reportLocation(dependencies), parts)).toMatchObject({
      status: 200,
      json: { accepted: fixes.length },
    });
  }
  const followed = await jobs.find(job.id);
  expect(followed?.history.map(({ status, stop, trailerId }) => [status, stop, trailerId])).toEqual([
    ['in_transit', 0, undefined],
    ['at_site', 0, '3'],
    ['en_route_to_next', 0, '3'],
    ['at_site', 1, '3'],
  ]);
  expect(await dependencies.locations.recent('3' as TrailerId, clock.now, 100)).toHaveLength(drive.length);
});

const company = { name: 'Q', phone: '+15125550100', textNumber: '+15125550142', timeZone: 'America/Chicago' };
let trailers = 100;

/** Returns the result of reports in sequence: the job's view, and all its fixes. */
const endOf = async (reports: readonly (readonly Fix[])[]) => {
  trailers += 1;
  const trailer = String(trailers);
  const { job, clock, dependencies } = await aJobOf(trailer, {
    status: 'scheduled',
    history: [{ status: 'scheduled', at: aJob().createdAt, by: 'operator', reason: 'created' }],
  });
  clock.now = LATER;
  for (const report of reports) {
    const fixes = report.map((fix) => ({ ...fix, trailerId: trailer as TrailerId }));
    await ingestFixes(dependencies, trailer as TrailerId, fixes);
  }
  const followed = await jobs.find(job.id);
  if (!followed) throw new Error('The job is missing');
  const fixes = await dependencies.locations.recent(trailer as TrailerId, LATER, Number.POSITIVE_INFINITY);
  const eta = await etaOf(dependencies.travel, followed, fixes, LATER);
  const {
    jobId: _,
    trailers: __,
    position,
    trail,
    ...view
  } = jobLocationView(followed, fixes, eta, LATER, company, 'operator');
  return {
    view,
    position: position && { ...position, trailerId: '' },
    trail,
    // The mean place of a stand depends on the fixes that were known when it was decided.
    history: followed.history.map(({ trailerId: _, place: __, ...change }) => change),
    places: [...new Set(fixes.map(({ at, lat, lon }) => `${at} ${lat} ${lon}`))].sort(),
  };
};

const reportsOf = (fixes: readonly Fix[], size: number): Fix[][] =>
  Array.from({ length: Math.ceil(fixes.length / size) }, (_, i) => fixes.slice(i * size, (i + 1) * size));

test('any order, reports and repetition of a drive with jumps give the same result on the real table', async () => {
  const noise = fc.array(
    fc.record({
      s: fc.integer({ min: 0, max: 1800 }),
      northM: fc.integer({ min: -90_000, max: 90_000 }),
      accuracyM: fc.option(fc.integer({ min: 1, max: 900 })),
    }),
    { maxLength: 8 },
  );
  const drive = aDrive([placeAt(site, -2000, 0), site, DUMP], LATER - 1_800_000, 45_000);
  const delivery = noise
    .map((jumps) => [
      ...drive,
      ...jumps.map(({ s, northM, accuracyM }) =>
        aFix({ at: LATER - 1_800_000 + s * 1000, ...placeAt(site, northM, 0), accuracyM }),
      ),
    ])
    .chain((fixes) =>
      fc.record({
        fixes: fc.constant(fixes),
        shuffled: fc.shuffledSubarray(fixes, { minLength: fixes.length }),
        again: fc.subarray(fixes, { maxLength: 20 }),
        size: fc.constantFrom(1, 3, 20, 100),
      }),
    );
  await fc.assert(
    fc.asyncProperty(delivery, async ({ fixes, shuffled, again, size }) => {
      const inOrder = await endOf(fixes.toSorted((a, b) => a.at - b.at).map((fix) => [fix]));
      expect(await endOf([...reportsOf(shuffled, size), ...reportsOf(again, 7)])).toEqual(inOrder);
    }),
    { numRuns: runs(4) },
  );
}, 300_000);
