import { expect, test } from '@jest/globals';
import { validate as isRelayRecord } from '@qdn/contracts/validators/relayRecord';
import { ownRecord } from './queue-record.ts';

const SENT_AT = Date.UTC(2026, 10, 23, 15);
/** Passes a record through the queue and the worker's validation. */
const received = (record: unknown) => {
  const copy: unknown = JSON.parse(JSON.stringify(record));
  if (!isRelayRecord(copy)) throw new Error('refused');
  return ownRecord(copy, SENT_AT);
};

test('leaves its own records unchanged, also those made from AWS’s', () => {
  const followUp = {
    schema: 1,
    kind: 'follow-up',
    what: 'look-again',
    timelineId: 'QDN-1042',
    messageSid: `SM${'1'.repeat(32)}`,
    dueAt: '2026-11-23T15:00:00Z',
  };
  expect(received(followUp)).toEqual(followUp);
  const receipt = received({
    eventType: 'TEXT_DELIVERED',
    isFinal: true,
    messageId: '862a8790-60c0-4430-9b2b-658bdexample',
    context: { message: 'QDN-1042~SM1~dana' },
  });
  expect(receipt).toMatchObject({ kind: 'receipt', status: 'delivered', carrier: 'aws' });
  expect(received(receipt)).toEqual(receipt);
  const message = received({
    originationNumber: '+14255550182',
    destinationNumber: '+12125550101',
    messageBody: 'EXAMPLE',
    inboundMessageId: 'cae173d2-66b9-564c-8309-21f858e9fb84',
  });
  expect(message).toMatchObject({ kind: 'message', via: 'aws', body: 'EXAMPLE' });
  expect(received(message)).toEqual(message);
});
