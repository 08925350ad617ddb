import { createHmac } from 'node:crypto';
import { SHORT_LINK_MAC_LENGTH, SHORT_LINK_PURPOSE } from '@qdn/contracts/patterns';
import { type AccountId, DEFAULT_JOB_PREFIX, type JobId, type LinkId, parseLinkId } from '@qdn/domain';
import type { Keyring } from './tokens.ts';

/** A tracking link that fits into a text: the path after the site's address, and the ID for revoking it. */
export type ShortLink = { path: string; linkId: LinkId };

const LINK_ID_LENGTH = 8;

/**
 * Returns the short form of a tracking token: `/t/<MAC>.<job>.<account>.<expiry>`, which the edge turns into the token itself
 * (docs/adr/0010-short-links.md). The same job, account and second of expiry always give the same link.
 * @param expiresAt epoch ms; rounded down to a second
 */
export const shortLink = (
  { jobId, accountId }: { jobId: JobId; accountId: AccountId },
  keyring: Keyring,
  expiresAt: number,
): ShortLink => {
  const { currentKid, keys } = keyring.track;
  const key = keys.get(currentKid);
  if (!key) throw new Error('The keyring holds no current key for track');
  const expiry = Math.floor(expiresAt / 1000).toString(36);
  const digest = createHmac('sha256', key)
    .update(`${SHORT_LINK_PURPOSE}.${jobId}.${accountId}.${expiry}`)
    .digest('base64url');
  const linkId = parseLinkId(digest.slice(SHORT_LINK_MAC_LENGTH, SHORT_LINK_MAC_LENGTH + LINK_ID_LENGTH));
  if (!linkId) throw new Error('The digest holds no valid link ID');
  const [prefix, number] = jobId.split('-');
  const job = prefix === DEFAULT_JOB_PREFIX ? number : jobId;
  return { path: `/t/${digest.slice(0, SHORT_LINK_MAC_LENGTH)}.${job}.${accountId}.${expiry}`, linkId };
};
