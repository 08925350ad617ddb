import { type ErrorCode, ProductError } from '@qdn/domain';

/** Every refusal over HTTP: status and title by code. A code's page is docs/problems/<code>.md. */
export const PROBLEMS: Record<ErrorCode | 'internal', { status: number; title: string }> = {
  'bad-json': { status: 400, title: 'The body is not JSON' },
  unauthenticated: { status: 401, title: 'No valid token' },
  'link-revoked': { status: 401, title: 'This tracking link was revoked' },
  'bad-signature': { status: 403, title: 'The signature does not match' },
  forbidden: { status: 403, title: 'Not for this caller' },
  'job-not-found': { status: 404, title: 'No such job' },
  'trailer-not-found': { status: 404, title: 'No active job for this trailer' },
  'conversation-not-found': { status: 404, title: 'No such conversation' },
  'media-not-found': { status: 404, title: 'No such picture' },
  conflict: { status: 409, title: 'Conflict with another change' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-content-type': { status: 415, title: 'Unknown content type' },
  'schema-violation': { status: 422, title: 'The request does not follow the schema' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
};

/** True for an error of Middy's parsers: they name their package in the cause. Any library's error may have a status. */
const isFromMiddy = (error: unknown): error is Error & { statusCode: unknown } => {
  if (!(error instanceof Error) || !('statusCode' in error)) return false;
  const { cause } = error;
  return (
    typeof cause === 'object' && cause !== null && 'package' in cause && String(cause.package).startsWith('@middy/')
  );
};

/** Answers of Middy's parsers, by status, in the product's words. */
const fromMiddy = (error: unknown): ProductError | null => {
  if (!isFromMiddy(error)) return null;
  return error.statusCode === 415
    ? new ProductError('unsupported-content-type', 'Send the content type that this endpoint documents.')
    : new ProductError('bad-json', 'The body does not match its content type.');
};

/**
 * Returns an error as RFC 9457 `application/problem+json`. Any error but a ProductError becomes a 500 without internal details.
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export const problemResponse = (error: unknown, correlationId: string) => {
  const known = error instanceof ProductError ? error : fromMiddy(error);
  const code = known?.code ?? 'internal';
  const { status, title } = PROBLEMS[code];
  const detail =
    known?.message ??
    'The problem is on our end and has been logged. Try again. If it persists, send us the correlation ID.';
  return {
    statusCode: status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(known?.retryAfterS === undefined ? {} : { 'Retry-After': String(known.retryAfterS) }),
      ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    },
    body: JSON.stringify({
      type: `urn:qdn:problem:${code}`,
      title,
      status,
      detail,
      correlationId,
      ...(known && known.violations.length > 0 ? { errors: known.violations } : {}),
    }),
  };
};
