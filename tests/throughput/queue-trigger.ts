import type { QueueFunction } from '@qdn/lambda';
import { sqsEvent } from '@qdn/lambda/testing';
import type { Random } from '../nemesis/random.ts';
import type { Timeline } from '../nemesis/timeline.ts';
import { COLD_START_MS, FIRST_BATCHES, FURTHER_BATCHES_A_SECOND, POLL_MS } from './service-times.ts';

type Stored = { id: number; body: string; sentAt: number; visibleAt: number; receives: number };

/** Settings of a queue and its trigger, as serverless.yml has them. */
export type TriggerSetting = { batchSize: number; maximumConcurrency: number };

/** A container: runs one batch at a time. */
export type Container = { run: QueueFunction };

/** Returns the value below which a share of the sorted values lies. */
const nearest = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

/** Collects numbers and returns their quantiles. */
export const createSamples = () => {
  const values: number[] = [];
  return {
    add: (value: number): void => void values.push(value),
    get count() {
      return values.length;
    },
    /** @param shares such as 0.5 and 0.99 */
    quantiles: (...shares: number[]): number[] => {
      const sorted = Float64Array.from(values).sort();
      return shares.map((share) => nearest(sorted, share));
    },
    max: (): number => values.reduce((most, value) => Math.max(most, value), 0),
  };
};

/**
 * A standard queue with its Lambda trigger in virtual time: oldest visible record first, at most ten in a batch, a limit of batches at once
 * that grows as Lambda's does.
 * @param newContainer makes a container; a batch goes to the one that became free last
 */
export const createQueueTrigger = (
  { batchSize, maximumConcurrency }: TriggerSetting,
  timeline: Timeline,
  random: Random,
  newContainer: () => Container,
) => {
  const visible: Stored[] = [];
  let first = 0;
  const held = new Map<string, Stored>();
  const idle: Container[] = [];
  const startedAt = timeline.now();
  let ids = 0;
  let busy = 0;
  let containers = 0;
  let isPolling = false;
  /** Time between a record's visibility and its batch, in ms. */
  const waits = createSamples();
  const counts = { batches: 0, records: 0, failed: 0, deleted: 0, sent: 0 };

  const depth = (): number => visible.length - first;
  const mayRun = (): number =>
    Math.min(
      maximumConcurrency,
      FIRST_BATCHES + Math.floor(((timeline.now() - startedAt) / 1000) * FURTHER_BATCHES_A_SECOND),
    );
  const show = (record: Stored): void => {
    record.visibleAt = timeline.now();
    visible.push(record);
    poll();
  };
  const take = (): Stored[] => {
    const batch = visible.slice(first, first + batchSize);
    first += batch.length;
    if (first > 4096) visible.splice(0, first);
    if (first > visible.length || visible.length === 0) first = 0;
    return batch;
  };

  const start = async (batch: readonly Stored[]): Promise<void> => {
    busy += 1;
    counts.batches += 1;
    counts.records += batch.length;
    const known = idle.pop();
    const container = known ?? newContainer();
    if (!known) {
      containers += 1;
      await new Promise<void>((resolve) => timeline.after(COLD_START_MS, resolve));
    }
    const event = sqsEvent(batch.map(({ body }) => body));
    event.Records = event.Records.map((record, i) => {
      const { id = 0, receives = 0, sentAt = 0 } = batch[i] ?? {};
      const attributes = {
        ...record.attributes,
        ApproximateReceiveCount: String(receives + 1),
        SentTimestamp: String(sentAt),
      };
      return { ...record, messageId: `m${id}`, receiptHandle: `m${id}`, attributes };
    });
    for (const one of batch) {
      waits.add(timeline.now() - one.visibleAt);
      one.receives += 1;
      held.set(`m${one.id}`, one);
    }
    const { batchItemFailures } = await container.run(event);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    counts.failed += failed.size;
    for (const { id } of batch) {
      if (failed.has(`m${id}`)) continue;
      held.delete(`m${id}`);
      counts.deleted += 1;
    }
    busy -= 1;
    idle.push(container);
    poll();
  };

  const poll = (): void => {
    if (isPolling || depth() === 0 || busy >= mayRun()) return;
    isPolling = true;
    timeline.after(random.fraction() * POLL_MS, () => {
      isPolling = false;
      while (depth() > 0 && busy < mayRun()) void start(take());
      // The limit grows while records wait.
      if (depth() > 0 && mayRun() < maximumConcurrency) timeline.after(200, poll);
    });
  };

  return {
    send: async (record: unknown, delayS = 0): Promise<void> => {
      ids += 1;
      counts.sent += 1;
      const body = JSON.stringify(record);
      const stored = { id: ids, body, sentAt: timeline.now(), visibleAt: 0, receives: 0 };
      if (delayS > 0) timeline.after(delayS * 1000, () => show(stored));
      else show(stored);
    },
    postpone: async (receiptHandle: string, seconds: number): Promise<void> => {
      const record = held.get(receiptHandle);
      held.delete(receiptHandle);
      if (record) timeline.after(seconds * 1000, () => show(record));
    },
    depth,
    waits,
    busy: (): number => busy,
    containers: (): number => containers,
    counts,
  };
};
