import { expect, test } from '@jest/globals';
import { receiptFromTwilio } from './webhook-receipt.ts';

const SID = `SM${'c'.repeat(32)}`;
const ACCOUNT = `AC${'b'.repeat(32)}`;
const AT = '2026-11-23T15:00:00.000Z';
const read = (form: Record<string, string>) =>
  receiptFromTwilio(
    new URLSearchParams({ AccountSid: ACCOUNT, MessageSid: SID, ...form }).toString(),
    'QDN-1042~SM1~dana',
    AT,
  );

test('a receipt names our outbound message, and a failure its class', () => {
  expect(read({ MessageStatus: 'undelivered', ErrorCode: '30005' })).toEqual({
    status: 'undelivered',
    receipt: {
      schema: 1,
      kind: 'receipt',
      outboundMessageId: 'QDN-1042~SM1~dana',
      carrier: 'twilio',
      carrierSid: SID,
      status: 'undelivered',
      errorCode: 30005,
      errorClass: 'unreachable',
      receivedAt: AT,
    },
  });
});

test('a form without a status is not a receipt', () => {
  expect(read({})).toEqual({ receipt: null, places: expect.stringContaining('MessageStatus') });
});
