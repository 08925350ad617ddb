import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Wire } from '@qdn/contracts';
import { validate as isRelayRecord } from '@qdn/contracts/validators/relayRecord';
import { ProductError } from '@qdn/domain';
import { apiEvent, lambdaContext, recordingLogger, sqsEvent } from '@qdn/lambda/testing';
import twilio from 'twilio/lib/webhooks/webhooks.js';
import { receiveFallback } from '../receive-fallback/handler.ts';
import { receiveMessage } from '../receive-message/handler.ts';
import { admitMessage } from './handler.ts';

const PUBLIC_URL = 'https://relay.example';
const TOKEN = '12345678901234567890123456789012';
const path = '/api/fallback/jobs/qdn-1042/messages';
const form = {
  AccountSid: `AC${'b'.repeat(32)}`,
  MessageSid: `SM${'a'.repeat(32)}`,
  From: '+15125550111',
  To: '+15125550142',
  Body: 'Running late 🚚 ñ',
  NumMedia: '1',
  MediaUrl0: 'https://api.twilio.com/0',
  MediaContentType0: 'image/jpeg',
  ErrorCode: '11200',
  ErrorUrl: 'https://relay.example/api/jobs/inbound/messages',
};

let sent: Wire<'inboundMessage'>[];
let queueFails: boolean;
let tokens: (fresh: boolean) => Promise<string[]>;
let postponed: number[];
let log: ReturnType<typeof recordingLogger>;
beforeEach(() => {
  sent = [];
  queueFails = false;
  tokens = async () => [TOKEN];
  postponed = [];
  log = recordingLogger();
});

const away = () => Promise.reject(new ProductError('unavailable', 'The store is away.', { retryAfterS: 5 }));
const webhook = () => ({
  queue: { send: async (message: Wire<'inboundMessage'>) => (queueFails ? away() : void sent.push(message)) },
  authTokens: (fresh = false) => tokens(fresh),
  publicUrl: PUBLIC_URL,
  log,
});

const eventAt = (at: string, signature?: string) =>
  apiEvent({
    method: 'POST',
    path: at,
    pathParameters: { job_id: 'qdn-1042' },
    headers: {
      'X-Twilio-Signature': signature ?? twilio.getExpectedTwilioSignature(TOKEN, `${PUBLIC_URL}${at}`, form),
      'I-Twilio-Idempotency-Token': 'b3',
    },
    body: new URLSearchParams(form).toString(),
  });

/** Makes a record of the fallback's queue. */
const unverified = async (signature?: string): Promise<Wire<'unverifiedMessage'>> => {
  const held: Wire<'unverifiedMessage'>[] = [];
  const fallback = receiveFallback({
    queue: { send: async (message) => void held.push(message) },
    now: () => Date.UTC(2026, 10, 23, 15),
    log: recordingLogger(),
  });
  await fallback(eventAt(path, signature), lambdaContext);
  const [message] = held;
  if (!message) throw new Error('The fallback did not take it');
  return message;
};

const admit = async (message: object, receiveCount = 1) => {
  const handler = admitMessage({
    ...webhook(),
    postpone: async (_, seconds) => void postponed.push(seconds),
  });
  return (await handler(sqsEvent([message], receiveCount))).batchItemFailures.length === 0;
};

const FORGED = `${'A'.repeat(27)}=`;

describe('a message from the fallback', () => {
  test('becomes the same record as over the webhook, except for its origin', async () => {
    expect(await admit(await unverified())).toBe(true);
    const webhookPath = '/api/jobs/qdn-1042/messages';
    const direct = receiveMessage({ ...webhook(), now: () => Date.UTC(2026, 10, 23, 15) });
    expect((await direct(eventAt(webhookPath), lambdaContext)).statusCode).toBe(200);
    const [over, straight] = sent;
    expect(over).toEqual({ ...straight, webhook: { ...straight?.webhook, path, overFallback: true } });
    expect(over).toMatchObject({ messageSid: form.MessageSid, pathJob: 'QDN-1042', body: form.Body });
    expect(isRelayRecord(over)).toBe(true);
  });

  test('is admitted under a token that was promoted a moment ago', async () => {
    tokens = async (fresh) => (fresh ? ['old', TOKEN] : ['old']);
    expect(await admit(await unverified())).toBe(true);
    expect(sent).toHaveLength(1);
  });

  test('that Twilio has not signed is checked once more, and then dropped with a warning', async () => {
    const forged = await unverified(FORGED);
    expect(await admit(forged)).toBe(false);
    expect(postponed).toEqual([15]);
    expect(await admit(forged, 2)).toBe(true);
    expect(sent).toEqual([]);
    expect(JSON.parse(log.lines.at(-1) ?? '')).toMatchObject({
      level: 'warn',
      message: 'UNVERIFIED_MESSAGE_DROPPED',
      messageId: 'message-0',
    });
  });

  test('is dropped when its signature was made for something else', async () => {
    const message = await unverified();
    for (const changed of [
      { ...message, query: 'a=1' },
      { ...message, path: '/api/jobs/qdn-1042/messages' },
      { ...message, body64: Buffer.from('Body=x').toString('base64') },
    ]) {
      expect(await admit(changed, 2)).toBe(true);
    }
    expect(sent).toEqual([]);
  });

  test('waits, longer each time, while the secrets cannot be read, and is then admitted', async () => {
    const message = await unverified();
    tokens = away;
    for (const count of [1, 2, 3, 50]) expect(await admit(message, count)).toBe(false);
    expect(postponed).toEqual([15, 30, 60, 900]);
    tokens = async () => [TOKEN];
    expect(await admit(message, 51)).toBe(true);
    expect(sent).toMatchObject([{ messageSid: form.MessageSid, receivedAt: '2026-11-23T15:00:00.000Z' }]);
  });

  test('waits while the relay’s queue refuses it', async () => {
    queueFails = true;
    expect(await admit(await unverified())).toBe(false);
  });

  test('leaves no number and no word in the log, but Twilio’s reason for using the fallback', async () => {
    await admit(await unverified());
    expect(log.lines.join()).not.toMatch(/5550111|Running/);
    expect(JSON.parse(log.lines.at(-1) ?? '')).toMatchObject({ sid: form.MessageSid, why: '11200' });
  });
});

test('an invalid record is returned to SQS, and ends in the dead-letter queue', async () => {
  expect(await admit({ schema: 2 })).toBe(false);
});
