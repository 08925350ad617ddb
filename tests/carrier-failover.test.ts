import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CONNECTORS } from '@qdn/carriers/connectors';
import { WEBHOOKS } from '@qdn/carriers/webhooks';
import type { SmsCarrier } from '@qdn/domain';
import { aCompany, aJob, memoryJobs, memoryLocations, memoryRelay, typicalTravel } from '@qdn/domain/testing';
import { startTelnyxEmulator, type TelnyxEmulator } from '@qdn/emulator-carriers/telnyx';
import { apiEvent, lambdaContext, recordingLogger, sqsEvent } from '@qdn/lambda/testing';
import { receiveCarrierWebhook } from '@qdn/sms-relay/functions/receive-carrier-webhook';
import { relayMessage } from '@qdn/sms-relay/functions/relay-message';

/*
 * Tests the third of three carriers end to end, with both carriers before it down. The worker, the webhook function and the
 * adapter of Telnyx are real; its emulator plays Telnyx.
 */

const NUMBER = '+15125550144';
const MARIA = '+15125550111';
const API_KEY = 'KEY-of-the-emulator';
const job = aJob();
const [dana] = job.contacts;
const [connectTelnyx, telnyxWebhook] = [CONNECTORS.get('telnyx'), WEBHOOKS.get('telnyx')];
if (!dana || !connectTelnyx || !telnyxWebhook)
  throw new Error('The sample job has no contact, or the registry no Telnyx');

let telnyx: TelnyxEmulator;
let site: ReturnType<typeof createServer>;
let queue: object[];
let relay: ReturnType<typeof memoryRelay>;
let log: ReturnType<typeof recordingLogger>;
let asked: string[];

/** A carrier that refuses every text because of our account, for example because it is closed. */
const down = (name: string): SmsCarrier => ({
  name,
  send: async () => {
    asked.push(name);
    return { kind: 'rejected', class: 'setup', code: 'ACCOUNT_DISABLED', detail: 'closed' };
  },
  find: null,
});
const publicUrl = () => `http://localhost:${(site.address() as AddressInfo).port}`;
const secret = { apiKey: API_KEY };

beforeEach(async () => {
  [queue, asked, log, relay] = [[], [], recordingLogger(), memoryRelay()];
  const webhook = receiveCarrierWebhook({
    queue: { send: async (record) => void queue.push(record) },
    webhookOf: (name) =>
      name === 'telnyx'
        ? {
            webhook: telnyxWebhook,
            keys: {
              publicKeys: [telnyx.account.publicKey],
              readSecrets: () => Promise.reject(new Error('Telnyx has no webhook secret')),
            },
          }
        : null,
    now: Date.now,
    log,
  });
  site = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const event = apiEvent({
      method: 'POST',
      path: pathname,
      pathParameters: { carrier: pathname.split('/')[3] ?? '' },
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      body: Buffer.concat(chunks).toString(),
    });
    response.writeHead((await webhook(event, lambdaContext)).statusCode ?? 500).end();
  });
  await new Promise<void>((resolve) => site.listen(0, resolve));
  telnyx = await startTelnyxEmulator({
    port: 0,
    apiKey: API_KEY,
    number: NUMBER,
    webhookUrl: () => `${publicUrl()}/api/carriers/telnyx/webhook`,
  });
});
afterEach(async () => {
  await telnyx.close();
  site.closeAllConnections();
  await new Promise<void>((resolve) => site.close(() => resolve()));
});

/** Lets the worker process everything in the queue. */
const work = async (): Promise<void> => {
  const handler = relayMessage({
    jobs: memoryJobs([job]),
    locations: memoryLocations(),
    travel: typicalTravel,
    relay,
    complianceLog: { append: async () => {} },
    notices: { send: async () => {} },
    followUps: { schedule: async () => {} },
    carriers: [
      down('twilio'),
      down('aws'),
      connectTelnyx({
        number: NUMBER,
        identity: '',
        publicUrl: publicUrl(),
        apiUrl: telnyx.url,
        readSecret: async (isSecret) => {
          const value: unknown = secret;
          if (!isSecret(value)) throw new Error('not a secret');
          return value;
        },
      }),
    ],
    company: aCompany([dana]),
    segmentUsd: 0.01,
    mediaLink: async () => 'https://media.example/1',
    trackingLink: async () => 'https://x.example/t/abc',
    postpone: async () => {},
    now: Date.now,
    random: () => 0,
    pause: (ms) => sleep(ms),
    newOwner: () => 'run-1',
    log,
  });
  const records = queue.splice(0);
  expect((await handler(sqsEvent(records.map((record) => JSON.stringify(record))))).batchItemFailures).toEqual([]);
};

test('Telnyx relays a customer’s text once and reports its delivery when the other carriers are down', async () => {
  telnyx.account.receive(MARIA, `Where is it? ${job.id}`);
  await telnyx.account.settled();
  expect(queue).toMatchObject([{ kind: 'message', via: 'telnyx', from: MARIA, to: NUMBER }]);
  await work();
  expect(asked).toEqual(['twilio', 'aws']);
  expect(telnyx.account.texts).toMatchObject([{ to: dana.phone, text: expect.stringContaining('Where is it?') }]);
  await telnyx.account.settled();
  expect(queue).toMatchObject([{ status: 'sent' }, { status: 'delivered', carrier: 'telnyx' }]);
  await work();
  expect(telnyx.account.texts).toHaveLength(1);
  const [entry] = await relay.timeline(job.id);
  expect(entry?.outboundMessages).toMatchObject([
    { recipient: dana.id, attempt: 1, carrier: 'telnyx', state: 'ACCEPTED', delivery: 'delivered' },
  ]);
});

test('a text that Telnyx could not deliver is not retried: it is the last carrier', async () => {
  telnyx.account.setPhoneError(dana.phone, '40008');
  telnyx.account.receive(MARIA, `Where is it? ${job.id}`);
  await telnyx.account.settled();
  await work();
  await telnyx.account.settled();
  await work();
  expect(telnyx.account.texts).toHaveLength(1);
  const [entry] = await relay.timeline(job.id);
  expect(entry?.outboundMessages).toMatchObject([
    { delivery: 'undelivered', errorCode: '40008', errorClass: 'elsewhere' },
  ]);
});

test('STOP to the Telnyx number applies to every carrier', async () => {
  telnyx.account.receive(dana.phone, 'STOP');
  await telnyx.account.settled();
  await work();
  expect(await relay.stopped([dana.phone])).toEqual(new Set([dana.phone]));
});
