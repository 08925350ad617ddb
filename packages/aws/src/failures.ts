import { ProductError } from '@qdn/domain';

/** Whether a conditional write found its condition false. */
export const isConditionFailure = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

/** A store that cannot answer now becomes 503 for an HTTP caller, and a retry for a queue worker. */
export const unavailable = (what: string, cause: unknown): ProductError =>
  new ProductError('unavailable', `${what} cannot be reached right now. Try again shortly.`, { retryAfterS: 5, cause });

/** Runs a store call; what it throws, other than the product's own errors, becomes `unavailable`. */
export const reaching = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    throw error instanceof ProductError ? error : unavailable(what, error);
  }
};
