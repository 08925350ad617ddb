import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type CarrierEmulator, startCarrierEmulator } from '../emulator.ts';
import { DANA, emulatorOptions, MARIA } from '../testing/samples.ts';
import { telnyx } from './on-phones.ts';

const NUMBER = '+15125550144';
const API_KEY = 'KEY-of-the-test';
const { privateKey: signingKey } = generateKeyPairSync('ed25519');

let site: Server;
let events: Array<{ event_type: string; payload: Record<string, unknown> }>;
let phones: CarrierEmulator;
const siteUrl = () => `http://localhost:${(site.address() as AddressInfo).port}`;
beforeEach(async () => {
  events = [];
  site = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    events.push(JSON.parse(Buffer.concat(chunks).toString()).data);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => site.listen(0, resolve));
  const options = { port: 0, apiKey: API_KEY, number: NUMBER, name: 'QuickDumpNow over Telnyx', signingKey };
  phones = await startCarrierEmulator(emulatorOptions({ others: [telnyx({ ...options, webhookUrl: siteUrl })] }));
});
afterEach(async () => {
  await phones.close();
  site.closeAllConnections();
  await new Promise<void>((resolve) => site.close(() => resolve()));
});

const call = (path: string, body: object | null = null, key = API_KEY) =>
  fetch(`${phones.urlOf('telnyx')}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(500),
  });
const send = async (): Promise<number | null> => {
  const text = { from: NUMBER, to: DANA, text: 'Hello', webhook_url: siteUrl() };
  const status = await call('/v2/messages', text).then(
    (response) => response.status,
    () => null,
  );
  await phones.settled();
  return status;
};
const onDanasPhone = () => phones.messages().filter(({ to, carrier }) => to === DANA && carrier === 'telnyx');
const statuses = () => events.map(({ payload }) => (payload['to'] as Array<{ status: string }>)[0]?.status);

test('a text reaches the phone, and its webhooks report each step', async () => {
  expect(await send()).toBe(200);
  expect(onDanasPhone()).toMatchObject([{ body: 'Hello', from: NUMBER, status: 'delivered' }]);
  expect(statuses()).toEqual(['sent', 'delivered']);
  expect(
    phones
      .exchanges()
      .map(({ carrier, kind }) => `${carrier} ${kind}`)
      .sort(),
  ).toEqual(['telnyx api', 'telnyx status', 'telnyx status']);
});

test.each([
  ['throttle', 429, 0],
  ['refuse', 402, 0],
  ['internal-error', 500, 0],
  ['take-and-timeout', null, 1],
])('the fault %s affects one text', async (fault, status, texts) => {
  phones.setFaultOf('telnyx', fault, 1);
  expect(await send()).toBe(status);
  expect(onDanasPhone()).toHaveLength(texts);
  expect(await send()).toBe(200);
});

test('a text to a phone that is unreachable fails with a code of Telnyx', async () => {
  phones.setPhoneFault(DANA, 'unreachable');
  await send();
  expect(onDanasPhone()).toMatchObject([{ status: 'undelivered', errorCode: 40008 }]);
  expect(events.at(-1)?.payload['errors']).toMatchObject([{ code: '40008' }]);
});

test('a text from a phone reaches the webhook, once more when it is repeated', async () => {
  const message = phones.receive(MARIA, NUMBER, 'Where is it?');
  await phones.settled();
  expect(phones.repeat(message?.sid ?? '')).toBe(true);
  await phones.settled();
  expect(events.map(({ event_type, payload }) => [event_type, payload['id'], payload['text']])).toEqual(
    Array(2).fill(['message.received', message?.sid, 'Where is it?']),
  );
  expect(phones.messages().find(({ sid }) => sid === message?.sid)).toMatchObject({ status: 'received' });
});

test('STOP opts a phone out until START', async () => {
  phones.receive(DANA, NUMBER, 'Stop');
  await phones.settled();
  expect(await send()).toBe(422);
  phones.receive(DANA, NUMBER, 'START');
  await phones.settled();
  expect(await send()).toBe(200);
});

test('the balance answers to the right key alone', async () => {
  expect([(await call('/v2/balance')).status, (await call('/v2/balance', null, 'KEY-of-another')).status]).toEqual([
    200, 401,
  ]);
});
