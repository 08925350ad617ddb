import type { ConnectedSite } from './connect.ts';

const REVOKED = 'revoked:';

/**
 * Gives the edge the keys of tracking tokens. Before anything signs with a new key the edge must have it: rotate as the secret's next
 * version first, then this, then let the services use it.
 * @returns whether they are there: false when no secret has been made yet
 */
export const giveKeys = async ({
  keyValues,
  trackKeys,
}: Pick<ConnectedSite, 'keyValues' | 'trackKeys'>): Promise<boolean> => {
  const keys = await trackKeys();
  if (!keys) return false;
  const value = JSON.stringify(keys);
  if ((await keyValues.get('track-keys')) !== value) await keyValues.put('track-keys', value);
  return true;
};

/**
 * Forgets the revoked links that would have expired by now: their tokens are refused anyway, and the store holds five megabytes.
 * @param now epoch ms
 * @returns how many are left, and how many were forgotten
 */
export const sweepRevoked = async (
  { keyValues }: Pick<ConnectedSite, 'keyValues'>,
  now: number,
): Promise<{ left: number; forgotten: number }> => {
  const revoked = (await keyValues.list()).filter(({ key }) => key.startsWith(REVOKED));
  // A key without a time stays: keeping it too long is better than reviving a revoked link.
  const expired = revoked.filter(({ value }) => /^\d+$/.test(value) && Number(value) * 1000 < now);
  for (const { key } of expired) await keyValues.delete(key);
  return { left: revoked.length - expired.length, forgotten: expired.length };
};
