import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Wire } from '@qdn/contracts';
import { ProductError } from '@qdn/domain';
import { apiEvent, type EventParts, lambdaContext, recordingLogger } from '@qdn/lambda/testing';
import { receiveMessage } from './handler.ts';

const PUBLIC_URL = 'https://relay.example';
const TOKEN = '12345678901234567890123456789012';
const SID = `SM${'a'.repeat(32)}`;
/** Twilio's full parameter set for an SMS, as it arrives. */
const parameters = {
  ToCountry: 'US',
  ToState: 'TX',
  SmsMessageSid: SID,
  NumMedia: '0',
  ToCity: '',
  FromZip: '78751',
  SmsSid: SID,
  FromState: 'TX',
  SmsStatus: 'received',
  FromCity: 'AUSTIN',
  Body: 'Running late, can you come after 3? QDN-1042',
  FromCountry: 'US',
  To: '+15125550142',
  ToZip: '',
  NumSegments: '1',
  MessageSid: SID,
  AccountSid: `AC${'b'.repeat(32)}`,
  From: '+15125550111',
  ApiVersion: '2010-04-01',
};

/** The algorithm as Twilio documents it, written out a second time. */
const sign = (url: string, entries: ReadonlyArray<readonly [string, string]>, token = TOKEN): string =>
  createHmac('sha1', token)
    .update(
      url +
        [...new Set(entries.map(([name, value]) => `${name}\0${value}`))]
          .sort()
          .map((pair) => pair.replace('\0', ''))
          .join(''),
    )
    .digest('base64');

let sent: Wire<'inboundMessage'>[];
let queueFails: boolean;
let log: ReturnType<typeof recordingLogger>;
let tokens: string[];
/** What the secret store holds, beside what this container has read before. */
let promoted: string[];
let freshReads: number;
let publicUrl: string;
const handler = () =>
  receiveMessage({
    queue: {
      send: async (message) => {
        if (queueFails) throw new ProductError('unavailable', 'The queue cannot be reached.', { retryAfterS: 5 });
        sent.push(message);
      },
    },
    authTokens: async (fresh = false) => {
      if (fresh) freshReads += 1;
      return fresh ? [...tokens, ...promoted] : tokens;
    },
    publicUrl,
    now: () => Date.UTC(2026, 10, 23, 15),
    log,
  });
beforeEach(() => {
  sent = [];
  queueFails = false;
  tokens = [TOKEN];
  promoted = [];
  freshReads = 0;
  publicUrl = PUBLIC_URL;
  log = recordingLogger();
});

const path = '/api/jobs/inbound/messages';
const post = (changes: Partial<EventParts> & { entries?: Array<[string, string]>; signature?: string } = {}) => {
  const { entries = Object.entries(parameters), rawQuery = '', ...parts } = changes;
  const url = `${PUBLIC_URL}${parts.path ?? path}${rawQuery ? `?${rawQuery}` : ''}`;
  const event = apiEvent({
    method: 'POST',
    path,
    pathParameters: { job_id: 'inbound' },
    rawQuery,
    headers: {
      // What API Gateway sees behind CloudFront; Twilio called and signed the public URL.
      host: 'abc123.execute-api.us-east-1.amazonaws.com',
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'X-Twilio-Signature': changes.signature ?? sign(url, entries),
    },
    body: new URLSearchParams(entries).toString(),
    ...parts,
  });
  return handler()(event, lambdaContext);
};

describe('Twilio’s webhook', () => {
  test('is answered with empty TwiML once the queue holds the message', async () => {
    expect(await post()).toMatchObject({
      statusCode: 200,
      headers: { 'Content-Type': 'text/xml' },
      body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
    });
    expect(sent).toMatchObject([
      {
        schema: 1,
        kind: 'message',
        via: 'twilio',
        messageSid: SID,
        pathJob: null,
        from: '+15125550111',
        to: '+15125550142',
        body: parameters.Body,
        media: [],
        parameters,
        receivedAt: '2026-11-23T15:00:00.000Z',
      },
    ]);
  });

  test('is never answered 200 when the queue refuses: Twilio is to try again', async () => {
    queueFails = true;
    expect(await post()).toMatchObject({ statusCode: 503, headers: { 'Retry-After': '5' } });
    expect(sent).toEqual([]);
  });

  test('names the job by its path, in any case; one that is none still passes', async () => {
    await post({ path: '/api/jobs/qdn-1042/messages', pathParameters: { job_id: 'qdn-1042' } });
    await post({ path: '/api/jobs/whatever/messages', pathParameters: { job_id: 'whatever' } });
    expect(sent.map(({ pathJob }) => pathJob)).toEqual(['QDN-1042', null]);
  });

  test('brings pictures along', async () => {
    const media = {
      NumMedia: '2',
      MediaUrl0: 'https://x/0',
      MediaContentType0: 'image/jpeg',
      MediaUrl1: 'https://x/1',
      MediaContentType1: 'video/mp4',
    };
    await post({ entries: Object.entries({ ...parameters, ...media }) });
    expect(sent[0]?.media).toEqual([
      { url: 'https://x/0', contentType: 'image/jpeg' },
      { url: 'https://x/1', contentType: 'video/mp4' },
    ]);
  });

  test('may hold unknown, blank and repeated parameters', async () => {
    const entries: Array<[string, string]> = [
      ...Object.entries(parameters),
      ['New', ''],
      ['Again', 'b'],
      ['Again', 'a'],
      ['Again', 'a'],
    ];
    expect(await post({ entries })).toMatchObject({ statusCode: 200 });
    expect(sent[0]?.parameters).toMatchObject({ New: '', Again: ['b', 'a', 'a'] });
  });

  test('may arrive base64-encoded, and with a query', async () => {
    const body = Buffer.from(new URLSearchParams(parameters).toString()).toString('base64');
    expect(await post({ body, base64: true })).toMatchObject({ statusCode: 200 });
    expect(await post({ rawQuery: 'a=1&a=2&b=%20' })).toMatchObject({ statusCode: 200 });
  });

  test('may be signed with the previous token while a new one is rolled out', async () => {
    tokens = ['the-new-token-the-new-token-1234', TOKEN];
    expect(await post()).toMatchObject({ statusCode: 200 });
    expect(freshReads).toBe(0);
  });

  test('may be signed with a token that was promoted a moment ago', async () => {
    tokens = ['the-old-token-the-old-token-1234'];
    promoted = [TOKEN];
    expect(await post()).toMatchObject({ statusCode: 200 });
    expect(freshReads).toBe(1);
  });

  test('is one call of the queue, whatever it says', async () => {
    await post();
    await post({ entries: Object.entries({ ...parameters, Body: 'STOP', OptOutType: '' }) });
    expect(sent).toHaveLength(2);
    expect(sent[1]).toMatchObject({ body: 'STOP', optOutType: null });
  });

  test('carries a customer’s words as they are: blanks, signs, lines, emoji, and more than Twilio allows', async () => {
    for (const body of ['', '  a+b & c=d%20 ', 'zwei\nZeilen\r\n', '🚚 ñ “quoted” \u0007', 'x'.repeat(4000)]) {
      expect(await post({ entries: Object.entries({ ...parameters, Body: body }) })).toMatchObject({ statusCode: 200 });
      expect(sent.at(-1)?.body).toBe(body);
    }
  });

  test('keeps a thousand parameters and more under its signature', async () => {
    const many = Array.from({ length: 1200 }, (_, i): [string, string] => [`P${i}`, '1']);
    expect(await post({ entries: [...Object.entries(parameters), ...many] })).toMatchObject({ statusCode: 200 });
    expect(Object.keys(sent[0]?.parameters ?? {})).toHaveLength(1200 + Object.keys(parameters).length);
  });

  test('has a preflight, as every endpoint', async () => {
    const answer = await handler()(apiEvent({ method: 'OPTIONS', path }), lambdaContext);
    expect(answer).toMatchObject({ statusCode: 204, headers: { 'Access-Control-Allow-Origin': '*' } });
  });
});

describe('what Twilio did not sign', () => {
  test.each([
    ['no signature', { signature: '' }],
    ['another token’s', { signature: sign(`${PUBLIC_URL}${path}`, Object.entries(parameters), 'other') }],
    ['another URL’s', { signature: sign(`https://evil.example${path}`, Object.entries(parameters)) }],
    ['another body’s', { signature: sign(`${PUBLIC_URL}${path}`, Object.entries({ ...parameters, Body: 'x' })) }],
  ])('%s is refused before anything is read', async (_, changes) => {
    expect(await post(changes)).toMatchObject({ statusCode: 403 });
    expect(sent).toEqual([]);
  });

  test('a change of anything that Twilio signed is refused', async () => {
    const entries = Object.entries(parameters);
    const signature = sign(`${PUBLIC_URL}${path}`, entries);
    const changed: Array<Array<[string, string]>> = [
      entries.map(([name, value]) => [name, name === 'ToCity' ? ' ' : value]),
      [...entries, ['Blank', '']],
      entries.filter(([name]) => name !== 'ToZip'),
      entries.map(([name, value]) => [name.replace('FromZip', 'Fromzip'), value]),
    ];
    for (const form of changed) expect(await post({ entries: form, signature })).toMatchObject({ statusCode: 403 });
    expect(await post({ entries, signature, rawQuery: 'a=1' })).toMatchObject({ statusCode: 403 });
    expect(await post({ entries, signature })).toMatchObject({ statusCode: 200 });
  });

  test('is no reason to read the secret again when there is no signature at all', async () => {
    await post({ signature: '' });
    expect(freshReads).toBe(0);
  });

  test('learns nothing of the schema', async () => {
    const answer = await post({ entries: [['Body', 'forged']], signature: 'AAAA' });
    expect(JSON.parse(answer.body ?? '')).toEqual({
      type: 'urn:qdn:problem:bad-signature',
      title: expect.any(String),
      status: 403,
      detail: expect.any(String),
      correlationId: expect.any(String),
    });
  });
});

/** https://www.twilio.com/docs/usage/security: the parameters are a call's, so what is signed right is refused for its content. */
test.each([
  ['https://mycompany.com', 'RSOYDt4T1cUTdK1PDd93/VVr8B8=', 422],
  ['https://mycompany.com:443', 'kvajT1Ptam85bY51eRf/AJRuM3w=', 422],
  ['http://mycompany.com:80', '0ZXoZLH/DfblKGATFgpif+LLRf4=', 422],
  ['https://mycompany.com', 'RSOYDt4T1cUTdK1PDd93/VVr8B9=', 403],
])('Twilio’s published example for %s with %s', async (url, signature, status) => {
  publicUrl = url;
  tokens = ['12345'];
  const entries: Array<[string, string]> = [
    ['To', '+18005551212'],
    ['Digits', '1234'],
    ['CallSid', 'CA1234567890ABCDE'],
    ['From', '+14158675309'],
    ['Caller', '+14158675309'],
  ];
  const answer = await post({ path: '/myapp.php', rawQuery: 'foo=1&bar=2', entries, signature });
  expect(answer.statusCode).toBe(status);
});

test.each([
  ['JSON', { headers: { 'content-type': 'application/json' } }, 415],
  ['more than 64 KB', { entries: [...Object.entries(parameters), ['Much', 'x'.repeat(66_000)]] }, 413],
] satisfies Array<[string, Parameters<typeof post>[0], number]>)('%s is refused', async (_, changes, status) => {
  const { headers } = { headers: {}, ...changes };
  const signed = { 'X-Twilio-Signature': sign(`${PUBLIC_URL}${path}`, Object.entries(parameters)), ...headers };
  const answer = await post({ ...changes, ...('headers' in changes ? { headers: signed } : {}) });
  expect(answer.statusCode).toBe(status);
  expect(sent).toEqual([]);
});

test('a secret that cannot be read is no refusal: Twilio is to try again', async () => {
  const unavailable = async () => Promise.reject(new ProductError('unavailable', 'The secret store is away.'));
  const broken = receiveMessage({
    queue: { send: async () => {} },
    authTokens: unavailable,
    publicUrl,
    now: () => 0,
    log,
  });
  const event = apiEvent({ method: 'POST', path, headers: { 'X-Twilio-Signature': 'x' }, body: 'Body=x' });
  expect(await broken(event, lambdaContext)).toMatchObject({ statusCode: 503 });
});

test.each([
  ['no MessageSid', { MessageSid: undefined }],
  ['a MessageSid that is none', { MessageSid: 'SM1' }],
  ['no Body', { Body: undefined }],
])('a signed form with %s is refused with the place', async (_, changes) => {
  const entries = Object.entries({ ...parameters, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const answer = await post({ entries });
  expect(answer.statusCode).toBe(422);
  expect(JSON.parse(answer.body ?? '').errors).toHaveLength(1);
});

test('no number and no word of the customer is in the log', async () => {
  await post();
  expect(log.lines.join()).toContain(SID);
  expect(log.lines.join()).not.toMatch(/5550111|Running late/);
});
