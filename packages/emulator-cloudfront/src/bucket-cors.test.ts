import { expect, test } from '@jest/globals';
import { answerPreflight } from './bucket-cors.ts';
import type { CorsRule } from './distribution.ts';

const rules: CorsRule[] = [
  { origins: ['https://*.example.com'], methods: ['GET'], headers: ['range', 'x-*'], maxAgeS: 60 },
  { origins: ['*'], methods: ['HEAD'], headers: [], maxAgeS: null },
];
const asking = (origin: string, method: string, headers?: string) =>
  answerPreflight(rules, {
    origin,
    'access-control-request-method': method,
    ...(headers === undefined ? {} : { 'access-control-request-headers': headers }),
  });

test('answers a preflight by the first rule that allows all of it', () => {
  expect(asking('https://www.example.com', 'GET', 'Range, X-A')).toMatchObject({
    status: 200,
    headers: {
      'access-control-allow-origin': 'https://www.example.com',
      'access-control-allow-headers': 'range, x-a',
      'access-control-max-age': '60',
    },
  });
  expect(asking('https://other.test', 'HEAD').headers).toMatchObject({ 'access-control-allow-origin': '*' });
});

test.each([
  ['of another origin', asking('https://example.com', 'GET', 'range')],
  ['for another method', asking('https://www.example.com', 'PUT')],
  ['for another header', asking('https://www.example.com', 'GET', 'range, authorization')],
  [
    'where there are no rules',
    answerPreflight([], { origin: 'https://a.test', 'access-control-request-method': 'GET' }),
  ],
])('refuses a preflight %s', (_, answer) => {
  expect(answer).toMatchObject({ status: 403, headers: {} });
});

test('answers 400 to a request without the headers of a preflight', () => {
  expect(answerPreflight(rules, {}).status).toBe(400);
});
