import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Job, JobId, Stop } from '@qdn/domain';
import { aJob, placeAt } from '@qdn/domain/testing';
import { type Edge, readDistribution, startEdge } from '@qdn/emulator-cloudfront';
import { getJob } from '@qdn/job-api/functions/get-job';
import { getLocation } from '@qdn/job-api/functions/get-location';
import { getTrailer } from '@qdn/job-api/functions/get-trailer';
import { aFix, aService, asDevice, asOperator, keysOfTests, NOW, trackToken } from '@qdn/job-api/testing';
import type { ApiFunction } from '@qdn/lambda';
import { apiEvent, lambdaContext } from '@qdn/lambda/testing';
import { templatesWith } from './templates.ts';

/*
 * Requests the trailer's position on another customer's leg in every way that a customer can, through the edge and its cache,
 * while an operator reads the same job.
 */
const JOB = 'QDN-1042' as JobId;
const [site] = aJob().stops;
if (!site) throw new Error('The sample job has no stop');
const DUMP: Stop = { ...site, kind: 'dump_site', ...placeAt(site, 9000, 4000) };
/** The trailer's position, with digits that occur nowhere else. */
const [LAT, LON] = [30.123457, -97.654321];
const isGivenAway = (body: string) => body.includes('30.1234') || body.includes('97.6543');

const at = (changes: Partial<Job>): Partial<Job> => ({ stops: [site, DUMP], ...changes });
const OTHER_LEGS: Array<[string, Partial<Job>]> = [
  ['before it is under way', at({ status: 'scheduled' })],
  ['on the way to the dump site', at({ status: 'en_route_to_next', currentStop: 1 })],
  ['at the dump site', at({ status: 'at_site', currentStop: 1 })],
  ['once it is completed', at({ status: 'completed' })],
];

const clock = { now: NOW };
let service: ReturnType<typeof aService>;
let server: Server;
let edge: Edge;

beforeAll(async () => {
  const { 'tracking-site': template } = await templatesWith({}, ['tracking-site']);
  if (!template) throw new Error('tracking-site was not packaged');
  server = createServer(async (request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const [, , kind, id = '', more] = pathname.split('/');
    const handler: ApiFunction =
      kind === 'trailers' ? getTrailer(service) : more === 'location' ? getLocation(service) : getJob(service);
    const answer = await handler(
      apiEvent({
        path: pathname,
        pathParameters: kind === 'trailers' ? { trailer_id: id } : { job_id: id },
        rawQuery: search.slice(1),
        headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      }),
      lambdaContext,
    );
    const headers = Object.entries(answer.headers ?? {}).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    response.writeHead(answer.statusCode ?? 500, Object.fromEntries(headers)).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  edge = await startEdge({
    port: 0,
    distribution: readDistribution(template),
    kvs: { get: (name) => (name === 'track-keys' ? JSON.stringify(keysOfTests.track) : undefined) },
    apiOrigins: [
      {
        service: 'job-api',
        url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
        routes: ['GET /api/jobs/{job_id}', 'GET /api/jobs/{job_id}/location', 'GET /api/trailers/{trailer_id}'],
      },
    ],
    siteOrigin: 'http://127.0.0.1:1/none',
    log: () => {},
    clock: () => clock.now,
  });
}, 60_000);
afterAll(async () => {
  await edge.close();
  server.close();
});
beforeEach(() => {
  // Later than the expiry of everything that earlier tests left in the cache.
  clock.now += 360_000;
});

/** Creates a job on a leg, with a trailer that has just reported. */
const onLeg = async (changes: Partial<Job>) => {
  service = aService({ now: () => clock.now });
  const history = [
    { status: changes.status ?? 'in_transit', at: clock.now - 60_000, by: 'operator', reason: '' },
  ] as const;
  await service.jobs.update(aJob({ history: [...history], ...changes, version: 2 }));
  await service.locations.append([aFix({ at: clock.now - 5000, lat: LAT, lon: LON })]);
};
const get = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(edge.url + path, { headers });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
};
const token = () => trackToken({ expiresAt: clock.now + 3_600_000 });
const operator = () => ({ ...asOperator });

/** Returns every request that the holder of a tracking link can make. */
const attempts = (): Array<[string, Record<string, string>]> => {
  const link = token();
  return ['/location', ''].flatMap(
    (end): Array<[string, Record<string, string>]> => [
      [`/api/jobs/${link}${end}`, {}],
      [`/api/jobs/${link}${end}?reader=operator&b=1`, {}],
      [`/api/jobs/${link}${end}`, { authorization: `Bearer ${link}` }],
      [`/api/jobs/${link}${end}`, { authorization: 'Bearer a.b.c' }],
      [`/api/jobs/${JOB}${end}`, { authorization: `Bearer ${link}` }],
      [`/api/jobs/${JOB}${end}`, { 'x-qdn-tracking-token': link }],
      [`/api/jobs/${JOB}${end}?b=${Math.floor(clock.now / 10_000)}`, {}],
      [`/api/jobs/${link}${end}`, { 'cache-control': 'no-cache', 'x-forwarded-for': '10.0.0.1' }],
      [`/api/jobs/${JOB}${end}`, asDevice],
      ['/api/trailers/T1', { authorization: `Bearer ${link}` }],
      [`/api/trailers/${link}`, {}],
      ['/api/trailers/T1', {}],
    ],
  );
};

describe.each(OTHER_LEGS)('%s', (_, leg) => {
  test('no way of asking gives the trailer’s place away, before or after an operator has read it', async () => {
    await onLeg(leg);
    const seen: string[] = [];
    for (const round of [1, 2]) {
      for (const [path, headers] of attempts()) {
        const { status, body } = await get(path, headers);
        expect([200, 401, 403, 404]).toContain(status);
        if (status === 200) seen.push(body);
        expect({ path, given: isGivenAway(body) }).toEqual({ path, given: false });
      }
      if (round === 1) {
        const read = await get(`/api/jobs/${JOB}/location`, operator());
        expect(read.headers.get('cache-control')).toBe('private, no-store');
        expect(isGivenAway(read.body)).toBe(leg.status !== 'completed');
      }
    }
    expect(seen.length).toBeGreaterThan(0);
    // Not even that the trailer stands there: a customer reads that it is on its way.
    const status = leg.currentStop === 1 ? 'en_route_to_next' : leg.status;
    for (const body of seen) expect(JSON.parse(body)).toMatchObject({ status });
  });
});

test('the cache does not show a place of the customer’s leg after the leg has ended', async () => {
  await onLeg({ stops: [site, DUMP] });
  const link = `/api/jobs/${token()}/location`;
  expect(isGivenAway((await get(link)).body)).toBe(true);
  const job = await service.jobs.find(JOB);
  if (!job) throw new Error('The job is there');
  await service.jobs.update({ ...job, status: 'en_route_to_next', currentStop: 1, version: job.version + 1 });
  clock.now += 10_000;
  expect(isGivenAway((await get(link)).body)).toBe(false);
});

test('a completed job’s link shows a summary without places', async () => {
  await onLeg({ stops: [site, DUMP], status: 'completed' });
  expect(JSON.parse((await get(`/api/jobs/${token()}/location`)).body)).toMatchObject({
    jobId: JOB,
    kind: 'delivery',
    status: 'completed',
    statusSince: expect.any(String),
    position: null,
    trail: [],
    eta: null,
    stop: null,
    trailers: [{ trailerId: 'T1', state: null }],
  });
});
