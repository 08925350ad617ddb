import { beforeEach, expect, test } from '@jest/globals';
import { ProductError } from '@qdn/domain';
import { apiEvent, lambdaContext, recordingLogger } from '@qdn/lambda/testing';
import twilio from 'twilio/lib/webhooks/webhooks.js';
import { type RecordDeliveryDependencies, recordDelivery } from './handler.ts';

const PUBLIC_URL = 'https://relay.example';
const TOKEN = '12345678901234567890123456789012';
const INBOUND = `SM${'a'.repeat(32)}`;
const OUTBOUND = `SM${'c'.repeat(32)}`;
type Recorded = Parameters<RecordDeliveryDependencies['relay']['recordDelivery']>;
let recorded: Recorded[];
let fails: boolean;
beforeEach(() => {
  recorded = [];
  fails = false;
});

const receipt = async (effect: string, changes: Record<string, string> = {}, signature?: string) => {
  const form = {
    MessageSid: OUTBOUND,
    AccountSid: `AC${'b'.repeat(32)}`,
    MessageStatus: 'delivered',
    From: '+15125550142',
    To: '+15125550171',
    ...changes,
  };
  const path = `/api/messages/${effect}/status`;
  const handler = recordDelivery({
    relay: {
      recordDelivery: async (...call) => {
        if (fails) throw new ProductError('unavailable', 'The relay store is away.');
        recorded.push(call);
      },
    },
    authTokens: async () => [TOKEN],
    publicUrl: PUBLIC_URL,
    now: () => 1000,
    log: recordingLogger(),
  });
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': signature ?? twilio.getExpectedTwilioSignature(TOKEN, `${PUBLIC_URL}${path}`, form),
  };
  const event = apiEvent({
    method: 'POST',
    path,
    pathParameters: { effect_id: effect },
    headers,
    body: new URLSearchParams(form).toString(),
  });
  return (await handler(event, lambdaContext)).statusCode;
};
const effectId = `QDN-1042~${INBOUND}~dana`;
const effect = { scope: 'QDN-1042', messageSid: INBOUND, recipient: 'dana' };

test('a receipt is recorded for the effect that its URL names', async () => {
  expect(await receipt(effectId)).toBe(204);
  expect(recorded).toEqual([[effect, { carrierSid: OUTBOUND, delivery: 'delivered', errorCode: null }, 1000]]);
});

test('a failure keeps its code', async () => {
  await receipt(effectId, { MessageStatus: 'undelivered', ErrorCode: '30003' });
  expect(recorded).toMatchObject([[effect, { delivery: 'undelivered', errorCode: 30003 }, 1000]]);
});

test('a status on the way there still proves that the carrier has the text', async () => {
  await receipt(effectId, { MessageStatus: 'queued' });
  expect(recorded).toMatchObject([[effect, { delivery: null }, 1000]]);
});

test.each(['accepted', 'queued', 'sending', 'partially_delivered'])('%s is no last word', async (MessageStatus) => {
  expect(await receipt(effectId, { MessageStatus, ErrorCode: '' })).toBe(204);
  expect(recorded).toMatchObject([[effect, { delivery: null, errorCode: null }, 1000]]);
});

test('what was read was delivered', async () => {
  await receipt(effectId, { MessageStatus: 'read' });
  expect(recorded).toMatchObject([[effect, { delivery: 'delivered' }, 1000]]);
});

test('a receipt that cannot be written down is answered so that Twilio may repeat it', async () => {
  fails = true;
  expect(await receipt(effectId)).toBe(503);
});

test('a receipt of something else is accepted, so that Twilio does not repeat it, and changes nothing', async () => {
  expect(await receipt('something-else')).toBe(204);
  expect(recorded).toEqual([]);
});

test('a receipt that Twilio did not sign is refused', async () => {
  expect(await receipt(effectId, {}, 'AAAA')).toBe(403);
  expect(recorded).toEqual([]);
});
