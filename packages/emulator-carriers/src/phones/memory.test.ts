import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { StartError } from '@qdn/local-server/start-error';
import { startCarrierEmulator } from '../emulator.ts';
import { ACCOUNT_SID, API_KEY, AUTH_TOKEN, COMPANY, DANA, emulatorOptions, MARIA } from '../testing/samples.ts';
import { startWebhookServer, twiml, type WebhookServer } from '../testing/webhook-server.ts';
import { Memory } from './memory.ts';

let folder: string;
let statePath: string;
let webhooks: WebhookServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qdn-twilio-'));
  statePath = join(folder, 'twilio.json');
  webhooks = await startWebhookServer(AUTH_TOKEN);
});
afterEach(async () => {
  await webhooks.close();
  rmSync(folder, { recursive: true, force: true });
});
const start = (changes: object = {}) =>
  startCarrierEmulator(
    emulatorOptions({
      statePath,
      numbers: [{ number: COMPANY, name: 'QuickDumpNow', smsUrl: `${webhooks.url}/inbound` }],
      ...changes,
    }),
  );
const send = (url: string) =>
  fetch(`${url}/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${API_KEY.sid}:${API_KEY.secret}`).toString('base64')}` },
    body: new URLSearchParams({ To: DANA, From: COMPANY, Body: 'Hello', StatusCallback: `${webhooks.url}/status` }),
  });
const statuses = () => webhooks.calls.map(({ parameters }) => parameters['MessageStatus']);

describe('the emulator’s state', () => {
  test('is not written after it is closed, so that the next process owns it', async () => {
    const first = await start();
    await first.close();
    const kept = readFileSync(statePath, 'utf8');
    first.setPhoneFault(DANA, 'unreachable');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(readFileSync(statePath, 'utf8')).toBe(kept);
  });

  test('keeps texts, opt-outs, faults and added phones over a restart', async () => {
    const first = await start();
    first.receive(MARIA, COMPANY, 'STOP');
    first.receive('+15125550199', COMPANY, 'Hello');
    first.setPhoneFault(DANA, 'unreachable');
    first.setCarrierFault('filtered');
    await first.settled();
    const before = first.messages();
    await first.close();
    const second = await start();
    expect(second.messages()).toEqual(before);
    const state = (await (await fetch(`${second.url}/state`)).json()) as { phones: object[] };
    expect(state).toMatchObject({ carriers: [{ id: 'twilio', state: { fault: 'filtered', times: null } }] });
    expect(state.phones).toMatchObject([
      { number: MARIA, condition: 'opted-out' },
      { number: DANA, condition: 'unreachable' },
      { number: '+15125550199', condition: 'none' },
    ]);
    await second.close();
  });

  test('has a text in the file before the API answers 201', async () => {
    const twilio = await start({ pace: { queueMs: 60_000, deliveryMs: 1 } });
    const { sid } = (await (await send(twilio.url)).json()) as { sid: string };
    expect(readFileSync(statePath, 'utf8')).toContain(sid);
    await twilio.close();
  });

  test('continues an interrupted delivery after a restart, with its callbacks', async () => {
    const first = await start({ pace: { queueMs: 1, deliveryMs: 60_000 } });
    await send(first.url);
    while (statuses().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await first.close();
    const second = await start();
    await second.settled();
    expect(second.messages()).toMatchObject([{ status: 'delivered' }]);
    expect(statuses().at(-1)).toBe('delivered');
    expect(new Set(statuses())).toEqual(new Set(['sent', 'delivered']));
    await second.close();
  });

  test('calls an interrupted webhook again after a restart', async () => {
    webhooks.answerWith(() => {});
    const first = await start();
    first.receive(MARIA, COMPANY, 'Hello');
    while (webhooks.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await first.close();
    webhooks.answerWith(twiml());
    const second = await start();
    await second.settled();
    expect(webhooks.calls).toHaveLength(2);
    expect(webhooks.calls[1]?.parameters).toEqual(webhooks.calls[0]?.parameters);
    expect(second.messages()).toMatchObject([{ status: 'received' }]);
    await second.close();
  });

  test('repeats nothing that is finished', async () => {
    const first = await start();
    first.receive(MARIA, COMPANY, 'Hello');
    await send(first.url);
    await first.settled();
    await first.close();
    const calls = webhooks.calls.length;
    const second = await start();
    await second.settled();
    expect(webhooks.calls).toHaveLength(calls);
    await second.close();
  });

  test.each(['', '{"version":2,"phones":[', '[]', '{"version":1}'])(
    'refuses an unusable file (%p), and says what to do',
    async (content) => {
      writeFileSync(statePath, content);
      await expect(start()).rejects.toThrow(StartError);
      await expect(start()).rejects.toThrow(/twilio\.json .* npm start -- --fresh/);
      expect(readFileSync(statePath, 'utf8')).toBe(content);
    },
  );

  test('writes many changes at once in few writes, never half a file', async () => {
    const memory = new Memory(statePath);
    for (let i = 0; i < 500; i++) memory.setCarrierFault('twilio', 'filtered', i + 1);
    await memory.saved();
    expect(JSON.parse(readFileSync(statePath, 'utf8'))).toMatchObject({
      faults: { twilio: { fault: 'filtered', times: 500 } },
    });
    expect(readdirSync(folder)).toEqual(['twilio.json']);
  });

  test('reports a disk that refuses a write', async () => {
    const memory = new Memory(join(folder, 'missing', 'twilio.json'));
    memory.setCarrierFault('twilio', 'filtered');
    await expect(memory.saved()).rejects.toThrow('ENOENT');
  });
});
