import { beforeEach, describe, expect, test } from '@jest/globals';
import { ProductError } from '@qdn/domain';
import { createKeyring, type Keyring } from '@qdn/lambda';
import { apiEvent, lambdaContext, newTokenKeys, recordingLogger } from '@qdn/lambda/testing';
import { mediaToken, type Picture, WORDS } from '../../media-link.ts';
import { getMedia } from './handler.ts';

const SID = `MM${'a'.repeat(32)}`;
const NOW = Date.UTC(2026, 10, 23, 15);
const LOCATION = 'https://media.twiliocdn.com/AC/xyz?Expires=1&Signature=s';
const keyring = createKeyring(newTokenKeys());
const token = mediaToken({ messageSid: SID, index: 1 }, NOW, keyring) ?? '';

let located: Picture[];
let read: string[];
let words: string | null;
let locate: (picture: Picture) => Promise<string | null>;
let keys: (fresh: boolean) => Keyring;
let log: ReturnType<typeof recordingLogger>;
beforeEach(() => {
  located = [];
  read = [];
  words = 'The whole story';
  locate = async () => LOCATION;
  keys = () => keyring;
  log = recordingLogger();
});

const get = (path = token, method = 'GET', now = NOW) =>
  getMedia({
    keyring: async (fresh = false) => keys(fresh),
    locate: async (picture) => {
      located.push(picture);
      return locate(picture);
    },
    readWords: async ({ messageSid }) => {
      read.push(messageSid);
      return words;
    },
    now: () => now,
    log,
  })(apiEvent({ method, path: `/api/media/${path}`, pathParameters: { token: path } }), lambdaContext);

describe('the link to all the words of a text', () => {
  const wordsToken = mediaToken({ messageSid: SID, index: WORDS }, NOW, keyring) ?? '';

  test('shows them as a page that runs and loads nothing, which no cache keeps', async () => {
    words = '<script>alert(1)</script> "gate" & \u202e5522\u202c\nsecond line';
    const answer = await get(wordsToken);
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'Cache-Control': 'private, no-store',
        'Referrer-Policy': 'no-referrer',
        'X-Content-Type-Options': 'nosniff',
        'Content-Security-Policy': expect.stringMatching(/^default-src 'none'/),
      },
    });
    expect(answer.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &quot;gate&quot; &amp; 5522\nsecond line</p>');
    expect(answer.body).not.toContain('<script');
    expect([read, located]).toEqual([[SID], []]);
    expect(log.lines.join()).not.toContain('gate');
  });

  test('to a deleted text answers that it was deleted', async () => {
    words = null;
    expect((await get(wordsToken)).statusCode).toBe(404);
  });

  test('is not the link to a picture', async () => {
    await get();
    expect(read).toEqual([]);
  });
});

describe('a picture’s link', () => {
  test('redirects to Twilio’s temporary address, which no cache keeps', async () => {
    expect(await get()).toMatchObject({
      statusCode: 302,
      headers: { Location: LOCATION, 'Cache-Control': 'private, no-store', 'Referrer-Policy': 'no-referrer' },
      body: '',
    });
    expect(located).toEqual([{ messageSid: SID, index: 1 }]);
  });

  test('is valid under keys that were rotated a moment ago', async () => {
    keys = (fresh) => (fresh ? keyring : createKeyring(newTokenKeys()));
    expect(await get()).toMatchObject({ statusCode: 302 });
  });

  test.each([
    ['changed', `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, NOW],
    ['cut off', token.slice(0, 20), NOW],
    ['a month old', token, NOW + 32 * 86_400_000],
  ])('that is %s is refused without a request to Twilio', async (_, changed, now) => {
    const answer = await get(changed, 'GET', now);
    expect(answer).toMatchObject({ statusCode: 401, headers: { 'Content-Type': 'application/problem+json' } });
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ detail: expect.stringContaining('30 days') });
    expect(located).toEqual([]);
  });

  test('to a deleted picture answers that it was deleted', async () => {
    locate = async () => null;
    const answer = await get();
    expect(answer.statusCode).toBe(404);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ type: 'urn:qdn:problem:media-not-found' });
  });

  test('answers 503 while Twilio is down', async () => {
    locate = () => Promise.reject(new ProductError('unavailable', 'Twilio is away.', { retryAfterS: 5 }));
    expect(await get()).toMatchObject({ statusCode: 503, headers: { 'Retry-After': '5' } });
  });

  test('is in no log, nor is its target', async () => {
    await get();
    expect(log.lines.join()).toContain(SID);
    expect(log.lines.join()).not.toContain(token);
    expect(log.lines.join()).not.toContain('twiliocdn');
  });

  test('has a preflight, like every endpoint', async () => {
    expect(await get(token, 'OPTIONS')).toMatchObject({ statusCode: 204 });
  });
});
