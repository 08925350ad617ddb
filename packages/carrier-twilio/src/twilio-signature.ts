// The webhook module alone: 4 KB and 7 ms to import, where the whole package is 3.75 MB and 170 ms. The path is internal to
// twilio, so the version is pinned and the published vectors in the test cover it.
import webhooksModule from 'twilio/lib/webhooks/webhooks.js';
import { cjsDefault } from './cjs-default.ts';

const { validateRequest } = cjsDefault(
  webhooksModule as { validateRequest: typeof import('twilio/lib/webhooks/webhooks.js').validateRequest },
);

/** Form parameters as received: blank ones count, repeated ones are arrays. */
export type FormParameters = Readonly<Record<string, string | readonly string[]>>;

/**
 * Tells whether Twilio signed this request with one of the Auth Tokens that are valid now. The comparison takes constant time.
 * @param url the public URL as Twilio called it, with its query string; a `#rc=…` fragment is not part of the signature
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export const isSignedByTwilio = (request: {
  authTokens: readonly string[];
  signature: string | undefined;
  url: string;
  parameters: FormParameters;
}): boolean => {
  const { signature } = request;
  const url = request.url.split('#')[0] ?? '';
  // The SDK throws for a URL that is not absolute.
  if (!signature || !URL.canParse(url)) return false;
  return request.authTokens.some((token) => validateRequest(token, signature, url, { ...request.parameters }));
};
