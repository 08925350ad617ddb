import type { Validate } from '@qdn/contracts';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { errorFields, type Logger } from './logger.ts';

/** One message of a batch: its body, checked, and how often SQS has handed it out. */
export type QueueMessage<Body> = { body: Body; messageId: string; receiveCount: number };

/** A Lambda function behind an SQS trigger with `ReportBatchItemFailures`. */
export type QueueFunction = (event: SQSEvent) => Promise<SQSBatchResponse>;

export type QueueOptions<Body> = { name: string; log: Logger; validate: Validate<Body> };

/**
 * An SQS worker with partial batch failures: `fn` runs for each record, one after the other, and only those that threw are
 * handed back to SQS, which tries them again and, after the queue's limit, puts them into the dead-letter queue.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const queueHandler =
  <Body>(
    { name, log, validate }: QueueOptions<Body>,
    fn: (message: QueueMessage<Body>) => Promise<void>,
  ): QueueFunction =>
  async (event) => {
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const record of event.Records) {
      try {
        await fn(readRecord(record, validate));
      } catch (error) {
        const receiveCount = Number(record.attributes.ApproximateReceiveCount);
        log.error('message will be tried again', {
          function: name,
          messageId: record.messageId,
          receiveCount,
          ...errorFields(error),
        });
        batchItemFailures.push({ itemIdentifier: record.messageId });
      }
    }
    return { batchItemFailures };
  };

const readRecord = <Body>(record: SQSRecord, validate: Validate<Body>): QueueMessage<Body> => {
  const body: unknown = JSON.parse(record.body);
  if (!validate(body)) {
    const places = (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath || '/'} ${keyword}`);
    throw new Error(`The record does not follow its schema: ${places.join(', ')}`);
  }
  return { body, messageId: record.messageId, receiveCount: Number(record.attributes.ApproximateReceiveCount) };
};
