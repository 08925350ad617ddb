import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { locateTwilioMedia } from '@qdn/carrier-twilio/media';
import { type CarrierEmulator, type CarrierEmulatorOptions, startCarrierEmulator } from '../emulator.ts';
import { KEYWORD_REPLIES } from '../phones/keywords.ts';
import { ACCOUNT_SID, API_KEY, AUTH_TOKEN, COMPANY, DANA, emulatorOptions, MARIA } from '../testing/samples.ts';
import { startWebhookServer, twiml, type WebhookServer } from '../testing/webhook-server.ts';

let webhooks: WebhookServer;
let twilio: CarrierEmulator;
const start = async (number: object = {}, changes: Partial<CarrierEmulatorOptions> = {}): Promise<void> => {
  const own = { number: COMPANY, name: 'QuickDumpNow', smsUrl: `${webhooks.url}/inbound?a=1#rc=3&rp=ct,rt,5xx&rt=200` };
  twilio = await startCarrierEmulator(emulatorOptions({ numbers: [{ ...own, ...number }], ...changes }));
};
beforeEach(async () => {
  webhooks = await startWebhookServer(AUTH_TOKEN);
  await start();
});
afterEach(async () => {
  await twilio.close();
  await webhooks.close();
});
const restart = async (number: object): Promise<void> => {
  await twilio.close();
  await start(number);
};

const text = async (body: string, photos = 0) => {
  const message = twilio.receive(MARIA, COMPANY, body, photos);
  await twilio.settled();
  return message;
};
const send = async (
  to: string,
  body = 'Hello',
  statusCallback: string | null = `${webhooks.url}/status/QDN-1~SM1~dana`,
) => {
  const callback: Record<string, string> = statusCallback ? { StatusCallback: statusCallback } : {};
  const response = await fetch(`${twilio.url}/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${API_KEY.sid}:${API_KEY.secret}`).toString('base64')}` },
    body: new URLSearchParams({ To: to, From: COMPANY, Body: body, ...callback }),
  });
  await twilio.settled();
  return (await response.json()) as { sid: string; code?: number };
};
const statusOf = (sid: string) => twilio.messages().find((message) => message.sid === sid)?.status;
const received = (phone: string) =>
  twilio
    .messages()
    .filter(({ to }) => to === phone)
    .map(({ body }) => body);

describe('a text from a phone', () => {
  test('calls the number’s webhook once, signed, without the fragment', async () => {
    await text('Running late, can you come after 3? QDN-1042');
    expect(webhooks.calls).toHaveLength(1);
    expect(webhooks.calls[0]).toMatchObject({ path: '/inbound?a=1', signed: true });
  });

  test('comes with Twilio’s whole set of parameters', async () => {
    const message = await text('ж & 100% “sure”');
    expect(webhooks.calls[0]?.parameters).toEqual({
      ToCountry: 'US',
      ToState: 'TX',
      ToCity: 'AUSTIN',
      ToZip: '78701',
      FromCountry: 'US',
      FromState: 'TX',
      FromCity: 'AUSTIN',
      FromZip: '78701',
      SmsMessageSid: message?.sid,
      SmsSid: message?.sid,
      MessageSid: message?.sid,
      SmsStatus: 'received',
      NumMedia: '0',
      NumSegments: '1',
      Body: 'ж & 100% “sure”',
      From: MARIA,
      To: COMPANY,
      AccountSid: ACCOUNT_SID,
      ApiVersion: '2010-04-01',
    });
    expect(webhooks.calls[0]?.headers).toMatchObject({
      'content-type': expect.stringContaining('application/x-www-form-urlencoded'),
      'i-twilio-idempotency-token': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test('with a picture is an MMS, whose picture needs the key, or an address that is valid for some hours', async () => {
    const message = await text('', 1);
    expect(message?.sid).toMatch(/^MM/);
    const { parameters } = webhooks.calls[0] ?? {};
    expect(parameters).toMatchObject({ NumMedia: '1', MediaContentType0: 'image/jpeg', Body: '' });
    const address = parameters?.['MediaUrl0'] ?? '';
    expect((await fetch(address)).status).toBe(401);
    const { sid: apiKeySid, secret: apiKeySecret } = API_KEY;
    const options = { accountSid: ACCOUNT_SID, apiKeySid, apiKeySecret, apiUrl: twilio.url };
    const location = new URL((await locateTwilioMedia(options, message?.sid ?? '', 0)) ?? '');
    const picture = await fetch(location);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await picture.arrayBuffer()).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
    expect(await locateTwilioMedia(options, message?.sid ?? '', 1)).toBeNull();
    await expect(locateTwilioMedia({ ...options, apiKeySecret: 'x' }, message?.sid ?? '', 0)).rejects.toThrow('401');
    location.searchParams.set('Expires', String(Date.now()));
    expect((await fetch(location)).status).toBe(403);
  });

  test('keeps its message SID when its webhook is called again', async () => {
    const message = await text('once');
    expect(twilio.repeat(message?.sid ?? '')).toBe(true);
    await twilio.settled();
    const [first, second] = webhooks.calls;
    expect(second?.parameters).toEqual(first?.parameters);
    expect(second?.headers['i-twilio-idempotency-token']).not.toBe(first?.headers['i-twilio-idempotency-token']);
    expect(twilio.repeat(`SM${'0'.repeat(32)}`)).toBe(false);
  });

  test('to a number outside the account is dropped', async () => {
    expect(twilio.receive(MARIA, '+15125550143', 'Hello')).toBeNull();
  });

  test('to a number without a webhook is only stored', async () => {
    await restart({ smsUrl: undefined });
    await text('Hello');
    expect(webhooks.calls).toEqual([]);
    expect(twilio.messages()).toMatchObject([{ status: 'received', webhook: null }]);
  });
});

describe('a webhook that fails', () => {
  const failFirst = (times: number, status: number): void => {
    let count = 0;
    webhooks.answerWith((call, response) =>
      count++ < times ? response.writeHead(status).end() : twiml()(call, response),
    );
  };

  test('with 5xx is retried as the URL asks, with one idempotency token for all attempts', async () => {
    failFirst(2, 503);
    await text('Hello');
    expect(webhooks.calls).toHaveLength(3);
    expect(new Set(webhooks.calls.map(({ headers }) => headers['i-twilio-idempotency-token'])).size).toBe(1);
    expect(webhooks.calls.every(({ signed }) => signed)).toBe(true);
    expect(twilio.messages()[0]?.webhook).toEqual({ status: 200, problem: null, tries: 3, fallback: false });
  });

  test('with 5xx is not retried unless the URL asks', async () => {
    await restart({ smsUrl: `${webhooks.url}/inbound` });
    failFirst(9, 503);
    await text('Hello');
    expect(webhooks.calls).toHaveLength(1);
    expect(twilio.messages()[0]?.webhook).toMatchObject({ status: 503, problem: 'the webhook answered 503' });
  });

  test('with 4xx is not retried for rp=5xx', async () => {
    failFirst(9, 403);
    await text('Hello');
    expect(webhooks.calls).toHaveLength(1);
  });

  test('without an answer is retried after rt', async () => {
    let count = 0;
    webhooks.answerWith((call, response) => {
      if (count++ > 0) twiml()(call, response);
    });
    await text('Hello');
    expect(webhooks.calls).toHaveLength(2);
    expect(twilio.exchanges()[0]).toMatchObject({ status: null, problem: 'no answer within 200 ms', try: 1 });
  });

  test.each([
    ['before its answer', (response: ServerResponse) => response.destroy()],
    [
      'in the middle of its answer',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'text/xml', 'content-length': '100' });
        response.write('<Response>', () => response.destroy());
      },
    ],
  ])('by a connection that breaks %s is retried for rp=rt', async (_, breakOff) => {
    let count = 0;
    webhooks.answerWith((call, response) => (count++ === 0 ? breakOff(response) : twiml()(call, response)));
    await text('Hello');
    expect(webhooks.calls).toHaveLength(2);
    expect(twilio.exchanges()[0]).toMatchObject({
      status: null,
      problem: expect.stringContaining('the connection broke'),
    });
    expect(twilio.messages()[0]?.webhook).toMatchObject({ status: 200, tries: 2 });
  });

  test('by an answer above 64 kB is not read to its end', async () => {
    webhooks.answerWith(twiml(`<Response>${' '.repeat(70_000)}</Response>`));
    await text('Hello');
    expect(twilio.messages()[0]?.webhook).toMatchObject({ status: null, problem: 'the answer is longer than 64 kB' });
  });

  test('is not retried after the total time', async () => {
    await restart({ smsUrl: `${webhooks.url}/inbound#rc=5&rp=rt&rt=200&tt=450` });
    webhooks.answerWith(() => {});
    await text('Hello');
    // Six without the total time.
    expect(webhooks.calls).toHaveLength(2);
  });

  test('by a refused connection is retried once, and the reason is reported', async () => {
    await restart({ smsUrl: 'http://localhost:1/inbound' });
    await text('Hello');
    expect(twilio.messages()[0]?.webhook).toEqual({
      status: null,
      problem: 'connection refused',
      tries: 2,
      fallback: false,
    });
  });

  test.each([
    ['a refusal', twiml('', 500), '11200'],
    ['an answer that is not TwiML', twiml('<Response>'), '12100'],
  ])('by %s calls the fallback with the reason', async (_, failure, code) => {
    await restart({ smsUrl: `${webhooks.url}/inbound`, smsFallbackUrl: `${webhooks.url}/fallback#rc=1` });
    webhooks.answerWith((call, response) => (call.path === '/inbound' ? failure : twiml())(call, response));
    await text('Hello');
    const [first, second] = webhooks.calls;
    expect(second).toMatchObject({ path: '/fallback', signed: true });
    expect(second?.parameters).toEqual({ ...first?.parameters, ErrorCode: code, ErrorUrl: `${webhooks.url}/inbound` });
    expect(twilio.messages()[0]?.webhook).toEqual({ status: 200, problem: null, tries: 2, fallback: true });
  });
});

describe('the answer of a webhook', () => {
  test('sends nothing when it is empty', async () => {
    await text('Hello');
    expect(twilio.messages()).toHaveLength(1);
  });

  test('sends a <Message> back to the phone', async () => {
    webhooks.answerWith(twiml('<Response><Message>Thanks</Message></Response>'));
    await text('Hello');
    expect(twilio.messages()[1]).toMatchObject({
      direction: 'outbound-reply',
      from: COMPANY,
      to: MARIA,
      body: 'Thanks',
      status: 'delivered',
    });
  });

  test('sends text/plain as a text', async () => {
    webhooks.answerWith((_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('OK'));
    await text('Hello');
    expect(received(MARIA)).toEqual(['OK']);
  });
});

describe('a text to a phone', () => {
  const reports = () =>
    webhooks.calls.map(({ parameters: { MessageStatus, ErrorCode } }) => [MessageStatus, ErrorCode ?? null]);

  test('is reported as sent, then delivered, to its own callback, signed; queued is not reported', async () => {
    const { sid } = await send(DANA);
    expect(reports()).toEqual([
      ['sent', null],
      ['delivered', null],
    ]);
    expect(webhooks.calls.every(({ signed, path }) => signed && path === '/status/QDN-1~SM1~dana')).toBe(true);
    expect(webhooks.calls[1]?.parameters).toEqual({
      AccountSid: ACCOUNT_SID,
      ApiVersion: '2010-04-01',
      From: COMPANY,
      To: DANA,
      MessageSid: sid,
      SmsSid: sid,
      MessageStatus: 'delivered',
      SmsStatus: 'delivered',
      RawDlrDoneDate: expect.stringMatching(/^\d{10}$/),
    });
    expect(statusOf(sid)).toBe('delivered');
  });

  test('keeps the order of its reports when a callback is slow and is retried', async () => {
    await restart({});
    let count = 0;
    webhooks.answerWith((_, response) => {
      const first = count++ === 0;
      setTimeout(() => response.writeHead(first ? 500 : 204).end(), first ? 100 : 0);
    });
    await send(DANA, 'Hello', `${webhooks.url}/status#rc=2&rp=5xx`);
    expect(reports().map(([status]) => status)).toEqual(['sent', 'sent', 'delivered']);
  });

  test('without a callback is reported to the number’s, if it has one', async () => {
    await send(DANA, 'Hello', null);
    expect(webhooks.calls).toEqual([]);
    await restart({ statusCallback: `${webhooks.url}/default` });
    await send(DANA, 'Hello', null);
    expect(webhooks.calls.map(({ path }) => path)).toEqual(['/default', '/default']);
  });

  test.each([
    [
      'unreachable',
      [
        ['sent', null],
        ['undelivered', '30003'],
      ],
    ],
    [
      'unknown-handset',
      [
        ['sent', null],
        ['undelivered', '30005'],
      ],
    ],
    [
      'filtered',
      [
        ['sent', null],
        ['undelivered', '30007'],
      ],
    ],
    [
      'unregistered',
      [
        ['sent', null],
        ['undelivered', '30034'],
      ],
    ],
    [
      'unknown-error',
      [
        ['sent', null],
        ['undelivered', '30008'],
      ],
    ],
    ['queue-full', [['failed', '30001']]],
    ['no-receipt', [['sent', null]]],
  ] as const)('that is %s is reported as such', async (fault, expected) => {
    twilio.setPhoneFault(DANA, fault);
    await send(DANA);
    expect(reports()).toEqual(expected);
  });

  test('to an unknown number adds a phone, so that it is visible', async () => {
    const { sid } = await send('+15125550199');
    expect(statusOf(sid)).toBe('delivered');
    const state = (await (await fetch(`${twilio.url}/state`)).json()) as { phones: Array<{ number: string }> };
    expect(state.phones.map(({ number }) => number)).toContain('+15125550199');
  });

  test('between two numbers of the account arrives as inbound: the loop that a relay must break', async () => {
    const other = { number: '+15125550143', name: 'Second line', smsUrl: `${webhooks.url}/second` };
    await twilio.close();
    await start({}, { numbers: [{ number: COMPANY, name: 'QuickDumpNow' }, other] });
    await send(other.number, 'Round and round', null);
    expect(webhooks.calls[0]).toMatchObject({
      path: '/second',
      parameters: { From: COMPANY, Body: 'Round and round' },
    });
  });
});

describe('keywords', () => {
  test.each(['STOP', ' stop ', 'Unsubscribe', 'END', 'quit', 'STOPALL', 'revoke', 'OPTOUT', 'Cancel'])(
    '%p opts out: Twilio answers once, the webhook is called too, and texts are refused with 21610',
    async (word) => {
      await text(word);
      expect(received(MARIA)).toEqual([KEYWORD_REPLIES.stop]);
      expect(webhooks.calls[0]?.parameters).toMatchObject({ Body: word });
      expect(webhooks.calls[0]?.parameters).not.toHaveProperty('OptOutType');
      expect(await send(MARIA)).toMatchObject({ code: 21610 });
      await text(word);
      expect(received(MARIA)).toEqual([KEYWORD_REPLIES.stop]);
    },
  );

  test('START opts in again', async () => {
    await text('STOP');
    await text('Start');
    expect(received(MARIA)).toEqual([KEYWORD_REPLIES.stop, KEYWORD_REPLIES.start]);
    await send(MARIA, 'Welcome back');
    expect(received(MARIA)).toContain('Welcome back');
  });

  test('HELP is answered, except for a phone that has opted out', async () => {
    await text('help');
    expect(received(MARIA)).toEqual([KEYWORD_REPLIES.help]);
    await text('STOP');
    await text('INFO');
    expect(received(MARIA)).toEqual([KEYWORD_REPLIES.help, KEYWORD_REPLIES.stop]);
  });

  test('a sentence with STOP in it does not opt out', async () => {
    await text('please stop at the gate');
    expect(received(MARIA)).toEqual([]);
    expect(await send(MARIA)).not.toHaveProperty('code');
  });

  test('TwiML to an opted-out phone is not sent', async () => {
    await text('STOP');
    webhooks.answerWith(twiml('<Response><Message>Are you sure?</Message></Response>'));
    await text('Hello?');
    expect(received(MARIA)).toEqual([KEYWORD_REPLIES.stop]);
  });
});
