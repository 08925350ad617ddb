import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/**
 * Content types of the product that CloudFront compresses. Problem details (`application/problem+json`) and web manifests are not in
 * its list. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
 */
const COMPRESSED_TYPES = new Set([
  'application/javascript',
  'application/json',
  'application/vnd.mapbox-vector-tile',
  'application/wasm',
  'application/xml',
  'font/otf',
  'font/ttf',
  'image/svg+xml',
  'text/css',
  'text/csv',
  'text/html',
  'text/javascript',
  'text/plain',
  'text/xml',
]);
const MIN_BYTES = 1000;
const MAX_BYTES = 10_000_000;
const COMPRESSED_STATUSES = new Set([200, 403, 404]);

type Answer = { status: number; headers: Readonly<Record<string, string>>; body: Buffer };

/** Returns the answer, compressed where CloudFront compresses: Brotli before gzip, with a weak ETag. */
export const compress = (answer: Answer, accepted: readonly string[]): Answer => {
  const type = (answer.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const { length } = answer.body;
  const [encoding] = accepted;
  if (
    encoding === undefined ||
    answer.headers['content-encoding'] !== undefined ||
    !COMPRESSED_STATUSES.has(answer.status) ||
    !COMPRESSED_TYPES.has(type) ||
    length < MIN_BYTES ||
    length > MAX_BYTES
  ) {
    return answer;
  }
  const body =
    encoding === 'br'
      ? brotliCompressSync(answer.body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
      : gzipSync(answer.body);
  const { etag } = answer.headers;
  return {
    status: answer.status,
    headers: {
      ...answer.headers,
      'content-encoding': encoding,
      'content-length': String(body.length),
      vary: 'Accept-Encoding',
      ...(etag !== undefined && !etag.startsWith('W/') ? { etag: `W/${etag}` } : {}),
    },
    body,
  };
};
