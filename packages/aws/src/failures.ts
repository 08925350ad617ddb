import { ItemTooLarge, ProductError } from '@qdn/domain';

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

/** Tests whether DynamoDB refused a write because the item is, or would be, too large. */
const isTooLarge = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'ValidationException' &&
  /^Item size (?:to update )?has exceeded/.test(error.message);

/**
 * Runs a store call. Its errors become `unavailable`, except the product's own errors, broken items, and items that are too large: these
 * fail again however often they are sent.
 * @throws ItemTooLarge
 */
export const reaching = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    if (isTooLarge(error)) throw new ItemTooLarge(what, error);
    throw error instanceof ProductError || error instanceof BrokenItem ? error : unavailable(what, error);
  }
};
