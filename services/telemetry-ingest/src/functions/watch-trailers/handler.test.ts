import { expect, test } from '@jest/globals';
import { type Job, type JobId, type JobStatus, SILENT_AFTER_MS } from '@qdn/domain';
import { aJob, memoryJobs, memoryLocations } from '@qdn/domain/testing';
import { recordingLogger } from '@qdn/lambda/testing';
import { watchTrailers } from './handler.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const aJobOf = (id: string, status: JobStatus, setOffAgoMs: number): Job => ({
  ...aJob(),
  id: id as JobId,
  status,
  updatedAt: NOW - setOffAgoMs,
});
const LONG = SILENT_AFTER_MS + 60_000;

const watch = async (jobs: readonly Job[], heardAgoMs: Readonly<Record<string, number>>) => {
  const locations = memoryLocations();
  for (const job of jobs) {
    const ago = heardAgoMs[job.id];
    const [trailerId] = job.trailers;
    if (ago === undefined || !trailerId) continue;
    const fix = { trailerId, at: NOW - ago, lat: 30, lon: -97, accuracyM: 5, speedMps: 10, headingDeg: 0 };
    await locations.append(job.id, [fix]);
  }
  const log = recordingLogger();
  await watchTrailers({ jobs: memoryJobs(jobs), locations, now: () => NOW, log })({}, { awsRequestId: 'r' });
  return [...log.lines.map((line) => JSON.parse(line)), ...log.measured];
};

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
