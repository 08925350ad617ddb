import type { MiddlewareObj } from '@middy/core';
import type { SQSBatchResponse } from 'aws-lambda';
import type { BatchEvent } from '../batch.ts';

/** Work that the messages of one batch do together, such as writing one object for all of them. */
export type SharedWork<Shared> = {
  begin: () => Shared;
  /** Runs once, after all messages, those that failed too. When it throws, the whole batch is delivered again. */
  end: (shared: Shared) => Promise<void>;
};

/** Puts the batch's shared object onto the event, and finishes it after all messages. */
export const shareBatch = <Body, Shared>({
  begin,
  end,
}: SharedWork<Shared>): MiddlewareObj<BatchEvent<Body, Shared>, SQSBatchResponse> => ({
  before: ({ event }) => {
    event.shared = begin();
  },
  after: async ({ event }) => {
    await end(event.shared as Shared);
  },
});
