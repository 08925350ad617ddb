import { ProductError } from '@qdn/domain';

/** Returns whether a conditional write found its condition false. */
export const isConditionFailure = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

/** A stored item is not valid: a defect of ours or a hand-edited item, which a retry does not fix. */
export class BrokenItem extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'BrokenItem';
  }
}

/** Makes the error of a store that cannot answer now: 503 for an HTTP caller, a retry for a queue worker. */
export const unavailable = (what: string, cause: unknown): ProductError =>
  new ProductError('unavailable', `${what} cannot be reached right now. Try again shortly.`, { retryAfterS: 5, cause });

/** Runs a store call. Its errors become `unavailable`, except the product's own errors and broken items. */
export const reaching = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    throw error instanceof ProductError || error instanceof BrokenItem ? error : unavailable(what, error);
  }
};
