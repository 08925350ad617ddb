import { describe, expect, test } from '@jest/globals';
import { createKeyring, type Keyring } from '@qdn/lambda';
import { newTokenKeys } from '@qdn/lambda/testing';
import { mediaLinks, mediaToken, readMediaToken, WORDS, wordsLinks } from './media-link.ts';

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
    [SID, WORDS],
  ])('of 36 characters names message %s, picture %i', (messageSid, index) => {
    const token = tokenOf(index, keyring, messageSid);
    expect(token).toMatch(/^[A-Za-z0-9_-]{36}$/);
    expect(readMediaToken(token, keyring, RECEIVED_AT)).toEqual({ messageSid, index });
  });

  test('is the same each time for the same picture, so that a text can be composed again', () => {
    expect(tokenOf(0)).toBe(tokenOf(0));
    expect(tokenOf(1)).not.toBe(tokenOf(0));
  });

  test('is valid for 30 days, and at most one more', () => {
    const token = tokenOf(0);
    expect(readMediaToken(token, keyring, RECEIVED_AT + 30 * DAY_MS - 1)).not.toBeNull();
    expect(readMediaToken(token, keyring, RECEIVED_AT + 31 * DAY_MS)).toBeNull();
  });

  test('is not valid with any one character changed', () => {
    const token = tokenOf(0);
    for (let i = 0; i < token.length; i++) {
      const other = token[i] === 'A' ? 'B' : 'A';
      expect(readMediaToken(token.slice(0, i) + other + token.slice(i + 1), keyring, RECEIVED_AT)).toBeNull();
    }
  });

  test.each(['', 'x', 'A'.repeat(36), 'A'.repeat(35), 'ä'.repeat(36), `${'A'.repeat(36)}\n`])(
    '%j is not valid',
    (text) => {
      expect(readMediaToken(text, keyring, RECEIVED_AT)).toBeNull();
    },
  );

  test('survives one rotation of the keys, and is not signed with other keys', () => {
    const next = { ...newTokenKeys().operator, previous: secret.operator.current };
    expect(readMediaToken(tokenOf(0), createKeyring({ ...secret, operator: next }), RECEIVED_AT)).not.toBeNull();
    expect(readMediaToken(tokenOf(0), createKeyring(newTokenKeys()), RECEIVED_AT)).toBeNull();
    // The keys of tracking links are also at the edge.
    const edge = { ...newTokenKeys(), track: secret.operator };
    expect(readMediaToken(tokenOf(0), createKeyring(edge), RECEIVED_AT)).toBeNull();
  });

  test('is not made for a message without a Twilio SID', () => {
    for (const prefix of ['QA', 'QT', 'QS']) expect(tokenOf(0, keyring, `${prefix}${'a'.repeat(32)}`)).toBe('');
  });
});

test('a link has only the product’s own address and the token; without a link the text has a placeholder', async () => {
  const links = mediaLinks('https://relay.example', async () => keyring);
  expect(await links({ messageSid: SID, receivedAt: RECEIVED_AT }, 2)).toBe(
    `https://relay.example/api/media/${tokenOf(2)}`,
  );
  expect(await links({ messageSid: `QT${'a'.repeat(32)}`, receivedAt: RECEIVED_AT }, 0)).toBe('[picture]');
});

test('a picture’s link names it by its place among Twilio’s SIDs, which is not that of the webhook', async () => {
  const links = mediaLinks('https://relay.example', async () => keyring);
  const media = [`ME${'b'.repeat(32)}`, `ME${'a'.repeat(32)}`].map((sid) => ({
    url: `https://api.twilio.com/Media/${sid}`,
  }));
  const message = { messageSid: SID, receivedAt: RECEIVED_AT, media };
  expect(await links(message, 0)).toBe(`https://relay.example/api/media/${tokenOf(1)}`);
  expect(await links(message, 1)).toBe(`https://relay.example/api/media/${tokenOf(0)}`);
});

test('the words of a text have a link where Twilio keeps them', async () => {
  const link = wordsLinks('https://relay.example', async () => keyring);
  expect(await link({ messageSid: SID, receivedAt: RECEIVED_AT })).toBe(
    `https://relay.example/api/media/${tokenOf(WORDS)}`,
  );
  expect(await link({ messageSid: `QC${'1'.repeat(32)}`, receivedAt: RECEIVED_AT })).toBeNull();
});

test('a carrier’s public picture is linked directly, and never without encryption', async () => {
  const link = mediaLinks('https://qdn.example', () => Promise.reject(new Error('needs no key')));
  const message = (url: string) => ({ messageSid: `QC${'1'.repeat(32)}`, receivedAt: 0, media: [{ url }] });
  expect(await link(message('https://media.example/1.jpg'), 0)).toBe('https://media.example/1.jpg');
  expect(await link(message('http://media.example/1.jpg'), 0)).toBe('[picture]');
  expect(await link(message('https://media.example/1.jpg'), 1)).toBe('[picture]');
});
