import * as routes from '@qdn/contracts/routes';
import { ProductError } from '@qdn/domain';
import { apiHandler, type KeyringSource, type Logger } from '@qdn/lambda';
import { mediaAuthentication, type Picture, WORDS } from '../../media-link.ts';
import { wordsPage } from './words-page.ts';

export type GetMediaDependencies = {
  keyring: KeyringSource;
  /** Returns a temporary public address of a picture; null when it was deleted. */
  locate: (picture: Picture) => Promise<string | null>;
  /** Returns the words of a message; null when they were deleted. */
  readWords: (message: Pick<Picture, 'messageSid'>) => Promise<string | null>;
  /** Epoch ms. */
  now: () => number;
  log: Logger;
};

/**
 * `GET /api/media/{token}`: a picture that a customer has sent, or all the words of a text that was cut. Twilio serves them only with
 * credentials, which stay here: to a picture the answer redirects, at a temporary address that Twilio returns; words are a page.
 */
export const getMedia = ({ keyring, locate, readWords, now, log }: GetMediaDependencies) => {
  const authenticate = mediaAuthentication({ keyring, now });
  return apiHandler(
    routes.getMedia,
    {
      log,
      authenticate: ({ pathParameters }) => authenticate(pathParameters['token'] ?? ''),
    },
    async ({ caller: picture }) => {
      if (picture.index === WORDS) {
        const words = await readWords(picture);
        if (!words) throw new ProductError('media-not-found', 'The text was deleted at Twilio.');
        log.info('WORDS_SHOWN', { sid: picture.messageSid });
        return wordsPage(words);
      }
      const location = await locate(picture);
      if (!location) throw new ProductError('media-not-found', 'The picture was deleted at Twilio.');
      log.info('PICTURE_SHOWN', { sid: picture.messageSid, index: picture.index });
      return { status: 302, headers: { Location: location, 'Referrer-Policy': 'no-referrer' } };
    },
  );
};
