import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Wire } from '@qdn/contracts';
import { validate as isUnverifiedMessage } from '@qdn/contracts/validators/unverifiedMessage';
import { ProductError } from '@qdn/domain';
import { apiEvent, type EventParts, lambdaContext, recordingLogger } from '@qdn/lambda/testing';
import { receiveFallback } from './handler.ts';

const path = '/api/fallback/jobs/inbound/messages';
const SIGNATURE = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';
const body = new URLSearchParams({
  AccountSid: `AC${'b'.repeat(32)}`,
  MessageSid: `SM${'a'.repeat(32)}`,
  Body: 'Running late 🚚',
  From: '+15125550111',
}).toString();

let sent: Wire<'unverifiedMessage'>[];
let failure: Error | null;
let log: ReturnType<typeof recordingLogger>;
beforeEach(() => {
  sent = [];
  failure = null;
  log = recordingLogger();
});

const call = (parts: EventParts = {}) =>
  receiveFallback({
    queue: {
      send: async (message) => {
        if (failure) throw failure;
        sent.push(message);
      },
    },
    now: () => Date.UTC(2026, 10, 23, 15),
    log,
  })(
    apiEvent({
      method: 'POST',
      path,
      pathParameters: { job_id: 'inbound' },
      rawQuery: 'a=%20',
      headers: { 'X-Twilio-Signature': SIGNATURE, 'User-Agent': 'TwilioProxy/1.1', 'I-Twilio-Idempotency-Token': 'b3' },
      body,
      ...parts,
    }),
    lambdaContext,
  );

describe('Twilio’s fallback', () => {
  test('is answered with empty TwiML once the queue holds the unchanged request', async () => {
    expect(await call()).toMatchObject({
      statusCode: 200,
      headers: { 'Content-Type': 'text/xml' },
      body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
    });
    expect(sent).toEqual([
      {
        schema: 1,
        kind: 'unverified-message',
        signature: SIGNATURE,
        job: 'inbound',
        path,
        query: 'a=%20',
        body64: Buffer.from(body).toString('base64'),
        userAgent: 'TwilioProxy/1.1',
        idempotencyToken: 'b3',
        receivedAt: '2026-11-23T15:00:00.000Z',
      },
    ]);
    expect(isUnverifiedMessage(sent[0])).toBe(true);
  });

  test('may arrive base64-encoded, and without optional headers', async () => {
    const encoded = Buffer.from(body).toString('base64');
    await call({ body: encoded, base64: true, headers: { 'X-Twilio-Signature': SIGNATURE } });
    expect(sent).toMatchObject([{ body64: encoded, userAgent: null, idempotencyToken: null }]);
  });

  test.each([
    ['the queue is unavailable', new ProductError('unavailable', 'The queue is away.', { retryAfterS: 5 })],
    ['our code fails', new TypeError('undefined is no function')],
  ])('is answered 503 while %s', async (_, error) => {
    failure = error;
    expect(await call()).toMatchObject({ statusCode: 503, headers: { 'Retry-After': '5' } });
  });

  test.each([
    ['no signature', { headers: {} }],
    ['a signature that cannot be an HMAC-SHA1', { headers: { 'X-Twilio-Signature': 'AAAA' } }],
    ['no account', { body: 'Body=hello' }],
    ['no body', { body: '' }],
  ])('a request with %s cannot be Twilio’s, and does not reach the queue', async (_, parts) => {
    expect(await call(parts)).toMatchObject({ statusCode: 403 });
    expect(sent).toEqual([]);
  });

  test('refuses more than 64 KB', async () => {
    expect(await call({ body: `${body}&x=${'x'.repeat(66_000)}` })).toMatchObject({ statusCode: 413 });
    expect(sent).toEqual([]);
  });

  test('is logged without a number or a word', async () => {
    await call();
    expect(log.lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 'warn', correlationId: 'request-1' }]);
    expect(log.lines.join()).not.toMatch(/5550111|Running/);
  });

  test('has a preflight, like every endpoint', async () => {
    expect(await call({ method: 'OPTIONS' })).toMatchObject({ statusCode: 204 });
  });

  test('for a call answers everyone with a busy line, and needs nothing', async () => {
    const path = '/api/fallback/calls';
    const answer = await call({ path, pathParameters: {}, body: '', headers: {} });
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'Content-Type': 'text/xml' } });
    expect(answer.body).toContain('<Reject reason="busy"/>');
    expect(sent).toEqual([]);
  });
});
