import { atEndOf } from '@qdn/contracts';
import { receiveCall, receiveFallback, receiveMessage, recordDelivery } from '@qdn/contracts/routes';
import { isSignedByTwilio } from './twilio-signature.ts';
import { firstValues, formParameters } from './webhook-form.ts';

/**
 * The Auth Tokens that Twilio may sign with now: current, pending and previous, during a rotation. `fresh` asks for newer ones, after a
 * signature that no known token matches. The secret's reader limits the reads, because anyone can send such a signature.
 */
export type AuthTokens = (fresh?: boolean) => Promise<string[]>;

/** Tells whether an account is the company's. @throws errors of the secret store */
export type IsOurAccount = (accountSid: string) => Promise<boolean>;

/** The parts of a request that Twilio signs, as received. `path` and `rawQuery` are still escaped. */
export type SignedRequest = { path: string; rawQuery: string; rawBody: string; signature: string | undefined };

/** Finds the path of a route that Twilio calls. */
const ROUTE = atEndOf([receiveMessage, receiveFallback, recordDelivery, receiveCall]);

/**
 * Returns the URL as Twilio called it: the configured public one, because `Host` differs behind CloudFront and API Gateway, with the
 * received path and query. A prefix of the route, such as an API's stage or a domain's base path, belongs to the public URL when
 * Twilio sees it, and to the path when it does not.
 */
const urlOf = (publicUrl: string, { path, rawQuery }: SignedRequest): string => {
  const route = ROUTE.exec(path)?.[0] ?? path;
  return `${publicUrl}${route}${rawQuery ? `?${rawQuery}` : ''}`;
};

/**
 * True when a request that Twilio signed is for one of the company's accounts. Twilio signs every webhook of an account with its token, so
 * a foreign account in it means a proxy, a copied token, or a mistake in the Console. A form without an account passes: it may be a new one
 * of Twilio's.
 */
export const isForOurAccount = async (isOurAccount: IsOurAccount, rawBody: string): Promise<boolean> => {
  const { AccountSid = '' } = firstValues(formParameters(rawBody));
  return AccountSid === '' || (await isOurAccount(AccountSid));
};

/** True when Twilio signed the request with one of the valid tokens. @throws errors of the secret store */
export const isFromTwilio = async (
  { authTokens, publicUrl }: { authTokens: AuthTokens; publicUrl: string },
  request: SignedRequest,
): Promise<boolean> => {
  const { signature } = request;
  // A request without a signature is refused at once.
  if (!signature) return false;
  const signed = { signature, url: urlOf(publicUrl, request), parameters: formParameters(request.rawBody) };
  const known = await authTokens();
  if (isSignedByTwilio({ ...signed, authTokens: known })) return true;
  // A token may have been promoted a moment ago, and this container has not read it yet.
  const unseen = (await authTokens(true)).filter((token) => !known.includes(token));
  return isSignedByTwilio({ ...signed, authTokens: unseen });
};
