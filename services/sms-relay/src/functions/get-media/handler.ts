import * as routes from '@qdn/contracts/routes';
import { ProductError } from '@qdn/domain';
import { apiHandler, type KeyringSource, type Logger } from '@qdn/lambda';
import { mediaAuthentication, type Picture } from '../../media-link.ts';

export type GetMediaDependencies = {
  keyring: KeyringSource;
  /** Returns a temporary public address of a picture; null when it was deleted. */
  locate: (picture: Picture) => Promise<string | null>;
  /** Epoch ms. */
  now: () => number;
  log: Logger;
};

/**
 * `GET /api/media/{token}`: a picture that a customer has sent. Twilio serves it only with credentials, which stay here: the answer
 * redirects to a temporary address that Twilio returns.
 */
export const getMedia = ({ keyring, locate, now, log }: GetMediaDependencies) => {
  const authenticate = mediaAuthentication({ keyring, now });
  return apiHandler(
    routes.getMedia,
    {
      log,
      authenticate: ({ pathParameters }) => authenticate(pathParameters['token'] ?? ''),
    },
    async ({ caller: picture }) => {
      const location = await locate(picture);
      if (!location) throw new ProductError('media-not-found', 'The picture was deleted at Twilio.');
      log.info('PICTURE_SHOWN', { sid: picture.messageSid, index: picture.index });
      return { status: 302, headers: { Location: location, 'Referrer-Policy': 'no-referrer' } };
    },
  );
};
