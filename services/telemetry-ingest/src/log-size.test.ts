import { expect, test } from '@jest/globals';
import { type ApiFunction, createLogger } from '@qdn/lambda';
import { apiEvent, type EventParts, lambdaContext } from '@qdn/lambda/testing';
import type { TrackerDependencies } from './dependencies.ts';
import { reportLocation } from './functions/report-location/handler.ts';
import { reportTrailerLocation } from './functions/report-trailer-location/handler.ts';
import { aService, bearer, deviceToken, json, NOW } from './testing.ts';

/* The log lines of a tracker's post. The log is paid by the gigabyte, and a fleet posts all day. */

const MOST_BYTES = 300;
const REQUEST = '8f5b2a1c-93d4-4c1e-9f7a-123456789012';

const linesOf = async (
  make: (dependencies: TrackerDependencies) => ApiFunction,
  parts: EventParts,
): Promise<string[]> => {
  const lines: string[] = [];
  const { dependencies } = aService();
  const log = createLogger(
    'telemetry-ingest',
    (line) => lines.push(`${line}\n`),
    () => NOW,
  );
  const context = { ...lambdaContext, awsRequestId: REQUEST };
  const answer = await make({ ...dependencies, log })(apiEvent({ method: 'POST', ...parts }), context);
  expect(answer.statusCode).toBe(200);
  return lines;
};
const headers = { ...bearer(deviceToken()), ...json };
const fix = (agoMs: number) => ({
  at: new Date(NOW - agoMs).toISOString(),
  lat: 30.123456,
  lon: -97.654321,
  accuracyM: 5,
});
const ofJob = (body: object): EventParts => ({
  pathParameters: { job_id: 'QDN-1042' },
  headers,
  body: JSON.stringify(body),
});
const WEEK_MS = 7 * 86_400_000;

test.each<[string, (dependencies: TrackerDependencies) => ApiFunction, EventParts]>([
  ['a fix', reportLocation, ofJob(fix(3_599_000))],
  ['a late batch', reportLocation, ofJob({ fixes: [fix(86_400_000), fix(86_390_000), fix(86_380_000)] })],
  ['an ignored fix', reportLocation, ofJob(fix(-WEEK_MS))],
  [
    'Traccar’s format',
    reportTrailerLocation,
    {
      pathParameters: { trailer_id: 'T1' },
      headers: bearer(deviceToken()),
      rawQuery: `timestamp=${NOW / 1000 - 1000}&lat=30.1&lon=-97.6`,
    },
  ],
])('a post of %s is one line of at most 300 bytes, with its correlation ID', async (_, make, parts) => {
  const lines = await linesOf(make, parts);
  expect(lines).toHaveLength(1);
  expect(Buffer.byteLength(lines.join(''))).toBeLessThanOrEqual(MOST_BYTES);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ service: 'telemetry-ingest', correlationId: REQUEST });
});
