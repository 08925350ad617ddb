import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConflictException,
  PinpointSMSVoiceV2Client,
  ResourceNotFoundException,
  SendTextMessageCommand,
  type SendTextMessageCommandInput,
  ValidationException,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAwsSmsCarrier } from '@qdn/carrier-aws-sms/carrier';
import { recordFromAws } from '@qdn/carrier-aws-sms/events';
import { validate as isAwsSmsEvent } from '@qdn/contracts/validators/awsSmsEvent';
import { validate as isAwsSmsInbound } from '@qdn/contracts/validators/awsSmsInbound';
import { validate as isRelayRecord } from '@qdn/contracts/validators/relayRecord';
import type { SendOutcome } from '@qdn/domain';
import { type CarrierEmulator, startCarrierEmulator } from '../emulator.ts';
import { ACCOUNT_SID, API_KEY, COMPANY, DANA, emulatorOptions, MARIA } from '../testing/samples.ts';
import type { AwsFault } from './faults.ts';
import { awsSms } from './index.ts';

const SECOND = '+15125550143';
const IDENTITY = 'arn:aws:sms-voice:us-east-1:000000000000:phone-number/phone-local';
const ENDPOINT = 'AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2';
const settings = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
const before = { ...process.env };

let phones: CarrierEmulator;
let published: Array<Record<string, unknown>>;
/** Number of failures before publishing works. */
let failures: number;
const start = (statePath: string | null = null) =>
  startCarrierEmulator(
    emulatorOptions({
      statePath,
      others: [
        awsSms({
          port: 0,
          name: 'QuickDumpNow over AWS',
          number: SECOND,
          identity: IDENTITY,
          configurationSet: 'qdn-relay',
          publish: async (body) => {
            if (failures-- > 0) throw new Error('SQS is down');
            published.push(JSON.parse(body));
          },
        }),
      ],
      clock: { now: Date.now, sleep: () => new Promise((resolve) => setTimeout(resolve, 1)) },
    }),
  );
beforeEach(async () => {
  published = [];
  failures = 0;
  phones = await start();
  Object.assign(process.env, settings, { [ENDPOINT]: phones.urlOf('aws') });
});
afterEach(async () => {
  await phones.close();
  for (const name of [...Object.keys(settings), ENDPOINT]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

const shown = (phone: string) =>
  phones
    .messages()
    .filter(({ to, direction }) => to === phone && direction !== 'inbound')
    .map(({ body, from }) => [from, body]);

describe('the SDK’s own client', () => {
  const send = (changes: Partial<SendTextMessageCommandInput> = {}) =>
    new PinpointSMSVoiceV2Client({ maxAttempts: 1 }).send(
      new SendTextMessageCommand({
        DestinationPhoneNumber: DANA,
        OriginationIdentity: IDENTITY,
        MessageBody: 'Hello',
        ConfigurationSetName: 'qdn-relay',
        Context: { message: 'e' },
        ...changes,
      }),
    );

  test('gets the ID of its text, which then is on the phone', async () => {
    const { MessageId } = await send();
    expect(MessageId).toMatch(/^[0-9a-f]{8}-/);
    await phones.settled();
    expect(shown(DANA)).toEqual([[SECOND, 'Hello']]);
  });

  test('a dry run sends nothing', async () => {
    expect((await send({ DryRun: true })).MessageId).toMatch(/^[0-9a-f]{8}-/);
    expect(shown(DANA)).toEqual([]);
  });

  test.each<[string, Partial<SendTextMessageCommandInput>, string]>([
    ['no number', { DestinationPhoneNumber: 'Dana' }, 'DestinationPhoneNumber'],
    ['no words', { MessageBody: '' }, 'MessageBody'],
    ['too many words', { MessageBody: 'x'.repeat(1601) }, 'MessageBody'],
    ['a time that is too long', { TimeToLive: 259_201 }, 'TimeToLive'],
    ['a context with spaces', { Context: { message: 'a b' } }, 'Context'],
  ])('gets the field that is wrong with %s', async (_, changes, field) => {
    const error = await send(changes).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ValidationException);
    expect(error).toMatchObject({ Reason: 'FIELD_VALIDATION_FAILED', Fields: [{ Name: field }] });
  });

  test.each<[Partial<SendTextMessageCommandInput>, string]>([
    [{ OriginationIdentity: '+15125550199' }, 'phone-number'],
    [{ ConfigurationSetName: 'another' }, 'configuration-set'],
  ])('gets the type of the resource that does not exist: %o', async (changes, type) => {
    const error = await send(changes).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ResourceNotFoundException);
    expect(error).toMatchObject({ ResourceType: type });
  });

  test('is refused for a phone that opted out of this number, and of no other', async () => {
    phones.receive(DANA, SECOND, 'Stop');
    await phones.settled();
    const error = await send().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConflictException);
    expect(error).toMatchObject({ Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' });
    expect(shown(DANA)).toEqual([[SECOND, expect.stringContaining('unsubscribed')]]);
    phones.receive(DANA, SECOND, 'START');
    await expect(send()).resolves.toHaveProperty('MessageId');
  });

  test('is refused without a signature, and for another operation', async () => {
    const ask = (headers: Record<string, string>) =>
      fetch(String(phones.urlOf('aws')), { method: 'POST', headers, body: '{}' }).then((response) => response.json());
    const target = 'PinpointSMSVoiceV2.SendTextMessage';
    expect(await ask({ 'x-amz-target': target })).toMatchObject({
      __type: expect.stringContaining('MissingAuthenticationToken'),
    });
    expect(await ask({ 'x-amz-target': 'PinpointSMSVoiceV2.SendVoiceMessage' })).toMatchObject({
      __type: expect.stringContaining('UnknownOperation'),
    });
  });
});

describe('the product’s adapter', () => {
  const carrier = () =>
    createAwsSmsCarrier({ originationIdentity: IDENTITY, configurationSet: 'qdn-relay', timeoutMs: 250 });
  const sms = { to: DANA, body: 'Hello 😀', outboundMessageId: 'QDN-1042~SM1~dana' };
  const send = (changes: Partial<typeof sms> = {}): Promise<SendOutcome> => carrier().send({ ...sms, ...changes });
  /** Returns a record as the worker reads it. */
  const records = () =>
    published.map((record) => {
      if (!isRelayRecord(record) || 'kind' in record) throw new Error('refused by the schema');
      return recordFromAws(record, 0);
    });

  test('gets an event of each step of a text, by its outbound message', async () => {
    const outcome = await send();
    await phones.settled();
    expect(published.every((event) => isAwsSmsEvent(event))).toBe(true);
    expect(published.map(({ eventType }) => eventType)).toEqual(['TEXT_QUEUED', 'TEXT_SENT', 'TEXT_DELIVERED']);
    const carrierSid = outcome.kind === 'accepted' ? outcome.carrierSid : '';
    expect(records()).toMatchObject(
      ['accepted', 'sent', 'delivered'].map((status) => ({
        kind: 'receipt',
        carrier: 'aws',
        outboundMessageId: sms.outboundMessageId,
        carrierSid,
        status,
      })),
    );
  });

  test.each<[AwsFault, object, number, number]>([
    ['throttle', { kind: 'not-processed' }, 0, 0],
    ['refuse', { kind: 'rejected', code: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT' }, 0, 0],
    ['internal-error', { kind: 'unknown' }, 0, 0],
    ['take-and-timeout', { kind: 'unknown' }, 1, 3],
    ['silence', { kind: 'accepted' }, 1, 0],
    ['all-silent', { kind: 'unknown' }, 1, 0],
  ])('reports the fault %s', async (fault, outcome, texts, events) => {
    phones.setFaultOf('aws', fault, 1);
    expect(await send()).toMatchObject(outcome);
    await phones.settled();
    expect([shown(DANA).length, published.length]).toEqual([texts, events]);
    expect(await send({ to: MARIA })).toMatchObject({ kind: 'accepted' });
  });

  test.each([
    ['unreachable', 'TEXT_UNREACHABLE', 'elsewhere'],
    ['unknown-handset', 'TEXT_INVALID', 'unreachable'],
    ['landline', 'TEXT_INVALID', 'unreachable'],
    ['filtered', 'TEXT_CARRIER_BLOCKED', 'setup'],
    ['unknown-error', 'TEXT_CARRIER_UNREACHABLE', 'elsewhere'],
  ] as const)('hears when a phone is %s', async (condition, eventType, errorClass) => {
    phones.setPhoneFault(DANA, condition);
    expect(await send()).toMatchObject({ kind: 'accepted' });
    await phones.settled();
    expect(published.at(-1)).toMatchObject({ eventType, isFinal: true });
    expect(records().at(-1)).toMatchObject({ errorCode: eventType, errorClass });
  });

  test('sends during a fault of Twilio', async () => {
    phones.setCarrierFault('error-500');
    phones.setPhoneFault(DANA, 'too-many-requests');
    expect(await send()).toMatchObject({ kind: 'accepted' });
    await phones.settled();
    expect(published.at(-1)).toMatchObject({ eventType: 'TEXT_DELIVERED' });
  });

  test('reports an opted-out phone', async () => {
    phones.setOptedOut(DANA, true);
    expect(await send()).toMatchObject({ kind: 'rejected', class: 'opted-out' });
  });

  test('publishes an event again after the queue refused it', async () => {
    failures = 2;
    await send();
    await phones.settled();
    expect(published.map(({ eventType }) => eventType)).toEqual(['TEXT_QUEUED', 'TEXT_SENT', 'TEXT_DELIVERED']);
  });
});

test('continues the work of a process that ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qdn-aws-sms-'));
  await phones.close();
  phones = await start(join(folder, 'state.json'));
  process.env[ENDPOINT] = phones.urlOf('aws') ?? '';
  failures = Number.POSITIVE_INFINITY;
  const carrier = createAwsSmsCarrier({ originationIdentity: IDENTITY, configurationSet: 'qdn-relay' });
  await carrier.send({ to: DANA, body: 'Hello', outboundMessageId: 'e' });
  phones.receive(MARIA, SECOND, 'Hi');
  await phones.close();
  failures = 0;
  phones = await start(join(folder, 'state.json'));
  await phones.settled();
  expect(shown(DANA)).toEqual([[SECOND, 'Hello']]);
  expect(published.map(({ eventType, messageBody }) => eventType ?? messageBody).toSorted()).toEqual([
    'Hi',
    'TEXT_DELIVERED',
    'TEXT_QUEUED',
    'TEXT_SENT',
  ]);
  await phones.close();
  rmSync(folder, { recursive: true, force: true });
  phones = await start();
});

describe('a phone’s text to AWS’s number', () => {
  test('is published to the queue as AWS does, and again when it is repeated', async () => {
    const message = phones.receive(DANA, SECOND, 'On my way 🚚');
    await phones.settled();
    expect(published).toEqual([
      expect.objectContaining({
        originationNumber: DANA,
        destinationNumber: SECOND,
        messageBody: 'On my way 🚚',
        inboundMessageId: message?.sid,
      }),
    ]);
    expect(published.every((event) => isAwsSmsInbound(event))).toBe(true);
    expect(phones.repeat(message?.sid ?? '')).toBe(true);
    await phones.settled();
    expect(published[1]).toEqual(published[0]);
  });

  test('is not listed by Twilio’s API', async () => {
    phones.receive(DANA, SECOND, 'On my way');
    await phones.settled();
    const response = await fetch(`${phones.url}/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`, {
      headers: { authorization: `Basic ${Buffer.from(`${API_KEY.sid}:${API_KEY.secret}`).toString('base64')}` },
    });
    expect(await response.json()).toMatchObject({ messages: [] });
    phones.receive(DANA, COMPANY, 'STOP');
    expect(await fetch(`${phones.url}/state`).then((state) => state.json())).toMatchObject({
      numbers: [{ number: COMPANY }, { number: SECOND }],
      carriers: [{ id: 'twilio' }, { id: 'aws', state: { fault: null } }],
    });
  });
});
