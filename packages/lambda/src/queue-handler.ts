import middy from '@middy/core';
import type { Validate } from '@qdn/contracts';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type BatchEvent, type ParsedRecord, type QueueMessage, receiveCountOf } from './batch.ts';
import { correlated } from './correlation.ts';
import { errorFields, textsInBody } from './logger.ts';
import { parseRecords } from './middleware/parse-records.ts';
import { partialBatchFailure } from './middleware/partial-batch-failure.ts';
import { type SharedWork, shareBatch } from './middleware/share-batch.ts';
import { type RetryOptions, retryLater } from './retry-record.ts';

/** A Lambda function behind an SQS trigger with `ReportBatchItemFailures`. */
export type QueueFunction = (event: SQSEvent, context?: Pick<Context, 'awsRequestId'>) => Promise<SQSBatchResponse>;

export type QueueOptions<Body> = RetryOptions & { validate: Validate<Body> };

/**
 * Builds an SQS worker's stack: partial batch failures → schema of each record → `fn`. All records of a batch run at once, so that a
 * slow one delays no other. SQS redelivers those that threw; at the queue's limit it moves them to the dead-letter queue.
 */
export const queueHandler = <Body>(
  options: QueueOptions<Body>,
  fn: (message: QueueMessage<Body>) => Promise<void>,
): QueueFunction => batchHandler({ ...options, begin: () => null, end: async () => {} }, fn);

/** As `queueHandler`, with an object that the messages of a batch share. */
export const batchHandler = <Body, Shared>(
  options: QueueOptions<Body> & SharedWork<Shared>,
  fn: (message: QueueMessage<Body>, shared: Shared) => Promise<void>,
): QueueFunction => {
  const { name, log, hide = textsInBody } = options;
  const retry = retryLater(options);

  const runRecord = async (parsed: ParsedRecord<Body>, event: BatchEvent<Body, Shared>): Promise<void> => {
    const { record } = parsed;
    try {
      if ('error' in parsed) throw parsed.error;
      await fn(parsed.message, event.shared as Shared);
    } catch (error) {
      const fields = { function: name, messageId: record.messageId, receiveCount: receiveCountOf(record) };
      log.error('RECORD_FAILED', { ...fields, ...errorFields(error, hide(record.body)) });
      event.failed?.add(record.messageId);
      await retry(record, error);
    }
  };

  const stack = middy<BatchEvent<Body, Shared>, SQSBatchResponse>()
    .use(partialBatchFailure(options))
    .use(shareBatch<Body, Shared>(options))
    .use(parseRecords(options.validate))
    .handler(async (event) => {
      await Promise.all((event.parsed ?? []).map((parsed) => runRecord(parsed, event)));
      return { batchItemFailures: [] };
    });
  return correlated(stack);
};
