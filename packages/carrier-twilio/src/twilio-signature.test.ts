import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import official from 'twilio/lib/webhooks/webhooks.js';
import { type FormParameters, isSignedByTwilio } from './twilio-signature.ts';

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

  /** https://github.com/twilio/twilio-php/blob/main/tests/Twilio/Unit/RequestValidatorTest.php */
  test('the published vector with a repeated parameter', () => {
    const repeated = { Sid: 'CA123', SidAccount: 'AC123', Digits: ['5678', '1234', '1234'] };
    const request = { authTokens: ['12345'], signature: 'IK+Dwps556ElfBT0I3Rgjkr1wJU=', url };
    expect(isSignedByTwilio({ ...request, parameters: repeated })).toBe(true);
    expect(isSignedByTwilio({ ...request, parameters: { ...repeated, Digits: ['5678', '1234'] } })).toBe(true);
    expect(isSignedByTwilio({ ...request, parameters: { ...repeated, Digits: ['5678'] } })).toBe(false);
  });

  /** https://github.com/twilio/twilio-csharp/blob/main/test/Twilio.Test/Security/RequestValidatorTest.cs */
  test.each([
    ['https://MyCompany.com/myapp.php?foo=1&bar=2', 'g9IN/x4Cft2g517EjYvEvM/W7LU='],
    ['https://mycompany.com:1234/myapp.php?foo=1&bar=2', 'CYn1h0gLBdNxDGkKJg6hYohgeD8='],
    ['http://mycompany.com:1234/myapp.php?foo=1&bar=2', 'Zmvh+3yNM1Phv2jhDCwEM3q5ebU='],
    ['http://mycompany.com/myapp.php?foo=1&bar=2', '0ZXoZLH/DfblKGATFgpif+LLRf4='],
    ['https://mycompany.com/myapp.php?foo=1&bar=2', 'kvajT1Ptam85bY51eRf/AJRuM3w='],
    ['https://mycompany.com:443/myapp.php?foo=1&bar=2', 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
  ])('the published vector for a host and port as in %s', (address, expected) => {
    expect(isSignedByTwilio({ authTokens: ['12345'], signature: expected, url: address, parameters })).toBe(true);
    expect(isSignedByTwilio({ authTokens: ['12346'], signature: expected, url: address, parameters })).toBe(false);
  });

  test('refuses a missing signature and one that is not base64', () => {
    for (const wrong of [undefined, '', 'ä', signature.slice(1)]) {
      expect(isSignedByTwilio({ authTokens: ['12345'], signature: wrong, url, parameters })).toBe(false);
    }
  });
});

/** The algorithm as Twilio documents it, written out a second time. */
const sign = (address: string, form: FormParameters, token: string): string =>
  createHmac('sha1', token)
    .update(
      Object.keys(form)
        .sort()
        .flatMap((name) => [...new Set([form[name] ?? ''].flat())].sort().map((value) => name + value))
        .reduce((text, pair) => text + pair, address),
    )
    .digest('base64');

describe('whatever Twilio signs', () => {
  const word = fc.string({ unit: 'grapheme', maxLength: 12 });
  const form = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 8 }),
    fc.oneof(word, fc.array(word, { minLength: 1 })),
    {
      noNullPrototype: true,
    },
  );
  const address = fc
    .tuple(fc.webUrl({ withQueryParameters: true, validSchemes: ['http', 'https'] }), fc.boolean())
    .map(([whole, withoutQuery]) => (withoutQuery ? (whole.split('?')[0] ?? whole) : whole));
  const token = fc.stringMatching(/^[0-9a-f]{32}$/);

  test('is accepted', () => {
    fc.assert(
      fc.property(form, address, token, token, (signed, at, own, other) => {
        const request = { signature: sign(at, signed, own), url: at, parameters: signed };
        expect(isSignedByTwilio({ ...request, authTokens: [other, own] })).toBe(true);
        expect(isSignedByTwilio({ ...request, url: `${at}#rc=3&rp=ct,rt,5xx&rt=4000`, authTokens: [own] })).toBe(true);
        if (other !== own) expect(isSignedByTwilio({ ...request, authTokens: [other] })).toBe(false);
      }),
    );
  });

  /** The text with one of its characters replaced, or one put in. */
  const changed = (text: string, at: number, by: string): string => {
    const characters = [...text];
    const i = characters.length === 0 ? 0 : at % characters.length;
    if (characters[i] === by) characters.splice(i, 0, by);
    else characters.splice(i, 1, by);
    return characters.join('');
  };
  // Neither makes another name of the last one, nor is it in a signature.
  const character = fc.constantFrom('§', 'Ω', '🚚');

  test('is refused after a change of one character anywhere in names, values or signature', () => {
    fc.assert(
      fc.property(form, address, token, fc.nat(), fc.nat(), character, (signed, at, own, which, where, by) => {
        const signature = sign(at, signed, own);
        const check = (request: { signature?: string; parameters?: FormParameters }) =>
          isSignedByTwilio({ authTokens: [own], signature, url: at, parameters: signed, ...request });
        expect(check({ signature: changed(signature, where, by) })).toBe(false);
        expect(check({ parameters: { ...signed, [`${by}new`]: '' } })).toBe(false);

        const entries = Object.entries(signed);
        const entry = entries[which % Math.max(1, entries.length)];
        if (!entry) return;
        const [name, value] = entry;
        const others = Object.fromEntries(entries.filter(([one]) => one !== name));
        expect(check({ parameters: { ...others, [changed(name, where, by)]: value } })).toBe(false);
        const other = [value].flat().map((one) => changed(one, where, by));
        expect(check({ parameters: { ...others, [name]: other } })).toBe(false);
      }),
    );
  });

  test('is what the official package says of it', () => {
    fc.assert(
      fc.property(form, form, address, address, token, (signed, received, at, called, own) => {
        const signature = official.getExpectedTwilioSignature(own, at, { ...signed });
        expect(signature).toBe(sign(at, signed, own));
        for (const [parameters, url] of [
          [signed, at],
          [received, at],
          [signed, called],
        ] as const) {
          expect(isSignedByTwilio({ authTokens: [own], signature, url, parameters })).toBe(
            official.validateRequest(own, signature, url, { ...parameters }),
          );
        }
      }),
    );
  });

  test('is compared in constant time: where the first difference is, makes none', () => {
    // Not measured, since a busy machine shows nothing: the comparison is Node's own for the purpose.
    const source = readFileSync(createRequire(import.meta.url).resolve('twilio/lib/webhooks/webhooks.js'), 'utf8');
    expect(source).toMatch(/function validateSignatureWithUrl[\s\S]{0,300}return safeCompare\(/);
    expect(source).toMatch(/function safeCompare[\s\S]{0,120}timingSafeEqual/);
  });
});
