import { KeyRefused } from '@qdn/carrier-adapter/key-refused';
import { ProductError } from '@qdn/domain';
import type { Picture } from './media-link.ts';

/**
 * Looks for pictures with an API key that may be rotated at any time: when Twilio refuses it, the secret is read again
 * and the picture is requested once more.
 * @param readSecret `fresh` reads the store even when the cached secret is young; the reader limits the reads
 * @throws ProductError `unavailable`
 */
export const rotatingMedia =
  <Secret, Wanted = Picture>(
    readSecret: (fresh: boolean) => Promise<Secret>,
    locate: (secret: Secret, wanted: Wanted) => Promise<string | null>,
  ) =>
  async (picture: Wanted): Promise<string | null> => {
    try {
      return await locate(await readSecret(false), picture);
    } catch (error) {
      if (!(error instanceof KeyRefused)) throw error;
    }
    try {
      return await locate(await readSecret(true), picture);
    } catch (error) {
      if (!(error instanceof KeyRefused)) throw error;
      const detail = 'Twilio does not serve pictures right now. We have been alerted. Try again later.';
      throw new ProductError('unavailable', detail, { cause: error });
    }
  };
