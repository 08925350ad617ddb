import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Wire } from '@qdn/contracts';
import { MAX_TOKEN_LENGTH } from '@qdn/contracts/patterns';
import { validate as isDeviceClaims } from '@qdn/contracts/validators/deviceClaims';
import { validate as isHubClaims } from '@qdn/contracts/validators/hubClaims';
import { validate as isOperatorClaims } from '@qdn/contracts/validators/operatorClaims';
import { validate as isTrackClaims } from '@qdn/contracts/validators/trackClaims';
import { type Caller, ProductError, parseAccountId, parseJobId, parseLinkId, parseTrailerId } from '@qdn/domain';
import verify from 'jsonwebtoken/verify.js';

export type Audience = 'track' | 'device' | 'hub' | 'operator';

/** Signing keys by audience. Keys are KeyObjects, created once: 4 to 30 times faster to use than strings. */
export type Keyring = Record<Audience, { currentKid: string; keys: ReadonlyMap<string, KeyObject> }>;

export const createKeyring = (secret: Wire<'tokenKeys'>): Keyring => {
  const pair = ({ current, previous }: Wire<'tokenKeys'>['track']) => ({
    currentKid: current.kid,
    keys: new Map(
      (previous ? [previous, current] : [current]).map(({ kid, key }) => [
        kid,
        createSecretKey(Buffer.from(key, 'base64url')),
      ]),
    ),
  });
  // Hubs share the devices' keys, so that the secret stays as it is; the audience keeps their tokens apart.
  const device = pair(secret.device);
  return { track: pair(secret.track), device, hub: device, operator: pair(secret.operator) };
};

const refused = (detail = 'The token is missing, wrong or expired. Ask for a new one.') =>
  new ProductError('unauthenticated', detail);

/**
 * Verifies a token for one of the given audiences. The algorithm is pinned to HS256; `iss`, `aud`, `exp` are required; `kid`
 * picks the current or the previous key of the audience.
 * @param now epoch ms
 * @throws ProductError `unauthenticated`, without saying which check failed
 */
export const verifyToken = (token: string, keyring: Keyring, audiences: readonly Audience[], now: number): Caller => {
  if (token.length > MAX_TOKEN_LENGTH) throw refused();
  const known = verifiedBy(keyring);
  const before = known.get(token);
  // A token that was verified with these keys stays valid until it expires, as jsonwebtoken counts: in whole seconds.
  if (before && audiences.includes(before.audience) && Math.floor(now / 1000) * 1000 < before.caller.expiresAt)
    return before.caller;
  for (const audience of audiences) {
    const caller = verifyFor(audience, token, keyring, now);
    if (!caller) continue;
    if (known.size >= MAX_VERIFIED) known.clear();
    if (caller.kind === 'device') known.set(token, { audience, caller });
    return caller;
  }
  throw refused();
};

type Verified = { audience: Audience; caller: Caller & { expiresAt: number } };
/** Maximum devices whose token a container remembers; a limit on memory. */
const MAX_VERIFIED = 1000;

/** Tokens of devices that were verified, by the keys: a rotation of the keys forgets them. A tracker sends the same one each time. */
const verified = new WeakMap<Keyring, Map<string, Verified>>();
const verifiedBy = (keyring: Keyring): Map<string, Verified> => {
  const known = verified.get(keyring) ?? new Map<string, Verified>();
  verified.set(keyring, known);
  return known;
};

/** Returns the key ID of a token that is not verified yet; null without one. */
export const kidOf = (token: string): string | null => {
  if (token.length > MAX_TOKEN_LENGTH) return null;
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8'));
    const kid = typeof header === 'object' && header !== null && 'kid' in header ? header.kid : null;
    return typeof kid === 'string' ? kid : null;
  } catch {
    return null;
  }
};

const verifyFor = (audience: Audience, token: string, keyring: Keyring, now: number): Caller | null => {
  const { keys } = keyring[audience];
  let claims: unknown;
  try {
    const kid = kidOf(token);
    const key = kid === null ? undefined : keys.get(kid);
    if (!key) return null;
    claims = verify(token, key, {
      algorithms: ['HS256'],
      issuer: 'qdn',
      audience,
      clockTimestamp: Math.floor(now / 1000),
    });
  } catch {
    return null;
  }
  return audience === 'hub' ? hubOf(claims) : callerOf(claims);
};

const hubOf = (claims: unknown): Caller | null =>
  isHubClaims(claims) ? { kind: 'hub', label: claims.sub, expiresAt: claims.exp * 1000 } : null;

const callerOf = (claims: unknown): Caller | null => {
  if (isTrackClaims(claims)) {
    const jobId = parseJobId(claims.sub);
    const accountId = parseAccountId(claims.acc);
    const linkId = parseLinkId(claims.jti);
    return jobId && accountId && linkId
      ? { kind: 'track', jobId, accountId, linkId, expiresAt: claims.exp * 1000 }
      : null;
  }
  if (isDeviceClaims(claims)) {
    const trailerId = parseTrailerId(claims.sub);
    return trailerId ? { kind: 'device', trailerId, expiresAt: claims.exp * 1000 } : null;
  }
  return isOperatorClaims(claims) ? { kind: 'operator', label: claims.sub, expiresAt: claims.exp * 1000 } : null;
};

/** True when the keyring has the token's key for one of the audiences. The token is not verified yet. */
export const knowsKeyOf = (token: string, keyring: Keyring, audiences: readonly Audience[]): boolean => {
  const before = verifiedBy(keyring).get(token);
  if (before && audiences.includes(before.audience)) return true;
  const kid = kidOf(token);
  // Without a key ID a newer keyring would not help.
  return kid === null || audiences.some((audience) => keyring[audience].keys.has(kid));
};

/**
 * Returns the keyring. `fresh` asks for a newer one, after a token with an unknown key ID. The secret's reader limits the reads,
 * because anyone can send such a token.
 */
export type KeyringSource = (fresh?: boolean) => Promise<Keyring>;

/** Returns a keyring that follows its secret. KeyObjects are created once per version, not once per request. */
export const keyringFrom = (readSecret: (fresh: boolean) => Promise<Wire<'tokenKeys'>>): KeyringSource => {
  let known: { secret: Wire<'tokenKeys'>; keyring: Keyring } | null = null;
  return async (fresh = false) => {
    const secret = await readSecret(fresh);
    if (known?.secret !== secret) known = { secret, keyring: createKeyring(secret) };
    return known.keyring;
  };
};
