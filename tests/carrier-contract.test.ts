import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CarrierContext } from '@qdn/carrier-adapter/connect-carrier';
import { CONNECTORS } from '@qdn/carriers/connectors';
import { CARRIER_FACTS } from '@qdn/carriers/facts';
import type { SmsCarrier } from '@qdn/domain';
import { awsSms } from '@qdn/emulator-carriers/aws-sms';
import { type CarrierEmulator, startCarrierEmulator } from '@qdn/emulator-carriers/emulator';
import { startTelnyxEmulator, type TelnyxEmulator } from '@qdn/emulator-carriers/telnyx';
import { ACCOUNT_SID, API_KEY, COMPANY, DANA, emulatorOptions } from '@qdn/emulator-carriers/testing/samples';

/* Runs one suite on the adapter of every carrier, against the emulator of that carrier. */

const AWS_NUMBER = '+15125550143';
const IDENTITY = 'arn:aws:sms-voice:us-east-1:000000000000:phone-number/phone-local';
const TELNYX_NUMBER = '+15125550144';
const TELNYX_KEY = 'KEY-of-the-emulator';
const AWS_SETTINGS = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
const AWS_ENDPOINT = 'AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2';

let phones: CarrierEmulator;
let telnyx: TelnyxEmulator;
const before = { ...process.env };
beforeAll(() => {
  Object.assign(process.env, AWS_SETTINGS);
});
afterAll(() => {
  for (const name of [...Object.keys(AWS_SETTINGS), AWS_ENDPOINT]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});
beforeEach(async () => {
  const aws = awsSms({
    port: 0,
    name: 'over AWS',
    number: AWS_NUMBER,
    identity: IDENTITY,
    configurationSet: 'qdn-relay',
    publish: async () => {},
  });
  phones = await startCarrierEmulator(emulatorOptions({ others: [aws] }));
  process.env[AWS_ENDPOINT] = phones.urlOf('aws') ?? '';
  telnyx = await startTelnyxEmulator({ port: 0, apiKey: TELNYX_KEY, number: TELNYX_NUMBER, webhookUrl: () => '' });
});
afterEach(async () => {
  await telnyx.close();
  await phones.close();
});

/** A carrier under test: its adapter, and the controls of its emulator. */
type Subject = {
  context: () => Partial<CarrierContext>;
  secret: (key: 'right' | 'wrong') => object;
  taken: () => number;
  optOut: () => void;
  /** `busy`: not processed; `broken`: 5xx. */
  fail: (how: 'busy' | 'broken') => void;
};
const onPhones = (from: string) => phones.messages().filter((one) => one.to === DANA && one.from === from).length;
const SUBJECTS: Record<string, Subject> = {
  twilio: {
    context: () => ({ number: COMPANY, apiUrl: phones.url }),
    secret: (key) => ({
      accountSid: ACCOUNT_SID,
      apiKeySid: API_KEY.sid,
      apiKeySecret: key === 'right' ? API_KEY.secret : 'another-secret-of-the-key',
    }),
    taken: () => onPhones(COMPANY),
    optOut: () => phones.setOptedOut(DANA, true),
    fail: (how) => phones.setCarrierFault(how === 'busy' ? 'too-many-requests' : 'error-500'),
  },
  aws: {
    context: () => ({ number: AWS_NUMBER, identity: IDENTITY }),
    secret: () => ({}),
    taken: () => onPhones(AWS_NUMBER),
    optOut: () => phones.setOptedOut(DANA, true),
    fail: (how) => phones.setFaultOf('aws', how === 'busy' ? 'throttle' : 'internal-error'),
  },
  telnyx: {
    context: () => ({ number: TELNYX_NUMBER, apiUrl: telnyx.url }),
    secret: (key) => ({ apiKey: key === 'right' ? TELNYX_KEY : 'KEY-of-another' }),
    taken: () => telnyx.account.texts.length,
    optOut: () => telnyx.account.setOptedOut(DANA),
    fail: (how) => {
      telnyx.account.fault = how === 'busy' ? 'throttle' : 'internal-error';
    },
  },
};

test('every carrier of the registry is tested here', () => {
  expect(Object.keys(SUBJECTS)).toEqual([...CARRIER_FACTS.keys()]);
});

describe.each(Object.keys(SUBJECTS))('the adapter of %s', (name) => {
  const subject = SUBJECTS[name] as Subject;
  const carrier = (key: 'right' | 'wrong' = 'right'): SmsCarrier => {
    const create = CONNECTORS.get(name);
    if (!create) throw new Error(`There is no sender of ${name}`);
    return create({
      number: '',
      identity: '',
      publicUrl: 'http://localhost:1',
      apiUrl: undefined,
      readSecret: async (isSecret) => {
        const value: unknown = subject.secret(key);
        if (!isSecret(value)) throw new Error('The secret does not follow its schema');
        return value;
      },
      ...subject.context(),
    });
  };
  const sms = { to: DANA, body: 'Hello, 3 o’clock 😀', outboundMessageId: `QDN-1042~SM${'1'.repeat(32)}~dana` };

  test('has its name from the registry', () => {
    expect(carrier().name).toBe(name);
  });

  test('sends a text once and returns the carrier’s ID', async () => {
    expect(await carrier().send(sms)).toEqual({ kind: 'accepted', carrierSid: expect.stringMatching(/^\S{8,}$/) });
    expect(subject.taken()).toBe(1);
  });

  test('classifies an opt-out and sends nothing', async () => {
    subject.optOut();
    expect(await carrier().send(sms)).toMatchObject({ kind: 'rejected', class: 'opted-out' });
    expect(subject.taken()).toBe(0);
  });

  test('classifies an invalid number', async () => {
    expect(await carrier().send({ ...sms, to: '+1' })).toMatchObject({ kind: 'rejected', class: 'unreachable' });
  });

  test('reports throttling as not processed, without a retry of its own', async () => {
    subject.fail('busy');
    expect(await carrier().send(sms)).toMatchObject({ kind: 'not-processed' });
    expect(subject.taken()).toBe(0);
  });

  test('reports an unknown outcome for a 5xx', async () => {
    subject.fail('broken');
    const outcome = await carrier().send(sms);
    const isUnknown = outcome.kind === 'unknown' || (outcome.kind === 'rejected' && outcome.class === 'ambiguous');
    expect(isUnknown).toBe(true);
  });

  const testWithSecret = CARRIER_FACTS.get(name)?.secrets.sending ? test : test.skip;
  testWithSecret('classifies a key that is refused, and names no secret', async () => {
    const outcome = await carrier('wrong').send(sms);
    expect(outcome).toMatchObject({ kind: 'rejected', class: 'credentials' });
    expect(JSON.stringify(outcome)).not.toMatch(/another/);
  });

  test('finds an accepted text, or declares that it has no list', async () => {
    const one = carrier();
    const outcome = await one.send(sms);
    if (one.find === null) return;
    expect(await one.find({ to: sms.to, body: sms.body, sentAfter: Date.now() - 60_000 })).toEqual([
      { carrierSid: outcome.kind === 'accepted' ? outcome.carrierSid : '' },
    ]);
    const others = await one.find({ to: sms.to, body: 'Other words', sentAfter: Date.now() - 60_000 });
    expect(others).toMatchObject([{ other: { body: sms.body } }]);
  });
});
