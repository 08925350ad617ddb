import { createHmac } from 'node:crypto';

/**
 * `X-Twilio-Signature` of a form POST. Written from the documentation and not taken from the `twilio` package, so that the
 * product, which checks with that package, is tested against a second reading.
 * @param url as it is called, without a fragment
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export const signatureOf = (authToken: string, url: string, parameters: Readonly<Record<string, string>>): string => {
  const signed = Object.keys(parameters)
    .sort()
    .reduce((text, name) => `${text}${name}${parameters[name]}`, url);
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
};
