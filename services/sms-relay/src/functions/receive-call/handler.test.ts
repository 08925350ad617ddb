import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Wire } from '@qdn/contracts';
import { validate as isRelayRecord } from '@qdn/contracts/validators/relayRecord';
import { DEFAULT_POLICY, type DutySwap, type PhoneNumber, type RecipientId, type RelayCompany } from '@qdn/domain';
import { apiEvent, lambdaContext, recordingLogger } from '@qdn/lambda/testing';
import twilio from 'twilio/lib/webhooks/webhooks.js';
import { receiveCall } from './handler.ts';

const PUBLIC_URL = 'https://relay.example';
const TOKEN = '12345678901234567890123456789012';
const ACCOUNT = `AC${'b'.repeat(32)}`;
const CALL = `CA${'a'.repeat(32)}`;
const TEXT_NUMBER = '+15125550142';
const MARIA = '+15125550111';
const SID = `SM${'d'.repeat(32)}`;
const START = Date.UTC(2026, 10, 23, 15);
const contact = (id: string, phone: string, quietHours?: { from: string; to: string }) => ({
  id: id as RecipientId,
  name: id,
  phone: phone as PhoneNumber,
  ...(quietHours ? { quietHours } : {}),
});
const dana = contact('dana', '+15125550171');
const luis = contact('luis', '+15125550172');
const SWAP: DutySwap = {
  id: SID as DutySwap['id'],
  date: '2026-11-23',
  giver: 'tom',
  taker: 'luis',
  asker: 'tom',
  askedAt: START,
  endsAt: START,
  language: 'en',
  state: 'agreed',
};
const COMPANY: RelayCompany = {
  name: 'Quick & Dump',
  phone: '+15125550100',
  textNumbers: [TEXT_NUMBER],
  timeZone: 'America/Chicago',
  jobPrefix: 'QDN',
  contacts: [dana, luis],
  operator: '+15125550180',
  drivers: [],
  policy: DEFAULT_POLICY,
};

let company: RelayCompany;
let records: Wire<'callRecord'>[];
let failing: 'queue' | 'store' | null;
let log: ReturnType<typeof recordingLogger>;
beforeEach(() => {
  company = COMPANY;
  records = [];
  failing = null;
  log = recordingLogger();
});

const stored = <T>(value: T): Promise<T> =>
  failing === 'store' ? Promise.reject(new Error('DynamoDB is down')) : Promise.resolve(value);

const handler = () =>
  receiveCall({
    company,
    jobOf: (phone) => stored(phone === MARIA ? ('QDN-1042' as never) : null),
    customerOf: () => stored('Maria <López>'),
    plannedCall: (message) =>
      stored(message === SID ? { ring: dana.phone, connect: MARIA, who: 'Maria Lopez', handle: '@1042' } : null),
    swaps: () => stored([SWAP]),
    record: async (record) => {
      if (failing === 'queue') throw new Error('SQS is down');
      records.push(record);
    },
    authTokens: async () => [TOKEN],
    isOurAccount: async (sid) => sid === ACCOUNT,
    publicUrl: PUBLIC_URL,
    now: () => START,
    log,
  });

type Fields = Record<string, string>;
/** Calls a step as Twilio does, with its signature. @param step with the query */
const post = async (step: string, changes: Fields = {}, signature?: string) => {
  const [path = '', rawQuery = ''] = `/api/calls/${step}`.split('?');
  const form = {
    CallSid: CALL,
    AccountSid: ACCOUNT,
    From: MARIA,
    To: TEXT_NUMBER,
    CallStatus: 'ringing',
    Direction: 'inbound',
    ...changes,
  };
  const url = `${PUBLIC_URL}/api/calls/${step}`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'X-Twilio-Signature': signature ?? twilio.getExpectedTwilioSignature(TOKEN, url, form),
  };
  const pathParameters = { call_step: path.split('/').at(-1) ?? '' };
  const body = new URLSearchParams(form).toString();
  return handler()(apiEvent({ path, rawQuery, body, headers, pathParameters }), lambdaContext);
};
const twimlOf = async (step: string, changes: Fields = {}): Promise<string> => {
  const answer = await post(step, changes);
  expect(answer).toMatchObject({ statusCode: 200, headers: { 'Content-Type': 'text/xml' } });
  return String(answer.body);
};
/** The address that an attribute of the TwiML names, as a step with its query. */
const addressIn = (content: string, attribute: string): string =>
  (new RegExp(`${attribute}="${PUBLIC_URL}/api/calls/([^"]+)"`).exec(content)?.[1] ?? '').replaceAll('&amp;', '&');

describe('a call to the company’s number', () => {
  test('rings the first contact with the company’s number as caller ID', async () => {
    const content = await twimlOf('incoming');
    expect(content).toMatch(/<Dial [^>]*timeout="20"[^>]*callerId="\+15125550142" answerOnBridge="true">/);
    expect(content).toContain(`>${dana.phone}</Number>`);
    expect(content).not.toContain(luis.phone);
    expect(records).toEqual([]);
  });

  test('asks the contact to press a key, and names the caller and the job', async () => {
    const screen = addressIn(await twimlOf('incoming'), 'url');
    const content = await twimlOf(screen, { From: TEXT_NUMBER, To: dana.phone });
    expect(content).toContain('Call for Quick &amp; Dump, from Maria &lt;López&gt;, job 1 0 4 2. Press 1 to take it.');
    expect(content).toMatch(/<\/Gather><Hangup\/><\/Response>$/);
    const accepted = addressIn(content, 'action');
    expect(await twimlOf(accepted, { Digits: '1' })).toMatch(/<Response\/>$/);
    // Voicemail presses no key.
    expect(await twimlOf(accepted)).toContain('<Hangup/>');
  });

  test('names only the end of a stranger’s number, and no address has a phone number', async () => {
    const content = await twimlOf('incoming', { From: '+15125550199' });
    expect(content.match(/(?:url|action)="[^"]*"/g)?.join()).not.toContain('5550199');
    expect(await twimlOf(addressIn(content, 'url'))).toContain('a number ending in 0 1 9 9');
  });

  test.each(['no-answer', 'busy', 'failed', 'canceled'])('rings the next contact after %s', async (status) => {
    const dialed = addressIn(await twimlOf('incoming'), 'action');
    const content = await twimlOf(dialed, { DialCallStatus: status, CallStatus: 'in-progress' });
    expect(content).toContain(`>${luis.phone}</Number>`);
    expect(records).toEqual([]);
  });

  test('rings the next contact when voicemail has answered, which is reported as completed but not bridged', async () => {
    const dialed = addressIn(await twimlOf('incoming'), 'action');
    const changes = { DialCallStatus: 'completed', DialBridged: 'false', CallStatus: 'in-progress' };
    expect(await twimlOf(dialed, changes)).toContain(`>${luis.phone}</Number>`);
  });

  test('is missed when the last contact does not answer, and the caller hears so in English and Spanish', async () => {
    const content = await twimlOf('dialed?after=luis', { DialCallStatus: 'no-answer', CallStatus: 'in-progress' });
    expect(content).toMatch(/<Say language="en-US">.*<Say language="es-MX">.*<Hangup\/>/);
    expect(records).toEqual([
      {
        schema: 1,
        kind: 'call',
        what: 'missed',
        callSid: CALL,
        from: MARIA,
        to: TEXT_NUMBER,
        messageSid: null,
        at: '2026-11-23T15:00:00.000Z',
      },
    ]);
    expect(isRelayRecord(records[0])).toBe(true);
  });

  test('that was answered ends without a record', async () => {
    const changes = { DialCallStatus: 'completed', DialBridged: 'true', CallStatus: 'in-progress' };
    expect(await twimlOf('dialed?after=dana', changes)).toMatch(/<Response><Hangup\/><\/Response>$/);
    expect(await twimlOf('ended', { CallStatus: 'completed' })).toMatch(/<Response\/>$/);
    expect(records).toEqual([]);
  });

  test.each(['no-answer', 'canceled', 'busy', 'failed'])(
    'is missed when the caller hangs up while it rings, and no one else is rung: %s',
    async (CallStatus) => {
      const content = await twimlOf('dialed?after=dana', { DialCallStatus: 'canceled', CallStatus });
      expect(content).not.toContain('<Dial');
      await twimlOf('ended', { CallStatus });
      expect(records.map(({ what, callSid }) => [what, callSid])).toEqual([
        ['missed', CALL],
        ['missed', CALL],
      ]);
    },
  );

  test('is missed at once while everyone has quiet hours', async () => {
    const asleep = { from: '08:00', to: '10:00' };
    company = { ...COMPANY, contacts: [contact('dana', dana.phone, asleep)] };
    expect(await twimlOf('incoming')).not.toContain('<Dial');
    expect(records).toHaveLength(1);
  });

  test('passes over a contact with quiet hours', async () => {
    company = { ...COMPANY, contacts: [contact('dana', dana.phone, { from: '08:00', to: '10:00' }), luis] };
    expect(await twimlOf('incoming')).toContain(luis.phone);
  });

  test('rings those on duty first, by the rota and its swaps, also while the table is down', async () => {
    const shifts = [{ days: ['mon' as const], contacts: ['tom'] }];
    const tom = contact('tom', '+15125550174', { from: '08:00', to: '10:00' });
    const policy = { ...DEFAULT_POLICY, rota: { shifts, others: 'after' as const } };
    company = { ...COMPANY, contacts: [dana, luis, tom], policy };
    expect(await twimlOf('incoming')).toContain(`>${luis.phone}</Number>`);
    const ended = { DialCallStatus: 'no-answer', CallStatus: 'in-progress' };
    expect(await twimlOf('dialed?after=luis', ended)).toContain(dana.phone);
    failing = 'store';
    expect(await twimlOf('incoming')).toContain(`>${tom.phone}</Number>`);
  });

  test('rings three contacts at most', async () => {
    const contacts = [1, 2, 3, 4, 5].map((n) => contact(`c${n}`, `+1512555017${n}`));
    company = { ...COMPANY, contacts };
    const ended = { DialCallStatus: 'no-answer', CallStatus: 'in-progress' };
    expect(await twimlOf('dialed?after=c2', ended)).toContain('+15125550173');
    expect(await twimlOf('dialed?after=c3', ended)).not.toContain('<Dial');
  });

  test('from our own number is a loop of a phone that forwards its calls, and is refused', async () => {
    expect(await twimlOf('incoming', { From: TEXT_NUMBER })).toContain('<Reject reason="busy"/>');
  });

  test.each([dana.phone, '+15125550180'])('of the team itself says how to call a customer: %s', async (From) => {
    const content = await twimlOf('incoming', { From });
    expect(content).toContain('text the job number and the word call');
    expect(content).not.toContain('<Dial');
    expect(records).toEqual([]);
  });

  test.each(['anonymous', '+266696687', 'sip:joe@pbx.example', 'Restricted', ''])(
    'of a hidden caller rings like any other: %s',
    async (From) => {
      const content = await twimlOf('incoming', { From });
      expect(content).toContain(dana.phone);
      expect(await twimlOf(addressIn(content, 'url'))).toContain('an unknown caller');
    },
  );

  test('only ever rings numbers of the company file', async () => {
    const content = await twimlOf('incoming', { To: '+19005550123', From: '+19765550123' });
    expect(content.match(/<Number[^>]*>([^<]*)/)?.[1]).toBe(dana.phone);
    expect(content).toContain('callerId="+15125550142"');
  });

  test('rings on while the table is down', async () => {
    failing = 'store';
    const content = await twimlOf('incoming');
    expect(content).toContain(dana.phone);
    expect(await twimlOf(addressIn(content, 'url'))).toContain('a number ending in 0 1 1 1');
  });

  test('is not called missed to the caller before SQS has it', async () => {
    failing = 'queue';
    const missed = await post('dialed?after=luis', { DialCallStatus: 'no-answer', CallStatus: 'in-progress' });
    expect(missed.statusCode).toBe(503);
  });

  test('with calls switched off says that the number takes texts', async () => {
    company = { ...COMPANY, policy: { ...DEFAULT_POLICY, calls: { answer: false, ringSeconds: 20 } } };
    expect(await twimlOf('incoming')).toContain('text messages only');
    await twimlOf('ended', { CallStatus: 'no-answer' });
    expect(records).toEqual([]);
  });
});

describe('a call that a dispatcher asked for', () => {
  const own = { From: TEXT_NUMBER, To: dana.phone, Direction: 'outbound-api', CallStatus: 'in-progress' };

  test('asks the dispatcher for a key, and then rings the customer with the company’s number', async () => {
    const content = await twimlOf(`bridge?message=${SID}`, own);
    expect(content).toContain('Press 1 to call Maria Lopez.');
    expect(content).not.toContain(MARIA);
    const connected = await twimlOf(addressIn(content, 'action'), { ...own, Digits: '1' });
    expect(connected).toMatch(/<Dial [^>]*callerId="\+15125550142"><Number>\+15125550111<\/Number><\/Dial>/);
  });

  test('without a key, as by voicemail, calls no one and tells the dispatcher', async () => {
    const content = await twimlOf(`bridge?message=${SID}`, own);
    const refused = /<Redirect method="POST">[^<]*\/api\/calls\/([^<]+)<\/Redirect>/.exec(content)?.[1] ?? '';
    expect(await twimlOf(refused, own)).toContain('<Hangup/>');
    expect(records).toMatchObject([{ what: 'not-picked-up', messageSid: SID }]);
    expect(await twimlOf(`connect?message=${SID}`, own)).not.toContain('<Dial');
  });

  test.each(['busy', 'no-answer', 'failed', 'canceled'])(
    'that the dispatcher does not take is reported: %s',
    async (CallStatus) => {
      await twimlOf(`placed?message=${SID}`, { ...own, CallStatus });
      expect(records).toMatchObject([{ what: 'not-picked-up', messageSid: SID, callSid: CALL }]);
      expect(isRelayRecord(records[0])).toBe(true);
    },
  );

  test('says that the customer did not answer', async () => {
    const ended = { ...own, DialCallStatus: 'no-answer' };
    expect(await twimlOf(`connected?message=${SID}`, ended)).toContain('Maria Lopez did not answer');
  });

  test.each(['', '?message=', `?message=SM${'e'.repeat(32)}`, '?message=x'])(
    'of an unknown message ends: %s',
    async (query) => {
      for (const step of ['bridge', 'connect'])
        expect(await twimlOf(`${step}${query}`, { ...own, Digits: '1' })).toContain('<Hangup/>');
    },
  );
});

describe('a request', () => {
  test('without Twilio’s signature is refused', async () => {
    expect((await post('incoming', {}, 'bm8=')).statusCode).toBe(403);
    expect(records).toEqual([]);
  });

  test('that is signed for another account is refused, and counted', async () => {
    expect((await post('incoming', { AccountSid: `AC${'c'.repeat(32)}` })).statusCode).toBe(403);
    expect(log.measured).toContainEqual({ CredentialsRefused: 1 });
  });

  test('for a step that does not exist is refused', async () => {
    expect((await post('toll')).statusCode).toBe(422);
  });

  test('leaves no number and no name in the log', async () => {
    await twimlOf('incoming');
    expect(log.lines.join()).not.toMatch(/5550111|5550171|López/);
  });
});
