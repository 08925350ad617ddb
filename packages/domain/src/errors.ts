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
