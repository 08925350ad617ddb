import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Time for which an address from a redirect is valid, in s. */
const LIFE_S = 4 * 3600;

/**
 * Addresses that Twilio's API redirects to when a picture is requested with credentials. Anyone with the address can see the
 * picture for some hours.
 * @param now epoch ms
 */
export const createMediaCdn = (now: () => number) => {
  const key = randomBytes(32);
  const sign = (path: string, expires: string): Buffer =>
    createHmac('sha256', key).update(`${path} ${expires}`).digest();
  return {
    /** Returns path and query of an address. */
    addressOf: (mediaSid: string): string => {
      const path = `/cdn/${mediaSid}`;
      const expires = String(Math.floor(now() / 1000) + LIFE_S);
      return `${path}?Expires=${expires}&Signature=${sign(path, expires).toString('hex')}`;
    },
    /** Returns true for an address from here that is still valid. */
    isGood: ({ pathname, searchParams }: URL): boolean => {
      const expires = searchParams.get('Expires') ?? '';
      const signature = Buffer.from(searchParams.get('Signature') ?? '', 'hex');
      const expected = sign(pathname, expires);
      return (
        signature.length === expected.length && timingSafeEqual(signature, expected) && Number(expires) * 1000 > now()
      );
    },
  };
};
export type MediaCdn = ReturnType<typeof createMediaCdn>;
