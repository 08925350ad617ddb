import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientSettings } from '@qdn/emulator-aws/client-settings';
import { portsFrom } from '@qdn/local/options';
import { copySharedBundles } from '@qdn/local/shared-bundles';
import { type System, startSystem } from '@qdn/local/system';
import { freeBase } from '@qdn/local-server/free-ports';
import { sharedPackages } from '@qdn/packaging/shared-templates';
import { type Day, liveADay } from './canary/day.ts';
import { placesOf } from './canary/places.ts';
import { type Allowed, judge, type Place, search } from './canary/search.ts';
import { templatesWith } from './templates.ts';

/*
 * Checks that secrets, tokens, phone numbers and message texts are only where they must be, after a day on the running system.
 * It searches everything that the system stored or logged, and its answers to callers without access.
 */

const repository = fileURLToPath(new URL('..', import.meta.url));

const TEXTS = /number|words|name|short link|picture’s link/;
const ALLOWED: readonly Allowed[] = [
  {
    what: TEXTS,
    where: /^item qdn-jobs /,
    why: 'Jobs, their timelines and what is still to be sent have to be kept somewhere.',
  },
  {
    what: TEXTS,
    where: /^object qdn-compliance-log-[^/]+\/messages\//,
    why: 'The compliance log has every text as it came and went (docs/compliance-log.md).',
  },
  {
    what: /^the customer’s (number|words)$/,
    where: /^dead letter qdn-inbound-messages-dlq$/,
    why: 'A dead letter is the message itself; in part it could not be replayed.',
  },
  { what: /^the (new )?key of track tokens$/, where: /^edge key track-keys$/, why: 'The edge verifies links itself.' },
  {
    what: /^the customer’s name$/,
    where: /^(answer to a link|cached 200 for \/api\/jobs\/QDN-7301)$/,
    why: 'Who has the link is told whose job it is.',
  },
  {
    what: /^a device token$/,
    where: /^cache key of a 5\d\d for \/api\/trailers\//,
    why: 'A tracker that knows nothing but its URL has the token in it. CloudFront keeps a failure for a second, by its URL.',
    seldom: true,
  },
];

const folder = mkdtempSync(join(tmpdir(), 'qdn-canary-'));
const crashes: string[] = [];
let system: System;
let day: Day;
let places: Place[];

beforeAll(async () => {
  await copySharedBundles(repository, await templatesWith(), folder);
  system = await startSystem({
    repository,
    folder,
    packages: sharedPackages(repository),
    ports: portsFrom(await freeBase()),
    fresh: true,
    demo: false,
    comeBackWithinS: 1,
    progress: () => {},
    onCrash: (sentence) => crashes.push(sentence),
  });
  const { carrierEmulator } = system.parts;
  if (!carrierEmulator) throw new Error('This test needs the carrier emulator');
  day = await liveADay(system, carrierEmulator);
  places = [...(await placesOf(system, join(folder, 'logs'))), ...day.answers];
}, 300_000);
afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const judged = (found: readonly Place[]) => {
  const { forbidden, unused } = judge(search(found, day.canaries), ALLOWED);
  return { unused, told: [...new Set(forbidden.map(({ what, form, place }) => `${what}, ${form}: ${place}`))].sort() };
};

test('secrets, tokens, numbers and customers’ words are only in their allowed places', () => {
  expect(judged(places)).toEqual({ unused: [], told: [] });
  expect(crashes).toEqual([]);
});

test('every place had something to search', () => {
  const count = (name: RegExp) => places.filter((place) => name.test(place.name)).length;
  expect(count(/^log job-api/)).toBeGreaterThan(100);
  expect(count(/^log telemetry-ingest/)).toBeGreaterThan(50);
  expect(count(/^log sms-relay/)).toBeGreaterThan(100);
  expect(count(/^log edge/)).toBeGreaterThan(0);
  expect(count(/^cached 200 for \/api\/jobs\//)).toBeGreaterThan(0);
  expect(count(/^object qdn-compliance-log-/)).toBeGreaterThan(10);
  expect(count(/^item qdn-jobs /)).toBeGreaterThan(20);
  expect(count(/^item qdn-job-locations /)).toBeGreaterThan(0);
  expect(count(/^dead letter /)).toBeGreaterThan(1);
  expect(count(/^refusal 4/)).toBeGreaterThan(30);
  expect(count(/^answer to a link/)).toBeGreaterThan(5);
  const lines = places.filter(({ name }) => name.startsWith('log '));
  expect(lines.some(({ content }) => content.includes('CloudWatchMetrics'))).toBe(true);
  expect(lines.some(({ content }) => content.includes('"level":"error"'))).toBe(true);
  expect(new Set(day.canaries.map(({ what }) => what)).size).toBeGreaterThan(18);
});

test('finds a canary planted in a log, the edge’s cache, a table, the edge’s keys or a dead letter', async () => {
  const { endpoints, keyValues, queueUrl } = system.parts.cloud;
  const [number, token, key] = ['the customer’s number', 'a device token', 'the API key’s secret'].map(
    (what) => day.canaries.find((canary) => canary.what === what)?.value ?? '',
  );
  appendFileSync(join(folder, 'logs', 'job-api.log'), `{"message":"hello ${number}"}\n`);
  const s3 = new S3Client({ ...clientSettings(endpoints.s3), forcePathStyle: true });
  const site = places.find(({ name }) => name.startsWith('object qdn-tracking-site-'))?.name.split(/[ /]/)[1] ?? '';
  await s3.send(new PutObjectCommand({ Bucket: site, Key: 'track/planted.json', Body: JSON.stringify({ key }) }));
  await (await fetch(`${system.edgeUrl}/track/planted.json`)).text();
  keyValues.put('planted', Buffer.from(key ?? '').toString('base64'));
  const dynamo = new DynamoDBClient(clientSettings(endpoints.dynamodb));
  const Item = { pk: { S: 'PLANTED' }, sk: { S: 'token' }, token: { S: token ?? '' } };
  await dynamo.send(new PutItemCommand({ TableName: 'qdn-jobs', Item }));
  const sqs = new SQSClient({ ...clientSettings(endpoints.sqs), useQueueUrlAsEndpoint: false });
  const letter = {
    QueueUrl: queueUrl('qdn-unverified-messages-dlq'),
    MessageBody: `x=${encodeURIComponent(number ?? '')}`,
  };
  await sqs.send(new SendMessageCommand(letter));
  for (const client of [s3, dynamo, sqs]) client.destroy();

  const { told } = judged(await placesOf(system, join(folder, 'logs')));
  for (const where of [
    'the customer’s number, as it is: log job-api.log',
    `the API key’s secret, as it is: object ${site}/track/planted.json`,
    'the API key’s secret, as it is: cached 200 for /track/planted.json',
    'the API key’s secret, base64: edge key planted',
    'a device token, as it is: item qdn-jobs PLANTED token',
    'the customer’s number, in an address: dead letter qdn-unverified-messages-dlq',
  ])
    expect(told).toContain(where);
});
