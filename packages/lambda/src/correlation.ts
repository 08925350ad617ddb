import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from 'aws-lambda';

const current = new AsyncLocalStorage<string>();

/** The ID of the current run; undefined outside of a run, as at cold start. */
export const correlationId = (): string | undefined => current.getStore();

/** Runs a function so that each line it logs carries the ID. */
export const withCorrelation = <T>(id: string, run: () => T): T => current.run(id, run);

/**
 * Wraps a Middy stack so that each line of a run carries Lambda's request ID, which Lambda's own lines and our problems carry too.
 * Not a middleware: Middy has none around the function, and `AsyncLocalStorage.enterWith` in a `before` would outlive the run.
 */
export const correlated =
  <Event, Result>(stack: (event: Event, context: Context) => Promise<Result>) =>
  (event: Event, context?: Pick<Context, 'awsRequestId'>): Promise<Result> =>
    withCorrelation(context?.awsRequestId ?? 'none', () => stack(event, (context ?? {}) as Context));
