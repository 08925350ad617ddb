import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';

const KEY_BYTES = 32;
const NONCE_BYTES = 24;

/** OwnTracks pads its key with zeros, and cuts it at 32 bytes. */
const padded = (key: string): Uint8Array => {
  const bytes = new Uint8Array(KEY_BYTES);
  bytes.set(Buffer.from(key).subarray(0, KEY_BYTES));
  return bytes;
};

const opened = (sealed: Uint8Array, key: string): string | null => {
  try {
    const cipher = xsalsa20poly1305(padded(key), sealed.subarray(0, NONCE_BYTES));
    return Buffer.from(cipher.decrypt(sealed.subarray(NONCE_BYTES))).toString('utf8');
  } catch {
    // The key does not fit, or the message is cut.
    return null;
  }
};

/**
 * Opens the `data` of an encrypted OwnTracks message (libsodium's `crypto_secretbox`, nonce first, Base64).
 * @param keys keys that the app may have
 * @returns null when none of them fits
 * @see https://owntracks.org/booklet/features/encrypt/
 */
export const openOwnTracks = (data: string, keys: readonly string[]): string | null => {
  const sealed = new Uint8Array(Buffer.from(data, 'base64'));
  if (sealed.length <= NONCE_BYTES) return null;
  for (const key of keys) {
    const text = opened(sealed, key);
    if (text !== null) return text;
  }
  return null;
};
