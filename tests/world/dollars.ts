import {
  ASSUMED,
  addUsage,
  type Usage as BilledUsage,
  baseUsage,
  billOf,
  dollarsOf,
  gbSeconds,
  monthOf,
  readCounted,
  timesUsage,
} from '@qdn/cost';
import type { Usage, WorldCompany } from '@qdn/world';

/*
 * The cost of a simulated run: its counted calls at the prices and with the assumptions of packages/cost, beside the bill that
 * docs/cost.md states for as many jobs, texts, hours and views.
 */

const MONTH_DAYS = 30;
const SWEEPS_PER_DAY = 96;
/** Write units per write: jobs and messages have indexes (packages/cost/src/counted.json), positions have none. */
const INDEXED_WRITE_UNITS = 1.8;
/** Requests to SQS per record: send, receive, delete. */
const REQUESTS_PER_RECORD = 3;
/** Lists of the bucket at a cold start of the worker. */
const LISTS_PER_COLD_START = 5;
/** Bytes of a function's own log lines per invocation. */
const LOG_BYTES = 250;
const GB = 1e9;

/** Returns the billed units of a run without those of an idle system: its schedules and its deployed parts. */
const billedUsage = (usage: Usage, days: number): BilledUsage => {
  const count = (name: string): number => usage[name] ?? 0;
  const sweeps = SWEEPS_PER_DAY * days;
  const requests = count('http.request');
  const workers = Math.max(0, count('lambda.relay-message') - sweeps);
  const invocations = requests + workers + count('lambda.admit-message');
  const reads = count('dynamodb.read') - count('watch.dynamodb.read') - sweeps;
  const writes = count('dynamodb.write');
  const positions = count('dynamodb.write.locations');
  const records = Math.max(0, count('sqs.send') - sweeps);
  const relayStarts = Math.max(0, count('cold-start.relay') - sweeps);
  const coldStarts = count('cold-start.http') + relayStarts;
  const awsCalls = reads + writes + records + count('s3.put');
  return {
    edgeRequest: requests,
    edgeGb: (requests * ASSUMED.answerBytes) / GB,
    edgeFunctionRun: requests,
    apiRequest: requests,
    lambdaRequest: invocations,
    lambdaGbSecond: gbSeconds({ invocations, coldStarts, awsCalls, carrierCalls: count('carrier.text') }, 512),
    tableRead: reads,
    tableWrite: positions + (writes - positions) * INDEXED_WRITE_UNITS,
    queueRequest: records * REQUESTS_PER_RECORD + count('sqs.postpone'),
    objectPut: count('s3.put') + relayStarts * LISTS_PER_COLD_START,
    secretCall: coldStarts,
    logGb: (invocations * (ASSUMED.lambdaLogBytes + LOG_BYTES)) / GB,
    segmentOut: count('carrier.segment'),
    carrierOut: count('carrier.segment'),
    segmentIn: count('carrier.received-segment'),
    carrierIn: count('carrier.received-segment'),
  };
};

/** Traffic of a run, for the bill of docs/cost.md. */
export type Traffic = {
  company: WorldCompany;
  days: number;
  incoming: readonly { from: string }[];
  sent: readonly { to: string }[];
  /** Calls since the start. */
  usage: Usage;
};

/** Returns the cost of a month in US dollars: from the counted calls, and as docs/cost.md states it for the same traffic. */
export const monthlyDollars = ({ company, days, incoming, sent, usage }: Traffic) => {
  const counted = readCounted();
  const perMonth = MONTH_DAYS / days;
  const measured = dollarsOf(addUsage(timesUsage(billedUsage(usage, days), perMonth), baseUsage(counted)));

  const staff = new Set([...company.dispatchers.map(({ phone }) => phone), company.operator]);
  const count = (name: string): number => (usage[name] ?? 0) * perMonth;
  const posts = count('lambda.report-location') + count('lambda.report-trailer-location');
  const answers = incoming.filter(({ from }) => staff.has(from)).length * perMonth;
  const toCustomers = sent.filter(({ to }) => !staff.has(to)).length * perMonth;
  const views = counted.scenarios['viewer-hour'].calls['lambda:get-location'] ?? 1;
  const fixes = counted.scenarios['trailer-hour'].calls['lambda:report-location'] ?? 1;
  const month = monthOf({
    trailers: 1,
    hoursPerTrailer: posts / fixes,
    fixesPerPost: 1,
    jobs: count('lambda.create-job'),
    messages: incoming.length * perMonth - answers,
    answers,
    notices: Math.max(0, toCustomers - answers),
    viewerHours: count('lambda.get-location') / views,
  });
  return { measured, documented: billOf(month, counted).together };
};
