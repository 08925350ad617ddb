import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createLocationStore } from '@qdn/aws/locations-table';
import { createJobTimelineReader } from '@qdn/aws/relay';
import { startDynamo, type TestDynamo } from '@qdn/aws/testing';
import type { JobId, TrailerId } from '@qdn/domain';
import { aJob } from '@qdn/domain/testing';
import { createJob } from './functions/create-job/handler.ts';
import { getJob } from './functions/get-job/handler.ts';
import { getLocation } from './functions/get-location/handler.ts';
import { listJobs } from './functions/list-jobs/handler.ts';
import { updateJob } from './functions/update-job/handler.ts';
import { aFix, aService, asOperator, call, HOUR, NOW, trackToken } from './testing.ts';

let dynamo: TestDynamo;
let service: ReturnType<typeof aService>;

beforeAll(async () => {
  dynamo = await startDynamo();
  const [jobs, locations] = [await dynamo.createTable('JobsTable'), await dynamo.createTable('LocationsTable')];
  service = aService({
    jobs: createJobStore(dynamo.client, jobs),
    jobTimeline: createJobTimelineReader(dynamo.client, jobs),
    locations: createLocationStore(dynamo.client, locations),
  });
  await service.jobs.create(aJob());
  await service.locations.append(
    Array.from({ length: 6 }, (_, i) => aFix({ at: NOW - 8000 - i * 10_000, lat: 30.2 - i * 0.002 })),
  );
}, 60_000);
afterAll(async () => dynamo.stop());

/** Returns the answer, and the number of requests that DynamoDB got for it. */
const counted = async <T>(ask: () => Promise<T>): Promise<T & { calls: number }> => {
  const before = dynamo.calls();
  return { ...(await ask()), calls: dynamo.calls() - before };
};
const at = (job: string) => ({ pathParameters: { job_id: job }, headers: asOperator });

test('a position takes two reads, a full state two, a list one per status and one per job', async () => {
  const location = await counted(() => call(getLocation(service), { pathParameters: { job_id: trackToken() } }));
  expect(location).toMatchObject({ status: 200, calls: 2, json: { position: { lat: 30.2 } } });
  expect(await counted(() => call(getJob(service), at('QDN-1042')))).toMatchObject({ status: 200, calls: 2 });
  const one = await counted(() => call(listJobs(service), { headers: asOperator, rawQuery: 'status=in_transit' }));
  expect(one).toMatchObject({ calls: 2, json: { jobs: [{ id: 'QDN-1042' }] } });
});

test('a position of a trailer with hardly a fix in half an hour takes one read more', async () => {
  await service.jobs.create(aJob({ id: 'QDN-1050' as JobId, trailers: ['T50' as TrailerId] }));
  await service.locations.append([aFix({ trailerId: 'T50' as TrailerId, at: NOW - HOUR })]);
  const location = await counted(() => call(getLocation(service), at('QDN-1050')));
  expect(location).toMatchObject({ status: 200, calls: 3, json: { position: { freshness: 'lost' } } });
});

test('the next read has an operator’s changes', async () => {
  const body = JSON.stringify({
    id: 'QDN-1044',
    accountId: 'shah',
    kind: 'delivery',
    customer: { name: 'Priya Shah', phone: '+15125550113' },
    stops: [{ kind: 'drop_off', address: '500 E 7th St', lat: 30.2664, lon: -97.7381 }],
  });
  expect((await call(createJob(service), { method: 'POST', headers: asOperator, body })).status).toBe(201);
  expect((await call(getJob(service), at('QDN-1044'))).json).toMatchObject({ status: 'scheduled', trailers: [] });
  const patch = JSON.stringify({ status: 'in_transit', trailers: ['T3'] });
  const changed = await call(updateJob(service), { method: 'PATCH', ...at('QDN-1044'), body: patch });
  const read = await call(getJob(service), at('QDN-1044'));
  expect(read.json).toMatchObject({ status: 'in_transit', trailers: ['T3'], version: 2 });
  expect({ ...read.json, location: null }).toEqual({ ...changed.json, location: null });
  expect((await call(getLocation(service), at('QDN-1044'))).json).toMatchObject({ trailerCount: 1 });
});
