import { createHmac } from 'node:crypto';

/**
 * Returns the `X-Twilio-Signature` of a form POST. It follows the documentation and does not use the `twilio` package: the product
 * verifies with that package, so its test needs an independent implementation.
 * @param url URL of the call, without a fragment
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export const signatureOf = (authToken: string, url: string, parameters: Readonly<Record<string, string>>): string => {
  const signed = Object.keys(parameters)
    .sort()
    .reduce((text, name) => `${text}${name}${parameters[name]}`, url);
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
};
