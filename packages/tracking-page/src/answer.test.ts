import { describe, expect, test } from '@jest/globals';
import { readAnswer } from './answer.ts';
import { answerIn, NOW } from './testing/answers.ts';

const base64url = (text: string) => btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const token = (claims: unknown) => `e30.${base64url(JSON.stringify(claims))}.c2ln`;
const valid = token({ exp: NOW / 1000 + 3600 });
const expired = token({ exp: NOW / 1000 - 1 });
const date = new Date(NOW).toUTCString();

const refusal = (status: number, code: string, headers: Record<string, string> = { date }) =>
  new Response(JSON.stringify({ type: `urn:qdn:problem:${code}`, title: '', status }), { status, headers });

describe('reading what the server said', () => {
  test('a good answer comes with the time it lay in the cache', async () => {
    const response = Response.json(answerIn('on-the-way'), { headers: { age: '7' } });
    expect(await readAnswer(response, valid)).toMatchObject({
      kind: 'tracking',
      ageS: 7,
      tracking: { serverTime: NOW },
    });
  });

  test('without an Age it is fresh', async () => {
    expect(await readAnswer(Response.json(answerIn('on-the-way')), valid)).toMatchObject({ ageS: 0 });
  });

  test.each([
    ['a page in place of JSON', new Response('<html>', { status: 200 })],
    ['JSON of another shape', Response.json({ hello: 'world' })],
    ['a broken server', new Response('', { status: 502 })],
    ['somebody else’s 403', new Response('blocked', { status: 403 })],
    ['API Gateway’s 404', Response.json({ message: 'Not Found' }, { status: 404 })],
  ])('%s is trouble that may pass', async (_, response) => {
    expect(await readAnswer(response, valid)).toEqual({ kind: 'trouble', retryAfterMs: 0 });
  });

  test('passes on how long the server wants to be left alone', async () => {
    const response = refusal(503, 'unavailable', { 'retry-after': '30' });
    expect(await readAnswer(response, valid)).toEqual({ kind: 'trouble', retryAfterMs: 30_000 });
  });

  test.each([
    ['revoked', refusal(401, 'link-revoked'), valid, 'revoked'],
    ['past its expiry by the server’s clock', refusal(401, 'unauthenticated'), expired, 'expired'],
    ['not accepted though not past its expiry', refusal(401, 'unauthenticated'), valid, 'unreadable'],
    ['refused without a date', refusal(401, 'unauthenticated', {}), expired, 'unreadable'],
    ['gone', new Response('', { status: 410 }), valid, 'expired'],
    ['of a job that is not its own', refusal(403, 'forbidden'), valid, 'unreadable'],
    ['of no job', refusal(404, 'job-not-found'), valid, 'unreadable'],
    ['no JWT at all', refusal(401, 'unauthenticated'), 'a.b.c', 'unreadable'],
  ] as const)('a link that is %s', async (_, response, link, problem) => {
    expect(await readAnswer(response, link)).toEqual({ kind: 'link', problem });
  });
});
