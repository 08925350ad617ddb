import type { SQSRecord } from 'aws-lambda';
import { receiveCountOf } from './batch.ts';
import { errorFields, type Logger, textsInBody } from './logger.ts';

/** A message that failed. `receiptHandle` names this delivery to SQS. */
export type FailedMessage = { receiptHandle: string; receiveCount: number; error: unknown };

export type RetryOptions = {
  /** The function's name, for the log. */
  name: string;
  log: Logger;
  /** The queue's `maxReceiveCount`: after this many deliveries SQS moves the message to the dead-letter queue. */
  maxReceives: number;
  /** Sets the delay of the next delivery. Without it, or when it fails, the queue's visibility timeout applies. */
  postpone?: (failed: FailedMessage) => Promise<void>;
  /** Texts of a message that no log may show; by default all texts of its JSON that may be personal. */
  hide?: (body: string) => string[];
};

/** Prepares a record's next delivery: counts the last one as dead-lettered, and postpones it. Never throws. */
export const retryLater =
  ({ name, log, maxReceives, postpone, hide = textsInBody }: RetryOptions) =>
  async (record: SQSRecord, error: unknown): Promise<void> => {
    const { messageId, receiptHandle, body } = record;
    const receiveCount = receiveCountOf(record);
    const fields = { function: name, messageId, receiveCount };
    if (receiveCount >= maxReceives) log.measure({ DeadLettered: 1 }, fields);
    try {
      await postpone?.({ receiptHandle, receiveCount, error });
    } catch (failure) {
      log.warn('RECORD_NOT_POSTPONED', { ...fields, ...errorFields(failure, hide(body)) });
    }
  };
