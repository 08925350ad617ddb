import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<string>();

/** Runs something so that every line it logs carries the ID: Lambda's request ID, which its own lines and our problems carry too. */
export const withCorrelation = <T>(id: string, run: () => T): T => current.run(id, run);

/** The ID of what is running now; undefined outside of a request, as at cold start. */
export const correlationId = (): string | undefined => current.getStore();
