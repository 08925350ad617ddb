import { Buffer } from 'node:buffer';

/**
 * Encrypts as libsodium's `crypto_secretbox` does (XSalsa20 and Poly1305), to write what OwnTracks sends. Written from the
 * specifications of Salsa20, XSalsa20 and Poly1305 (D. J. Bernstein) and checked against libsodium: it is not a part of the
 * product and protects nothing.
 */

const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;
const BLOCK_BYTES = 64;
const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** Positions of the words of a round, by column and then by row. */
const QUARTERS = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
] as const;

const wordsOf = (bytes: Uint8Array): number[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
};

const bytesOf = (words: readonly number[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word >>> 0, true);
  return new Uint8Array(view.buffer);
};

/** Adds the rotated sum of two words to a third one. */
const mix = (state: Uint32Array, to: number, one: number, other: number, bits: number): void => {
  const sum = ((state[one] ?? 0) + (state[other] ?? 0)) >>> 0;
  state[to] = (state[to] ?? 0) ^ ((sum << bits) | (sum >>> (32 - bits)));
};

/** Ten double rounds of Salsa20 over a key of 8 words and an input of 4 words. */
const salsaRounds = (key: readonly number[], input: readonly number[]): { before: number[]; after: Uint32Array } => {
  const [c0, c1, c2, c3] = SIGMA;
  const before = [c0, ...key.slice(0, 4), c1, ...input, c2, ...key.slice(4), c3];
  const after = Uint32Array.from(before);
  for (let round = 0; round < 10; round += 1) {
    for (const [a, b, c, d] of QUARTERS) {
      mix(after, b, a, d, 7);
      mix(after, c, b, a, 9);
      mix(after, d, c, b, 13);
      mix(after, a, d, c, 18);
    }
  }
  return { before, after };
};

const keyStream = (key: Uint8Array, nonce: Uint8Array, length: number): Uint8Array => {
  const { after } = salsaRounds(wordsOf(key), wordsOf(nonce.slice(0, 16)));
  const subkey = [0, 5, 10, 15, 6, 7, 8, 9].map((i) => after[i] ?? 0);
  const rest = wordsOf(nonce.slice(16));
  const blocks: Uint8Array[] = [];
  for (let counter = 0; counter * BLOCK_BYTES < length; counter += 1) {
    const { before, after: mixed } = salsaRounds(subkey, [...rest, counter, 0]);
    blocks.push(bytesOf(before.map((word, i) => word + (mixed[i] ?? 0))));
  }
  return Buffer.concat(blocks).subarray(0, length);
};

const numberOf = (bytes: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(bytes).reverse().toString('hex').padStart(2, '0')}`);

const poly1305 = (key: Uint8Array, message: Uint8Array): Uint8Array => {
  const r = numberOf(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let i = 0; i < message.length; i += 16) {
    const block = message.subarray(i, i + 16);
    sum = ((sum + numberOf(block) + (1n << BigInt(8 * block.length))) * r) % ((1n << 130n) - 5n);
  }
  const tag = (sum + numberOf(key.subarray(16))) % (1n << 128n);
  return Buffer.from(tag.toString(16).padStart(2 * TAG_BYTES, '0'), 'hex').reverse();
};

/**
 * Returns the message of type `encrypted` that OwnTracks posts in place of a text: Base64 of nonce, MAC and ciphertext.
 * `key` has up to 32 bytes and is padded with zeros; `nonce` is 24 bytes in hexadecimal digits.
 */
export const sealOwnTracks = (text: string, { key, nonce }: { key: string; nonce: string }): string => {
  const paddedKey = Buffer.alloc(KEY_BYTES);
  paddedKey.write(key);
  const nonceBytes = Buffer.from(nonce, 'hex');
  const plain = Buffer.from(text);
  const stream = keyStream(paddedKey, nonceBytes, KEY_BYTES + plain.length);
  const cipher = plain.map((byte, i) => byte ^ (stream[KEY_BYTES + i] ?? 0));
  const tag = poly1305(stream.subarray(0, KEY_BYTES), cipher);
  const data = Buffer.concat([nonceBytes, tag, cipher]).toString('base64');
  return JSON.stringify({ _type: 'encrypted', data });
};
