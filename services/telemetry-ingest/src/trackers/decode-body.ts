import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { ProductError } from '@qdn/domain';

/** Maximum size of a body after decompression, in bytes. */
const MAX_BYTES = 512 * 1024;

const REPLACEMENT = '\uFFFD';
const NUL = '\u0000';

const ENCODINGS = ['', 'identity', 'gzip', 'x-gzip', 'deflate', 'br'];

type Decompress = (bytes: Buffer, options: { maxOutputLength: number }) => Buffer;

/** True for the header of zlib's format (RFC 1950). */
const isZlib = (first: number, second: number): boolean => (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;

/** Returns the ways to decompress a body: by its first bytes, since some clients leave out the header, then by the header. */
const waysFor = (bytes: Buffer, encoding: string): Decompress[] => {
  const [first = 0, second = 0] = bytes;
  if (first === 0x1f && second === 0x8b) return [gunzipSync];
  if (isZlib(first, second)) return [inflateSync, inflateRawSync];
  return encoding === 'deflate' ? [inflateRawSync] : encoding === 'br' ? [brotliDecompressSync] : [];
};

const isTooLarge = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';

const decompressed = (bytes: Buffer, encoding: string): Buffer => {
  for (const decompress of waysFor(bytes, encoding)) {
    try {
      return decompress(bytes, { maxOutputLength: MAX_BYTES });
    } catch (error) {
      if (isTooLarge(error))
        throw new ProductError(
          'body-too-large',
          `Send at most ${MAX_BYTES / 1024} KB; split a batch into smaller ones.`,
        );
    }
  }
  return bytes;
};

const decoded = (bytes: Buffer): string => {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return bytes.toString('utf16le');
  if (first === 0xfe && second === 0xff)
    return Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le');
  return bytes.toString('utf8');
};

/**
 * Returns a body as text. Reads gzip, deflate and Brotli, with or without their header, and UTF-16 with a byte-order mark.
 * @param rawBody the body read as UTF-8
 * @throws ProductError `unsupported-content-type` for another encoding, `body-too-large` above 512 KB after decompression
 */
export const textOf = (rawBody: string, bodyBytes: () => Buffer, contentEncoding = ''): string => {
  const encoding = contentEncoding.trim().toLowerCase();
  if (!ENCODINGS.includes(encoding))
    throw new ProductError('unsupported-content-type', 'Turn off compression in the tracker, or use gzip.');
  // The replacement character and NUL are in no text: the body is compressed, or in another charset.
  const isText = encoding === '' && ![REPLACEMENT, NUL].some((one) => rawBody.includes(one));
  return isText ? rawBody : decoded(decompressed(bodyBytes(), encoding));
};
