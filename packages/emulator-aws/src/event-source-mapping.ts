import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { EventSourceMapping } from '@qdn/cloudformation/resources';
import { REGION } from '@qdn/cloudformation/template';
import { isJsonObject } from '@qdn/json';
import { backoffMs } from '@qdn/retry';
import type { Invoke } from './lambda.ts';

/** SQS takes no more messages in one call. */
const MOST_IN_A_CALL = 10;
/** How long a receive waits for a message. A stop waits for it, since a message that nobody reads the answer of is lost to view. */
const LONG_POLL_S = 1;
/** Between two tries after a queue that did not answer. */
const AFTER_AN_ERROR_MS = 500;
/** Delay before the next attempt of a function that could not be invoked. */
const INVOKE_BACKOFF = { firstMs: 100, maxMs: 5000 };

const toMessageAttribute = ({ DataType, StringValue, BinaryValue }: MessageAttributeValue) => ({
  dataType: DataType,
  ...(StringValue === undefined ? {} : { stringValue: StringValue }),
  ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
  stringListValues: [],
  binaryListValues: [],
});

/** One record of the event that the function gets. */
const toRecord = (message: Message, queueArn: string) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, toMessageAttribute(value)]),
  ),
  md5OfBody: message.MD5OfBody,
  ...(message.MD5OfMessageAttributes ? { md5OfMessageAttributes: message.MD5OfMessageAttributes } : {}),
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: REGION,
});

/**
 * The message IDs that a function's answer hands back. An empty answer is success; one that cannot be understood, or names a
 * message that was not in the batch, fails the whole batch.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const failedIds = (answer: unknown, batch: readonly string[], reportsItemFailures: boolean): Set<string> => {
  if (!reportsItemFailures || answer === null || answer === undefined) return new Set();
  const failures = isJsonObject(answer) ? (answer['batchItemFailures'] ?? []) : null;
  if (!Array.isArray(failures)) return new Set(batch);
  const ids = failures.map((failure) => (isJsonObject(failure) ? failure['itemIdentifier'] : null));
  return ids.every((id): id is string => typeof id === 'string' && batch.includes(id)) ? new Set(ids) : new Set(batch);
};

const inTens = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / MOST_IN_A_CALL) }, (_, i) =>
    items.slice(i * MOST_IN_A_CALL, (i + 1) * MOST_IN_A_CALL),
  );

export type RunningMapping = {
  /** Receives no more, waits for the batches under way, and hands back what has been received and not begun. */
  stop(): Promise<void>;
};

/**
 * Drives a function from a queue as Lambda does: batches up to the size and window, as many at once as the mapping allows.
 * Messages that succeeded are deleted. The others come back after the queue's visibility timeout and go, after its limit, to
 * the dead-letter queue. A function that cannot be invoked now (throttled, not up yet) is tried again until that timeout.
 * @param onError told of what failed: the function, or the queue; nothing is lost by either
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const startEventSourceMapping = (options: {
  mapping: EventSourceMapping;
  queueUrl: string;
  sqs: SQSClient;
  invoke: Invoke;
  onError: (error: unknown) => void;
  /** The longest that what failed may stay away, in s; for drills, which cannot wait as long as a queue does. */
  comeBackWithinS?: number;
}): RunningMapping => {
  const { mapping, queueUrl, sqs, invoke, onError, comeBackWithinS } = options;
  const { functionName, batchSize, queueArn } = mapping;
  const stopping = new AbortController();
  const pause = (ms: number) => setTimeout(ms, undefined, { signal: stopping.signal }).catch(() => {});
  const stopped = once(stopping.signal, 'abort');

  const readVisibilityMs = async (): Promise<number> => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['VisibilityTimeout'] }),
    );
    return Number(Attributes?.['VisibilityTimeout'] ?? 30) * 1000;
  };

  const receive = async (most: number, waitS: number): Promise<Message[]> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(MOST_IN_A_CALL, most),
        WaitTimeSeconds: waitS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages;
  };

  const nextBatch = async (): Promise<Message[]> => {
    const batch = await receive(batchSize, LONG_POLL_S);
    if (batch.length === 0) return batch;
    const windowEnd = Date.now() + mapping.batchWindowS * 1000;
    while (batch.length < batchSize && !stopping.signal.aborted) {
      const leftMs = windowEnd - Date.now();
      if (leftMs <= 0) break;
      const more = await receive(batchSize - batch.length, leftMs >= LONG_POLL_S * 1000 ? LONG_POLL_S : 0);
      batch.push(...more);
      if (more.length === 0) await pause(Math.min(50, leftMs));
    }
    return batch;
  };

  const handBack = async (batch: readonly Message[], afterS = 0): Promise<void> => {
    for (const some of inTens(batch)) {
      const Entries = some.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle, VisibilityTimeout: afterS }));
      await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
  };

  const comeBackSoon = async (batch: readonly Message[]): Promise<void> => {
    if (comeBackWithinS !== undefined) await handBack(batch, comeBackWithinS);
  };

  const remove = async (batch: readonly Message[]): Promise<void> => {
    for (const some of inTens(batch)) {
      const Entries = some.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
      const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      for (const { Message: reason } of Failed) onError(new Error(`A message could not be deleted: ${reason}`));
    }
  };

  /** Waits before the next attempt to invoke. @throws Error when the batch would be visible again by then */
  const waitForFunction = async (attempts: number, visibleAt: number, detail: string): Promise<void> => {
    const delayMs = backoffMs(attempts, INVOKE_BACKOFF);
    if (Date.now() + delayMs >= visibleAt) throw new Error(`${functionName} could not be invoked: ${detail}`);
    await pause(delayMs);
  };

  /** @param visibleAt epoch ms, when the batch's messages come back to the queue */
  const handle = async (batch: readonly Message[], visibleAt: number): Promise<void> => {
    const event = { Records: batch.map((message) => toRecord(message, queueArn)) };
    for (let attempts = 1; ; attempts += 1) {
      const outcome = await invoke(functionName, event);
      switch (outcome.kind) {
        case 'answered': {
          const ids = batch.map(({ MessageId = '' }) => MessageId);
          const failed = failedIds(outcome.payload, ids, mapping.reportsItemFailures);
          if (failed.size > 0)
            onError(new Error(`${functionName} handed back ${failed.size} of ${ids.length} messages`));
          await remove(batch.filter(({ MessageId = '' }) => !failed.has(MessageId)));
          return comeBackSoon(batch.filter(({ MessageId = '' }) => failed.has(MessageId)));
        }
        case 'failed':
          await comeBackSoon(batch);
          throw new Error(`${functionName} failed: ${outcome.detail}`);
        case 'not-run':
          if (stopping.signal.aborted) {
            // Not before the last receive has ended, which would take the messages out again.
            await polling;
            return handBack(batch);
          }
          await waitForFunction(attempts, visibleAt, outcome.detail);
      }
    }
  };

  const underWay = new Set<Promise<void>>();

  const poll = async (): Promise<void> => {
    let visibilityMs: number | null = null;
    while (!stopping.signal.aborted) {
      if (underWay.size >= mapping.maximumConcurrency) {
        await Promise.race([...underWay, stopped]);
        continue;
      }
      try {
        visibilityMs ??= await readVisibilityMs();
        const batch = await nextBatch();
        if (batch.length === 0) continue;
        if (stopping.signal.aborted) {
          await handBack(batch);
          return;
        }
        const run = handle(batch, Date.now() + visibilityMs)
          .catch(onError)
          .finally(() => underWay.delete(run));
        underWay.add(run);
      } catch (error) {
        onError(error);
        await pause(AFTER_AN_ERROR_MS);
      }
    }
  };

  const polling = poll();
  return {
    stop: async () => {
      stopping.abort();
      await polling;
      await Promise.all(underWay);
    },
  };
};
