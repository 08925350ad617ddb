/*
 * npm run load: a fleet that reports every ten seconds, against the functions in one process, in virtual time. Counts the calls, the units
 * and the items of each minute, and the hottest partition of a second. It takes no AWS, and stops by itself.
 *
 *   node bench/load.ts [--trailers 1000] [--minutes 5] [--fixes-a-post 1]
 *
 * Units are those of DynamoDB by the size of the items: 1 KB a write unit, 4 KB a read unit, half a unit where reads may be late. The
 * jobs' store is the memory one, so its calls are counted, and their units follow from docs/scale.md.
 */
import { parseArgs } from 'node:util';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createLocationStore } from '@qdn/aws/locations-table';
import { documentTable } from '@qdn/aws/testing';
import { type Job, type JobId, type TrailerId, watchTrailers } from '@qdn/domain';
import { aJob, memoryJobs, placeAt } from '@qdn/domain/testing';
import { createKeyring, signToken } from '@qdn/lambda';
import { lambdaContext, newTokenKeys } from '@qdn/lambda/testing';
import { reportLocation } from '@qdn/telemetry-ingest/functions/report-location';
import { postEvent, trackerDependencies, wireFix } from './tracker-post.ts';

const START = Date.UTC(2026, 10, 23, 15);
const EVERY_MS = 10_000;
/** Number of containers: posts of one trailer reach any of them, and each has its own caches. */
const CONTAINERS = 4;
const keyring = createKeyring(newTokenKeys());
const stop = aJob().stops[0] ?? { lat: 30, lon: -97 };

/** Bytes of a value as DynamoDB bills it, to some percent (locations.integration.test.ts). */
const bytesOf = (value: unknown): number => {
  if (value === null || typeof value === 'boolean') return 1;
  if (typeof value === 'string') return value.length;
  if (typeof value === 'number') return Math.ceil(String(value).replace(/[-.]/g, '').length / 2) + 2;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + 1 + bytesOf(one), 3);
  return Object.entries(value ?? {}).reduce((sum, [name, one]) => sum + name.length + bytesOf(one), 0);
};

/** Calls and units, and the units of the hottest partition within a second. */
type Counted = { queries: number; puts: number; items: number; readUnits: number; writeUnits: number; hottest: number };
const nothing = (): Counted => ({ queries: 0, puts: 0, items: 0, readUnits: 0, writeUnits: 0, hottest: 0 });

/** Makes a table of fixes that counts into `counted.now`. */
const countingTable = (clock: { now: number }) => {
  const { client } = documentTable();
  const counted = { now: nothing() };
  let second = { at: 0, units: new Map<string, number>() };
  const heat = (pk: string, units: number): void => {
    const at = Math.floor(clock.now / 1000);
    if (second.at !== at) second = { at, units: new Map() };
    const sum = (second.units.get(pk) ?? 0) + units;
    second.units.set(pk, sum);
    counted.now.hottest = Math.max(counted.now.hottest, sum);
  };
  type Command = { input: { Item?: Record<string, unknown>; ExpressionAttributeValues?: Record<string, unknown> } };
  const send = async (command: Command): Promise<{ Items?: unknown[] }> => {
    const answer = await (client as unknown as { send: (one: Command) => Promise<{ Items?: unknown[] }> }).send(
      command,
    );
    const { Item: item, ExpressionAttributeValues: values } = command.input;
    if (item) {
      const units = Math.ceil(bytesOf(item) / 1024);
      counted.now.puts += 1;
      counted.now.writeUnits += units;
      heat(String(item['pk']), units);
    } else {
      const { Items = [] } = answer;
      const units = Math.max(0.5, Math.ceil(Items.reduce<number>((sum, one) => sum + bytesOf(one), 0) / 4096) / 2);
      counted.now.queries += 1;
      counted.now.items += Items.length;
      counted.now.readUnits += units;
      heat(String(values?.[':pk']), units);
    }
    return answer;
  };
  return { client: { send } as unknown as DynamoDBDocumentClient, counted };
};

/** A trailer that drives 40 km north of its stop, back and forth, at 12 m/s; it never arrives. */
const placeOf = (i: number, at: number) => {
  const driven = (((at - START) / 1000) * 12 + i * 97) % 40_000;
  return placeAt(stop, 20_000 + Math.abs(driven - 20_000), 50 * i);
};

type Load = { trailers: number; minutes: number; toAPost: number };

/** Opens the fleet's functions over counting stores. */
const openFleet = ({ trailers, toAPost }: Load) => {
  const clock = { now: START };
  const now = () => clock.now;
  const { client, counted } = countingTable(clock);
  const jobs = memoryJobs(
    Array.from(
      { length: trailers },
      (_, i): Job =>
        aJob({ id: `QDN-${i}` as JobId, trailers: [`T${i}` as TrailerId], createdAt: START - 1, history: [] }),
    ),
  );
  const locations = createLocationStore(client, 'fixes');
  const container = () => trackerDependencies({ jobs, locations, keyring, now });
  const containers = Array.from({ length: CONTAINERS }, () => reportLocation(container()));
  const watching = container();
  const tokens = Array.from({ length: trailers }, (_, i) =>
    signToken({ kind: 'device', trailerId: `T${i}` as TrailerId }, keyring, START + 86_400_000),
  );
  const post = async (i: number): Promise<void> => {
    const fixes = Array.from({ length: toAPost }, (_, k) => {
      const at = clock.now - 500 - (toAPost - 1 - k) * EVERY_MS;
      return wireFix({ at, ...placeOf(i, at), accuracyM: 5, speedMps: 12 });
    });
    const handler = containers[(i + Math.floor(clock.now / EVERY_MS)) % CONTAINERS];
    const event = postEvent(`QDN-${i}` as JobId, tokens[i] ?? '', JSON.stringify({ fixes }));
    const answer = await handler?.(event, lambdaContext);
    if (answer?.statusCode !== 200) throw new Error(`${answer?.statusCode} ${answer?.body}`);
  };
  const watch = async (): Promise<void> => {
    const { notReached } = await watchTrailers(watching, jobs);
    if (notReached > 0) throw new Error(`${notReached} trailers were not reached`);
  };
  /** Runs some work. @returns its result, its calls and units, and the number of jobs that it read */
  const count = async <T>(work: () => Promise<T>) => {
    counted.now = nothing();
    jobs.reads = 0;
    const result = await work();
    return { result, ...counted.now, reads: jobs.reads };
  };
  return { clock, post, watch, count };
};

/** Posts a minute's fixes of all trailers. @returns the number of posts */
const postMinute = async ({ clock, post }: ReturnType<typeof openFleet>, load: Load, minute: number) => {
  const postEveryMs = EVERY_MS * load.toAPost;
  let posts = 0;
  for (let ms = 0; ms < 60_000; ms += 1000) {
    clock.now = START + minute * 60_000 + ms;
    for (let i = 0; i < load.trailers; i += 1) {
      // Posts are spread over the interval, as trailers begin their day at different seconds.
      if ((clock.now - START - (i % (postEveryMs / 1000)) * 1000) % postEveryMs !== 0) continue;
      await post(i);
      posts += 1;
    }
  }
  return posts;
};

const run = async (load: Load): Promise<void> => {
  const fleet = openFleet(load);
  console.log(
    'minute  posts  queries  puts  items read  read units  write units  hottest partition a second  jobs read  |  watch: queries  items  read units  jobs read',
  );
  for (let minute = 0; minute < load.minutes; minute += 1) {
    const posted = await fleet.count(() => postMinute(fleet, load, minute));
    const watched = await fleet.count(fleet.watch);
    const { queries, puts, items, writeUnits } = posted;
    const cells = [minute, posted.result, queries, puts, items, Math.round(posted.readUnits), writeUnits];
    const rest = [posted.hottest, posted.reads, '|', watched.queries, watched.items, watched.readUnits, watched.reads];
    console.log([...cells, ...rest].join('\t'));
  }
};

const { values } = parseArgs({
  options: {
    trailers: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '5' },
    'fixes-a-post': { type: 'string', default: '1' },
  },
});
const before = process.cpuUsage();
await run({
  trailers: Number(values.trailers),
  minutes: Number(values.minutes),
  toAPost: Number(values['fixes-a-post']),
});
const { user, system } = process.cpuUsage(before);
console.log(`CPU ${((user + system) / 1e6).toFixed(1)} s, without the AWS SDK`);
