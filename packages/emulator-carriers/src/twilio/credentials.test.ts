import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CarrierEmulator, startCarrierEmulator } from '../emulator.ts';
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
import { startWebhookServer } from '../testing/webhook-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'qdn-credentials-'));
const statePath = join(folder, 'twilio.json');
let twilio: CarrierEmulator;
const start = async (changes: Parameters<typeof emulatorOptions>[0] = {}) => {
  twilio = await startCarrierEmulator(emulatorOptions({ statePath, authTokens: [AUTH_TOKEN], ...changes }));
};
const restart = async (changes?: Parameters<typeof emulatorOptions>[0]) => {
  await twilio.close();
  await start(changes);
};
beforeEach(() => start());
afterEach(async () => {
  await twilio.close();
  rmSync(statePath, { force: true });
});

type Who = [user: string, password: string];
const ACCOUNT: Who = [ACCOUNT_SID, AUTH_TOKEN];
const KEY: Who = [API_KEY.sid, API_KEY.secret];
const call = async ([user, password]: Who, method: string, path: string, form?: Record<string, string>) => {
  const response = await fetch(`${twilio.url}${path}`, {
    method,
    headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
    ...(form ? { body: new URLSearchParams(form) } : {}),
  });
  const text = await response.text();
  const body: Record<string, unknown> = text ? JSON.parse(text) : {};
  return { status: response.status, body };
};
const ROOT = `/2010-04-01/Accounts/${ACCOUNT_SID}`;
const send = async (who: Who) =>
  (await call(who, 'POST', `${ROOT}/Messages.json`, { To: DANA, From: COMPANY, Body: 'x' })).status;
const createKey = async (): Promise<Who> => {
  const { body } = await call(ACCOUNT, 'POST', `${ROOT}/Keys.json`, { FriendlyName: 'qdn' });
  return [String(body['sid']), String(body['secret'])];
};
const refusal = { status: 401, body: { code: 20003 } };
const SECONDARY = '/v1/AuthTokens/Secondary';
const PROMOTE = '/v1/AuthTokens/Promote';
const createSecondary = async (): Promise<Who> => {
  const { body } = await call(ACCOUNT, 'POST', SECONDARY);
  return [ACCOUNT_SID, String(body['secondary_auth_token'])];
};

describe('an API key', () => {
  test('sends from its creation until it is revoked, which a restart keeps', async () => {
    const key = await createKey();
    expect(await send(key)).toBe(201);
    await restart();
    expect(await send(key)).toBe(201);
    expect((await call(ACCOUNT, 'DELETE', `${ROOT}/Keys/${key[0]}.json`)).status).toBe(204);
    expect(await send(key)).toBe(401);
    expect((await call(ACCOUNT, 'DELETE', `${ROOT}/Keys/${key[0]}.json`)).status).toBe(404);
    expect((await call(ACCOUNT, 'DELETE', `${ROOT}/Keys/${API_KEY.sid}.json`)).status).toBe(204);
    expect(await call(KEY, 'GET', `${ROOT}/Messages.json`)).toMatchObject(refusal);
    await restart();
    expect(await send(KEY)).toBe(401);
    expect(await send(key)).toBe(401);
  });

  test('that the API created has no access to keys, tokens or the account', async () => {
    const key = await createKey();
    for (const [method, path] of [
      ['GET', `${ROOT}/Keys.json`],
      ['POST', `${ROOT}/Keys.json`],
      ['DELETE', `${ROOT}/Keys/${API_KEY.sid}.json`],
      ['GET', `${ROOT}.json`],
      ['POST', SECONDARY],
      ['POST', PROMOTE],
    ] as const) {
      expect(await call(key, method, path)).toMatchObject(refusal);
    }
    expect(await send(KEY)).toBe(201);
  });

  test('that is configured again is valid when the generation changes', async () => {
    const other = { sid: `SK${'c3'.repeat(16)}`, secret: 'the-secret-of-the-other-key' };
    await restart({ apiKeys: [other] });
    expect(await send([other.sid, other.secret])).toBe(401);
    await restart({ apiKeys: [other], generation: 'second' });
    expect(await send(KEY)).toBe(401);
    expect(await send([other.sid, other.secret])).toBe(201);
  });
});

describe('the secondary Auth Token', () => {
  test('has the access of the primary one, until it is deleted', async () => {
    const { status, body } = await call(ACCOUNT, 'POST', SECONDARY);
    expect(status).toBe(201);
    expect(body).toEqual({
      account_sid: ACCOUNT_SID,
      date_created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      date_updated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      secondary_auth_token: expect.stringMatching(/^[0-9a-f]{32}$/),
      url: 'https://accounts.twilio.com/v1/AuthTokens/Secondary',
    });
    const secondary: Who = [ACCOUNT_SID, String(body['secondary_auth_token'])];
    expect([await send(ACCOUNT), await send(secondary)]).toEqual([201, 201]);
    expect(await call(ACCOUNT, 'POST', SECONDARY)).toMatchObject({ status: 409 });
    expect((await call(secondary, 'DELETE', SECONDARY)).status).toBe(204);
    expect([await send(ACCOUNT), await send(secondary)]).toEqual([201, 401]);
    expect(await call(ACCOUNT, 'DELETE', SECONDARY)).toMatchObject({ status: 404, body: { code: 20404 } });
  });

  test('becomes the primary one when promoted; the old one is refused at once, also after a restart', async () => {
    expect(await call(ACCOUNT, 'POST', PROMOTE)).toMatchObject({ status: 404, body: { code: 20404 } });
    const secondary = await createSecondary();
    expect(await call(secondary, 'POST', PROMOTE)).toMatchObject({
      status: 200,
      body: { account_sid: ACCOUNT_SID, auth_token: secondary[1] },
    });
    await restart();
    expect([await send(ACCOUNT), await send(secondary)]).toEqual([401, 201]);
  });

  test('signs webhooks after its promotion', async () => {
    await twilio.close();
    const old = await startWebhookServer(AUTH_TOKEN);
    await start({ numbers: [{ number: COMPANY, name: 'QuickDumpNow', smsUrl: `${old.url}/sms` }] });
    const text = async () => {
      twilio.receive(MARIA, COMPANY, 'Hello');
      await twilio.settled();
      return old.calls.at(-1)?.signed;
    };
    const secondary = await createSecondary();
    expect(await text()).toBe(true);
    await call(secondary, 'POST', PROMOTE);
    expect(await text()).toBe(false);
    await old.close();
  });

  test('can be configured at the first start', async () => {
    await restart({ authTokens: [AUTH_TOKEN, SECONDARY_TOKEN], generation: 'second' });
    expect(await send([ACCOUNT_SID, SECONDARY_TOKEN])).toBe(201);
  });
});

test('is stored in a file that only its owner can read, and is in no exchange', async () => {
  const [, secret] = await createKey();
  const [, token] = await createSecondary();
  await call(ACCOUNT, 'GET', `${ROOT}.json`);
  await restart();
  expect(statSync(statePath).mode & 0o777).toBe(0o600);
  expect(readFileSync(statePath, 'utf8')).toContain(secret);
  const shown = JSON.stringify(twilio.exchanges());
  expect(shown).toContain('Keys.json');
  for (const hidden of [secret, token, AUTH_TOKEN]) expect(shown).not.toContain(hidden);
});
