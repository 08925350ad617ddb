import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createLocationStore } from '@qdn/aws/locations-table';
import { startDynamo, type TestDynamo } from '@qdn/aws/testing';
import { createJobCache, type JobId, type JobStore, type LocationStore, type TrailerId } from '@qdn/domain';
import { aDrive, aJob, placeAt } from '@qdn/domain/testing';
import { reportTrailerLocation } from './functions/report-trailer-location/handler.ts';
import { aService, bearer, call, deviceToken, json, NOW } from './testing.ts';

/*
 * The store throttles: a device gets a 503 and keeps its points, and in the end all of them are stored. The engine is real, and the
 * errors are those of DynamoDB.
 */

/** DynamoDB's throttling error, after the SDK's own retries. */
class Throttled extends Error {
  constructor() {
    super('The level of configured provisioned throughput for the table was exceeded.');
    this.name = 'ProvisionedThroughputExceededException';
  }
}

const [site] = aJob().stops;
if (!site) throw new Error('The sample job has no stop');
let dynamo: TestDynamo;
let jobs: JobStore;
let plain: LocationStore;
let throttling: LocationStore;
let writes = 0;
/** Decides which of the writes are refused. */
let refuses: (write: number) => boolean = () => false;

beforeAll(async () => {
  dynamo = await startDynamo();
  const table = await dynamo.createTable('LocationsTable');
  jobs = createJobStore(dynamo.client, await dynamo.createTable('JobsTable'));
  plain = createLocationStore(dynamo.client, table);
  const client = dynamo.connect(async () => {
    writes += 1;
    if (refuses(writes)) throw new Throttled();
  });
  throttling = createLocationStore(client, table);
}, 60_000);
afterAll(async () => dynamo.stop());

const aTrailer = async (trailer: string) => {
  const job = aJob({ id: `QDN-${trailer}` as JobId, trailers: [trailer as TrailerId] });
  await jobs.create(job);
  const { dependencies, clock } = aService();
  const handler = reportTrailerLocation({
    ...dependencies,
    jobs: createJobCache(jobs, () => clock.now),
    locations: throttling,
  });
  const post = (body: object) =>
    call(handler, {
      method: 'POST',
      pathParameters: { trailer_id: trailer },
      headers: { ...bearer(deviceToken(trailer)), ...json },
      body: JSON.stringify(body),
    });
  return { job, clock, post };
};

describe('while the store throttles', () => {
  test('every post is answered, a refused one with 503 and Retry-After, and no point is lost', async () => {
    const { job, clock, post } = await aTrailer('81');
    const drive = aDrive([placeAt(site, -2000, 0), site], NOW - 600_000, 10_000, '81');
    refuses = (write) => write % 3 !== 0;
    const statuses: number[] = [];
    // Like Traccar Client and OwnTracks: the first of the queue is sent repeatedly until it is accepted.
    for (const { at, lat, lon } of drive) {
      for (let taken = false; !taken; ) {
        clock.now = Math.max(clock.now, at + 1000);
        const { status, headers, json: answer } = await post({ _type: 'location', tst: at / 1000, lat, lon });
        statuses.push(status ?? 0);
        taken = status === 200;
        if (taken) continue;
        expect(status).toBe(503);
        expect(Number(headers['Retry-After'])).toBeGreaterThan(0);
        expect(answer).toMatchObject({ type: 'urn:qdn:problem:unavailable' });
      }
    }
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(drive.length);
    const stored = await plain.recent('81' as TrailerId, clock.now, Number.POSITIVE_INFINITY);
    expect(stored.map(({ at }) => at)).toEqual(drive.map(({ at }) => at));
    expect((await jobs.find(job.id))?.status).toBe('at_site');
  });

  test('an unusable point is still answered 200: a retry would not help', async () => {
    const { post } = await aTrailer('82');
    refuses = () => true;
    expect(await post({ _type: 'location', tst: NOW / 1000, lat: 0, lon: 0 })).toMatchObject({ status: 200 });
    expect(await post({ _type: 'location', lat: 'north' })).toMatchObject({ status: 200 });
  });
});
