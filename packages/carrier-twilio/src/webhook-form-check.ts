/** base64 of an HMAC-SHA1. */
const SIGNATURE = /^[A-Za-z0-9+/]{27}=$/;
/** Every webhook of Twilio's names its account. */
const ACCOUNT = /(?:^|&)AccountSid=AC[0-9a-fA-F]{32}(?:&|$)/;

/** True when a request has the form of Twilio's. It proves nothing: a check without any secret, before the signature can be checked. */
export const hasFormOfTwilio = (rawBody: string, signature: string): boolean =>
  SIGNATURE.test(signature) && ACCOUNT.test(rawBody);
