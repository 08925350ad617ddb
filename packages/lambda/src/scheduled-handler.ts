import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { correlated } from './correlation.ts';
import type { Logger } from './logger.ts';
import { logFailure } from './middleware/log-failure.ts';

/** A Lambda function behind a schedule of EventBridge. Its event is the schedule's input, or EventBridge's own event without one. */
export type ScheduledFunction = (
  event: unknown,
  context?: Pick<Context, 'awsRequestId'> & Partial<Pick<Context, 'getRemainingTimeInMillis'>>,
) => Promise<void>;

/** A scheduled run: its input, and the time until Lambda ends it, in ms. */
export type ScheduledRun = { event: unknown; leftMs: () => number };

/** Builds a scheduled function's stack: errors to the log → `fn`. @throws whatever `fn` throws: Lambda runs it again */
export const scheduledHandler = (
  { name, log }: { name: string; log: Pick<Logger, 'error'> },
  fn: (run: ScheduledRun) => Promise<void>,
): ScheduledFunction =>
  correlated(
    middy<unknown, void>()
      .use(logFailure(name, log))
      .handler(async (event, context) => {
        const { getRemainingTimeInMillis } = context as Partial<Context>;
        await fn({ event, leftMs: () => getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY });
      }),
  );
