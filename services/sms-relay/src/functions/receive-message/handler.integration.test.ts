import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createInboundQueue } from '@qdn/aws/inbound-queue';
import { startStorage, type TestStorage } from '@qdn/aws/testing';
import { validate as isRelayRecord } from '@qdn/contracts/validators/relayRecord';
import { apiEvent, lambdaContext, recordingLogger } from '@qdn/lambda/testing';
import twilio from 'twilio/lib/webhooks/webhooks.js';
import { receiveMessage } from './handler.ts';

/*
 * Webhook calls, with proof that SQS really accepts their messages. The bundle proves that no table or other service is called, because
 * it has no other client (tests/bundles.integration.test.ts).
 */
const PUBLIC_URL = 'https://relay.example';
const TOKEN = '12345678901234567890123456789012';
const path = '/api/jobs/inbound/messages';
const form = {
  AccountSid: `AC${'b'.repeat(32)}`,
  MessageSid: `SM${'a'.repeat(32)}`,
  From: '+15125550111',
  To: '+15125550142',
  Body: 'Running late',
};

let storage: TestStorage;
let calls: Array<{ command: string | undefined; input: object }> = [];
beforeAll(async () => {
  storage = await startStorage();
  storage.sqs.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        calls.push({ command: commandName, input: args.input });
        return next(args);
      },
    { step: 'initialize' },
  );
}, 60_000);
afterAll(async () => storage.stop());

const pictures = Object.fromEntries(
  Array.from({ length: 10 }, (_, i) => [
    [`MediaUrl${i}`, `https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME${i}`],
    [`MediaContentType${i}`, 'image/jpeg'],
  ]).flat(),
);

test.each([
  ['an SMS', form],
  ['an MMS with ten pictures', { ...form, NumMedia: '10', ...pictures }],
  ['STOP', { ...form, Body: 'STOP', OptOutType: 'STOP' }],
  ['a form that differs from Twilio’s documentation', { ...form, MessageSid: 'none' }],
  ['64 KB of control characters, which take six bytes each in SQS', { ...form, Body: '\u007f'.repeat(65_000) }],
])('%s is one SQS call, which stores all of it', async (_, fields: Record<string, string>) => {
  const { queueUrl } = await storage.createQueues(5);
  const handler = receiveMessage({
    queue: createInboundQueue(storage.sqs, queueUrl),
    authTokens: async () => [TOKEN],
    publicUrl: PUBLIC_URL,
    now: Date.now,
    log: recordingLogger(),
  });
  const body = Object.entries(fields)
    .map(([name, value]) => `${name}=${value.replaceAll('+', '%2B')}`)
    .join('&');
  const headers = {
    'X-Twilio-Signature': twilio.getExpectedTwilioSignature(TOKEN, `${PUBLIC_URL}${path}`, fields),
  };
  const event = apiEvent({ method: 'POST', path, pathParameters: { job_id: 'inbound' }, headers, body });
  calls = [];
  expect(await handler(event, lambdaContext)).toMatchObject({ statusCode: 200 });
  expect(calls.map(({ command }) => command)).toEqual(['SendMessageCommand']);
  const record: unknown = JSON.parse(
    String(Object.entries(calls[0]?.input ?? {}).find(([name]) => name === 'MessageBody')?.[1]),
  );
  expect(isRelayRecord(record)).toBe(true);
  expect(record).toMatchObject({ body: fields['Body'] });
});
