import { createHmac, timingSafeEqual } from 'node:crypto';
import { EDGE_PROOF_PURPOSE } from '@qdn/contracts/patterns';
import { type Keyring, kidOf } from './tokens.ts';

/**
 * Returns the proof that the edge has verified a tracking token: the token's HMAC-SHA256 under the key that signed the token, which
 * only the edge and the origin have. It travels between these two only, and changes when the key does. Null when the keyring does
 * not have the token's key.
 */
export const edgeProofOf = (token: string, { track }: Keyring): string | null => {
  const key = track.keys.get(kidOf(token) ?? '');
  return key ? createHmac('sha256', key).update(`${EDGE_PROOF_PURPOSE}.${token}`).digest('base64url') : null;
};

/** True when the edge made the proof for this token. Compares in constant time. */
export const isFromEdge = (token: string, proof: string | undefined, keyring: Keyring): boolean => {
  const expected = Buffer.from(edgeProofOf(token, keyring) ?? '');
  const given = Buffer.from(proof ?? '');
  return expected.length > 0 && expected.length === given.length && timingSafeEqual(expected, given);
};
