import { describe, expect, test } from '@jest/globals';
import type { AccountId, JobId } from '@qdn/domain';
import fc from 'fast-check';
import { shortLink } from './short-link.ts';
import { newTokenKeys } from './testing.ts';
import { createKeyring } from './tokens.ts';

const keyring = createKeyring(newTokenKeys());
const EXPIRES = Date.UTC(2026, 10, 26, 15);
const of = { jobId: 'QDN-1042' as JobId, accountId: 'lopez' as AccountId };

describe('a short link', () => {
  test('holds the job without its usual prefix, the account and the expiry', () => {
    const { path, linkId } = shortLink(of, keyring, EXPIRES);
    expect(path).toMatch(/^\/t\/[\w-]{12}\.1042\.lopez\.[0-9a-z]{6}$/);
    expect(Number.parseInt(path.split('.').at(-1) ?? '', 36)).toBe(EXPIRES / 1000);
    expect(linkId).toMatch(/^[\w-]{8}$/);
    // Someone who sees a link's ID, for example in a list of revoked links, cannot derive the link from it.
    expect(path).not.toContain(linkId);
    expect(shortLink({ ...of, jobId: 'ACME-7' as JobId }, keyring, EXPIRES).path).toContain('.ACME-7.lopez.');
  });

  test('is the same for the same input, and differs for any other', () => {
    expect(shortLink(of, keyring, EXPIRES)).toEqual(shortLink(of, keyring, EXPIRES + 999));
    const others = [
      shortLink({ ...of, jobId: 'QDN-1043' as JobId }, keyring, EXPIRES),
      shortLink({ ...of, accountId: 'carter' as AccountId }, keyring, EXPIRES),
      shortLink(of, keyring, EXPIRES + 1000),
      shortLink(of, createKeyring(newTokenKeys()), EXPIRES),
    ];
    const macs = [shortLink(of, keyring, EXPIRES), ...others].map(({ path }) => path.split('.')[0]);
    expect(new Set(macs).size).toBe(5);
  });

  test('is short, and phones keep all its characters in a link, the last one too', () => {
    const anyOf = fc.record({
      jobId: fc.integer({ min: 1, max: 999_999_999 }).map((n) => `QDN-${n}` as JobId),
      accountId: fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/).map((name) => name as AccountId),
    });
    fc.assert(
      fc.property(anyOf, fc.integer({ min: 0, max: 4e12 }), (one, expiresAt) => {
        const { path } = shortLink(one, keyring, expiresAt);
        expect(path).toMatch(/^\/t\/[A-Za-z0-9_.-]+[0-9a-z]$/);
        expect(path.length).toBeLessThanOrEqual(35 + one.accountId.length);
      }),
    );
  });
});
