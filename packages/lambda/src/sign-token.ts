import type { AccountId, JobId, LinkId, TrailerId } from '@qdn/domain';
// Functions that only verify tokens do not bundle this module: it takes 9 KB.
import sign from 'jsonwebtoken/sign.js';
import type { Keyring } from './tokens.ts';

type NewToken =
  | { kind: 'track'; jobId: JobId; accountId: AccountId; linkId: LinkId }
  | { kind: 'device'; trailerId: TrailerId }
  | { kind: 'hub'; label: string }
  | { kind: 'operator'; label: string };

/**
 * Signs a token with the audience's current key.
 * @param expiresAt epoch ms; rounded down to a second
 */
export const signToken = (token: NewToken, keyring: Keyring, expiresAt: number): string => {
  const { currentKid, keys } = keyring[token.kind];
  const key = keys.get(currentKid);
  if (!key) throw new Error(`The keyring holds no current key for ${token.kind}`);
  const claims = {
    sub: token.kind === 'track' ? token.jobId : token.kind === 'device' ? token.trailerId : token.label,
    ...(token.kind === 'track' ? { acc: token.accountId, jti: token.linkId } : {}),
    exp: Math.floor(expiresAt / 1000),
  };
  return sign(claims, key, {
    algorithm: 'HS256',
    keyid: currentKid,
    issuer: 'qdn',
    audience: token.kind,
    noTimestamp: true,
  });
};
