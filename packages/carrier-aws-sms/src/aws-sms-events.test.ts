import { describe, expect, test } from '@jest/globals';
import { validate as isAwsSmsEvent } from '@qdn/contracts/validators/awsSmsEvent';
import { validate as isAwsSmsInbound } from '@qdn/contracts/validators/awsSmsInbound';
import { validate as isDeliveryReceipt } from '@qdn/contracts/validators/deliveryReceipt';
import { validate as isInboundMessage } from '@qdn/contracts/validators/inboundMessage';
import { validate as isRelayRecord } from '@qdn/contracts/validators/relayRecord';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { messageFromAws, receiptFromAws, recordFromAws } from './aws-sms-events.ts';

const SENT_AT = Date.UTC(2026, 10, 23, 15);
/** As in AWS's documentation. */
const event = {
  eventType: 'TEXT_DELIVERED',
  eventVersion: '1.0',
  eventTimestamp: 1686975103470,
  isFinal: true,
  originationPhoneNumber: '+12065550152',
  destinationPhoneNumber: '+14255550156',
  isInternationalSend: false,
  mcc: '310',
  mnc: '800',
  messageId: '862a8790-60c0-4430-9b2b-658bdexample',
  messageRequestTimestamp: 1686975103170,
  messageEncoding: 'GSM',
  messageType: 'TRANSACTIONAL',
  messageStatus: 'DELIVERED',
  messageStatusDescription: 'Message has been accepted by phone carrier',
  context: { message: 'QDN-1042~SM1~dana' },
  totalMessageParts: 1,
  totalMessagePrice: 0.09582,
  totalCarrierFee: 0.0,
};
const inbound = {
  originationNumber: '+14255550182',
  destinationNumber: '+12125550101',
  messageKeyword: 'JOIN',
  messageBody: 'EXAMPLE',
  inboundMessageId: 'cae173d2-66b9-564c-8309-21f858e9fb84',
  previousPublishedMessageId: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
/** Through the queue and the worker's validation. */
const received = (record: unknown) => {
  const copy: unknown = JSON.parse(JSON.stringify(record));
  if (!isRelayRecord(copy) || 'kind' in copy) throw new Error('refused');
  return recordFromAws(copy, SENT_AT);
};

describe('a delivery event of AWS', () => {
  test('is a receipt for the outbound message that the text’s context names', () => {
    const receipt = received(event);
    expect(receipt).toEqual({
      schema: 1,
      kind: 'receipt',
      outboundMessageId: 'QDN-1042~SM1~dana',
      carrier: 'aws',
      carrierSid: event.messageId,
      status: 'delivered',
      errorCode: null,
      errorClass: null,
      receivedAt: '2026-11-23T15:00:00.000Z',
    });
    expect(isDeliveryReceipt(receipt)).toBe(true);
  });

  test.each([
    ['TEXT_QUEUED', false, 'accepted', null],
    ['TEXT_PENDING', false, 'accepted', null],
    ['TEXT_SENT', false, 'sent', null],
    ['TEXT_SUCCESSFUL', false, 'sent', null],
    ['TEXT_SUCCESSFUL', true, 'delivered', null],
    ['TEXT_DELIVERED', true, 'delivered', null],
    ['TEXT_INVALID', true, 'failed', 'unreachable'],
    ['TEXT_INVALID_MESSAGE', true, 'failed', 'setup'],
    ['TEXT_PROTECT_BLOCKED', true, 'failed', 'setup'],
    ['TEXT_TTL_EXPIRED', true, 'failed', 'elsewhere'],
    ['TEXT_SPAM', true, 'undelivered', 'setup'],
    ['TEXT_CARRIER_BLOCKED', true, 'undelivered', 'setup'],
    ['TEXT_BLOCKED', true, 'undelivered', 'unreachable'],
    ['TEXT_UNREACHABLE', true, 'undelivered', 'elsewhere'],
    ['TEXT_CARRIER_UNREACHABLE', true, 'undelivered', 'elsewhere'],
    ['TEXT_CARRIER_UNREACHABLE', undefined, 'undelivered', 'elsewhere'],
    ['TEXT_CARRIER_UNREACHABLE', false, 'accepted', null],
    // AWS reports after 72 h that it does not know. That is not a failure, so nothing is sent again.
    ['TEXT_UNKNOWN', true, 'accepted', null],
    ['TEXT_OF_TOMORROW', true, 'accepted', null],
  ])('%s, final: %s, is %s', (eventType, isFinal, status, errorClass) => {
    const errorCode = errorClass === null ? null : eventType;
    expect(received({ ...event, eventType, isFinal })).toMatchObject({ status, errorClass, errorCode });
  });

  test.each([
    ['no context', { context: undefined }],
    ['another context', { context: { account: 'bar' } }],
    ['an empty name', { context: { message: '' } }],
    ['a name that is none', { context: { message: 'x'.repeat(121) } }],
  ])('ignores the event of another sender’s text, with %s', (_, changes) => {
    expect(received({ ...event, ...changes })).toBeNull();
  });
});

describe('a text to the second number', () => {
  test('is a message as any other', () => {
    const message = received(inbound);
    expect(message).toEqual({
      schema: 1,
      kind: 'message',
      via: 'aws',
      messageSid: 'QAcae173d266b9564c830921f858e9fb84',
      pathJob: null,
      receivedAt: '2026-11-23T15:00:00.000Z',
      from: '+14255550182',
      to: '+12125550101',
      body: 'EXAMPLE',
      optOutType: null,
      media: [],
      parameters: inbound,
    });
    expect(isInboundMessage(message)).toBe(true);
  });

  test('is the same message each time it is handed out, whatever AWS names it by', () => {
    const named = (inboundMessageId: string) => messageFromAws({ ...inbound, inboundMessageId }, SENT_AT).messageSid;
    expect(named(inbound.inboundMessageId.toUpperCase())).toBe('QAcae173d266b9564c830921f858e9fb84');
    expect(named('not-a-uuid')).toBe(named('not-a-uuid'));
    expect(named('not-a-uuid')).not.toBe(named('another'));
    expect(named('not-a-uuid')).toMatch(/^QA[0-9a-f]{32}$/);
  });
});

describe('the queue takes', () => {
  const unknownFields = fc.dictionary(
    fc.string().filter((name) => !(name in event) && !(name in inbound) && name !== 'kind' && name !== '__proto__'),
    fc.jsonValue(),
  );
  test('fields that AWS has not announced', () => {
    fc.assert(
      fc.property(unknownFields, (more) => {
        expect(received({ ...more, ...event })).toMatchObject({ kind: 'receipt', status: 'delivered' });
        expect(received({ ...more, ...inbound })).toMatchObject({ kind: 'message', body: 'EXAMPLE' });
      }),
    );
  });

  /** An event or a text in which some fields are anything. */
  const hostile = fc.oneof(
    fc.jsonValue(),
    ...[event, inbound].map((whole) =>
      fc
        .dictionary(fc.constantFrom(...Object.keys(whole)), fc.oneof(fc.jsonValue(), fc.constant('TEXT_SENT')))
        .map((changes): unknown => ({ ...whole, ...changes })),
    ),
  );
  test('nothing that would be no record after it is translated', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 4e12 }), (value, sentAt) => {
        if (isAwsSmsEvent(value)) {
          const receipt = receiptFromAws(value, sentAt);
          expect(receipt === null || isDeliveryReceipt(receipt)).toBe(true);
        }
        if (isAwsSmsInbound(value)) expect(isInboundMessage(messageFromAws(value, sentAt))).toBe(true);
      }),
      { numRuns: runs(500) },
    );
  });

  test.each([
    ['a voice event', { ...event, eventType: 'VOICE_COMPLETED' }],
    ['an event without an ID', { ...event, messageId: '' }],
    ['an event whose context is none', { ...event, context: 'QDN-1042' }],
    ['an event whose outbound message is no text', { ...event, context: { message: 7 } }],
    ['a text from nobody', { ...inbound, originationNumber: '' }],
    ['a text without words', { ...inbound, messageBody: null }],
    ['a book', { ...inbound, messageBody: 'x'.repeat(16_001) }],
    ['SNS’s own envelope', { Type: 'Notification', Message: JSON.stringify(event) }],
  ])('not %s', (_, value) => {
    expect(isRelayRecord(value)).toBe(false);
  });
});
