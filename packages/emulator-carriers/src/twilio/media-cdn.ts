import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long an address that the API has redirected to is good for, in s. */
const LIFE_S = 4 * 3600;

/**
 * The addresses that Twilio's API redirects to when a picture is asked for with credentials: anyone who has one sees the picture,
 * for some hours.
 * @param now epoch ms
 */
export const createMediaCdn = (now: () => number) => {
  const key = randomBytes(32);
  const sign = (path: string, expires: string): Buffer =>
    createHmac('sha256', key).update(`${path} ${expires}`).digest();
  return {
    /** Path and query. */
    addressOf: (mediaSid: string): string => {
      const path = `/cdn/${mediaSid}`;
      const expires = String(Math.floor(now() / 1000) + LIFE_S);
      return `${path}?Expires=${expires}&Signature=${sign(path, expires).toString('hex')}`;
    },
    /** Whether the address was given out here, and is still good. */
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
