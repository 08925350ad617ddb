import { parse } from 'node:querystring';
import { type FormParameters, isSignedByTwilio } from '@qdn/carriers/twilio-signature';
import { ProductError } from '@qdn/domain';
import type { Received } from '@qdn/lambda';

/**
 * The Auth Tokens that Twilio may sign with now: current, pending and previous, while a rotation is under way. `fresh` when none
 * of the known ones fits; how often that reads the secret anew is the reader's to limit, since strangers can ask for it.
 */
export type AuthTokens = (fresh?: boolean) => Promise<string[]>;

/** A form as Twilio signs it: nothing trimmed, blank parameters stay, repeated ones become arrays, however many there are. */
export const formParameters = (body: string): FormParameters =>
  Object.fromEntries(
    Object.entries(parse(body, '&', '=', { maxKeys: 0 })).map(([name, value]) => [
      name,
      Array.isArray(value) ? [...value] : (value ?? ''),
    ]),
  );

/** Of each parameter its first value: Twilio repeats none of those that are read. */
export const firstValues = (parameters: FormParameters): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, typeof value === 'string' ? value : (value[0] ?? '')]),
  );

/**
 * Lets pass only what Twilio signed. The URL is the configured public one with path and query as they came in: behind
 * CloudFront and API Gateway, `Host` is not what Twilio called.
 * @throws ProductError `bad-signature`
 */
export const twilioAuthentication =
  ({ authTokens, publicUrl }: { authTokens: AuthTokens; publicUrl: string }) =>
  async (received: Received): Promise<null> => {
    const request = {
      signature: received.headers['x-twilio-signature'],
      url: `${publicUrl}${received.path}${received.rawQuery ? `?${received.rawQuery}` : ''}`,
      parameters: formParameters(received.rawBody),
    };
    const known = await authTokens();
    if (isSignedByTwilio({ ...request, authTokens: known })) return null;
    // A token was promoted a moment ago, and this container has not seen it yet. What nobody signed is not worth a look.
    const fresh = request.signature ? await authTokens(true) : [];
    const unseen = fresh.filter((token) => !known.includes(token));
    if (isSignedByTwilio({ ...request, authTokens: unseen })) return null;
    throw new ProductError(
      'bad-signature',
      'Only Twilio may call this. Check the Auth Token and the URL that the number is configured with.',
    );
  };
