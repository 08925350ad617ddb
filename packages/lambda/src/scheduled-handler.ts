import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { correlated } from './correlation.ts';
import type { Logger } from './logger.ts';
import { logFailure } from './middleware/log-failure.ts';

/** A Lambda function behind a schedule of EventBridge. Its event holds nothing that the function needs. */
export type ScheduledFunction = (event: unknown, context?: Pick<Context, 'awsRequestId'>) => Promise<void>;

/** Builds a scheduled function's stack: errors to the log → `fn`. @throws whatever `fn` throws: Lambda runs it again */
export const scheduledHandler = (
  { name, log }: { name: string; log: Pick<Logger, 'error'> },
  fn: () => Promise<void>,
): ScheduledFunction =>
  correlated(
    middy<unknown, void>()
      .use(logFailure(name, log))
      .handler(async () => fn()),
  );
