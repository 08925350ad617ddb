import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { isSignedByTwilio } from './twilio-signature.ts';

/** Twilio's published example: https://www.twilio.com/docs/usage/security#explore-the-algorithm-yourself */
const parameters = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675309',
  Digits: '1234',
  From: '+14158675309',
  To: '+18005551212',
};
const published = [
  ['https://mycompany.com/myapp.php?foo=1&bar=2', 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
  ['https://mycompany.com:443/myapp.php?foo=1&bar=2', 'kvajT1Ptam85bY51eRf/AJRuM3w='],
  ['http://mycompany.com:80/myapp.php?foo=1&bar=2', '0ZXoZLH/DfblKGATFgpif+LLRf4='],
] as const;
const [[url, signature]] = published;

describe('Twilio’s signature', () => {
  test.each(published)('the published vector for %s', (address, expected) => {
    expect(isSignedByTwilio({ authTokens: ['12345'], signature: expected, url: address, parameters })).toBe(true);
  });

  test('the fragment with connection overrides is not signed', () => {
    expect(isSignedByTwilio({ authTokens: ['12345'], signature, url: `${url}#rc=3&rp=ct,rt,5xx`, parameters })).toBe(
      true,
    );
  });

  test('any of the tokens that a rotation leaves valid is enough', () => {
    expect(isSignedByTwilio({ authTokens: ['other', '12345'], signature, url, parameters })).toBe(true);
    expect(isSignedByTwilio({ authTokens: ['other'], signature, url, parameters })).toBe(false);
    expect(isSignedByTwilio({ authTokens: [], signature, url, parameters })).toBe(false);
  });

  test.each([
    ['another parameter value', { url, parameters: { ...parameters, Digits: '1235' } }],
    ['one parameter more, even a blank one', { url, parameters: { ...parameters, Extra: '' } }],
    ['another query', { url: `${url}&baz=3`, parameters }],
    ['a relative URL', { url: '/myapp.php', parameters }],
  ])('%s is refused', (_, request) => {
    expect(isSignedByTwilio({ authTokens: ['12345'], signature, ...request })).toBe(false);
  });

  test('values of a repeated parameter are signed sorted and once each, blank ones and spaces as they are', () => {
    const signed = `${url}BlankMediaUrlaMediaUrlbWords two  words `;
    const expected = createHmac('sha1', '12345').update(signed).digest('base64');
    const repeated = { Words: ' two  words ', MediaUrl: ['b', 'a', 'b'], Blank: '' };
    expect(isSignedByTwilio({ authTokens: ['12345'], signature: expected, url, parameters: repeated })).toBe(true);
    const trimmed = { ...repeated, Words: 'two  words' };
    expect(isSignedByTwilio({ authTokens: ['12345'], signature: expected, url, parameters: trimmed })).toBe(false);
  });

  test('no signature, or one that is no base64, is refused', () => {
    for (const wrong of [undefined, '', 'ä', signature.slice(1)]) {
      expect(isSignedByTwilio({ authTokens: ['12345'], signature: wrong, url, parameters })).toBe(false);
    }
  });
});
