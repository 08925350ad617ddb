import { ASSUMED, addUsage, type Count, gbSeconds, type Usage } from '@qdn/cost';
import { dataIn } from '../drill/world.ts';
import type { AwsCall } from '../privileges/recorder.ts';
import type { TableUnits } from './table-units.ts';

export const GB = 1e9;
const NONE = { invocations: 0, coldStarts: 0, awsCalls: 0, carrierCalls: 0 };

/**
 * Converts calls and log lines into billed units.
 * @param now epoch ms
 * @param memoryOf MB of a function
 */
export const createMeter = (now: () => number, memoryOf: (functionName: string) => number) => {
  let usage: Usage = {};
  let calls: Record<string, number> = {};
  let isCounted = true;
  let lines = 0;
  /** Functions called during `aside`. Their log lines may arrive later and are not counted either. */
  const aside = new Set<string>();
  /** The time until which DynamoDB has the key, by function and table. */
  const keysKept = new Map<string, number>();
  /** Every emitted metric of ours, with its dimensions. */
  const metrics = new Set<string>();

  const add = (more: Usage): void => {
    if (isCounted) usage = addUsage(usage, more);
  };
  const called = (name: string, times = 1): void => {
    if (isCounted && times > 0) calls[name] = (calls[name] ?? 0) + times;
  };
  const work = (functionName: string, did: Partial<typeof NONE>): void =>
    add({ lambdaGbSecond: gbSeconds({ ...NONE, ...did }, memoryOf(functionName)) });

  const priceOf = ({ functionName, action, resource }: AwsCall): Usage => {
    const [service] = action.split(':');
    if (service === 'sqs') return { queueRequest: 1 };
    if (action === 's3:PutObject' || action === 's3:ListBucket') return { objectPut: 1 };
    if (action === 's3:GetObject') return { objectGet: 1 };
    if (service === 'secretsmanager') return { secretCall: 1 };
    if (service === 'cloudfront-keyvaluestore') return { keyValueCall: 1 };
    if (service !== 'dynamodb') throw new Error(`The cost of ${action} is unknown. Add it to tests/cost/meter.ts`);
    // Its units are counted by tests/cost/table-units.ts.
    const user = `${functionName} ${/table\/([^/]+)/.exec(resource)?.[1]}`;
    if ((keysKept.get(user) ?? 0) > now()) return {};
    keysKept.set(user, now() + ASSUMED.tableKeyMs);
    return { keyRequest: 1 };
  };

  return {
    add,
    called,
    metrics,
    awsCall: (call: AwsCall): void => {
      work(call.functionName, { awsCalls: 1 });
      called(call.action);
      add(priceOf(call));
    },
    invoked: (functionName: string, isCold: boolean): void => {
      if (!isCounted) aside.add(functionName);
      work(functionName, { invocations: 1, coldStarts: isCold ? 1 : 0 });
      add({ lambdaRequest: 1, logGb: ASSUMED.lambdaLogBytes / GB });
      called(`lambda:${functionName}`);
    },
    /** Counts a function's calls to Twilio. */
    askedCarrier: (functionName: string, times: number): void => work(functionName, { carrierCalls: times }),
    line: (functionName: string, text: string): void => {
      lines += 1;
      if (!aside.has(functionName)) add({ logGb: (text.length + 1) / GB });
      for (const { name, dimensions } of dataIn(text)) metrics.add(`${name} ${Object.values(dimensions).join()}`);
    },
    tables: ({ writes, reads, bytes }: TableUnits): void => {
      add({ tableWrite: writes, tableRead: reads });
      for (const [table, size] of Object.entries(bytes)) {
        const gbMonths = (size / GB) * (table === 'qdn-job-locations' ? ASSUMED.fixesKeptMonths : ASSUMED.keptMonths);
        add({ tableGbMonth: gbMonths, recoveryGbMonth: gbMonths });
      }
    },
    /** Runs `work` without counting. */
    aside: async (run: () => Promise<unknown>): Promise<void> => {
      isCounted = false;
      try {
        await run();
      } finally {
        isCounted = true;
      }
    },
    /** Waits for log lines: they arrive on another channel than the containers' answers. */
    settled: async (): Promise<void> => {
      for (let before = -1; before !== lines; ) {
        before = lines;
        await new Promise((done) => setTimeout(done, 100));
      }
      aside.clear();
    },
    /** Returns the counts since the last call. */
    take: (): Count => {
      const count = { usage, calls };
      usage = {};
      calls = {};
      return count;
    },
  };
};
