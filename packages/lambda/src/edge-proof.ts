import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Keyring, kidOf } from './tokens.ts';

/**
 * Where the edge puts the proof that it has verified a tracking token: the token's HMAC-SHA256 under the key that the token itself
 * is signed with, which the edge and the origin alone have. It never leaves the way between them, and changes when the key does.
 */
export const EDGE_PROOF_HEADER = 'x-qdn-edge';
const PURPOSE = 'qdn-edge-1';

/** @returns null when the keyring does not have the token's key */
export const edgeProofOf = (token: string, { track }: Keyring): string | null => {
  const key = track.keys.get(kidOf(token) ?? '');
  return key ? createHmac('sha256', key).update(`${PURPOSE}.${token}`).digest('base64url') : null;
};

/** Whether a proof is the edge's, for this token. Takes as long for a near miss as for a far one. */
export const isFromEdge = (token: string, proof: string | undefined, keyring: Keyring): boolean => {
  const expected = Buffer.from(edgeProofOf(token, keyring) ?? '');
  const given = Buffer.from(proof ?? '');
  return expected.length > 0 && expected.length === given.length && timingSafeEqual(expected, given);
};
