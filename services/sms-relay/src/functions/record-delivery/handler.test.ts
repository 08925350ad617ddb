import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Wire } from '@qdn/contracts';
import { validate as isRelayRecord } from '@qdn/contracts/validators/relayRecord';
import { ProductError } from '@qdn/domain';
import { apiEvent, lambdaContext, recordingLogger } from '@qdn/lambda/testing';
import twilio from 'twilio/lib/webhooks/webhooks.js';
import { recordDelivery } from './handler.ts';

const PUBLIC_URL = 'https://relay.example';
const TOKEN = '12345678901234567890123456789012';
const INBOUND = `SM${'a'.repeat(32)}`;
const OUTBOUND = `SM${'c'.repeat(32)}`;
let sent: Wire<'deliveryReceipt'>[];
let failure: Error | null;
let log: ReturnType<typeof recordingLogger>;
beforeEach(() => {
  sent = [];
  failure = null;
  log = recordingLogger();
});

const handler = () =>
  recordDelivery({
    queue: {
      send: async (receipt) => {
        if (failure) throw failure;
        sent.push(receipt);
      },
    },
    authTokens: async () => [TOKEN],
    publicUrl: PUBLIC_URL,
    now: () => Date.UTC(2026, 10, 23, 15),
    log,
  });

const receipt = async (outbound: string, changes: Record<string, string | undefined> = {}, signature?: string) => {
  const fields = {
    MessageSid: OUTBOUND,
    AccountSid: `AC${'b'.repeat(32)}`,
    MessageStatus: 'delivered',
    From: '+15125550142',
    To: '+15125550171',
    ...changes,
  };
  const form = Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined),
  );
  const path = `/api/messages/${outbound}/status`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': signature ?? twilio.getExpectedTwilioSignature(TOKEN, `${PUBLIC_URL}${path}`, form),
  };
  const event = apiEvent({
    method: 'POST',
    path,
    pathParameters: { message_id: outbound },
    headers,
    body: new URLSearchParams(form).toString(),
  });
  return handler()(event, lambdaContext);
};
const outboundMessageId = `QDN-1042~${INBOUND}~dana`;

describe('a receipt', () => {
  test('is put into the queue for the outbound message in its URL', async () => {
    expect(await receipt(outboundMessageId)).toMatchObject({ statusCode: 204, body: '' });
    expect(sent).toEqual([
      {
        schema: 1,
        kind: 'receipt',
        outboundMessageId,
        carrier: 'twilio',
        carrierSid: OUTBOUND,
        status: 'delivered',
        errorCode: null,
        errorClass: null,
        receivedAt: '2026-11-23T15:00:00.000Z',
      },
    ]);
    expect(isRelayRecord(sent[0])).toBe(true);
  });

  test('of a failure keeps its code', async () => {
    await receipt(outboundMessageId, { MessageStatus: 'undelivered', ErrorCode: '30003' });
    expect(sent).toMatchObject([{ status: 'undelivered', errorCode: 30003, errorClass: 'elsewhere' }]);
  });

  test.each([
    ['accepted', 'accepted'],
    ['scheduled', 'accepted'],
    ['queued', 'accepted'],
    ['sending', 'accepted'],
    ['receiving', 'accepted'],
    ['received', 'accepted'],
    ['sent', 'sent'],
    ['partially_delivered', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'delivered'],
    ['undelivered', 'undelivered'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
    ['a-word-that-is-new', 'accepted'],
  ])('that says %s means %s', async (MessageStatus, status) => {
    expect(await receipt(outboundMessageId, { MessageStatus, ErrorCode: '' })).toMatchObject({ statusCode: 204 });
    expect(sent).toMatchObject([{ status, errorCode: null }]);
  });

  test('for an unknown outbound message is accepted with a warning, so that Twilio does not repeat it', async () => {
    expect(await receipt('something-else')).toMatchObject({ statusCode: 204 });
    expect(sent).toEqual([]);
    expect(log.lines).toHaveLength(1);
    expect(JSON.parse(log.lines[0] ?? '')).toMatchObject({ level: 'warn', carrierSid: OUTBOUND });
  });

  test.each([
    ['no status', { MessageStatus: undefined }, '/ MessageStatus'],
    ['an invalid SID', { MessageSid: 'SM1' }, '/MessageSid pattern'],
  ])('with %s is accepted too, and the warning names the place', async (_, changes, places) => {
    expect(await receipt(outboundMessageId, changes)).toMatchObject({ statusCode: 204 });
    expect(sent).toEqual([]);
    expect(JSON.parse(log.lines[0] ?? '')).toMatchObject({ level: 'warn', places });
  });

  test('that Twilio did not sign is refused', async () => {
    expect(await receipt(outboundMessageId, {}, 'AAAA')).toMatchObject({ statusCode: 403 });
    expect(sent).toEqual([]);
  });

  test.each([
    ['the queue is unavailable', new ProductError('unavailable', 'The queue is away.', { retryAfterS: 5 })],
    ['our code fails', new TypeError('undefined is no function')],
  ])('is answered 503, so that Twilio may repeat it, while %s', async (_, error) => {
    failure = error;
    expect(await receipt(outboundMessageId)).toMatchObject({ statusCode: 503, headers: { 'Retry-After': '5' } });
  });

  test('has a preflight, like every endpoint', async () => {
    const event = apiEvent({ method: 'OPTIONS', path: `/api/messages/${outboundMessageId}/status` });
    expect(await handler()(event, lambdaContext)).toMatchObject({ statusCode: 204 });
  });
});
