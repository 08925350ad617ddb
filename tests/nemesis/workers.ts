import type { QueueFunction } from '@qdn/lambda';
import { sqsEvent } from '@qdn/lambda/testing';
import type { History } from './history.ts';
import { CLOCK_ERROR_MS, type Fault, type Process, WORKER_TIMEOUT_MS } from './nemesis.ts';
import type { HandOut, Queue } from './queue.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

const CONTAINERS = 4;
const BATCH_SIZE = 10;

/** Starts Lambda containers, which process batches from the queue until the nemesis or their timeout kills them. */
export const startWorkers = (parts: {
  random: Random;
  timeline: Timeline;
  history: History;
  queue: Queue;
  /** Makes the worker of a container, which takes a batch and returns the messages to retry. */
  worker: (process: Process, clock: () => number) => QueueFunction;
  strikes: (fault: Fault) => boolean;
  deletesFirst: boolean;
}): { wake: () => void } => {
  const { random, timeline, history, queue, worker, strikes, deletesFirst } = parts;
  let runs = 0;
  const idle: number[] = Array.from({ length: CONTAINERS }, (_, i) => i);
  const clockErrors = Array.from({ length: CONTAINERS }, () => 0);

  const run = async (container: number, batch: readonly HandOut[]): Promise<void> => {
    const who = `worker-${container}.${++runs}`;
    const tell = (text: string): void => history.add(timeline.now(), null, { kind: 'step', who, what: text });
    let isOver = false;
    const end = (afterMs: number): void => {
      if (isOver) return;
      isOver = true;
      timeline.after(afterMs, () => {
        idle.push(container);
        wake();
      });
    };
    const process: Process = {
      name: who,
      isAlive: true,
      unwinds: false,
      isLate: false,
      die: (why) => {
        process.isAlive = false;
        tell(`is dead: ${why}`);
        // The poller notices, and Lambda starts a new container.
        end(random.between(100, 2000));
      },
    };
    if (strikes('clock-jump')) clockErrors[container] = random.between(-CLOCK_ERROR_MS, CLOCK_ERROR_MS);
    const error = clockErrors[container] ?? 0;
    for (const { body, messageId, receives } of batch) {
      const sid = /(?:SM|MM|QA|QS)[0-9a-fA-F]{32}/.exec(body)?.[0] ?? null;
      const what = `gets ${messageId} (hand-out ${receives}, clock ${error} ms)`;
      history.add(timeline.now(), sid, { kind: 'step', who, what });
    }
    timeline.after(WORKER_TIMEOUT_MS, () => {
      if (process.isAlive && !isOver && !process.isLate) process.die('timeout');
    });
    if (deletesFirst) for (const { receiptHandle } of batch) await queue.remove(receiptHandle);
    const event = sqsEvent([]);
    event.Records = batch.map(({ messageId, receiptHandle, body, receives, sentAt }) => {
      const [record] = sqsEvent([body], receives).Records;
      if (!record) throw new Error('One body is one record');
      return {
        ...record,
        messageId,
        receiptHandle,
        attributes: { ...record.attributes, SentTimestamp: String(sentAt) },
      };
    });
    let answer: Awaited<ReturnType<QueueFunction>>;
    try {
      answer = await worker(process, () => timeline.now() + error)(event);
    } catch (failure) {
      tell(`fails: ${failure instanceof Error ? failure.message : String(failure)}`);
      return end(random.between(1, 50));
    }
    if (!process.isAlive) return;
    const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    tell(`answers; ${failed.size} of ${batch.length} will be retried`);
    for (const { messageId, receiptHandle } of batch) if (!failed.has(messageId)) await queue.remove(receiptHandle);
    end(random.between(1, 50));
  };

  const wake = (): void => {
    const container = idle[0];
    if (container === undefined) return;
    const batch = queue.receive(random.between(1, BATCH_SIZE));
    if (batch.length === 0) return;
    idle.shift();
    void run(container, batch);
    wake();
  };
  return { wake };
};
