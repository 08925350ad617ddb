/*
 * Measures the cost of a trailer's telemetry: requests and units are counted on the emulator, CPU is measured with memory
 * stores, and both give a month's bill. Prices: packages/cost.
 */
import { createJobStore } from '@qdn/aws/jobs-table';
import { createLocationStore } from '@qdn/aws/locations-table';
import { startDynamo } from '@qdn/aws/testing';
import { unitUsd } from '@qdn/cost';
import type { Job, JobStore, LocationStore, TrailerId } from '@qdn/domain';
import { aDrive, aJob, memoryJobs, memoryLocations, placeAt } from '@qdn/domain/testing';
import { type ApiFunction, createKeyring, signToken } from '@qdn/lambda';
import { lambdaContext, newTokenKeys } from '@qdn/lambda/testing';
import { reportLocation } from '@qdn/telemetry-ingest/functions/report-location';
import { median } from './quantile.ts';
import { postEvent, trackerDependencies, wireFix } from './tracker-post.ts';

const START = Date.UTC(2026, 10, 23, 15);
const EVERY_MS = 10_000;
/** Eight hours on 22 days. */
const FIXES_A_MONTH = (8 * 3_600_000 * 22) / EVERY_MS;
/** Billed duration of a call to DynamoDB, which answers within single-digit milliseconds, in ms. */
const CALL_MS = 5;
/** A Lambda function has a whole CPU at 1769 MB; these have 512. */
const [MEMORY_MB, WHOLE_CPU_MB] = [512, 1769];
/**
 * Size of the log lines of one invocation, in bytes: START, END, REPORT and our own
 * (services/telemetry-ingest/src/log-size.test.ts).
 */
const LOG_BYTES = 400 + 300;
const keyring = createKeyring(newTokenKeys());
const token = signToken({ kind: 'device', trailerId: 'T1' as TrailerId }, keyring, START + 86_400_000);

/** A job whose trailer drives for more than an hour and never arrives. */
const job: Job = aJob({ createdAt: START - 60_000, history: [] });
const drive = aDrive(
  [placeAt(job.stops[0] ?? { lat: 30, lon: -97 }, 60_000, 0), job.stops[0] ?? { lat: 30, lon: -97 }],
  START,
  EVERY_MS,
);

type Stores = {
  jobs: Pick<JobStore, 'find' | 'update' | 'openByTrailer' | 'endedByTrailer'>;
  locations: LocationStore;
};

/** Posts an hour's fixes in batches, as a device does. @returns the numbers of posts and fixes */
const post = async ({ jobs, locations }: Stores, toAPost: number, count: number) => {
  const clock = { now: START };
  const handler: ApiFunction = reportLocation(trackerDependencies({ jobs, locations, keyring, now: () => clock.now }));
  let posts = 0;
  for (let i = 0; i + toAPost <= count; i += toAPost) {
    const fixes = drive.slice(i, i + toAPost);
    clock.now = (fixes.at(-1)?.at ?? START) + 500;
    const body = JSON.stringify({ fixes: fixes.map(wireFix) });
    const answer = await handler(postEvent(job.id, token, body), lambdaContext);
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${answer.body}`);
    posts += 1;
  }
  return { posts, fixes: posts * toAPost };
};

type Counted = { posts: number; fixes: number; calls: number; writeUnits: number; readUnits: number };

/** Returns the calls and units of an hour's posts, as the engine counts them. */
const countUnits = async (toAPost: number): Promise<Counted> => {
  const dynamo = await startDynamo();
  try {
    const jobs = createJobStore(dynamo.client, await dynamo.createTable('JobsTable'));
    const locations = createLocationStore(dynamo.client, await dynamo.createTable('LocationsTable'));
    await jobs.create(job);
    const sum = { calls: 0, writeUnits: 0, readUnits: 0 };
    dynamo.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
          const result = await next(args);
          const { ConsumedCapacity } = result.output as { ConsumedCapacity?: { CapacityUnits?: number } };
          const units = ConsumedCapacity?.CapacityUnits ?? 0;
          sum.calls += 1;
          if (/^(Put|Update|Delete)/.test(commandName ?? '')) sum.writeUnits += units;
          else sum.readUnits += units;
          return result;
        },
      { step: 'initialize', name: 'countUnits' },
    );
    return { ...(await post({ jobs, locations }, toAPost, 360)), ...sum };
  } finally {
    await dynamo.stop();
  }
};

/** Returns the CPU time of the function in ms per fix, and the fixes per second of one CPU. The SDK's share is not included. */
const measureCpu = async (toAPost: number): Promise<{ cpuMs: number; perSecond: number }> => {
  const run = async (): Promise<number> => {
    const stores = { jobs: memoryJobs([job]), locations: memoryLocations() };
    const before = process.cpuUsage();
    const { fixes } = await post(stores, toAPost, 360);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / fixes;
  };
  const runs: number[] = [];
  for (let i = 0; i < 5; i += 1) runs.push(await run());
  const cpuMs = median(runs);
  return { cpuMs, perSecond: 1000 / cpuMs };
};

/** Returns the cost per trailer and month in US dollars, by item. */
const monthly = ({ posts, fixes, calls, writeUnits, readUnits }: Counted, cpuMsPerFix: number) => {
  const scale = FIXES_A_MONTH / fixes;
  const requests = posts * scale;
  const billedMs = (calls / posts) * CALL_MS + ((cpuMsPerFix * fixes) / posts) * (WHOLE_CPU_MB / MEMORY_MB) + 1;
  const items = {
    writes: writeUnits * scale * unitUsd('tableWrite'),
    reads: readUnits * scale * unitUsd('tableRead'),
    // A week of fixes is kept: 200 bytes per item and 45 per fix.
    storage: ((requests * 200 + FIXES_A_MONTH * 45) / 4 / 1e9) * unitUsd('tableGbMonth'),
    lambda: requests * (unitUsd('lambdaRequest') + (billedMs / 1000) * (MEMORY_MB / 1024) * unitUsd('lambdaGbSecond')),
    'HTTP API': requests * unitUsd('apiRequest'),
    log: ((requests * LOG_BYTES) / 1e9) * unitUsd('logGb'),
  };
  return {
    items,
    total: Object.values(items).reduce((sum, one) => sum + one, 0),
    cloudFront: requests * unitUsd('edgeRequest'),
  };
};

const GOALS: Record<number, string> = { 1: 'goal < $0.17', 6: 'goal < $0.03' };

/** Returns rows with the cost of a fix, for posts of one, six and twenty fixes. */
export const telemetryCost = async (): Promise<{ counted: string[][]; dollars: string[][] }> => {
  const counted = [
    ['fixes a post', 'calls a post', 'write units a fix', 'read units a post', 'CPU µs a fix', 'fixes/s of one CPU'],
  ];
  const dollars = [
    [
      'fixes a post',
      'writes',
      'reads',
      'storage',
      'lambda',
      'HTTP API',
      'log',
      'US$ a trailer-month',
      'CloudFront, beyond its free 10 million',
      '',
    ],
  ];
  for (const toAPost of [1, 6, 20, 60]) {
    const units = await countUnits(toAPost);
    const { cpuMs, perSecond } = await measureCpu(toAPost);
    const { items, total, cloudFront } = monthly(units, cpuMs);
    counted.push([
      String(toAPost),
      (units.calls / units.posts).toFixed(2),
      (units.writeUnits / units.fixes).toFixed(3),
      (units.readUnits / units.posts).toFixed(2),
      String(Math.round(cpuMs * 1000)),
      String(Math.round(perSecond)),
    ]);
    dollars.push([
      String(toAPost),
      ...Object.values(items).map((one) => one.toFixed(4)),
      total.toFixed(3),
      `+ ${cloudFront.toFixed(3)}`,
      GOALS[toAPost] ?? '',
    ]);
  }
  return { counted, dollars };
};
