import { parse } from 'node:querystring';
import { createSecretReader, createSecretsClient } from '@qdn/aws/secrets';
import { type FormParameters, isSignedByTwilio } from '@qdn/carriers/twilio-signature';
import { validate as isTwilioAdminSecret } from '@qdn/contracts/validators/twilioAdminSecret';
import { ProductError } from '@qdn/domain';
import type { Received } from '@qdn/lambda';

/** The Auth Tokens that Twilio may sign with now: current, pending and previous, while a rotation is under way. */
export type AuthTokens = () => Promise<string[]>;

/** A form as Twilio signs it: blank parameters stay, repeated ones become arrays. */
export const formParameters = (body: string): FormParameters =>
  Object.fromEntries(
    Object.entries(parse(body)).map(([name, value]) => [name, Array.isArray(value) ? [...value] : (value ?? '')]),
  );

/**
 * Lets pass only what Twilio signed. The URL is the configured public one with path and query as they came in: behind
 * CloudFront and API Gateway, `Host` is not what Twilio called.
 * @throws ProductError `bad-signature`
 */
export const twilioAuthentication =
  ({ authTokens, publicUrl }: { authTokens: AuthTokens; publicUrl: string }) =>
  async (received: Received): Promise<null> => {
    const signed = isSignedByTwilio({
      authTokens: await authTokens(),
      signature: received.headers['x-twilio-signature'],
      url: `${publicUrl}${received.path}${received.rawQuery ? `?${received.rawQuery}` : ''}`,
      parameters: formParameters(received.rawBody),
    });
    if (!signed)
      throw new ProductError(
        'bad-signature',
        'Only Twilio may call this. Check the Auth Token and the URL that the number is configured with.',
      );
    return null;
  };

export const createAuthTokens = (secretId: string): AuthTokens => {
  const secrets = createSecretReader(createSecretsClient());
  return async () => (await secrets.valid(secretId, isTwilioAdminSecret)).map(({ authToken }) => authToken);
};
