import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createLocationStore } from '@qdn/aws/locations-table';
import { startDynamo, type TestDynamo } from '@qdn/aws/testing';
import { parseGpx } from '@qdn/cli/gpx';
import { createJobCache, type Job, type JobId, type JobStore, type Stop, type TrailerId } from '@qdn/domain';
import { aJob } from '@qdn/domain/testing';
import { apiEvent, lambdaContext } from '@qdn/lambda/testing';
import { reportTrailerLocation } from '@qdn/telemetry-ingest/functions/report-trailer-location';
import { aService, deviceToken, NOW } from '@qdn/telemetry-ingest/testing';

/*
 * Sends recorded drives over HTTP, in the clients' own formats, to the function on the embedded engine. The clock of the service
 * is at the time of each point when the point arrives, as on the road.
 */

type Truth = { status: Job['status']; stop: number; fromS: number; toS: number };
type Drive = { file: string; stops: Stop[]; truth: Truth[] };
const stop = (kind: Stop['kind'], lat: number, lon: number, radiusM: number): Stop => ({
  kind,
  address: 'read off the drive',
  lat,
  lon,
  radiusM,
});

/** Stops of each drive, in seconds since its first point. A change of status is due within the span. */
const VISNJAN: Drive = {
  file: 'visnjan',
  stops: [stop('drop_off', 45.27638, 13.7198, 60), stop('yard', 45.27337, 13.7141, 60)],
  truth: [
    // The trailer stood in the yard until 53 s, at the place for two minutes from 226 s, and was back at 409 s.
    { status: 'in_transit', stop: 0, fromS: 53, toS: 200 },
    { status: 'at_site', stop: 0, fromS: 200, toS: 230 },
    { status: 'en_route_to_next', stop: 0, fromS: 348, toS: 400 },
    { status: 'at_site', stop: 1, fromS: 400, toS: 430 },
  ],
};
const MUNICH: Drive = {
  file: 'munich',
  stops: [stop('drop_off', 48.15225, 11.53677, 80), stop('dump_site', 48.12602, 11.43874, 100)],
  truth: [
    // The trailer stood from 48 to 83 s, fifty metres further from 91 to 160 s, and at the second place from 713 to 832 s.
    { status: 'in_transit', stop: 0, fromS: 0, toS: 60 },
    { status: 'at_site', stop: 0, fromS: 40, toS: 95 },
    { status: 'en_route_to_next', stop: 0, fromS: 160, toS: 200 },
    { status: 'at_site', stop: 1, fromS: 705, toS: 735 },
    { status: 'en_route_to_next', stop: 1, fromS: 832, toS: 875 },
  ],
};

type Point = { at: number; lat: number; lon: number };
type Send = (url: string, point: Point, token: string) => Promise<Response>;
const traccar: Send = (url, { at, lat, lon }, token) =>
  fetch(`${url}/api/trailers/${token}/location?id=x&timestamp=${at / 1000}&lat=${lat}&lon=${lon}&batt=80`);
const ownTracks: Send = (url, { at, lat, lon }, token) =>
  fetch(`${url}/api/trailers/${token}/location`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ _type: 'location', tst: Math.round(at / 1000), lat, lon, acc: 8 }),
  });

const pointsOf = (file: string): Point[] => {
  const points = parseGpx(readFileSync(new URL(`./drives/${file}.gpx`, import.meta.url)));
  const first = points[0]?.at ?? 0;
  return points.map(({ at, lat, lon }) => ({ at: NOW + (at ?? first) - first, lat, lon }));
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

let dynamo: TestDynamo;
let jobs: JobStore;
let server: Server;
let url: string;
/** Time of the service, epoch ms. */
let clock = NOW;

beforeAll(async () => {
  dynamo = await startDynamo();
  jobs = createJobStore(dynamo.client, await dynamo.createTable('JobsTable'));
  const locations = createLocationStore(dynamo.client, await dynamo.createTable('LocationsTable'));
  const now = () => clock;
  const { dependencies } = aService();
  const handler = reportTrailerLocation({ ...dependencies, jobs: createJobCache(jobs, now), locations, now });
  server = createServer(async (request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const answer = await handler(
      apiEvent({
        method: request.method ?? 'GET',
        path: pathname,
        pathParameters: { trailer_id: decodeURIComponent(pathname.split('/')[3] ?? '') },
        rawQuery: search.slice(1),
        headers,
        body: await bodyOf(request),
      }),
      lambdaContext,
    );
    response.writeHead(answer.statusCode ?? 500).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}, 60_000);
afterAll(async () => {
  server.close();
  await dynamo.stop();
});

type Report = { at: number; report: () => Promise<void> };

/** Creates the job of a drive. @returns the job as it is now, and the reports of its trailer */
const prepare = async ({ file, stops }: Drive, trailer: string, send: Send) => {
  const job = aJob({
    id: `QDN-${trailer}` as JobId,
    trailers: [trailer as TrailerId],
    stops,
    status: 'scheduled',
    createdAt: NOW - 3_600_000,
    history: [{ status: 'scheduled', at: NOW - 3_600_000, by: 'operator', reason: 'created' }],
  });
  await jobs.create(job);
  const token = deviceToken(trailer);
  const reports = pointsOf(file).map(
    (point): Report => ({
      at: point.at,
      report: async () => {
        const answer = await send(url, point, token);
        expect(answer.status).toBe(200);
      },
    }),
  );
  return { reports, read: async (): Promise<Job> => (await jobs.find(job.id)) ?? job };
};

describe('two recorded drives at the same time', () => {
  test('produces the expected statuses, each at its time', async () => {
    const drives = [await prepare(VISNJAN, '71', traccar), await prepare(MUNICH, '72', ownTracks)] as const;
    for (const { at, report } of drives.flatMap(({ reports }) => reports).sort((a, b) => a.at - b.at)) {
      clock = at;
      await report();
    }
    const [visnjan, munich] = [await drives[0].read(), await drives[1].read()];
    for (const [job, { truth }] of [
      [visnjan, VISNJAN],
      [munich, MUNICH],
    ] as const) {
      const changes = job.history.filter(({ by }) => by === 'fixes');
      expect(changes.map(({ status, stop }) => [status, stop])).toEqual(
        truth.map(({ status, stop }) => [status, stop]),
      );
      for (const [i, { fromS, toS }] of truth.entries()) {
        const s = ((changes[i]?.at ?? 0) - NOW) / 1000;
        expect(s).toBeGreaterThanOrEqual(fromS);
        expect(s).toBeLessThanOrEqual(toS);
      }
    }
  }, 60_000);
});
