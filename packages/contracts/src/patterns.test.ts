import { expect, test } from '@jest/globals';
import { looksLikeToken, MAX_TOKEN_LENGTH } from './patterns.ts';

const token = 'e30.eyJleHAiOjE3NzI2NDAwMDB9.c2ln';

test('a token is three parts in base64url', () => {
  expect(looksLikeToken(token)).toBe(true);
  for (const text of ['', 'QDN-1042', 'a.b', 'a..c', 'a.b.', 'a.b.c.d', 'a/b.c.d', '../x.y.z', ' a.b.c', 'a.b.c\n']) {
    expect([text, looksLikeToken(text)]).toEqual([text, false]);
  }
});

test('a token has at most the maximum length', () => {
  expect(looksLikeToken(`a.b.${'c'.repeat(MAX_TOKEN_LENGTH - 4)}`)).toBe(true);
  expect(looksLikeToken(`a.b.${'c'.repeat(MAX_TOKEN_LENGTH - 3)}`)).toBe(false);
  expect(looksLikeToken(`${'a'.repeat(5000)}.b.c`)).toBe(false);
});
