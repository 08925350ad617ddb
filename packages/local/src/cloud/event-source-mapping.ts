import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { EventSourceMapping } from '../templates/resources.ts';
import { REGION } from '../templates/template.ts';

export { type EventSourceMapping, eventSourceMappingsOf } from '../templates/resources.ts';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Calls the function with a payload and returns its answer. Throws when the function threw or could not be reached. */
export type Invoke = (functionName: string, payload: object) => Promise<unknown>;

/** Lambda's Invoke API, as serverless-offline serves it. */
export const invokeOver =
  (lambdaUrl: string): Invoke =>
  async (functionName, payload) => {
    const response = await fetch(`${lambdaUrl}/2015-03-31/functions/${functionName}/invocations`, {
      method: 'POST',
      body: JSON.stringify(payload),
    });
    const text = await response.text();
    if (!response.ok || response.headers.has('x-amz-function-error'))
      throw new Error(`${functionName} answered ${response.status}: ${text.slice(0, 300)}`);
    return text === '' ? null : JSON.parse(text);
  };

const toRecord = (message: Message, mapping: EventSourceMapping) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: {},
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: mapping.queueArn,
  awsRegion: REGION,
});

/**
 * The message IDs that a function's answer hands back. An empty answer is success; one that cannot be understood, or names a
 * message that was not in the batch, fails the whole batch, as on AWS.
 */
export const failedIds = (answer: unknown, batch: readonly string[], reportsItemFailures: boolean): Set<string> => {
  if (!reportsItemFailures || answer === null || answer === undefined) return new Set();
  const failures = isRecord(answer) ? (answer['batchItemFailures'] ?? []) : null;
  if (!Array.isArray(failures)) return new Set(batch);
  const ids = failures.map((failure) => (isRecord(failure) ? failure['itemIdentifier'] : null));
  return ids.every((id): id is string => typeof id === 'string' && batch.includes(id)) ? new Set(ids) : new Set(batch);
};

/**
 * Drives a function from a queue as Lambda does: batches up to the size and window, as many at once as the mapping allows;
 * messages that succeeded are deleted, the others come back after the visibility timeout and, after the queue's limit, go to
 * the dead-letter queue.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const startEventSourceMapping = (options: {
  mapping: EventSourceMapping;
  queueUrl: string;
  sqs: SQSClient;
  invoke: Invoke;
  onError: (error: unknown) => void;
}) => {
  const { mapping, queueUrl, sqs, invoke, onError } = options;
  const stopping = new AbortController();

  const receive = async (max: number, waitS: number): Promise<Message[]> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(10, max),
        WaitTimeSeconds: waitS,
        MessageSystemAttributeNames: ['All'],
      }),
      { abortSignal: stopping.signal },
    );
    return Messages;
  };

  const nextBatch = async (): Promise<Message[]> => {
    const batch = await receive(mapping.batchSize, 10);
    const deadline = Date.now() + mapping.batchWindowS * 1000;
    while (batch.length > 0 && batch.length < mapping.batchSize && Date.now() < deadline) {
      batch.push(...(await receive(mapping.batchSize - batch.length, 1)));
    }
    return batch;
  };

  const handle = async (batch: Message[]): Promise<void> => {
    const ids = batch.map(({ MessageId = '' }) => MessageId);
    const answer = await invoke(mapping.functionName, { Records: batch.map((message) => toRecord(message, mapping)) });
    const failed = failedIds(answer, ids, mapping.reportsItemFailures);
    const done = batch.filter(({ MessageId = '' }) => !failed.has(MessageId));
    if (done.length === 0) return;
    await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: done.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })),
      }),
    );
  };

  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const batch = await nextBatch();
        if (batch.length > 0) await handle(batch);
      } catch (error) {
        if (stopping.signal.aborted) return;
        onError(error);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  };

  const pollers = Array.from({ length: mapping.maximumConcurrency }, poll);
  return {
    /** Receives no more and waits for the batches under way. */
    stop: async (): Promise<void> => {
      stopping.abort();
      await Promise.all(pollers);
    },
  };
};
