import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { AccountId, JobId, LinkId, TrailerId } from '@qdn/domain';
import fc from 'fast-check';
import { newTokenKeys } from './testing.ts';
import { type Audience, createKeyring, keyringFrom, knowsKeyOf, signToken, verifyToken } from './tokens.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const HOUR = 3_600_000;
const secret = newTokenKeys();
const keyring = createKeyring(secret);
const audiences: Audience[] = ['track', 'device', 'operator'];
const track = {
  kind: 'track',
  jobId: 'QDN-1042' as JobId,
  accountId: 'lopez' as AccountId,
  linkId: 'abcdefgh' as LinkId,
} as const;
const device = { kind: 'device', trailerId: 'T1' as TrailerId } as const;
const operator = { kind: 'operator', label: 'ops' } as const;

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const forge = (header: object, claims: object, key: string, hash = 'sha256') => {
  const signed = `${base64url(header)}.${base64url(claims)}`;
  return `${signed}.${createHmac(hash, Buffer.from(key, 'base64url')).update(signed).digest('base64url')}`;
};
const { kid, key } = secret.track.current;
const header = { alg: 'HS256', typ: 'JWT', kid };
const claims = { iss: 'qdn', aud: 'track', sub: 'QDN-1042', acc: 'lopez', jti: 'abcdefgh', exp: NOW / 1000 + 3600 };

describe('tokens', () => {
  test.each([track, device, operator])(
    '$kind: what was signed is what is verified, for that audience alone',
    (token) => {
      const signed = signToken(token, keyring, NOW + HOUR);
      expect(verifyToken(signed, keyring, [token.kind], NOW)).toEqual({ ...token, expiresAt: NOW + HOUR });
      const others = audiences.filter((audience) => audience !== token.kind);
      expect(() => verifyToken(signed, keyring, others, NOW)).toThrow('missing, wrong or expired');
    },
  );

  test('a forged token with the right key is the proof that the hostile ones below fail for their own reason', () => {
    expect(verifyToken(forge(header, claims, key), keyring, ['track'], NOW)).toMatchObject({ jobId: 'QDN-1042' });
  });

  const hostile: Array<[string, string]> = [
    ['alg none', `${base64url({ ...header, alg: 'none' })}.${base64url(claims)}.`],
    ['another HMAC', forge({ ...header, alg: 'HS512' }, claims, key, 'sha512')],
    ['an asymmetric algorithm', forge({ ...header, alg: 'RS256' }, claims, key)],
    ['no kid', forge({ alg: 'HS256' }, claims, key)],
    ['an unknown kid', forge({ ...header, kid: 'x' }, claims, key)],
    ['a kid that is no string', forge({ ...header, kid: [kid] }, claims, key)],
    ['the key of another audience', forge(header, claims, secret.device.current.key)],
    ['another issuer', forge(header, { ...claims, iss: 'evil' }, key)],
    ['no issuer', forge(header, { ...claims, iss: undefined }, key)],
    ['a list of audiences', forge(header, { ...claims, aud: ['track', 'operator'] }, key)],
    ['another audience', forge(header, { ...claims, aud: 'operator' }, key)],
    ['no expiry', forge(header, { ...claims, exp: undefined }, key)],
    ['an expiry that is no number', forge(header, { ...claims, exp: '9999999999' }, key)],
    ['an expiry in the past', forge(header, { ...claims, exp: NOW / 1000 }, key)],
    ['not valid yet', forge(header, { ...claims, nbf: NOW / 1000 + 60 }, key)],
    ['a list in place of the job', forge(header, { ...claims, sub: ['QDN-1042'] }, key)],
    ['a job that is none', forge(header, { ...claims, sub: '../x' }, key)],
    ['oversize', forge(header, { ...claims, pad: 'x'.repeat(4096) }, key)],
    ['empty', ''],
    ['two dots', '..'],
  ];
  test.each(hostile)('%s is refused', (_, token) => {
    expect(() => verifyToken(token, keyring, audiences, NOW)).toThrow('missing, wrong or expired');
  });

  test('any change of any character is refused', () => {
    const token = signToken(track, keyring, NOW + HOUR);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.stringMatching(/^[A-Za-z0-9_.-]$/), (at, character) => {
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        // The last character of a 32-byte base64url text carries two unused bits: decoders ignore them.
        fc.pre(changed !== token && at !== token.length - 1);
        expect(() => verifyToken(changed, keyring, ['track'], NOW)).toThrow();
      }),
      { numRuns: 300 },
    );
  });

  test('during a rotation the previous key still verifies and the new one signs', () => {
    const old = signToken(track, keyring, NOW + HOUR);
    const rotated = {
      ...secret,
      track: { current: { kid: 'new', key: newTokenKeys().track.current.key }, previous: secret.track.current },
    };
    const after = createKeyring(rotated);
    expect(verifyToken(old, after, ['track'], NOW)).toMatchObject(track);
    expect(verifyToken(signToken(track, after, NOW + HOUR), after, ['track'], NOW)).toMatchObject(track);
    expect(() => verifyToken(signToken(track, after, NOW + HOUR), keyring, ['track'], NOW)).toThrow();
  });

  test('a tracking token is short enough for a text', () => {
    expect(signToken(track, keyring, NOW + HOUR).length).toBeLessThanOrEqual(260);
  });

  test('only a key that is named and unknown calls for a newer keyring', () => {
    expect(knowsKeyOf(signToken(track, keyring, NOW + HOUR), keyring, ['track'])).toBe(true);
    expect(knowsKeyOf(signToken(track, keyring, NOW + HOUR), keyring, ['operator'])).toBe(false);
    expect(knowsKeyOf(forge({ ...header, kid: 'new' }, claims, key), keyring, ['track'])).toBe(false);
    for (const hopeless of ['', 'x', '..', 'a.b.c', forge({ alg: 'HS256' }, claims, key)]) {
      expect(knowsKeyOf(hopeless, keyring, ['track'])).toBe(true);
    }
  });

  test('key objects are made once per version of the secret', async () => {
    let current = secret;
    const source = keyringFrom(async () => current);
    const first = await source();
    expect(await source()).toBe(first);
    current = newTokenKeys();
    expect(await source()).not.toBe(first);
  });
});
