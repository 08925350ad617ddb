import { describe, expect, test } from '@jest/globals';
import type { AccountId, JobId, LinkId, TrailerId } from '@qdn/domain';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { signToken } from './sign-token.ts';
import { craftToken, hostileTokens, newTokenKeys } from './testing.ts';
import { type Audience, createKeyring, keyringFrom, knowsKeyOf, verifyToken } from './tokens.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const HOUR = 3_600_000;
const secret = newTokenKeys();
const keyring = createKeyring(secret);
const audiences: Audience[] = ['track', 'device', 'hub', 'operator'];
const track = {
  kind: 'track',
  jobId: 'QDN-1042' as JobId,
  accountId: 'lopez' as AccountId,
  linkId: 'abcdefgh' as LinkId,
} as const;
const device = { kind: 'device', trailerId: 'T1' as TrailerId } as const;
const hub = { kind: 'hub', label: 'traccar' } as const;
const operator = { kind: 'operator', label: 'ops' } as const;

describe('tokens', () => {
  test.each([track, device, hub, operator])('$kind: verifies a signed token, for its own audience only', (token) => {
    const signed = signToken(token, keyring, NOW + HOUR);
    expect(verifyToken(signed, keyring, [token.kind], NOW)).toEqual({ ...token, expiresAt: NOW + HOUR });
    const others = audiences.filter((audience) => audience !== token.kind);
    expect(() => verifyToken(signed, keyring, others, NOW)).toThrow('missing, wrong or expired');
  });

  describe.each(audiences)('for %s', (audience) => {
    test('accepts a token made by hand, so that each hostile one below fails for its own reason', () => {
      expect(verifyToken(craftToken(audience, secret, NOW), keyring, [audience], NOW)).toMatchObject({
        kind: audience,
      });
    });

    test.each(hostileTokens(audience, secret, NOW))('a token $name is refused', ({ token }) => {
      expect(() => verifyToken(token, keyring, [audience], NOW)).toThrow('missing, wrong or expired');
    });

    test('a token that is not valid yet is refused', () => {
      const token = craftToken(audience, secret, NOW, { claims: { nbf: NOW / 1000 + 60 } });
      expect(() => verifyToken(token, keyring, [audience], NOW)).toThrow('missing, wrong or expired');
    });
  });

  test('remembers a device’s verified token no longer than it is valid, for its keys and its audience only', () => {
    const token = signToken(device, keyring, NOW + HOUR);
    const caller = verifyToken(token, keyring, ['device'], NOW);
    expect(verifyToken(token, keyring, ['hub', 'device'], NOW + HOUR - 1)).toEqual(caller);
    expect(() => verifyToken(token, keyring, ['device'], NOW + HOUR)).toThrow('expired');
    expect(() => verifyToken(token, keyring, ['track', 'operator'], NOW)).toThrow('expired');
    expect(() => verifyToken(token, createKeyring(newTokenKeys()), ['device'], NOW)).toThrow('expired');
    expect(() => verifyToken(`${token}A`, keyring, ['device'], NOW)).toThrow('expired');
    expect(knowsKeyOf(token, keyring, ['operator'])).toBe(false);
  });

  test('refuses a change of any character', () => {
    const token = signToken(track, keyring, NOW + HOUR);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.stringMatching(/^[A-Za-z0-9_.-]$/), (at, character) => {
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        // The last character of a 32-byte base64url text carries two unused bits: decoders ignore them.
        fc.pre(changed !== token && at !== token.length - 1);
        expect(() => verifyToken(changed, keyring, ['track'], NOW)).toThrow();
      }),
      { numRuns: runs(300) },
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

  test('asks for a newer keyring only for an unknown key ID', () => {
    expect(knowsKeyOf(signToken(track, keyring, NOW + HOUR), keyring, ['track'])).toBe(true);
    expect(knowsKeyOf(signToken(track, keyring, NOW + HOUR), keyring, ['operator'])).toBe(false);
    expect(knowsKeyOf(craftToken('track', secret, NOW, { header: { kid: 'new' } }), keyring, ['track'])).toBe(false);
    for (const hopeless of ['', 'x', '..', 'a.b.c', craftToken('track', secret, NOW, { header: { kid: undefined } })]) {
      expect(knowsKeyOf(hopeless, keyring, ['track'])).toBe(true);
    }
  });

  test('creates key objects once per version of the secret', async () => {
    let current = secret;
    const source = keyringFrom(async () => current);
    const first = await source();
    expect(await source()).toBe(first);
    current = newTokenKeys();
    expect(await source()).not.toBe(first);
  });
});
