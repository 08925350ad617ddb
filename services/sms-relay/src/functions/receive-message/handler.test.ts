import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { recordBytes } from '@qdn/aws/inbound-queue';
import type { Wire } from '@qdn/contracts';
import { validate as isRelayRecord } from '@qdn/contracts/validators/relayRecord';
import { ProductError } from '@qdn/domain';
import { apiEvent, type EventParts, lambdaContext, recordingLogger } from '@qdn/lambda/testing';
import { codePoint } from '@qdn/test-support/code-point';
import fc from 'fast-check';
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

/** Signs with Twilio's documented algorithm, implemented independently of the product. */
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
/** The Auth Tokens in the secret store, which may be newer than this container's. */
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
      // The URL that API Gateway sees behind CloudFront; Twilio called and signed the public one.
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

  test('is never answered 200 when the queue refuses, so that Twilio retries', async () => {
    queueFails = true;
    expect(await post()).toMatchObject({ statusCode: 503, headers: { 'Retry-After': '5' } });
    expect(sent).toEqual([]);
  });

  test('names the job by its path, in upper or lower case, and passes with an invalid one', async () => {
    await post({ path: '/api/jobs/qdn-1042/messages', pathParameters: { job_id: 'qdn-1042' } });
    await post({ path: '/api/jobs/whatever/messages', pathParameters: { job_id: 'whatever' } });
    expect(sent.map(({ pathJob }) => pathJob)).toEqual(['QDN-1042', null]);
  });

  test('keeps pictures', async () => {
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

  test('may have unknown, blank and repeated parameters', async () => {
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

  test('is one SQS call, for any content', async () => {
    await post();
    await post({ entries: Object.entries({ ...parameters, Body: 'STOP', OptOutType: '' }) });
    expect(sent).toHaveLength(2);
    expect(sent[1]).toMatchObject({ body: 'STOP', optOutType: null });
  });

  test('keeps a customer’s words unchanged: blanks, symbols, lines, emoji, and more than Twilio allows', async () => {
    for (const body of ['', '  a+b & c=d%20 ', 'zwei\nZeilen\r\n', '🚚 ñ “quoted” \u0007', 'x'.repeat(4000)]) {
      expect(await post({ entries: Object.entries({ ...parameters, Body: body }) })).toMatchObject({ statusCode: 200 });
      expect(sent.at(-1)?.body).toBe(body);
    }
  });

  test('keeps more than a thousand parameters under its signature', async () => {
    const many = Array.from({ length: 1200 }, (_, i): [string, string] => [`P${i}`, '1']);
    expect(await post({ entries: [...Object.entries(parameters), ...many] })).toMatchObject({ statusCode: 200 });
    expect(Object.keys(sent[0]?.parameters ?? {})).toHaveLength(1200 + Object.keys(parameters).length);
  });

  test('has a preflight, like every endpoint', async () => {
    const answer = await handler()(apiEvent({ method: 'OPTIONS', path }), lambdaContext);
    expect(answer).toMatchObject({ statusCode: 204, headers: { 'Access-Control-Allow-Origin': '*' } });
  });
});

describe('a request without Twilio’s signature', () => {
  test.each([
    ['no signature', { signature: '' }],
    ['another token’s', { signature: sign(`${PUBLIC_URL}${path}`, Object.entries(parameters), 'other') }],
    ['another URL’s', { signature: sign(`https://evil.example${path}`, Object.entries(parameters)) }],
    ['another body’s', { signature: sign(`${PUBLIC_URL}${path}`, Object.entries({ ...parameters, Body: 'x' })) }],
  ])('%s is refused before anything is read', async (_, changes) => {
    expect(await post(changes)).toMatchObject({ statusCode: 403 });
    expect(sent).toEqual([]);
  });

  test('is refused after a change of anything that Twilio signed', async () => {
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

  test('does not read the secret again when there is no signature at all', async () => {
    await post({ signature: '' });
    expect(freshReads).toBe(0);
  });

  test('reveals nothing of the schema', async () => {
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

/**
 * https://www.twilio.com/docs/usage/security: the examples have the parameters of a voice call. Every signed form is accepted; without
 * a message SID it gets one of our own.
 */
test.each([
  ['https://mycompany.com', 'RSOYDt4T1cUTdK1PDd93/VVr8B8=', 200],
  ['https://mycompany.com:443', 'kvajT1Ptam85bY51eRf/AJRuM3w=', 200],
  ['http://mycompany.com:80', '0ZXoZLH/DfblKGATFgpif+LLRf4=', 200],
  ['https://mycompany.com', 'RSOYDt4T1cUTdK1PDd93/VVr8B9=', 403],
])('Twilio’s published example for %s with %s is answered %s', async (url, signature, status) => {
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
  expect(sent.map(({ messageSid }) => /^QT[0-9a-f]{32}$/.test(messageSid))).toEqual(status === 200 ? [true] : []);
});

test('refuses more than 64 KB', async () => {
  const answer = await post({ entries: [...Object.entries(parameters), ['Much', 'x'.repeat(66_000)]] });
  expect(answer.statusCode).toBe(413);
  expect(sent).toEqual([]);
});

describe('a failure before the queue holds the message is answered 503, so that Twilio retries', () => {
  test.each([
    ['the secret store is unavailable', new ProductError('unavailable', 'The secret store is away.')],
    ['the secret is broken', new Error('The secret qdn/twilio-admin (AWSCURRENT) does not follow its schema')],
  ])('%s', async (_, error) => {
    const broken = receiveMessage({
      queue: { send: async () => {} },
      authTokens: async () => Promise.reject(error),
      publicUrl,
      now: () => 0,
      log,
    });
    const event = apiEvent({ method: 'POST', path, headers: { 'X-Twilio-Signature': 'x' }, body: 'Body=x' });
    expect(await broken(event, lambdaContext)).toMatchObject({ statusCode: 503 });
    expect(log.lines.map((line) => JSON.parse(line).level)).toEqual(['error']);
  });

  test('the clock, or anything else on our end', async () => {
    const broken = receiveMessage({
      queue: { send: async () => {} },
      authTokens: async () => tokens,
      publicUrl,
      now: () => Number.NaN,
      log,
    });
    const entries = Object.entries(parameters);
    const event = apiEvent({
      method: 'POST',
      path,
      headers: { 'X-Twilio-Signature': sign(`${PUBLIC_URL}${path}`, entries) },
      body: new URLSearchParams(entries).toString(),
    });
    const answer = await broken(event, lambdaContext);
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'Retry-After': '5' } });
    expect(log.lines.join()).toContain('Invalid time value');
  });
});

describe('a signed form that differs from Twilio’s documentation is relayed as far as it can be read', () => {
  const changed = (changes: Record<string, string | undefined>) =>
    Object.entries({ ...parameters, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined);

  test.each([
    ['with no Body', { Body: undefined }, { body: '' }, '/ Body'],
    ['from a sender without a number', { From: undefined }, { from: '' }, '/ From'],
    ['with an invalid count of pictures', { NumMedia: 'many' }, { media: [] }, '/NumMedia pattern'],
    ['with its SID under an older name', { MessageSid: 'SM1' }, { messageSid: SID }, '/MessageSid pattern'],
  ])('%s', async (_, changes, expected, oddities) => {
    expect(await post({ entries: changed(changes) })).toMatchObject({ statusCode: 200 });
    expect(sent).toMatchObject([expected]);
    expect(isRelayRecord(sent[0])).toBe(true);
    expect(JSON.parse(log.lines[0] ?? '')).toMatchObject({ level: 'warn', oddities });
  });

  test('without any SID: it gets one, the same for each attempt of one webhook, and another for another webhook', async () => {
    const entries = changed({ MessageSid: undefined, SmsSid: undefined, SmsMessageSid: undefined });
    const signature = sign(`${PUBLIC_URL}${path}`, entries);
    for (const token of ['a', 'a', 'b']) {
      await post({ entries, headers: { 'X-Twilio-Signature': signature, 'I-Twilio-Idempotency-Token': token } });
    }
    const [first, again, other] = sent.map(({ messageSid }) => messageSid);
    expect(first).toMatch(/^QT[0-9a-f]{32}$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(isRelayRecord(sent[0])).toBe(true);
  });

  test('with another content type', async () => {
    const signature = sign(`${PUBLIC_URL}${path}`, Object.entries(parameters));
    const signed: Record<string, string> = { 'X-Twilio-Signature': signature };
    for (const headers of [signed, { ...signed, 'content-type': 'text/plain' }]) {
      expect(await post({ headers })).toMatchObject({ statusCode: 200 });
    }
  });
});

describe('the full parameter set', () => {
  test('of an MMS with ten pictures keeps all of them, in order, and no eleventh', async () => {
    const pictures = Array.from({ length: 11 }, (_, i) => [
      [`MediaUrl${i}`, `https://api.twilio.com/${i}`],
      [`MediaContentType${i}`, 'image/jpeg'],
    ]).flat();
    await post({ entries: Object.entries({ ...parameters, NumMedia: '10', ...Object.fromEntries(pictures) }) });
    expect(sent[0]?.media.map(({ url }) => url)).toEqual(
      Array.from({ length: 10 }, (_, i) => `https://api.twilio.com/${i}`),
    );
  });

  test('of a Messaging Service is accepted with a keyword of the company’s own, and a button', async () => {
    const more = {
      MessagingServiceSid: `MG${'d'.repeat(32)}`,
      OptOutType: 'STOP',
      Body: 'BASTA',
      ButtonText: 'Basta',
      ButtonPayload: 'stop',
    };
    await post({ entries: Object.entries({ ...parameters, ...more }) });
    expect(sent[0]).toMatchObject({ optOutType: 'STOP', body: 'BASTA', parameters: { ...parameters, ...more } });
  });

  test('of a tapped button without words gives the button’s text', async () => {
    await post({ entries: Object.entries({ ...parameters, Body: '', ButtonText: 'On my way' }) });
    expect(sent[0]?.body).toBe('On my way');
  });

  test.each(['__proto__', 'constructor', 'toString'])('a parameter called %s is like any other', async (name) => {
    expect(await post({ entries: [...Object.entries(parameters), [name, 'x']] })).toMatchObject({ statusCode: 200 });
    expect(Object.entries(sent[0]?.parameters ?? {})).toContainEqual([name, 'x']);
    expect(sent[0]).toMatchObject({ messageSid: SID, body: parameters.Body });
  });
});

describe('the data for debugging', () => {
  test('includes the request of the webhook, without the signature', async () => {
    const rawQuery = 'from=console';
    const signature = sign(`${PUBLIC_URL}${path}?${rawQuery}`, Object.entries(parameters));
    const headers = {
      'X-Twilio-Signature': signature,
      'User-Agent': 'TwilioProxy/1.1',
      'I-Twilio-Idempotency-Token': 'b3a7',
      authorization: 'Basic c2VjcmV0',
    };
    await post({ rawQuery, headers });
    expect(sent[0]?.webhook).toEqual({
      path,
      query: rawQuery,
      userAgent: 'TwilioProxy/1.1',
      idempotencyToken: 'b3a7',
      overFallback: false,
      isCut: false,
    });
    expect(JSON.stringify(sent)).not.toMatch(/c2VjcmV0/);
    expect(JSON.stringify(sent)).not.toContain(signature);
  });

  test('never exceeds SQS’s limit: the longest parameters are left out and marked as such, and the words stay', async () => {
    const body = 'é'.repeat(20_000);
    const form = { ...parameters, Body: '', ChannelMetadata: 'ü'.repeat(9_000), New: 'x' };
    const entries = Object.entries({ ...form, Body: body });
    // Unescaped, so that 64 KB hold as much as possible.
    const raw = entries.map(([name, value]) => `${name}=${value.replace('+', '%2B')}`).join('&');
    expect(await post({ entries, body: raw })).toMatchObject({ statusCode: 200 });
    const [message] = sent;
    expect(message?.body).toBe(body);
    expect(recordBytes(message ?? {})).toBeLessThanOrEqual(262_144);
    expect(message?.webhook?.isCut).toBe(true);
    expect(message?.parameters).toMatchObject({
      New: 'x',
      From: '+15125550111',
      ChannelMetadata: form.ChannelMetadata,
    });
    expect(message?.parameters).not.toHaveProperty('Body');
    expect(isRelayRecord(message)).toBe(true);
  });
});

test('any form signed by Twilio becomes a record that the worker accepts, with unchanged words', async () => {
  const names = fc.constantFrom(
    ...Object.keys(parameters),
    'MediaUrl0',
    'MediaContentType3',
    'OptOutType',
    'ButtonText',
  );
  const entry = fc.tuple(fc.oneof(names, fc.string({ maxLength: 12 })), fc.string({ unit: codePoint, maxLength: 40 }));
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 30 }), fc.boolean(), async (entries, base64) => {
      // A text that is not valid UTF-8 cannot come over HTTP.
      const whole = entries.map(([name, value]): [string, string] => [name.toWellFormed(), value.toWellFormed()]);
      const encoded = new URLSearchParams(whole).toString();
      const body = base64 ? Buffer.from(encoded).toString('base64') : encoded;
      const signature = sign(`${PUBLIC_URL}${path}`, whole);
      sent = [];
      expect((await post({ entries: whole, signature, body, base64 })).statusCode).toBe(200);
      const [record] = sent;
      expect(isRelayRecord(record)).toBe(true);
      const words = whole.find(([name]) => name === 'Body')?.[1] || whole.find(([name]) => name === 'ButtonText')?.[1];
      expect(record?.body).toBe(words ?? '');
    }),
  );
});

test('no number and no word of the customer is in the log', async () => {
  await post();
  expect(log.lines.join()).toContain(SID);
  expect(log.lines.join()).not.toMatch(/5550111|Running late/);
});

describe('the signature covers the URL as Twilio called it', () => {
  const entries = Object.entries(parameters);
  /** @param called by Twilio; @param arrived at the function */
  const arrives = async (called: string, arrived: Partial<EventParts>, configured = PUBLIC_URL) => {
    publicUrl = configured;
    return (await post({ ...arrived, signature: sign(called, entries) })).statusCode;
  };

  test.each([
    ['unchanged', `${PUBLIC_URL}${path}`, {}, PUBLIC_URL],
    ['behind CloudFront, over an API’s stage', `${PUBLIC_URL}${path}`, { path: `/prod${path}` }, PUBLIC_URL],
    [
      'an API by itself, with a stage in its URL',
      `https://abc.execute-api.us-east-1.amazonaws.com/prod${path}`,
      { path: `/prod${path}` },
      'https://abc.execute-api.us-east-1.amazonaws.com/prod',
    ],
    [
      'a domain with a base path',
      `https://relay.example/sms${path}`,
      { path: `/sms${path}` },
      'https://relay.example/sms',
    ],
    [
      'a domain with a base path that looks like the route’s begin',
      `https://relay.example/api${path}`,
      { path: `/api${path}` },
      'https://relay.example/api',
    ],
    ['with an explicit default port', `https://relay.example:443${path}`, {}, PUBLIC_URL],
    ['configured with the default port', `https://relay.example${path}`, {}, 'https://relay.example:443'],
    ['over HTTP with an explicit port', `http://relay.example:80${path}`, {}, 'http://relay.example'],
    ['on a port of its own', `http://localhost:8080${path}`, {}, 'http://localhost:8080'],
  ] satisfies Array<[string, string, { path?: string }, string]>)(
    '%s',
    async (_, called, arrived: { path?: string }, configured) => {
      expect(await arrives(called, arrived, configured)).toBe(200);
      expect(await arrives(called, { ...arrived, path: `${arrived.path ?? path}/` }, configured)).toBe(403);
    },
  );

  test.each([
    'a=1&a=2',
    'a=%20+%2B&b=%C3%A9',
    "who=O'Neill",
    'who=O%27Neill',
    'blank=&none&=',
    'a=%zz',
    'text=a%26b%3Dc#not',
  ])('with the query %s, to the character', async (rawQuery) => {
    const [query = ''] = rawQuery.split('#');
    expect(await arrives(`${PUBLIC_URL}${path}?${query}`, { rawQuery: query })).toBe(200);
    expect(await arrives(`${PUBLIC_URL}${path}?${query}`, { rawQuery: `${query}x` })).toBe(403);
    expect(await arrives(`${PUBLIC_URL}${path}?${query}`, {})).toBe(403);
  });

  test('the Host that API Gateway sees does not matter', async () => {
    const evil = {
      headers: { host: 'evil.example', 'X-Twilio-Signature': sign(`https://evil.example${path}`, entries) },
    };
    expect((await post(evil)).statusCode).toBe(403);
  });
});
