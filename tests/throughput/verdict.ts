import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TriggerSetting } from './queue-trigger.ts';
import type { HourSetting, Played } from './relay-hour.ts';

/** Longest delay of a customer's text to the team, for 99 of 100 texts, in ms: a second line waits 1.5 s for the first. */
const MAX_DELAY_P99_MS = 5000;
/** Longest wait of a record for a worker, in ms. */
const MAX_QUEUE_WAIT_P99_MS = 2000;
/** Longest wait in the carrier's queue, for 99 of 100 texts, in ms. */
const MAX_CARRIER_WAIT_P99_MS = 15_000;

/** Share of the texts that may arrive after a later line of the same person: cold workers at the start of a rush, of whose line no container knows. */
const MAX_OVERTAKEN_SHARE = 0.0005;

/** Number of such texts, and of failed records, that a short run may have. */
const FEW = 3;
/** Share of the records that may be delivered again. */
const MAX_FAILED_SHARE = 0.0005;

/** Returns the worker's trigger as serverless.yml has it, for a company that sets nothing. */
export const triggerOfTemplate = (): TriggerSetting => {
  const file = join(import.meta.dirname, '..', '..', 'services', 'sms-relay', 'serverless.yml');
  const [, worker = ''] = /\n {4}relay-message:\n([\s\S]*?)\nresources:/.exec(readFileSync(file, 'utf8')) ?? [];
  const batchSize = Number(/batchSize: (\d+)/.exec(worker)?.[1]);
  const maximumConcurrency = Number(
    /maximumConcurrency: .*company\.deployment\.relayWorkers, (\d+)\}/.exec(worker)?.[1],
  );
  if (!(batchSize > 0 && maximumConcurrency > 0)) throw new Error('The trigger of relay-message was not found');
  return { batchSize, maximumConcurrency };
};

const GROUPS: ReadonlyArray<[name: string, belongs: (call: string) => boolean]> = [
  ['DynamoDB', (call) => /^(relay|jobs|locations)\./.test(call)],
  ['S3', (call) => call.startsWith('s3.')],
  ['SQS, by the worker', (call) => call.startsWith('sqs.')],
  ['SQS, by webhooks', (call) => call.startsWith('webhook')],
  ['the carrier', (call) => call.startsWith('carrier.')],
];

/** Returns the number of calls for each inbound text, by service. */
export const callsPerText = ({ calls, texts }: Pick<Played, 'calls' | 'texts'>): Array<[name: string, calls: number]> =>
  GROUPS.map(([name, belongs]) => {
    const sum = [...calls].filter(([call]) => belongs(call)).reduce((all, [, count]) => all + count, 0);
    return [name, sum / texts];
  });

const ms = (value: number | undefined): string => `${Math.round(value ?? 0).toLocaleString('en-US')} ms`;

/** Returns the report of a run, in lines. */
export const report = (
  played: Played,
  { textsPerSecond, seconds, maximumConcurrency, numbers }: HourSetting,
): string[] => {
  const { trigger, pool, depths, delays, rates, texts, stage } = played;
  const pair = (samples: { quantiles(...shares: number[]): number[] }): string => {
    const [p50, p99] = samples.quantiles(0.5, 0.99);
    return `p50 ${ms(p50)}, p99 ${ms(p99)}`;
  };
  const { batches, records, failed } = trigger.counts;
  const [depth50 = 0, depth99 = 0] = depths.quantiles(0.5, 0.99);
  const calls = callsPerText(played).map(([name, count]) => `${name} ${count.toFixed(2)}`);
  return [
    `${texts} texts, ${textsPerSecond} a second for ${seconds} s; ${maximumConcurrency} workers, a pool of ${numbers} numbers`,
    `customer to team:       ${pair(delays.toTeam)}`,
    `dispatcher to customer: ${pair(delays.toCustomer)}, without the time for UNDO`,
    `wait for a worker:      ${pair(trigger.waits)}`,
    `carrier's queue:        ${pair(pool.waits)}; ${pool.segments()} segments`,
    ...(pool.noticeWaits.count > 0 ? [`the same, notices:      ${pair(pool.noticeWaits)}`] : []),
    `write of the log:       ${pair(delays.log)}`,
    `queue depth:            p50 ${depth50}, p99 ${depth99}, most ${depths.max()}, at the end ${trigger.depth()}`,
    `records:                ${records} in ${batches} batches, ${(records / batches).toFixed(1)} each; ${failed} delivered again`,
    `calls for each text:    ${calls.join(', ')}`,
    `requests in a second:   ${rates.messages.most()} texts, ${rates.receipts.most()} receipts at most`,
    `lines after a later one: ${stage.order.overtaken}`,
  ];
};

/** Returns the ways in which a run did not keep up, as sentences; none when it did. */
export const shortfalls = ({ trigger, pool, delays, stage, texts }: Played): string[] => {
  const p99 = (samples: { quantiles(...shares: number[]): number[] }): number => samples.quantiles(0.99)[0] ?? 0;
  const { failed, records } = trigger.counts;
  const found: Array<[isBad: boolean, sentence: string]> = [
    [trigger.depth() > 0, `${trigger.depth()} records wait two minutes after the last text.`],
    [failed > Math.max(FEW, records * MAX_FAILED_SHARE), `${failed} records failed and were delivered again.`],
    [delays.toTeam.count < texts, `Only ${delays.toTeam.count} texts reached the team.`],
    [p99(delays.toTeam) > MAX_DELAY_P99_MS, `A customer's text takes ${ms(p99(delays.toTeam))} to the team (p99).`],
    [p99(trigger.waits) > MAX_QUEUE_WAIT_P99_MS, `A record waits ${ms(p99(trigger.waits))} for a worker (p99).`],
    [p99(pool.waits) > MAX_CARRIER_WAIT_P99_MS, `A text waits ${ms(p99(pool.waits))} in the carrier's queue (p99).`],
    [
      stage.order.overtaken > Math.max(FEW, texts * MAX_OVERTAKEN_SHARE),
      `${stage.order.overtaken} lines arrived after a later one of the same person.`,
    ],
  ];
  return found.flatMap(([isBad, sentence]) => (isBad ? [sentence] : []));
};
