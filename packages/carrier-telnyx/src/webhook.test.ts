import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { WebhookRequest } from '@qdn/carrier-adapter/webhook';
import { messageIdIn, webhookAddress } from '@qdn/carrier-adapter/webhook-address';
import { validate as isDeliveryReceipt } from '@qdn/contracts/validators/deliveryReceipt';
import { validate as isInboundMessage } from '@qdn/contracts/validators/inboundMessage';
import fc from 'fast-check';
import { isSignedByTelnyx, telnyxWebhook } from './webhook.ts';

/*
 * Made by OpenSSL 3.0, not by the code under test:
 *   openssl genpkey -algorithm ed25519 -out k.pem; openssl pkey -in k.pem -pubout -outform DER | tail -c 32 | base64
 *   openssl pkeyutl -sign -inkey k.pem -rawin -in message | base64
 */
const VECTOR = {
  publicKey: '9SJ/jykZWJbvmcrLfDHz4J2BnQtXJCzimi+xltsdwTQ=',
  timestamp: '1795446000',
  rawBody: '{"data":{"event_type":"message.received","payload":{"text":"Hello 😀"}}}',
  signature: 'pKYFm9yV8LAn032I19oIH7sjlCyhQFEDUyolS/nq8ub6JNo5mZLz7JZY/QsFPt5Zix/vtcC/kGEzuqwNfdfxDg==',
};
const NOW = Date.UTC(2026, 10, 23, 15);
const request = (changes: Partial<typeof VECTOR> = {}): WebhookRequest => {
  const { timestamp, rawBody, signature } = { ...VECTOR, ...changes };
  return { rawBody, headers: { 'telnyx-timestamp': timestamp, 'telnyx-signature-ed25519': signature } };
};
const isSigned = (changes: Partial<typeof VECTOR> = {}, now = NOW, keys = [VECTOR.publicKey]) =>
  isSignedByTelnyx(request(changes), keys, now);

/** A key pair of the test's own, and a signer. */
const keyPair = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const base64 = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
  const signed = (rawBody: string, seconds = NOW / 1000): WebhookRequest =>
    request({
      rawBody,
      timestamp: String(seconds),
      signature: sign(null, Buffer.from(`${seconds}|${rawBody}`), privateKey).toString('base64'),
    });
  return { publicKey: base64, signed };
};

describe('the signature', () => {
  test('of OpenSSL is accepted', () => {
    expect(isSigned()).toBe(true);
  });

  test.each<[string, Partial<typeof VECTOR>]>([
    ['another body', { rawBody: VECTOR.rawBody.replace('Hello', 'hello') }],
    ['a body with one more space', { rawBody: `${VECTOR.rawBody} ` }],
    ['another timestamp', { timestamp: '1795446001' }],
    ['a timestamp that is not a number', { timestamp: '1795446000 ' }],
    ['no timestamp', { timestamp: '' }],
    ['no signature', { signature: '' }],
    ['half a signature', { signature: VECTOR.signature.slice(0, 44) }],
    ['a signature that is not base64', { signature: '!'.repeat(88) }],
  ])('is refused with %s', (_, changes) => {
    expect(isSigned(changes)).toBe(false);
  });

  test('is refused with another key, and accepted with any of several', () => {
    const other = keyPair().publicKey;
    expect(isSigned({}, NOW, [other])).toBe(false);
    expect(isSigned({}, NOW, [])).toBe(false);
    expect(isSigned({}, NOW, ['not a key', other, VECTOR.publicKey])).toBe(true);
  });

  test.each([
    [-5 * 60_000, true],
    [5 * 60_000, true],
    [-5 * 60_000 - 1, false],
    [5 * 60_000 + 1, false],
    [86_400_000, false],
    [-86_400_000, false],
  ])('with a clock that differs by %i ms: %s', (differenceMs, isAccepted) => {
    expect(isSigned({}, NOW + differenceMs)).toBe(isAccepted);
  });

  test('is refused when any bit of the body is another', () => {
    const bytes = Buffer.from(VECTOR.rawBody, 'latin1');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 6 }), (at, bit) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8((changed[at] ?? 0) ^ (1 << bit), at);
        expect(isSigned({ rawBody: changed.toString('latin1') })).toBe(false);
      }),
    );
  });
});

describe('a webhook', () => {
  const keysOf = (...publicKeys: string[]) => ({
    publicKeys,
    readSecrets: () => Promise.reject(new Error('a webhook must not read a secret')),
  });

  test('is checked with the public keys of the settings, and reads no secret', async () => {
    const [one, two] = [keyPair(), keyPair()];
    const keys = keysOf(one.publicKey, two.publicKey);
    expect(await telnyxWebhook.isAuthentic(one.signed('{}'), keys, NOW)).toBe(true);
    expect(await telnyxWebhook.isAuthentic(two.signed('{}'), keys, NOW)).toBe(true);
    expect(await telnyxWebhook.isAuthentic(keyPair().signed('{}'), keys, NOW)).toBe(false);
    expect(await telnyxWebhook.isAuthentic(one.signed('{}'), keysOf(), NOW)).toBe(false);
  });

  test('without a signature is refused', async () => {
    expect(await telnyxWebhook.isAuthentic(request({ signature: '' }), keysOf(VECTOR.publicKey), NOW)).toBe(false);
  });
});

const RECEIVED_AT = '2026-11-23T15:00:00.000Z';
const ID = '40385f64-5717-4562-b3fc-2c963f66afa6';
const OUTBOUND = `QDN-1042~SM${'1'.repeat(32)}~dana`;
const read = (event_type: string, payload: object) =>
  telnyxWebhook.read(
    { rawBody: JSON.stringify({ data: { id: 'event-1', event_type, payload: { id: ID, ...payload } } }), headers: {} },
    RECEIVED_AT,
  );

describe('an event about a text', () => {
  const status = (name: string, errors: object[] = []) =>
    read(name === 'sent' ? 'message.sent' : 'message.finalized', {
      webhook_url: webhookAddress('https://qdn.example', 'telnyx', OUTBOUND),
      to: [{ phone_number: '+15125550171', status: name }],
      errors,
    });

  test('is a receipt for the message that its webhook address names', () => {
    const receipt = status('delivered');
    expect(receipt).toEqual({
      schema: 1,
      kind: 'receipt',
      outboundMessageId: OUTBOUND,
      carrier: 'telnyx',
      carrierSid: ID,
      status: 'delivered',
      errorCode: null,
      errorClass: null,
      receivedAt: RECEIVED_AT,
    });
    expect(isDeliveryReceipt(receipt)).toBe(true);
  });

  test.each([
    ['queued', 'accepted'],
    ['sending', 'accepted'],
    ['a-status-that-is-new', 'accepted'],
    ['sent', 'sent'],
    ['delivery_unconfirmed', 'sent'],
    ['delivered', 'delivered'],
  ])('with status %s is %s', (name, expected) => {
    expect(status(name)).toMatchObject({ status: expected, errorCode: null, errorClass: null });
  });

  test.each([
    ['delivery_failed', '40300', 'undelivered', 'opted-out'],
    ['delivery_failed', '40001', 'undelivered', 'unreachable'],
    ['delivery_failed', '40008', 'undelivered', 'elsewhere'],
    ['delivery_failed', '40002', 'undelivered', 'elsewhere'],
    ['sending_failed', '40013', 'failed', 'setup'],
    ['expired', '40014', 'failed', 'elsewhere'],
    ['delivery_failed', '49999', 'undelivered', 'setup'],
  ])('with status %s and error %s is %s: %s', (name, code, expected, errorClass) => {
    const receipt = status(name, [{ code, title: 'x' }]);
    expect(receipt).toMatchObject({ status: expected, errorCode: code, errorClass });
    expect(isDeliveryReceipt(receipt)).toBe(true);
  });

  test('that has failed for no reason given may go out elsewhere', () => {
    expect(status('delivery_failed')).toMatchObject({ errorCode: 'delivery_failed', errorClass: 'elsewhere' });
  });

  test.each([
    ['no address', {}],
    ['an address of another program', { webhook_url: 'https://example.com/hooks' }],
    ['something that is not an address', { webhook_url: 'hooks' }],
    ['a name that is too long', { webhook_url: webhookAddress('https://qdn.example', 'telnyx', 'x'.repeat(121)) }],
  ])('with %s is about a text of another program', (_, payload) => {
    expect(read('message.finalized', { to: [{ status: 'delivered' }], ...payload })).toBeNull();
  });

  test('names any outbound message', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (id) => {
        expect(messageIdIn(webhookAddress('https://qdn.example', 'telnyx', id))).toBe(id.toWellFormed());
      }),
    );
  });
});

describe('a text to the number', () => {
  const payload = {
    direction: 'inbound',
    from: { phone_number: '+15125550111', carrier: 'T-Mobile' },
    to: [{ phone_number: '+15125550144', status: 'webhook_delivered' }],
    text: 'Where is it? QDN-1042',
    media: [{ url: 'https://media.example/1.jpg', content_type: 'image/jpeg', sha256: null, size: 3 }],
  };

  test.each(['media', 'errors', 'cc', 'autoresponse_type'])('is read when Telnyx leaves %s empty', (field) => {
    expect(read('message.received', { ...payload, [field]: null })).toMatchObject({ body: 'Where is it? QDN-1042' });
  });

  test('is read after a byte order mark', () => {
    const rawBody = `\uFEFF${JSON.stringify({ data: { event_type: 'message.received', payload: { id: ID, ...payload } } })}`;
    expect(telnyxWebhook.read({ rawBody, headers: {} }, RECEIVED_AT)).toMatchObject({ body: 'Where is it? QDN-1042' });
  });

  test('is a message as any other, with its pictures', () => {
    const message = read('message.received', payload);
    expect(message).toEqual({
      schema: 1,
      kind: 'message',
      via: 'telnyx',
      messageSid: expect.stringMatching(/^QC[0-9a-f]{32}$/),
      pathJob: null,
      receivedAt: RECEIVED_AT,
      from: '+15125550111',
      to: '+15125550144',
      body: 'Where is it? QDN-1042',
      optOutType: null,
      media: [{ url: 'https://media.example/1.jpg', contentType: 'image/jpeg' }],
      parameters: { event: 'event-1', type: 'message.received', message: ID },
    });
    expect(isInboundMessage(message)).toBe(true);
    expect(read('message.received', payload)).toEqual(message);
    expect(read('message.received', { ...payload, id: 'another' })).not.toMatchObject({
      messageSid: message?.kind === 'message' ? message.messageSid : '',
    });
  });

  test('may be a picture alone, or a keyword that Telnyx has answered', () => {
    expect(read('message.received', { ...payload, text: null })).toMatchObject({ body: '' });
    expect(read('message.received', { ...payload, text: 'STOP', autoresponse_type: 'STOP' })).toMatchObject({
      optOutType: 'STOP',
    });
  });
});

describe('everything else', () => {
  test.each([
    ['an event of another kind', JSON.stringify({ data: { event_type: 'call.initiated', payload: { id: ID } } })],
    ['a message without a sender', JSON.stringify({ data: { event_type: 'message.received', payload: { id: ID } } })],
    ['an event without content', '{"data":{}}'],
    ['a list', '[]'],
    ['what is not JSON', '{"data":'],
    ['nothing', ''],
  ])('says nothing to the relay: %s', (_, rawBody) => {
    expect(telnyxWebhook.read({ rawBody, headers: {} }, RECEIVED_AT)).toBeNull();
  });

  test('a record is always one that the queue takes', () => {
    const payloads = fc.dictionary(
      fc.constantFrom('id', 'text', 'media', 'to', 'from', 'errors', 'webhook_url', 'autoresponse_type'),
      fc.oneof(fc.jsonValue(), fc.constant([{ phone_number: '+15125550171', status: 'delivery_failed' }])),
    );
    const types = fc.constantFrom('message.received', 'message.sent', 'message.finalized');
    fc.assert(
      fc.property(types, payloads, (event_type, payload) => {
        const record = read(event_type, payload);
        if (record?.kind === 'message') expect(isInboundMessage(record)).toBe(true);
        if (record?.kind === 'receipt') expect(isDeliveryReceipt(record)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
