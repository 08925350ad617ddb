import type { Validate } from '@qdn/contracts';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { withCorrelation } from './correlation.ts';
import { errorFields, type Logger, textsInBody } from './logger.ts';

/** One message of a batch: its body, checked, when it came into the queue (epoch ms), and how often SQS has handed it out. */
export type QueueMessage<Body> = { body: Body; messageId: string; sentAt: number; receiveCount: number };

/** A message that could not be worked on. `receiptHandle` is what SQS knows this handing-out by. */
export type FailedMessage = { receiptHandle: string; receiveCount: number; error: unknown };

/** A Lambda function behind an SQS trigger with `ReportBatchItemFailures`. */
export type QueueFunction = (event: SQSEvent, context?: Pick<Context, 'awsRequestId'>) => Promise<SQSBatchResponse>;

export type QueueOptions<Body> = {
  name: string;
  log: Logger;
  validate: Validate<Body>;
  /** How often the queue hands a message out before it puts it into the dead-letter queue. */
  tries: number;
  /** Says when a failed message is to come back. Without it, or when it fails, that is after the queue's visibility timeout. */
  postpone?: (failed: FailedMessage) => Promise<void>;
  /** The texts in a message that no log may show; by default all those in its JSON that may be personal. */
  hide?: (body: string) => string[];
};

/**
 * An SQS worker with partial batch failures: `fn` runs for all records of a batch at once, so that one that waits holds up no
 * other, and only those that threw are handed back to SQS, which tries them again and, after the queue's limit, puts them into
 * the dead-letter queue.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const queueHandler = <Body>(
  options: QueueOptions<Body>,
  fn: (message: QueueMessage<Body>) => Promise<void>,
): QueueFunction => batchHandler({ ...options, beginBatch: () => null, endBatch: async () => {} }, fn);

/** What the messages of one batch do together, as writing one object for all of them. */
export type BatchOptions<Body, Batch> = QueueOptions<Body> & {
  beginBatch: () => Batch;
  /** Runs once all messages have been worked on. When it fails, the whole batch is handed back. */
  endBatch: (batch: Batch) => Promise<void>;
};

/** As `queueHandler`, with something that the messages of a batch share. */
export const batchHandler = <Body, Batch>(
  { name, log, validate, tries, postpone, hide = textsInBody, beginBatch, endBatch }: BatchOptions<Body, Batch>,
  fn: (message: QueueMessage<Body>, batch: Batch) => Promise<void>,
): QueueFunction => {
  const isDone = async (record: SQSRecord, batch: Batch): Promise<boolean> => {
    const { messageId } = record;
    const receiveCount = Number(record.attributes.ApproximateReceiveCount);
    const fields = { function: name, messageId, receiveCount };
    try {
      await fn(readRecord(record, validate), batch);
      return true;
    } catch (error) {
      log.error('message will be tried again', { ...fields, ...errorFields(error, hide(record.body)) });
      await comeBack(record, error);
    }
    return false;
  };

  const comeBack = async (record: SQSRecord, error: unknown): Promise<void> => {
    const { messageId, receiptHandle, attributes } = record;
    const receiveCount = Number(attributes.ApproximateReceiveCount);
    const fields = { function: name, messageId, receiveCount };
    if (receiveCount >= tries) log.measure({ DeadLettered: 1 }, fields);
    try {
      await postpone?.({ receiptHandle, receiveCount, error });
    } catch (failure) {
      log.warn('message could not be postponed', { ...fields, ...errorFields(failure, hide(record.body)) });
    }
  };

  const work = async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const batch = beginBatch();
    const done = await Promise.all(Records.map((record) => isDone(record, batch)));
    try {
      await endBatch(batch);
    } catch (error) {
      const hidden = Records.flatMap(({ body }) => hide(body));
      log.error('batch will be tried again', {
        function: name,
        records: Records.length,
        ...errorFields(error, hidden),
      });
      await Promise.all(Records.map((record, i) => (done[i] ? comeBack(record, error) : null)));
      return { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    }
    return {
      batchItemFailures: Records.filter((_, i) => !done[i]).map(({ messageId }) => ({ itemIdentifier: messageId })),
    };
  };
  return (event, context) => withCorrelation(context?.awsRequestId ?? 'none', () => work(event));
};

const readRecord = <Body>(record: SQSRecord, validate: Validate<Body>): QueueMessage<Body> => {
  const body = parsed(record.body);
  if (!validate(body)) {
    const places = (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath || '/'} ${keyword}`);
    throw new Error(`The record does not follow its schema: ${places.join(', ')}`);
  }
  const { SentTimestamp, ApproximateReceiveCount } = record.attributes;
  return {
    body,
    messageId: record.messageId,
    sentAt: Number(SentTimestamp),
    receiveCount: Number(ApproximateReceiveCount),
  };
};

/** What JSON.parse complains of quotes the text, which is a customer's. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('The record is not JSON');
  }
};
