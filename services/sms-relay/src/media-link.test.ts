import { describe, expect, test } from '@jest/globals';
import { createKeyring, type Keyring } from '@qdn/lambda';
import { newTokenKeys } from '@qdn/lambda/testing';
import { mediaLinks, mediaToken, readMediaToken } from './media-link.ts';

const SID = `MM${'0123456789abcdef'.repeat(2)}`;
const RECEIVED_AT = Date.UTC(2026, 10, 23, 15);
const DAY_MS = 86_400_000;
const secret = newTokenKeys();
const keyring = createKeyring(secret);
const tokenOf = (index: number, keys: Keyring = keyring, messageSid = SID): string =>
  mediaToken({ messageSid, index }, RECEIVED_AT, keys) ?? '';

describe('a media token', () => {
  test.each([
    [SID, 0],
    [SID, 9],
    [`SM${'f'.repeat(32)}`, 3],
  ])('of 36 characters stands for message %s, picture %i', (messageSid, index) => {
    const token = tokenOf(index, keyring, messageSid);
    expect(token).toMatch(/^[A-Za-z0-9_-]{36}$/);
    expect(readMediaToken(token, keyring, RECEIVED_AT)).toEqual({ messageSid, index });
  });

  test('is the same each time for the same picture, so that a text can be made again', () => {
    expect(tokenOf(0)).toBe(tokenOf(0));
    expect(tokenOf(1)).not.toBe(tokenOf(0));
  });

  test('is good for 30 days, and no more than one further', () => {
    const token = tokenOf(0);
    expect(readMediaToken(token, keyring, RECEIVED_AT + 30 * DAY_MS - 1)).not.toBeNull();
    expect(readMediaToken(token, keyring, RECEIVED_AT + 31 * DAY_MS)).toBeNull();
  });

  test('is worth nothing with any one character changed', () => {
    const token = tokenOf(0);
    for (let i = 0; i < token.length; i++) {
      const other = token[i] === 'A' ? 'B' : 'A';
      expect(readMediaToken(token.slice(0, i) + other + token.slice(i + 1), keyring, RECEIVED_AT)).toBeNull();
    }
  });

  test.each(['', 'x', 'A'.repeat(36), 'A'.repeat(35), 'ä'.repeat(36), `${'A'.repeat(36)}\n`])('%j is none', (text) => {
    expect(readMediaToken(text, keyring, RECEIVED_AT)).toBeNull();
  });

  test('outlives a rotation of the keys by one, and is not signed with other keys', () => {
    const next = { ...newTokenKeys().operator, previous: secret.operator.current };
    expect(readMediaToken(tokenOf(0), createKeyring({ ...secret, operator: next }), RECEIVED_AT)).not.toBeNull();
    expect(readMediaToken(tokenOf(0), createKeyring(newTokenKeys()), RECEIVED_AT)).toBeNull();
    // The keys of tracking links are at the edge too.
    const edge = { ...newTokenKeys(), track: secret.operator };
    expect(readMediaToken(tokenOf(0), createKeyring(edge), RECEIVED_AT)).toBeNull();
  });

  test('is not made for a message that Twilio has no SID for', () => {
    for (const prefix of ['QA', 'QT', 'QS']) expect(tokenOf(0, keyring, `${prefix}${'a'.repeat(32)}`)).toBe('');
  });
});

test('a link names the product’s own address and the token alone; without a link there is a word for it', async () => {
  const links = mediaLinks('https://relay.example', async () => keyring);
  expect(await links({ messageSid: SID, receivedAt: RECEIVED_AT }, 2)).toBe(
    `https://relay.example/api/media/${tokenOf(2)}`,
  );
  expect(await links({ messageSid: `QT${'a'.repeat(32)}`, receivedAt: RECEIVED_AT }, 0)).toBe('[picture]');
});

test('a picture of a carrier that shows it to anyone is linked where it is, and never without encryption', async () => {
  const link = mediaLinks('https://qdn.example', () => Promise.reject(new Error('needs no key')));
  const message = (url: string) => ({ messageSid: `QC${'1'.repeat(32)}`, receivedAt: 0, media: [{ url }] });
  expect(await link(message('https://media.example/1.jpg'), 0)).toBe('https://media.example/1.jpg');
  expect(await link(message('http://media.example/1.jpg'), 0)).toBe('[picture]');
  expect(await link(message('https://media.example/1.jpg'), 1)).toBe('[picture]');
});
