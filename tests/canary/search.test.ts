import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Canary, judge, search } from './search.ts';

const number: Canary = { what: 'a number', kind: 'number', value: '+15125557361' };
const words: Canary = { what: 'words', kind: 'words', value: 'the marmalade giraffe’s gate' };
const token: Canary = {
  what: 'a token',
  kind: 'token',
  value: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJRRE4tMTA0MiJ9.c2lnbmVkLWJ5LXVz',
};
const secret: Canary = { what: 'a secret', kind: 'secret', value: '0123456789abcdef0123456789abcdef' };
const all = [number, words, token, secret];

const found = (content: string) => [...new Set(search([{ name: 'a log', content }], all).map(({ what }) => what))];
const sha256 = (text: string) => createHash('sha256').update(text).digest();

describe('finds a planted canary', () => {
  test.each<[string, string, string]>([
    ['as it is', `{"from":"${number.value}"}`, 'a number'],
    ['as people write it', 'call (512) 555-7361', 'a number'],
    ['without its plus', 'from=15125557361', 'a number'],
    ['in an address', `?From=${encodeURIComponent(number.value)}`, 'a number'],
    ['in a form', new URLSearchParams({ Body: words.value }).toString(), 'words'],
    ['in JSON within JSON', JSON.stringify({ body: JSON.stringify({ text: words.value }) }), 'words'],
    ['shouted', words.value.toUpperCase(), 'words'],
    ['in hex', `key ${Buffer.from(secret.value).toString('hex')}`, 'a secret'],
    [
      'as a hash of which the beginning is shown',
      `phone:${sha256(number.value).toString('hex').slice(0, 12)}…`,
      'a number',
    ],
    ['as a hash in base64url', sha256(secret.value).toString('base64url'), 'a secret'],
    ['by its signature alone', 'refused …c2lnbmVkLWJ5LXVz', 'a token'],
    ['by its claims alone', 'claims eyJzdWIiOiJRRE4tMTA0MiJ9', 'a token'],
    ['as the password of Basic authentication', Buffer.from(`T1:${token.value}`).toString('base64'), 'a token'],
  ])('%s', (_, content, what) => {
    expect(found(content)).toEqual([what]);
  });

  test('in base64 and base64url, with any text before and after it', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.constantFrom('base64' as const, 'base64url' as const),
        (before, after, form) => {
          const content = Buffer.from(before + words.value + after).toString(form);
          expect(found(content)).toContain('words');
        },
      ),
    );
  });
});

test('ignores a masked value, and another person’s value', () => {
  expect(found('from ••••61 to +15125550171; eyJhbGciOiJIUzI1NiJ9; the giraffe; 0123456789')).toEqual([]);
});

test('reports findings without an exception, and exceptions without a finding', () => {
  const allowed = [
    { what: /number/, where: /^s3 /, why: 'the log of messages' },
    { what: /words/, where: /^s3 /, why: 'never seen' },
  ];
  const findings = search(
    [
      { name: 's3 messages/1', content: number.value },
      { name: 'log job-api', content: `${number.value} ` },
    ],
    [number],
  );
  const { forbidden, unused } = judge(findings, allowed);
  expect(new Set(forbidden.map(({ place }) => place))).toEqual(new Set(['log job-api']));
  expect(unused).toEqual(['never seen']);
});
