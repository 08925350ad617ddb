import { expect, test } from '@jest/globals';
import { type Job, type JobId, type JobStatus, SILENT_AFTER_MS, type TrailerId } from '@qdn/domain';
import { aJob } from '@qdn/domain/testing';
import { aService, NOW } from '../../testing.ts';
import { watchTrailers } from './handler.ts';

const aJobOf = (id: string, status: JobStatus, setOffAgoMs: number): Job => ({
  ...aJob(),
  id: id as JobId,
  status,
  updatedAt: NOW - setOffAgoMs,
});
const LONG = SILENT_AFTER_MS + 60_000;

const watch = async (jobs: readonly Job[], heardAgoMs: Readonly<Record<string, number>>) => {
  const own = jobs.map((job): Job => ({ ...job, trailers: [`T-${job.id}` as TrailerId] }));
  const service = aService(own);
  for (const { id, trailers } of own) {
    const ago = heardAgoMs[id];
    const [trailerId] = trailers;
    if (ago === undefined || !trailerId) continue;
    const fix = { trailerId, at: NOW - ago, lat: 30, lon: -97, accuracyM: 5, speedMps: 10, headingDeg: 0 };
    await service.locations.append([fix]);
  }
  const handler = watchTrailers({ ...service.dependencies, jobList: service.jobs });
  await handler({}, { awsRequestId: 'r' });
  return [...service.log.lines.map((line) => JSON.parse(line)), ...service.log.measured];
};

test('finds that a tracker which reports by distance has arrived and stands', async () => {
  const [site] = aJob().stops;
  const service = aService();
  const metres = (m: number) => ({ lat: (site?.lat ?? 0) + m / 111_195, lon: site?.lon ?? 0 });
  const track = [900, 825, 750, 600, 450, 300, 150, 75].map((m, i) => ({
    trailerId: 'T1' as TrailerId,
    at: NOW - 160_000 - (7 - i) * 8000,
    ...metres(m),
    accuracyM: 5,
    speedMps: 9,
    headingDeg: 0,
  }));
  await service.locations.append(track);
  const look = () => watchTrailers({ ...service.dependencies, jobList: service.jobs })({}, { awsRequestId: 'r' });
  service.clock.now = NOW - 40_000;
  await look();
  expect(await service.jobs.find(aJob().id)).toMatchObject({ status: 'in_transit' });
  service.clock.now = NOW;
  await look();
  expect(await service.jobs.find(aJob().id)).toMatchObject({ status: 'at_site', currentStop: 0 });
});

test('counts and names jobs on the road whose trailers have been silent for more than ten minutes', async () => {
  expect(
    await watch(
      [
        aJobOf('QDN-1', 'in_transit', LONG),
        aJobOf('QDN-2', 'en_route_to_next', LONG),
        aJobOf('QDN-3', 'in_transit', LONG),
      ],
      { 'QDN-1': SILENT_AFTER_MS + 1, 'QDN-2': SILENT_AFTER_MS },
    ),
  ).toEqual([
    { level: 'warn', message: 'TRAILERS_SILENT', jobs: expect.stringMatching(/^QDN-[13] QDN-[13]$/) },
    { StaleJobs: 2 },
  ]);
});

test('counts 0 when no trailer is on the road or it set off a moment ago', async () => {
  expect(
    await watch(
      [aJobOf('QDN-1', 'at_site', LONG), aJobOf('QDN-2', 'scheduled', LONG), aJobOf('QDN-3', 'in_transit', 60_000)],
      {},
    ),
  ).toEqual([{ StaleJobs: 0 }]);
});

test('looks at the part of the fleet that its schedule names, and ends before Lambda ends it', async () => {
  const jobs = Array.from({ length: 40 }, (_, i) => ({
    ...aJobOf(`QDN-${i}`, 'in_transit', LONG),
    trailers: [`T${i}` as TrailerId],
  }));
  const service = aService(jobs);
  const handler = watchTrailers({ ...service.dependencies, jobList: service.jobs });
  for (const part of [0, 1, 2]) await handler({ part, of: 3 }, { awsRequestId: 'r' });
  const counts = service.log.measured.map((line) => line['StaleJobs'] as number);
  expect(counts).toHaveLength(3);
  expect(counts.reduce((a, b) => a + b)).toBe(40);
  expect(Math.min(...counts)).toBeGreaterThan(0);
  await handler({}, { awsRequestId: 'r', getRemainingTimeInMillis: () => 4000 });
  expect(service.log.lines.join()).toContain('"message":"TRAILERS_NOT_REACHED","count":40');
  await expect(handler({ part: 3, of: 3 }, { awsRequestId: 'r' })).rejects.toThrow('"part" counts from 0');
});
