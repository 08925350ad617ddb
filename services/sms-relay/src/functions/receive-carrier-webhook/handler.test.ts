import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CarrierWebhook } from '@qdn/carrier-adapter/webhook';
import type { Wire } from '@qdn/contracts';
import { ProductError } from '@qdn/domain';
import { apiEvent, lambdaContext, recordingLogger } from '@qdn/lambda/testing';
import { receiveCarrierWebhook } from './handler.ts';

const SID = `QC${'a'.repeat(32)}`;
const receipt = (outboundMessageId: string): Wire<'deliveryReceipt'> => ({
  schema: 1,
  kind: 'receipt',
  outboundMessageId,
  carrier: 'pigeon',
  carrierSid: 'ring-7',
  status: 'delivered',
  errorCode: null,
  errorClass: null,
  receivedAt: '2026-11-23T15:00:00.000Z',
});
/** A carrier whose signature is one word, and whose body is the ID of an outbound message. */
const pigeon: CarrierWebhook = {
  isAuthentic: async ({ headers }) => headers['x-ring'] === 'ours',
  read: ({ rawBody }) => (rawBody === 'nothing' ? null : receipt(rawBody)),
};
let sent: unknown[];
let failure: Error | null;
let log: ReturnType<typeof recordingLogger>;
beforeEach(() => {
  sent = [];
  failure = null;
  log = recordingLogger();
});
const call = (body: string, { carrier = 'pigeon', ring = 'ours', webhook = pigeon } = {}) =>
  receiveCarrierWebhook({
    queue: {
      send: async (record) => {
        if (failure) throw failure;
        sent.push(record);
      },
    },
    webhookOf: (name) =>
      name === 'pigeon'
        ? { webhook, keys: { publicKeys: [], readSecrets: () => Promise.reject(new Error('has no secret')) } }
        : null,
    now: () => Date.UTC(2026, 10, 23, 15),
    log,
  })(
    apiEvent({
      method: 'POST',
      path: `/api/carriers/${carrier}/webhook`,
      pathParameters: { carrier },
      headers: { 'x-ring': ring, 'content-type': 'application/json' },
      body,
    }),
    lambdaContext,
  );

describe('a webhook of a carrier', () => {
  test('goes into the queue as the adapter reads it', async () => {
    expect(await call(`QDN-1042~${SID}~dana`)).toMatchObject({ statusCode: 204 });
    expect(sent).toEqual([receipt(`QDN-1042~${SID}~dana`)]);
  });

  test.each([
    ['another signature', { ring: 'theirs' }],
    ['a carrier that the company does not have', { carrier: 'owl' }],
  ])('is refused for %s', async (_, changes) => {
    expect(await call(`QDN-1042~${SID}~dana`, changes)).toMatchObject({ statusCode: 403 });
    expect(sent).toEqual([]);
  });

  test.each([
    ['has nothing for the relay', 'nothing', 'WEBHOOK_IGNORED'],
    ['is about a text of another program', 'theirs', 'RECEIPT_UNMATCHED'],
  ])('that %s is answered, and logged', async (_, body, code) => {
    expect(await call(body)).toMatchObject({ statusCode: 204 });
    expect(sent).toEqual([]);
    expect(log.lines.join()).toContain(code);
  });

  test('is answered so that the carrier repeats it when SQS fails or the secrets cannot be read', async () => {
    failure = new ProductError('unavailable', 'SQS does not answer');
    expect(await call(`QDN-1042~${SID}~dana`)).toMatchObject({ statusCode: 503 });
    const webhook = { ...pigeon, isAuthentic: () => Promise.reject(new Error('no secrets')) };
    expect(await call(`QDN-1042~${SID}~dana`, { webhook })).toMatchObject({ statusCode: 503 });
  });
});
