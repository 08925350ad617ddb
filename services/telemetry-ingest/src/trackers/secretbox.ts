import nacl from 'tweetnacl';

const NONCE_BYTES = 24;

/** OwnTracks pads its key with zeros, and cuts it at 32 bytes. */
const padded = (key: string): Uint8Array => {
  const bytes = new Uint8Array(nacl.secretbox.keyLength);
  bytes.set(Buffer.from(key).subarray(0, bytes.length));
  return bytes;
};

/**
 * Opens the `data` of an encrypted OwnTracks message (libsodium's `crypto_secretbox`, nonce first, Base64).
 * @param keys keys that the app may have
 * @returns null when none of them fits
 * @see https://owntracks.org/booklet/features/encrypt/
 */
export const openOwnTracks = (data: string, keys: readonly string[]): string | null => {
  const bytes = new Uint8Array(Buffer.from(data, 'base64'));
  if (bytes.length <= NONCE_BYTES) return null;
  for (const key of keys) {
    const opened = nacl.secretbox.open(bytes.subarray(NONCE_BYTES), bytes.subarray(0, NONCE_BYTES), padded(key));
    if (opened) return Buffer.from(opened).toString('utf8');
  }
  return null;
};
