import { describe, expect, test } from '@jest/globals';
import type { SendOutcome } from '@qdn/domain';
import {
  aCompany,
  aJob,
  memoryJobs,
  memoryLocations,
  memoryLog,
  memoryRelay,
  typicalTravel,
} from '@qdn/domain/testing';
import { createLogger } from '@qdn/lambda';
import { apiEvent, lambdaContext, sqsEvent } from '@qdn/lambda/testing';
import twilio from 'twilio/lib/webhooks/webhooks.js';
import { admitMessage } from './functions/admit-message/handler.ts';
import { receiveFallback } from './functions/receive-fallback/handler.ts';
import { receiveMessage } from './functions/receive-message/handler.ts';
import { recordDelivery } from './functions/record-delivery/handler.ts';
import { type RelayMessageDependencies, relayMessage } from './functions/relay-message/handler.ts';

/*
 * Customers' texts and all numbers stay out of CloudWatch. Each function runs with recognizable words, in success and in every failure
 * that a test can cause, and every line that it writes is searched.
 */
const PUBLIC_URL = 'https://relay.example';
const TOKEN = '12345678901234567890123456789012';
const SID = `SM${'a'.repeat(32)}`;
const OUTBOUND = `QDN-1042~${SID}~dana`;
const WORDS = 'zebra-canary “ürgent” 🚚 & call\nme at 512 555 0199 or 5125550197, QDN-1042?';
const FROM = '+15125550198';
/** The words, whole or encoded, and the numbers of the customer, of the words and of the dispatcher. */
const TELLTALE = /zebra|canary|rgent|555.{0,3}019[789]|5550171|emVicmEtY2FuYXJ5/;

let lines: string[] = [];
const log = createLogger('sms-relay', (line) => lines.push(line));
const written = async (run: () => Promise<unknown>): Promise<string[]> => {
  lines = [];
  await run();
  return lines;
};

/** Returns the lines that are not only metrics. */
const messagesIn = (lines: readonly string[]) => lines.filter((line) => 'level' in JSON.parse(line));

const quoted = JSON.stringify(WORDS);
/** Errors that quote their input, as libraries do. */
const COMPLAINTS: ReadonlyArray<[string, Error]> = [
  ['quotes the words', new Error(`Value '${WORDS}' at 'messageBody' failed to satisfy constraint (from ${FROM})`)],
  ['quotes them as JSON', new Error(`1 validation error: {"body":${quoted},"from":"${FROM}"}`)],
  ['quotes them as in an address', new Error(`GET /x?Body=${encodeURIComponent(WORDS)} ${encodeURIComponent(FROM)}`)],
  ['quotes the form', new Error(`bad form ${new URLSearchParams({ Body: WORDS, From: FROM })}`)],
  ['quotes the beginning of its input', new SyntaxError(`Unexpected token z, "${WORDS.slice(0, 12)}"…`)],
  ['names the recipient', new Error('The number +15125550171 is not reachable')],
];
const failing = (error: Error) => async (): Promise<never> => Promise.reject(error);

const ACCOUNT = `AC${'b'.repeat(32)}`;
const form = { MessageSid: SID, AccountSid: ACCOUNT, From: FROM, To: '+15125550142', Body: WORDS, NumMedia: '0' };
const signedPost = (path: string, fields: Record<string, string>, pathParameters: Record<string, string>) =>
  apiEvent({
    method: 'POST',
    path,
    pathParameters,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': twilio.getExpectedTwilioSignature(TOKEN, `${PUBLIC_URL}${path}`, fields),
    },
    body: new URLSearchParams(fields).toString(),
  });
const message = (fields: Record<string, string> = form) =>
  signedPost('/api/jobs/inbound/messages', fields, { job_id: 'inbound' });

const webhook = { authTokens: async () => [TOKEN], publicUrl: PUBLIC_URL, now: () => 0, log };
const taken = { send: async () => {} };

describe('neither words nor numbers are in the log of the webhooks', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['an accepted message', () => receiveMessage({ ...webhook, queue: taken })(message(), lambdaContext)],
    [
      'one that differs from Twilio’s documentation',
      () =>
        receiveMessage({ ...webhook, queue: taken })(
          message({ Body: WORDS, From: '512 555 0198', NumMedia: WORDS }),
          lambdaContext,
        ),
    ],
    [
      'one without a signature',
      () => receiveMessage({ ...webhook, authTokens: async () => ['x'], queue: taken })(message(), lambdaContext),
    ],
    ['a receipt', () => recordDelivery({ ...webhook, queue: taken })(receipt(), lambdaContext)],
    [
      'a malformed receipt',
      () =>
        recordDelivery({ ...webhook, queue: taken })(
          receipt({ MessageStatus: WORDS, ErrorCode: WORDS }),
          lambdaContext,
        ),
    ],
    ['a message over the fallback', () => receiveFallback({ ...webhook, queue: taken })(message(), lambdaContext)],
  ])('%s', async (_, run) => {
    expect((await written(run)).filter((line) => TELLTALE.test(line))).toEqual([]);
  });

  test.each(COMPLAINTS)('when a dependency %s', async (_, error) => {
    const queue = { send: failing(error) };
    const all = await written(async () => {
      for (const broken of [{ queue }, { queue: taken, authTokens: failing(error) }]) {
        const deps = { ...webhook, ...broken };
        expect(await receiveMessage(deps)(message(), lambdaContext)).toMatchObject({ statusCode: 503 });
      }
      expect(await receiveFallback({ ...webhook, queue })(message(), lambdaContext)).toMatchObject({ statusCode: 503 });
    });
    expect(messagesIn(all)).toHaveLength(3);
    expect(all.filter((line) => TELLTALE.test(line))).toEqual([]);
  });

  test('when the receipts’ queue quotes the receipt', async () => {
    const send = failing(new Error(`bad form ${receipt().body} from ${FROM} to +15125550171`));
    const all = await written(() => recordDelivery({ ...webhook, queue: { send } })(receipt(), lambdaContext));
    expect(messagesIn(all)).toHaveLength(1);
    expect(all.filter((line) => TELLTALE.test(line))).toEqual([]);
  });
});

const receipt = (changes: Record<string, string> = {}) =>
  signedPost(
    `/api/messages/${OUTBOUND}/status`,
    {
      MessageSid: `SM${'c'.repeat(32)}`,
      AccountSid: ACCOUNT,
      MessageStatus: 'delivered',
      To: '+15125550171',
      From: FROM,
      ...changes,
    },
    { message_id: OUTBOUND },
  );

test.each(COMPLAINTS)('nor in the log of admit-message, when its queue %s', async (_, error) => {
  const { body = '', headers, rawPath: path } = message();
  const unverified = {
    schema: 1,
    kind: 'unverified-message',
    signature: headers['x-twilio-signature'] ?? '',
    job: 'inbound',
    path,
    query: '',
    userAgent: null,
    idempotencyToken: null,
    receivedAt: '2026-11-23T15:00:00.000Z',
    body64: Buffer.from(body).toString('base64'),
  };
  const admit = (changes: object) =>
    admitMessage({ ...webhook, queue: taken, postpone: async () => {}, ...changes })(sqsEvent([unverified]));
  const all = await written(async () => {
    await admit({});
    await admit({ queue: { send: failing(error) }, postpone: failing(error) });
    await admit({ authTokens: failing(error) });
    await admitMessage({ ...webhook, queue: taken, postpone: async () => {} })(
      sqsEvent([{ ...unverified, schema: WORDS }]),
    );
  });
  expect(all.some((line) => line.includes('MESSAGE_ADMITTED'))).toBe(true);
  expect(all.filter((line) => TELLTALE.test(line))).toEqual([]);
});

const record = (changes: object = {}) => ({
  schema: 1,
  kind: 'message',
  via: 'twilio',
  messageSid: SID,
  pathJob: null,
  receivedAt: '2026-11-23T15:00:00.000Z',
  from: FROM,
  to: '+15125550142',
  body: WORDS,
  optOutType: null,
  media: [{ url: `https://x.example/${encodeURIComponent(WORDS)}`, contentType: 'image/jpeg' }],
  parameters: { Body: WORDS, From: FROM },
  ...changes,
});

const work = async (changes: Partial<RelayMessageDependencies>, records: unknown[] = [record()]) => {
  const accepted: SendOutcome = { kind: 'accepted', carrierSid: 'SMx' };
  const handler = relayMessage({
    jobs: memoryJobs([aJob()]),
    relay: memoryRelay(),
    locations: memoryLocations(),
    travel: typicalTravel,
    complianceLog: memoryLog(),
    notices: { send: async () => {} },
    followUps: { schedule: async () => {} },
    carriers: [{ name: 'twilio', send: async () => accepted, find: async () => [] }],
    company: aCompany(),
    segmentUsd: 0.01,
    mediaLink: async () => 'https://x.example/m/1',
    trackingLink: async () => 'https://x.example/t/1',
    now: () => Date.UTC(2026, 10, 23, 15),
    random: () => 0,
    pause: async () => {},
    newOwner: () => `run-${Math.random()}`,
    postpone: async () => {},
    log,
    ...changes,
  });
  return handler(sqsEvent(records));
};

/** Makes a store with one failing method. */
const brokenRelay = (method: string, error: Error): ReturnType<typeof memoryRelay> =>
  new Proxy(memoryRelay(), {
    get: (store, name, receiver) => (name === method ? failing(error) : Reflect.get(store, name, receiver)),
  });

describe('nor in the log of the worker', () => {
  const sent = (outcome: SendOutcome): Pick<RelayMessageDependencies, 'carriers'> => ({
    carriers: [{ name: 'twilio', send: async () => outcome, find: async () => [] }],
  });
  const detail = `'${WORDS}' to ${FROM} and +15125550171`;
  test.each<[string, () => Promise<unknown>]>([
    ['a message that is relayed', () => work({})],
    [
      'one that is refused because of its recipient',
      () => work(sent({ kind: 'rejected', class: 'unreachable', code: 21211, detail })),
    ],
    [
      'one that is refused because of our setup',
      () => work(sent({ kind: 'rejected', class: 'credentials', code: 20003, detail })),
    ],
    ['one that the carrier did not process', () => work(sent({ kind: 'not-processed', detail }))],
    ['one with an unknown outcome', () => work(sent({ kind: 'unknown', detail }))],
    ['a record that does not follow its schema', () => work({}, [record({ schema: WORDS }), record({ [WORDS]: 1 })])],
    ['a record that is not JSON', () => work({}, [`{"body": ${WORDS}`, WORDS])],
    ['STOP', () => work({}, [record({ body: 'please stop texting me zebra' })])],
  ])('%s', async (_, run) => {
    const all = await written(run);
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter((line) => TELLTALE.test(line))).toEqual([]);
  });

  const methods = [
    'plan',
    'pin',
    'record',
    'open',
    'resolve',
    'recent',
    'sentTo',
    'stopped',
    'outboundMessagesOf',
    'setConsent',
  ];
  test.each(COMPLAINTS)('when a dependency %s', async (_, error) => {
    const broken: Array<Partial<RelayMessageDependencies>> = [
      ...methods.map((method) => ({ relay: brokenRelay(method, error) })),
      { jobs: { ...memoryJobs(), find: failing(error), activeByPhone: failing(error), endedByPhone: failing(error) } },
      { locations: { shown: failing(error) } },
      { complianceLog: { append: failing(error) } },
      { complianceLog: { append: failing(error) }, postpone: failing(error) },
      { followUps: { schedule: failing(error) } },
      { carriers: [{ name: 'twilio', send: failing(error), find: failing(error) }] },
      { mediaLink: failing(error) },
      { trackingLink: failing(error) },
    ];
    const all = await written(async () => {
      for (const changes of broken) await work(changes);
    });
    expect(all.filter((line) => /(RECORD|BATCH)_FAILED/.test(line)).length).toBeGreaterThan(8);
    expect(all.filter((line) => TELLTALE.test(line))).toEqual([]);
  });
});
