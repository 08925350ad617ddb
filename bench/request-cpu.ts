/*
 * Measures the CPU of a request against raw work of the same size, in the same run: the HMAC-SHA256 of the caller's token, and
 * `JSON.parse` and `JSON.stringify` of the request's and of the answer's body. The functions' code runs as it is packaged, over stores
 * that keep the documents in memory; the AWS SDK's own share is not in the ratio.
 */
import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { createLocationStore } from '@qdn/aws/locations-table';
import { documentTable } from '@qdn/aws/testing';
import type { Job, LinkId, TrailerId } from '@qdn/domain';
import {
  aCompany,
  aDrive,
  aJob,
  memoryJobs,
  memoryJobTimeline,
  memoryRelay,
  placeAt,
  typicalTravel,
} from '@qdn/domain/testing';
import { getLocation } from '@qdn/job-api/functions/get-location';
import { type ApiFunction, createKeyring, signToken } from '@qdn/lambda';
import { apiEvent, lambdaContext, newTokenKeys } from '@qdn/lambda/testing';
import { reportLocation } from '@qdn/telemetry-ingest/functions/report-location';
import { median } from './quantile.ts';
import { postEvent, quiet, trackerDependencies, wireFix } from './tracker-post.ts';

const START = Date.UTC(2026, 10, 23, 5);
const EVERY_MS = 10_000;
const keyring = createKeyring(newTokenKeys());
const expiresAt = START + 7 * 86_400_000;
const deviceToken = signToken({ kind: 'device', trailerId: 'T1' as TrailerId }, keyring, expiresAt);

/** A job whose trailer drives for ten hours and never arrives. */
const job: Job = aJob({
  createdAt: START - 60_000,
  history: [{ status: 'in_transit', at: START - 30_000, by: 'operator', reason: '' }],
});
const trackToken = signToken(
  { kind: 'track', jobId: job.id, accountId: job.accountId, linkId: 'abcdefgh' as LinkId },
  keyring,
  expiresAt,
);
const stop = job.stops[0] ?? { lat: 30, lon: -97 };
/** Ten hours and more: 3,600 fixes that are stored, and those that are posted in the measurement. */
const STORED = 3600;
const POSTED = 40_000;
const ends = [placeAt(stop, 20_000, 0), placeAt(stop, 60_000, 0)];
const turns = Array.from({ length: 140 }, (_, i) => ends[i % 2] ?? stop);
const drive = aDrive(
  turns,
  START,
  EVERY_MS,
  'T1',
  turns.map(() => 0),
).slice(0, STORED + POSTED);

const key = createSecretKey(randomBytes(32));
/** The raw work of one request. */
const raw = (token: string, request: string, answer: string): number => {
  const digest = createHmac('sha256', key).update(token).digest('base64url');
  const size = request === '' ? 0 : JSON.stringify(JSON.parse(request)).length;
  return digest.length + size + JSON.stringify(JSON.parse(answer)).length;
};

const cpuUs = async (work: () => Promise<unknown> | unknown, times: number): Promise<number> => {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
};

/** Puts ten hours of fixes into a table, `toAPost` to an item. */
const stored = async (toAPost: number, count = STORED) => {
  const table = documentTable();
  const locations = createLocationStore(table.client, 'fixes');
  for (let i = 0; i < count; i += toAPost) await locations.append(drive.slice(i, i + toAPost));
  return { ...table, locations };
};

type Measured = { us: number; ratio: number; read: number };

const measureGet = async (toAPost: number, count = STORED): Promise<Measured> => {
  const { locations, counted } = await stored(toAPost, count);
  const jobs = memoryJobs([job]);
  const now = (drive[STORED - 1]?.at ?? START) + 2000;
  const handler: ApiFunction = getLocation({
    notices: { send: async () => {} },
    jobs,
    jobTimeline: memoryJobTimeline(jobs, memoryRelay()),
    locations,
    travel: typicalTravel,
    keyring: async () => keyring,
    company: { ...aCompany(), follow: { ownPlaces: [], completes: true }, router: null },
    publicUrl: 'https://track.example',
    edge: false,
    now: () => now,
    log: quiet,
  } as never);
  const event = () =>
    apiEvent({ method: 'GET', pathParameters: { job_id: job.id }, headers: { authorization: `Bearer ${trackToken}` } });
  let body = '';
  const request = async () => {
    const answer = await handler(event(), lambdaContext);
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${answer.body}`);
    body = answer.body ?? '';
  };
  await cpuUs(request, 300);
  counted.read = 0;
  await request();
  const read = counted.read;
  const ratios: number[] = [];
  const times: number[] = [];
  await cpuUs(() => raw(trackToken, '', body), 2000);
  for (let i = 0; i < 7; i += 1) {
    const base = await cpuUs(() => raw(trackToken, '', body), 2000);
    const us = await cpuUs(request, count === 0 ? 3000 : 200);
    times.push(us);
    ratios.push(us / base);
  }
  return { us: median(times), ratio: median(ratios), read };
};

const measurePost = async (toAPost: number): Promise<Measured> => {
  const clock = { now: START };
  const { locations, counted } = await stored(toAPost);
  const handler: ApiFunction = reportLocation(
    trackerDependencies({ jobs: memoryJobs([job]), locations, keyring, now: () => clock.now }),
  );
  const posts = Array.from({ length: Math.floor(POSTED / toAPost) }, (_, n) => {
    const fixes = drive.slice(STORED + n * toAPost, STORED + (n + 1) * toAPost);
    const body = JSON.stringify(toAPost === 1 ? fixes.map(wireFix)[0] : { fixes: fixes.map(wireFix) });
    const event = postEvent(job.id, deviceToken, body);
    return { event, body, now: (fixes.at(-1)?.at ?? START) + 500 };
  });
  let next = 0;
  let [sent, body] = ['', ''];
  const request = async () => {
    const post = posts[next];
    if (!post) throw new Error('The drive is too short');
    next += 1;
    clock.now = post.now;
    sent = post.body;
    const answer = await handler(post.event, lambdaContext);
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${answer.body}`);
    body = answer.body ?? '';
  };
  const rounds = Math.floor(POSTED / toAPost / 9) - 1;
  await cpuUs(request, rounds);
  counted.read = 0;
  await request();
  const read = counted.read;
  const ratios: number[] = [];
  const times: number[] = [];
  await cpuUs(() => raw(deviceToken, sent, body), 2000);
  for (let n = 0; n < 7; n += 1) {
    const base = await cpuUs(() => raw(deviceToken, sent, body), 2000);
    const us = await cpuUs(request, rounds);
    times.push(us);
    ratios.push(us / base);
  }
  return { us: median(times), ratio: median(ratios), read };
};

/** Returns rows with the CPU of a request. */
export const requestCpu = async (): Promise<string[][]> => {
  const rows = [['request', 'fixes a post', 'CPU µs', '÷ raw', 'items read']];
  const row = (name: string, toAPost: number, { us, ratio, read }: Measured) =>
    rows.push([name, String(toAPost), us.toFixed(0), ratio.toFixed(1), String(read)]);
  for (const toAPost of [1, 6, 20]) row('report-location', toAPost, await measurePost(toAPost));
  for (const toAPost of [1, 6, 120, 500]) row('get-location', toAPost, await measureGet(toAPost));
  return rows;
};

if (process.argv[1] === import.meta.filename) {
  const [, , which, per] = process.argv;
  if (which)
    console.log(
      await (which === 'post' ? measurePost(Number(per)) : measureGet(Number(per), Number(process.argv[4] ?? STORED))),
    );
  else for (const row of await requestCpu()) console.log(row.map((cell) => cell.padEnd(16)).join(''));
}
