/** Every refusal of the product; `packages/lambda` maps each code to one HTTP answer. */
export type ErrorCode =
  | 'bad-json'
  | 'unsupported-content-type'
  | 'body-too-large'
  | 'schema-violation'
  | 'unauthenticated'
  | 'bad-signature'
  | 'forbidden'
  | 'link-revoked'
  | 'job-not-found'
  | 'trailer-not-found'
  | 'conversation-not-found'
  | 'media-not-found'
  | 'conflict'
  | 'too-many-requests'
  | 'unavailable';

/** One place in a request body that breaks its schema. `pointer` is an RFC 6901 JSON pointer. */
export type Violation = { pointer: string; detail: string };

/** Maximum size of an item of a table, in bytes. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
export const MAX_ITEM_BYTES = 400 * 1024;

/** An item is too large for its table. A retry fails in the same way, so this is not `unavailable`: the record needs a person. */
export class ItemTooLarge extends Error {
  /** @param what the store, for the message */
  constructor(what: string, cause?: unknown) {
    super(`${what} cannot hold an item of over ${MAX_ITEM_BYTES / 1024} KB. Make it smaller: a retry fails again.`, {
      cause,
    });
    this.name = 'ItemTooLarge';
  }
}

/** A refusal with a stable code and a sentence that tells the caller what to do. Never holds personal data. */
export class ProductError extends Error {
  readonly code: ErrorCode;
  readonly violations: readonly Violation[];
  readonly retryAfterS: number | undefined;

  constructor(
    code: ErrorCode,
    detail: string,
    options: { violations?: Violation[]; retryAfterS?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'ProductError';
    this.code = code;
    this.violations = options.violations ?? [];
    this.retryAfterS = options.retryAfterS;
  }
}
