import type { MiddlewareObj } from '@middy/core';
import type { SQSBatchResponse } from 'aws-lambda';
import type { BatchEvent } from '../batch.ts';
import { errorFields, textsInBody } from '../logger.ts';
import { type RetryOptions, retryLater } from '../retry-record.ts';

const failuresOf = (messageIds: Iterable<string>): SQSBatchResponse => ({
  batchItemFailures: [...messageIds].map((itemIdentifier) => ({ itemIdentifier })),
});

/**
 * Returns the failed records, and only those, to SQS; all of them when the whole batch fails. Comes first in the stack.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const partialBatchFailure = (options: RetryOptions): MiddlewareObj<BatchEvent, SQSBatchResponse> => {
  const { name, log, hide = textsInBody } = options;
  const retry = retryLater(options);
  return {
    before: ({ event }) => {
      event.failed = new Set();
    },
    after: (request) => {
      const { Records, failed } = request.event;
      request.response = failuresOf(Records.map(({ messageId }) => messageId).filter((id) => failed?.has(id)));
    },
    onError: async (request) => {
      const { Records, failed } = request.event;
      const hidden = Records.flatMap(({ body }) => hide(body));
      log.error('BATCH_FAILED', {
        function: name,
        records: Records.length,
        ...errorFields(request.error, hidden),
      });
      // Records that failed on their own have been postponed already.
      const others = Records.filter(({ messageId }) => !failed?.has(messageId));
      await Promise.all(others.map((record) => retry(record, request.error)));
      request.response = failuresOf(Records.map(({ messageId }) => messageId));
    },
  };
};
