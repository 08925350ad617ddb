import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CarrierEmulator, startCarrierEmulator } from '../emulator.ts';
import { ACCOUNT_SID, AUTH_TOKEN, COMPANY, DANA, emulatorOptions, MARIA } from '../testing/samples.ts';
import { readDescription } from './testing/description.ts';

/* The emulator answers as Twilio's own OpenAPI description says; `.ci/twilio-contract` checks the same with the official client. */

const description = readDescription();
const ROOT = '/2010-04-01/Accounts';
const PATH = {
  account: `${ROOT}/{Sid}.json`,
  balance: `${ROOT}/{AccountSid}/Balance.json`,
  messages: `${ROOT}/{AccountSid}/Messages.json`,
  message: `${ROOT}/{AccountSid}/Messages/{Sid}.json`,
  calls: `${ROOT}/{AccountSid}/Calls.json`,
  call: `${ROOT}/{AccountSid}/Calls/{Sid}.json`,
  mediaList: `${ROOT}/{AccountSid}/Messages/{MessageSid}/Media.json`,
  media: `${ROOT}/{AccountSid}/Messages/{MessageSid}/Media/{Sid}.json`,
  keys: `${ROOT}/{AccountSid}/Keys.json`,
  key: `${ROOT}/{AccountSid}/Keys/{Sid}.json`,
  numbers: `${ROOT}/{AccountSid}/IncomingPhoneNumbers.json`,
  number: `${ROOT}/{AccountSid}/IncomingPhoneNumbers/{Sid}.json`,
} as const;

let twilio: CarrierEmulator;
beforeEach(async () => {
  twilio = await startCarrierEmulator(emulatorOptions());
});
afterEach(() => twilio.close());

type Body = Record<string, unknown>;
const ask = async (
  method: 'get' | 'post' | 'delete',
  path: string,
  {
    sids = {},
    form,
    query = '',
  }: { sids?: Record<string, string>; form?: Record<string, string>; query?: string } = {},
) => {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => sids[name] ?? ACCOUNT_SID);
  const response = await fetch(`${twilio.url}${filled}${query}`, {
    method: method.toUpperCase(),
    headers: { authorization: `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}` },
    ...(form ? { body: new URLSearchParams(form) } : {}),
  });
  const text = await response.text();
  const body: Body | null = text ? JSON.parse(text) : null;
  return { body: body ?? {}, faults: description.faultsOf(method, path, response.status, body) };
};
const sidOf = (body: Body): string => String(body['sid']);
const text = { To: DANA, From: COMPANY, Body: 'Hello' };

describe('as Twilio describes its API, the emulator', () => {
  test('creates, fetches and lists messages, at each of their stages', async () => {
    const created = await ask('post', PATH.messages, { form: text });
    expect(created.faults).toEqual([]);
    expect((await ask('get', PATH.messages)).faults).toEqual([]);
    await twilio.settled();
    twilio.setPhoneFault(DANA, 'unreachable');
    const failed = await ask('post', PATH.messages, { form: text });
    twilio.receive(MARIA, COMPANY, 'Hello', 1);
    await twilio.settled();
    for (const { body } of [created, failed])
      expect((await ask('get', PATH.message, { sids: { Sid: sidOf(body) } })).faults).toEqual([]);
    const listed = await ask('get', PATH.messages, { query: '?PageSize=2&Page=1' });
    expect(listed.faults).toEqual([]);
    expect(listed.body['messages']).toHaveLength(1);
  });

  test('creates, fetches and lists calls', async () => {
    const form = { To: DANA, From: COMPANY, Url: 'http://localhost:9/bridge' };
    const created = await ask('post', PATH.calls, { form });
    expect(created.faults).toEqual([]);
    await twilio.settled();
    expect((await ask('get', PATH.call, { sids: { Sid: sidOf(created.body) } })).faults).toEqual([]);
    const listed = await ask('get', PATH.calls, { query: `?To=${encodeURIComponent(DANA)}&PageSize=1` });
    expect(listed.faults).toEqual([]);
    expect(listed.body['calls']).toHaveLength(1);
  });

  test('lists and fetches media, of a phone and of ours', async () => {
    const ours = sidOf(
      (await ask('post', PATH.messages, { form: { ...text, MediaUrl: 'https://qdn.example/a.jpg' } })).body,
    );
    const theirs = twilio.receive(MARIA, COMPANY, '', 2)?.sid ?? '';
    for (const MessageSid of [ours, theirs]) {
      const { faults, body } = await ask('get', PATH.mediaList, { sids: { MessageSid } });
      expect(faults).toEqual([]);
      for (const medium of body['media_list'] as Body[]) {
        const sids = { MessageSid, Sid: sidOf(medium) };
        expect(await ask('get', PATH.media, { sids })).toEqual({ faults: [], body: medium });
      }
    }
  });

  test('creates, fetches, lists, renames and revokes API keys, and shows a secret once', async () => {
    const created = await ask('post', PATH.keys, { form: { FriendlyName: 'qdn' } });
    expect(created.faults).toEqual([]);
    const sids = { Sid: sidOf(created.body) };
    const fetched = await ask('get', PATH.key, { sids });
    expect(fetched.faults).toEqual([]);
    expect(fetched.body).not.toHaveProperty('secret');
    const renamed = await ask('post', PATH.key, { sids, form: { FriendlyName: 'other' } });
    expect(renamed).toMatchObject({ faults: [], body: { friendly_name: 'other' } });
    const listed = await ask('get', PATH.keys);
    expect(listed.faults).toEqual([]);
    expect(listed.body['keys']).toHaveLength(2);
    expect((await ask('delete', PATH.key, { sids })).faults).toEqual([]);
    expect((await ask('get', PATH.keys)).body['keys']).toHaveLength(1);
  });

  test('finds, fetches and changes the account’s numbers', async () => {
    const listed = await ask('get', PATH.numbers, { query: `?PhoneNumber=${encodeURIComponent(COMPANY)}` });
    expect(listed.faults).toEqual([]);
    const [number] = listed.body['incoming_phone_numbers'] as Body[];
    const sids = { Sid: sidOf(number ?? {}) };
    expect(await ask('get', PATH.number, { sids })).toEqual({ faults: [], body: number });
    const SmsUrl = 'https://qdn.example/in#rc=3';
    const changed = await ask('post', PATH.number, { sids, form: { SmsUrl } });
    expect(changed).toMatchObject({ faults: [], body: { sms_url: SmsUrl, sms_fallback_url: null } });
    expect((await ask('get', PATH.numbers, { query: '?PhoneNumber=%2B19995550100' })).body).toMatchObject({
      incoming_phone_numbers: [],
    });
  });

  test('shows the account and its balance', async () => {
    expect((await ask('get', PATH.account)).faults).toEqual([]);
    expect((await ask('get', PATH.balance)).faults).toEqual([]);
  });
});

test('fails the check for a missing, an extra and a malformed property', async () => {
  const { body } = await ask('post', PATH.messages, { form: text });
  const { sid, ...withoutSid } = body;
  const faults = (changed: Body) => description.faultsOf('post', PATH.messages, 201, changed);
  expect(faults({ ...withoutSid, sid })).toEqual([]);
  expect(faults(withoutSid)).toHaveLength(1);
  expect(faults({ ...body, extra: 1 })).toHaveLength(1);
  expect(faults({ ...body, sid: 'SM1' }).length).toBeGreaterThan(0);
  expect(faults({ ...body, status: 'gone' })).toHaveLength(1);
  expect(faults({ ...body, date_created: new Date().toISOString() })).toHaveLength(1);
  expect(description.faultsOf('post', PATH.messages, 200, body)).toHaveLength(1);
});
