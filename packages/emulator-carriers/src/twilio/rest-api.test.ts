import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTwilioCarrier } from '@qdn/carrier-twilio/carrier';
import { type CarrierEmulator, startCarrierEmulator } from '../emulator.ts';
import type { Fault } from '../phones/faults.ts';
import {
  ACCOUNT_SID,
  API_KEY,
  AUTH_TOKEN,
  COMPANY,
  DANA,
  emulatorOptions,
  MARIA,
  SECONDARY_TOKEN,
} from '../testing/samples.ts';

let twilio: CarrierEmulator;
beforeEach(async () => {
  twilio = await startCarrierEmulator(emulatorOptions());
});
afterEach(() => twilio.close());

const MESSAGES = `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages`;
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const asKey = basic(API_KEY.sid, API_KEY.secret);
const call = async (path: string, form?: Record<string, string>, authorization = asKey) => {
  const response = await fetch(`${twilio.url}${path}`, {
    headers: { authorization },
    ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
};
const create = (changes: Record<string, string> = {}, authorization?: string) => {
  const form = { To: DANA, From: COMPANY, Body: 'Hello', ...changes };
  return call(
    `${MESSAGES}.json`,
    Object.fromEntries(Object.entries(form).filter(([, value]) => value !== '-')),
    authorization,
  );
};

/** The shape of a message, written by hand from https://www.twilio.com/docs/messaging/api/message-resource */
const RFC_2822 =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d \+0000$/;
const nullOr = (value: unknown, matcher: unknown) => (value === null ? null : matcher);
const expectMessage = (body: Record<string, unknown>) => {
  const sid = String(body['sid']);
  expect(sid).toMatch(/^(SM|MM)[0-9a-f]{32}$/);
  expect(body).toEqual({
    account_sid: ACCOUNT_SID,
    api_version: '2010-04-01',
    body: expect.any(String),
    date_created: expect.stringMatching(RFC_2822),
    date_sent: nullOr(body['date_sent'], expect.stringMatching(RFC_2822)),
    date_updated: expect.stringMatching(RFC_2822),
    direction: expect.stringMatching(/^(inbound|outbound-api|outbound-reply)$/),
    error_code: nullOr(body['error_code'], expect.any(Number)),
    error_message: null,
    from: expect.stringMatching(/^\+\d+$/),
    messaging_service_sid: null,
    num_media: expect.stringMatching(/^\d+$/),
    num_segments: expect.stringMatching(/^\d+$/),
    price: null,
    price_unit: 'USD',
    sid: body['sid'],
    status: expect.stringMatching(/^(receiving|received|queued|sent|delivered|undelivered|failed)$/),
    subresource_uris: { media: `${MESSAGES}/${sid}/Media.json` },
    to: expect.stringMatching(/^\+\d+$/),
    uri: `${MESSAGES}/${sid}.json`,
  });
};

describe('creating a message', () => {
  test('answers 201 with a queued message', async () => {
    const { status, body } = await create();
    expect(status).toBe(201);
    expectMessage(body);
    expect(body).toMatchObject({
      status: 'queued',
      to: DANA,
      from: COMPANY,
      body: 'Hello',
      date_sent: null,
      direction: 'outbound-api',
    });
  });

  test.each([
    ['Hello', 1],
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['€'.repeat(80), 1],
    ['€'.repeat(81), 2],
    ['ж'.repeat(70), 1],
    ['ж'.repeat(71), 2],
    ['a'.repeat(1600), 11],
  ])('counts segments as carriers bill them (%#)', async (text, count) => {
    expect((await create({ Body: text })).body['num_segments']).toBe(String(count));
  });

  test('takes ten media, and refuses eleven', async () => {
    const send = (count: number) => {
      const form = new URLSearchParams({ To: DANA, From: COMPANY, Body: 'Hello' });
      for (let i = 0; i < count; i += 1) form.append('MediaUrl', `https://x.example/${i}`);
      return fetch(`${twilio.url}${MESSAGES}.json`, { method: 'POST', headers: { authorization: asKey }, body: form });
    };
    expect(await (await send(10)).json()).toMatchObject({ num_media: '10' });
    const refused = await send(11);
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: 21623 }]);
  });

  test.each([
    ['no To', { To: '-' }, 21604],
    ['no From', { From: '-' }, 21603],
    ['no Body', { Body: '-' }, 21602],
    ['an empty Body', { Body: '' }, 21602],
    ['a To that is not a number', { To: '+1512' }, 21211],
    ['a From that is not a number', { From: 'Acme' }, 21212],
    ['a From that is not ours', { From: '+15125550143' }, 21606],
    ['ourselves as To', { To: COMPANY }, 21266],
    ['1601 characters', { Body: 'a'.repeat(1601) }, 21617],
    ['a callback that is not a URL', { StatusCallback: '/status' }, 21609],
    ['a Messaging Service', { MessagingServiceSid: `MG${'0'.repeat(32)}` }, 21701],
    ['media that is no URL', { MediaUrl: 'photo.jpg' }, 21620],
  ])('%s is refused with Twilio’s own code', async (_, changes, code) => {
    const { status, body } = await create(changes);
    expect(status).toBe(400);
    expect(body).toEqual({
      code,
      message: expect.any(String),
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status: 400,
    });
    expect(twilio.messages()).toEqual([]);
  });

  test('accepts a number in the formats that people write', async () => {
    expect((await create({ To: '(512) 555-0171' })).body['to']).toBe(DANA);
  });
});

describe('authentication', () => {
  test.each([
    ['the API key', asKey],
    ['the account with its primary Auth Token', basic(ACCOUNT_SID, AUTH_TOKEN)],
    ['the account with its secondary Auth Token', basic(ACCOUNT_SID, SECONDARY_TOKEN)],
  ])('accepts %s', async (_, authorization) => {
    expect((await create({}, authorization)).status).toBe(201);
  });

  test.each([
    ['no one', ''],
    ['a wrong secret', basic(API_KEY.sid, 'wrong')],
    ['a key with the Auth Token', basic(API_KEY.sid, AUTH_TOKEN)],
    ['the account with the key’s secret', basic(ACCOUNT_SID, API_KEY.secret)],
    ['a bearer token', `Bearer ${API_KEY.secret}`],
  ])('refuses %s with 401 and 20003', async (_, authorization) => {
    const { status, body } = await create({}, authorization);
    expect({ status, code: body['code'] }).toEqual({ status: 401, code: 20003 });
  });

  test('another account’s path is refused', async () => {
    const { status, body } = await call(`/2010-04-01/Accounts/AC${'f'.repeat(32)}/Messages.json`);
    expect({ status, code: body['code'] }).toEqual({ status: 401, code: 20003 });
  });
});

describe('reading messages', () => {
  test('one by its SID, with its final status', async () => {
    const { body } = await create();
    await twilio.settled();
    const fetched = await call(`${MESSAGES}/${body['sid']}.json`);
    expect(fetched.status).toBe(200);
    expectMessage(fetched.body);
    expect(fetched.body).toMatchObject({ sid: body['sid'], status: 'delivered' });
    expect(fetched.body['date_sent']).not.toBeNull();
  });

  test('of an account that redacts, without its words once it is sent', async () => {
    await twilio.close();
    twilio = await startCarrierEmulator({ ...emulatorOptions(), redactsBodies: true });
    const created = await create();
    expect(created.body).toMatchObject({ status: 'queued', body: 'Hello' });
    await twilio.settled();
    const { body } = await call(`${MESSAGES}/${created.body['sid']}.json`);
    expect(body).toMatchObject({ status: 'delivered', body: '', num_segments: '1' });
    expectMessage(body);
  });

  test('answers 404 and 20404 for an unknown resource, 405 for another method', async () => {
    const missing = await call(`${MESSAGES}/SM${'0'.repeat(32)}.json`);
    expect({ status: missing.status, code: missing.body['code'] }).toEqual({ status: 404, code: 20404 });
    expect((await call(`/2010-04-01/Accounts/${ACCOUNT_SID}/Conferences.json`)).status).toBe(404);
    const { body } = await create();
    expect((await call(`${MESSAGES}/${body['sid']}.json`, { Status: 'canceled' })).status).toBe(405);
  });

  test('a list, newest first, by To and From, page after page', async () => {
    for (const words of ['one', 'two', 'three']) await create({ Body: words });
    await create({ To: MARIA, Body: 'to Maria' });
    twilio.receive(MARIA, COMPANY, 'from Maria');
    const query = new URLSearchParams({ To: DANA, From: COMPANY, PageSize: '2' });
    const first = await call(`${MESSAGES}.json?${query}`);
    const words = (page: typeof first) =>
      (page.body['messages'] as Array<Record<string, unknown>>).map((message) => message['body']);
    expect(words(first)).toEqual(['three', 'two']);
    expect(first.body).toMatchObject({ page: 0, page_size: 2, start: 0, end: 1, previous_page_uri: null });
    const second = await call(String(first.body['next_page_uri']));
    expect(words(second)).toEqual(['one']);
    expect(second.body).toMatchObject({ page: 1, next_page_uri: null });
    expect(words(await call(`${MESSAGES}.json?To=${encodeURIComponent(COMPANY)}`))).toEqual(['from Maria']);
    for (const message of first.body['messages'] as Array<Record<string, unknown>>) expectMessage(message);
  });

  test('leaves texts that are not sent yet out of a list by date', async () => {
    await twilio.close();
    twilio = await startCarrierEmulator(emulatorOptions({ pace: { queueMs: 60_000, deliveryMs: 1 } }));
    await create();
    const today = new Date().toISOString().slice(0, 10);
    const list = async (query: string) => (await call(`${MESSAGES}.json?${query}`)).body['messages'];
    expect(await list(`DateSent=${today}`)).toEqual([]);
    expect(await list('')).toHaveLength(1);
  });

  test('has sent texts in a list by date', async () => {
    await create();
    await twilio.settled();
    const list = async (query: string) => (await call(`${MESSAGES}.json?${query}`)).body['messages'];
    const [today, longAgo] = [new Date().toISOString(), '2020-01-01'];
    expect(await list(`DateSent=${today.slice(0, 10)}`)).toHaveLength(1);
    expect(await list(`DateSent%3E=${longAgo}`)).toHaveLength(1);
    expect(await list(`DateSent%3C=${longAgo}`)).toEqual([]);
  });
});

describe('the product’s adapter', () => {
  const carrier = (changes: object = {}) =>
    createTwilioCarrier({
      accountSid: ACCOUNT_SID,
      apiKeySid: API_KEY.sid,
      apiKeySecret: API_KEY.secret,
      from: COMPANY,
      statusCallback: () => 'http://localhost:1/status',
      apiUrl: twilio.url,
      timeoutMs: 10_000,
      ...changes,
    });
  const sms = { to: DANA, body: 'Hello', outboundMessageId: 'QDN-1042~SM1~dana' };
  const sent = () => twilio.messages().filter(({ to }) => to === DANA).length;

  test('sends a text, and finds it behind a hundred others', async () => {
    const sentAfter = Date.now();
    const outcome = await carrier().send(sms);
    expect(outcome.kind).toBe('accepted');
    await Promise.all(Array.from({ length: 101 }, (_, i) => create({ Body: `later ${i}` })));
    const sid = outcome.kind === 'accepted' ? outcome.carrierSid : '';
    const found = async (body: string, after = sentAfter) =>
      (await carrier().find({ to: DANA, body, sentAfter: after })).filter(({ other }) => other === undefined);
    expect(await found('Hello')).toEqual([{ carrierSid: sid }]);
    expect(await found('Hallo')).toEqual([]);
    expect(await carrier().find({ to: DANA, body: 'Hallo', sentAfter })).toHaveLength(102);
    expect(await carrier().find({ to: DANA, body: 'Hello', sentAfter: sentAfter + 60_000 })).toEqual([]);
  });

  test.each<[Fault, object, number]>([
    ['error-500', { kind: 'unknown' }, 0],
    ['too-many-requests', { kind: 'not-processed', retryAfterMs: 2000 }, 0],
    ['unauthorized', { kind: 'rejected', code: 20003 }, 0],
    ['timeout', { kind: 'unknown' }, 0],
    ['accept-and-500', { kind: 'unknown' }, 1],
    ['accept-and-drop', { kind: 'unknown' }, 1],
    ['landline', { kind: 'rejected', code: 21614 }, 0],
    ['unreachable', { kind: 'accepted' }, 1],
  ])('%s, on one phone or for the next text to any', async (fault, outcome, texts) => {
    // Only the fault that never answers waits for the timeout.
    const adapter = carrier(fault === 'timeout' ? { timeoutMs: 500 } : {});
    twilio.setPhoneFault(DANA, fault);
    expect(await adapter.send(sms)).toMatchObject(outcome);
    expect(sent()).toBe(texts);
    expect(await adapter.send({ ...sms, to: MARIA })).toMatchObject({ kind: 'accepted' });
    twilio.setPhoneFault(DANA, null);
    twilio.setCarrierFault(fault, 1);
    expect(await adapter.send(sms)).toMatchObject(outcome);
    expect(sent()).toBe(2 * texts);
    expect(await adapter.send(sms)).toMatchObject({ kind: 'accepted' });
  });

  test('finds no text during an outage without an end, but after a counted fault', async () => {
    const sentAfter = Date.now();
    const find = () => carrier().find({ to: DANA, body: 'Hello', sentAfter });
    twilio.setCarrierFault('error-500');
    await expect(find()).rejects.toThrow();
    twilio.setCarrierFault('error-500', 1);
    expect(await find()).toEqual([]);
    twilio.setCarrierFault('accept-and-drop');
    await carrier().send(sms);
    expect(await find()).toHaveLength(1);
  });

  test('an opted-out phone is refused with 21610', async () => {
    twilio.setOptedOut(DANA, true);
    expect(await carrier().send(sms)).toMatchObject({ kind: 'rejected', code: 21610 });
  });

  test('wrong keys are refused with 20003', async () => {
    expect(await carrier({ apiKeySecret: 'wrong-secret-of-key' }).send(sms)).toMatchObject({
      kind: 'rejected',
      code: 20003,
    });
  });
});
