import type { MiddlewareObj } from '@middy/core';
import { errorFields, type Logger } from '../logger.ts';

/** Logs the error of a run that failed; Lambda then counts the invocation as failed. @param name the function */
export const logFailure = (name: string, log: Pick<Logger, 'error'>): MiddlewareObj<unknown, undefined> => ({
  // Without a response Middy throws the error again.
  onError: ({ error }) => {
    log.error('RUN_FAILED', { function: name, ...errorFields(error) });
  },
});
