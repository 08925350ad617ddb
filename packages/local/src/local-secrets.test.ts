import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ensureSecrets } from './local-secrets.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  file = join(folder, 'secrets.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('ensureSecrets', () => {
  test('generates well-formed secrets once, in a file that only its owner can read', () => {
    const { tokens, admin, sender, telnyx } = ensureSecrets(file);
    expect(admin).toEqual({
      accountSid: expect.stringMatching(/^AC[0-9a-f]{32}$/),
      authToken: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(sender).toEqual({
      accountSid: admin.accountSid,
      apiKeySid: expect.stringMatching(/^SK[0-9a-f]{32}$/),
      apiKeySecret: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const keys = [tokens.track, tokens.device, tokens.operator].map(({ current }) => current.key);
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(Buffer.from(key, 'base64url')).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(ensureSecrets(file)).toEqual({
      tokens,
      admin,
      sender,
      telnyx,
      pendingAdmin: null,
      generation: admin.accountSid,
    });
  });

  test('keeps the owner’s Telnyx key out of the file, unless Twilio itself is used', () => {
    const key = { apiKey: 'KEY0123456789abcdef-of-the-owner' };
    const account = { accountSid: `AC${'a'.repeat(32)}`, authToken: 'a'.repeat(32) };
    const sender = { accountSid: account.accountSid, apiKeySid: `SK${'b'.repeat(32)}`, apiKeySecret: 'c'.repeat(32) };
    const owner = { admin: account, sender, secondary: null, carriers: { 'qdn/telnyx': key } };
    const { telnyx } = ensureSecrets(file, owner);
    expect(telnyx).not.toEqual(key);
    expect(readFileSync(file, 'utf8')).not.toContain(key.apiKey);
    expect(ensureSecrets(file, owner).telnyx).toEqual(telnyx);
    expect(ensureSecrets(file, owner, 'real').telnyx).toEqual(key);
    // Back at the emulator, the key leaves the file.
    ensureSecrets(file, owner);
    expect(readFileSync(file, 'utf8')).not.toContain(key.apiKey);
  });

  test('generates other secrets for another file', () => {
    expect(ensureSecrets(file)).not.toEqual(ensureSecrets(join(folder, 'other.json')));
  });

  test('refuses a file that others can read, and says what to do', () => {
    ensureSecrets(file);
    chmodSync(file, 0o644);
    expect(() => ensureSecrets(file)).toThrow(
      `${file} holds keys, and its mode is 644. Make it readable by you only: chmod 600 ${file}`,
    );
  });

  test.each([
    ['an incomplete file', '{"qdn/tokens":'],
    ['a file with malformed keys', '{"qdn/tokens":{"AWSCURRENT":{}}}'],
  ])('refuses %s, and says what to do', (_, content) => {
    writeFileSync(file, content, { mode: 0o600 });
    expect(() => ensureSecrets(file)).toThrow(/Start again with: npm start -- --fresh$/);
  });
});

describe('the owner’s Twilio credentials', () => {
  const accountSid = `AC${'a1'.repeat(16)}`;
  const admin = (digit: string) => ({ accountSid, authToken: digit.repeat(32) });
  const sender = (digit: string) => ({
    accountSid,
    apiKeySid: `SK${digit.repeat(32)}`,
    apiKeySecret: digit.repeat(32),
  });
  const owner = { admin: admin('1'), sender: sender('1'), secondary: null };
  const stored = () => JSON.parse(readFileSync(file, 'utf8'));

  test('replace the generated ones, and leave the token keys', () => {
    const generated = ensureSecrets(file);
    const { tokens, admin, sender, generation } = ensureSecrets(file, owner);
    expect({ tokens, admin, sender }).toEqual({ tokens: generated.tokens, admin: owner.admin, sender: owner.sender });
    expect(generation).not.toBe(generated.generation);
    expect(readFileSync(file, 'utf8')).not.toContain(generated.admin.accountSid);
  });

  test('are imported once: a key rotated since stays', () => {
    ensureSecrets(file, owner);
    const secrets = stored();
    secrets['qdn/twilio-sender'] = {
      ...secrets['qdn/twilio-sender'],
      AWSCURRENT: sender('2'),
      AWSPREVIOUS: sender('1'),
    };
    writeFileSync(file, JSON.stringify(secrets));
    expect(ensureSecrets(file, owner).sender).toEqual(sender('2'));
  });

  test('are imported again for another Twilio, without the versions of the first', () => {
    const { generation } = ensureSecrets(file, owner);
    const secrets = stored();
    const made = { AWSCURRENT: sender('2'), AWSPREVIOUS: sender('1'), AWSPENDING: sender('3') };
    secrets['qdn/twilio-sender'] = { ...secrets['qdn/twilio-sender'], ...made };
    writeFileSync(file, JSON.stringify(secrets));
    expect(ensureSecrets(file, owner).generation).toBe(generation);
    const real = ensureSecrets(file, owner, 'real');
    expect(real.sender).toEqual(sender('1'));
    expect(JSON.stringify(stored())).not.toMatch(/2{32}|3{32}/);
    expect(real.generation).not.toBe(generation);
    expect(ensureSecrets(file, owner, 'real')).toEqual(real);
    expect(ensureSecrets(file, owner).generation).not.toBe(generation);
  });

  test('are imported after a change, and the replaced value becomes the previous version', () => {
    ensureSecrets(file, owner);
    expect(ensureSecrets(file, { ...owner, admin: admin('2') })).toMatchObject({
      admin: admin('2'),
      sender: sender('1'),
    });
    expect(stored()['qdn/twilio-admin']).toMatchObject({ AWSPREVIOUS: admin('1') });
    expect(stored()['qdn/twilio-sender']).not.toHaveProperty('AWSPREVIOUS');
  });

  test('change no version when their values are stored already', () => {
    ensureSecrets(file, owner);
    const secrets = stored();
    const versions = { AWSCURRENT: sender('2'), AWSPREVIOUS: sender('1'), AWSPENDING: sender('2') };
    secrets['qdn/twilio-sender'] = { ...secrets['qdn/twilio-sender'], ...versions };
    writeFileSync(file, JSON.stringify(secrets));
    ensureSecrets(file, { ...owner, sender: sender('2') });
    expect(stored()['qdn/twilio-sender']).toMatchObject(versions);
  });

  test('make a secondary Auth Token the pending version', () => {
    expect(ensureSecrets(file, { ...owner, secondary: admin('3') }).pendingAdmin).toEqual(admin('3'));
  });

  test('leave nothing behind when the owner’s file is removed', () => {
    ensureSecrets(file, { ...owner, admin: admin('4') });
    ensureSecrets(file, owner);
    const { tokens } = ensureSecrets(file, owner);
    expect(ensureSecrets(file, null).tokens).toEqual(tokens);
    expect(readFileSync(file, 'utf8')).not.toContain(accountSid);
    expect(ensureSecrets(file, null)).toEqual(ensureSecrets(file));
  });
});
