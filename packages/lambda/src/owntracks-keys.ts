import { createHmac } from 'node:crypto';
import type { TrailerId } from '@qdn/domain';
import type { Keyring } from './tokens.ts';

/** OwnTracks takes a key of at most 32 characters. */
const KEY_LENGTH = 32;

/**
 * Returns the keys with which the OwnTracks app on a trailer may encrypt, the current one first. They are derived from the signing keys
 * of device tokens, so no secret is stored for them (ADR 38).
 */
export const ownTracksKeysOf = (keyring: Keyring, trailerId: TrailerId): string[] => {
  const { currentKid, keys } = keyring.device;
  const kids = [currentKid, ...[...keys.keys()].filter((kid) => kid !== currentKid)];
  return kids.flatMap((kid) => {
    const key = keys.get(kid);
    if (!key) return [];
    return createHmac('sha256', key).update(`owntracks ${trailerId}`).digest('base64url').slice(0, KEY_LENGTH);
  });
};
