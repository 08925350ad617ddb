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

/** Maximum number of messages in one call to SQS. */
const MAX_MESSAGES_PER_CALL = 10;
/** Duration of a receive without a message. A stop waits for it: a message in an unread answer would be out of sight. */
const LONG_POLL_S = 1;
/** Delay before the next attempt after a queue that did not answer. */
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
 * Returns the message IDs that a function's answer reports as failed. An empty answer is success. An answer that cannot be parsed,
 * or that names a message from outside the batch, fails the whole batch.
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
  Array.from({ length: Math.ceil(items.length / MAX_MESSAGES_PER_CALL) }, (_, i) =>
    items.slice(i * MAX_MESSAGES_PER_CALL, (i + 1) * MAX_MESSAGES_PER_CALL),
  );

export type RunningMapping = {
  /** Stops receiving, waits for the batches under way, and hands back messages that were received and not begun. */
  stop(): Promise<void>;
};

export type EventSourceMappingOptions = {
  mapping: EventSourceMapping;
  queueUrl: string;
  sqs: SQSClient;
  invoke: Invoke;
  /** Takes the errors of the function and of the queue. No message is lost by either. */
  onError: (error: unknown) => void;
  /** Maximum delay before a failed message is visible again, in s; for drills, which cannot wait as long as a queue does. */
  comeBackWithinS?: number;
};

/** The calls of one mapping to its queue. */
class MappedQueue {
  readonly #sqs: SQSClient;
  readonly #url: string;

  constructor({ sqs, queueUrl }: EventSourceMappingOptions) {
    this.#sqs = sqs;
    this.#url = queueUrl;
  }

  async visibilityMs(): Promise<number> {
    const { Attributes } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: this.#url, AttributeNames: ['VisibilityTimeout'] }),
    );
    return Number(Attributes?.['VisibilityTimeout'] ?? 30) * 1000;
  }

  async receive(max: number, waitS: number): Promise<Message[]> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#url,
        MaxNumberOfMessages: Math.min(MAX_MESSAGES_PER_CALL, max),
        WaitTimeSeconds: waitS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages;
  }

  /** Makes messages visible again. @param afterS delay, in s */
  async handBack(batch: readonly Message[], afterS = 0): Promise<void> {
    for (const some of inTens(batch)) {
      const Entries = some.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle, VisibilityTimeout: afterS }));
      await this.#sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#url, Entries }));
    }
  }

  /** Deletes messages. @returns a sentence for each that was not deleted */
  async remove(batch: readonly Message[]): Promise<Error[]> {
    const errors: Error[] = [];
    for (const some of inTens(batch)) {
      const Entries = some.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
      const { Failed = [] } = await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries }));
      for (const { Message: reason } of Failed) errors.push(new Error(`A message could not be deleted: ${reason}`));
    }
    return errors;
  }
}

class Mapping implements RunningMapping {
  readonly #options: EventSourceMappingOptions;
  readonly #queue: MappedQueue;
  readonly #stopping = new AbortController();
  readonly #stopped = once(this.#stopping.signal, 'abort');
  readonly #underWay = new Set<Promise<void>>();
  readonly #polling: Promise<void>;

  constructor(options: EventSourceMappingOptions) {
    this.#options = options;
    this.#queue = new MappedQueue(options);
    this.#polling = this.#poll();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
    await Promise.all(this.#underWay);
  }

  async #poll(): Promise<void> {
    const { mapping, onError } = this.#options;
    let visibilityMs: number | null = null;
    while (!this.#stopping.signal.aborted) {
      if (this.#underWay.size >= mapping.maximumConcurrency) {
        await Promise.race([...this.#underWay, this.#stopped]);
        continue;
      }
      try {
        visibilityMs ??= await this.#queue.visibilityMs();
        const batch = await this.#nextBatch();
        if (batch.length === 0) continue;
        if (this.#stopping.signal.aborted) return await this.#queue.handBack(batch);
        const run = this.#handle(batch, Date.now() + visibilityMs)
          .catch(onError)
          .finally(() => this.#underWay.delete(run));
        this.#underWay.add(run);
      } catch (error) {
        onError(error);
        await this.#pause(AFTER_AN_ERROR_MS);
      }
    }
  }

  async #nextBatch(): Promise<Message[]> {
    const { batchSize, batchWindowS } = this.#options.mapping;
    const batch = await this.#queue.receive(batchSize, LONG_POLL_S);
    if (batch.length === 0) return batch;
    const windowEnd = Date.now() + batchWindowS * 1000;
    while (batch.length < batchSize && !this.#stopping.signal.aborted) {
      const leftMs = windowEnd - Date.now();
      if (leftMs <= 0) break;
      const more = await this.#queue.receive(batchSize - batch.length, leftMs >= LONG_POLL_S * 1000 ? LONG_POLL_S : 0);
      batch.push(...more);
      if (more.length === 0) await this.#pause(Math.min(50, leftMs));
    }
    return batch;
  }

  /** @param visibleAt epoch ms, when the batch's messages are visible in the queue again */
  async #handle(batch: readonly Message[], visibleAt: number): Promise<void> {
    const { mapping, invoke } = this.#options;
    const { functionName, queueArn } = mapping;
    const event = { Records: batch.map((message) => toRecord(message, queueArn)) };
    for (let attempts = 1; ; attempts += 1) {
      const outcome = await invoke(functionName, event);
      switch (outcome.kind) {
        case 'answered':
          return this.#resolveBatch(batch, outcome.payload);
        case 'failed':
          await this.#comeBackSoon(batch);
          throw new Error(`${functionName} failed: ${outcome.detail}`);
        case 'not-run':
          if (this.#stopping.signal.aborted) {
            // Not before the last receive has ended, which would take the messages out again.
            await this.#polling;
            return this.#queue.handBack(batch);
          }
          await this.#waitForFunction(attempts, visibleAt, outcome.detail);
      }
    }
  }

  /** Deletes the messages that succeeded. The others stay for the queue's visibility timeout. */
  async #resolveBatch(batch: readonly Message[], payload: unknown): Promise<void> {
    const { mapping, onError } = this.#options;
    const ids = batch.map(({ MessageId = '' }) => MessageId);
    const failed = failedIds(payload, ids, mapping.reportsItemFailures);
    if (failed.size > 0)
      onError(new Error(`${mapping.functionName} handed back ${failed.size} of ${ids.length} messages`));
    const errors = await this.#queue.remove(batch.filter(({ MessageId = '' }) => !failed.has(MessageId)));
    for (const error of errors) onError(error);
    return this.#comeBackSoon(batch.filter(({ MessageId = '' }) => failed.has(MessageId)));
  }

  async #comeBackSoon(batch: readonly Message[]): Promise<void> {
    const { comeBackWithinS } = this.#options;
    if (comeBackWithinS !== undefined) await this.#queue.handBack(batch, comeBackWithinS);
  }

  /** Waits before the next attempt to invoke. @throws Error when the batch would be visible again by then */
  async #waitForFunction(attempts: number, visibleAt: number, detail: string): Promise<void> {
    const delayMs = backoffMs(attempts, INVOKE_BACKOFF);
    if (Date.now() + delayMs >= visibleAt)
      throw new Error(`${this.#options.mapping.functionName} could not be invoked: ${detail}`);
    await this.#pause(delayMs);
  }

  #pause(ms: number): Promise<void> {
    return setTimeout(ms, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}

/**
 * Drives a function from a queue as Lambda does: batches up to the size and window, as many at once as the mapping allows.
 * Messages that succeeded are deleted. The others are visible again after the queue's visibility timeout and go, after its limit,
 * to the dead-letter queue. A function that cannot be invoked now (throttled, not up yet) is retried until that timeout.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const startEventSourceMapping = (options: EventSourceMappingOptions): RunningMapping => new Mapping(options);
