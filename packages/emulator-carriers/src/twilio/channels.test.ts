import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CarrierEmulator, startCarrierEmulator } from '../emulator.ts';
import { ACCOUNT_SID, API_KEY, AUTH_TOKEN, COMPANY, emulatorOptions, MARIA } from '../testing/samples.ts';
import { startWebhookServer, type WebhookServer } from '../testing/webhook-server.ts';

const HOUR_MS = 3_600_000;
let webhooks: WebhookServer;
let twilio: CarrierEmulator;
let now: number;
beforeEach(async () => {
  now = Date.UTC(2026, 10, 23, 15);
  webhooks = await startWebhookServer(AUTH_TOKEN);
  twilio = await startCarrierEmulator(
    emulatorOptions({
      numbers: [{ number: COMPANY, name: 'QuickDumpNow', smsUrl: `${webhooks.url}/inbound` }],
      senders: { whatsapp: COMPANY, rcs: 'quick_agent' },
      clock: { now: () => now, sleep: async () => {} },
    }),
  );
});
afterEach(async () => {
  await twilio.close();
  await webhooks.close();
});

const send = async (To: string, From: string) => {
  const response = await fetch(`${twilio.url}/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${API_KEY.sid}:${API_KEY.secret}`).toString('base64')}` },
    body: new URLSearchParams({ To, From, Body: 'Hello', StatusCallback: `${webhooks.url}/status/x` }),
  });
  await twilio.settled();
  return (await response.json()) as { sid: string; code?: number; to?: string; from?: string };
};
const outcomeOf = (sid: string) => {
  const message = twilio.messages().find((one) => one.sid === sid);
  return [message?.status, message?.errorCode];
};

describe('a text over WhatsApp', () => {
  test('needs the prefix on both sides, and a sender of the account', async () => {
    expect(await send(`whatsapp:${MARIA}`, COMPANY)).toMatchObject({ code: 21910 });
    expect(await send(MARIA, `whatsapp:${COMPANY}`)).toMatchObject({ code: 21910 });
    expect(await send(`whatsapp:${MARIA}`, 'whatsapp:+15125550143')).toMatchObject({ code: 63007 });
    const sent = await send(`whatsapp:${MARIA}`, `whatsapp:${COMPANY}`);
    expect(sent).toMatchObject({ to: `whatsapp:${MARIA}`, from: `whatsapp:${COMPANY}` });
  });

  test('is delivered for 24 hours after the phone has written over it, and then accepted and not delivered (63016)', async () => {
    const before = await send(`whatsapp:${MARIA}`, `whatsapp:${COMPANY}`);
    expect(outcomeOf(before.sid)).toEqual(['undelivered', 63016]);
    twilio.receive(`whatsapp:${MARIA}`, COMPANY, 'Hi');
    await twilio.settled();
    now += 23 * HOUR_MS;
    const inTime = await send(`whatsapp:${MARIA}`, `whatsapp:${COMPANY}`);
    expect(outcomeOf(inTime.sid)).toEqual(['delivered', null]);
    now += HOUR_MS;
    const late = await send(`whatsapp:${MARIA}`, `whatsapp:${COMPANY}`);
    expect(outcomeOf(late.sid)).toEqual(['undelivered', 63016]);
  });

  test('reaches the webhook with its prefixes, signed, and STOP is no more than a word', async () => {
    twilio.receive(`whatsapp:${MARIA}`, COMPANY, 'STOP');
    await twilio.settled();
    const [call] = webhooks.calls;
    expect(call).toMatchObject({ path: '/inbound', signed: true });
    expect(JSON.stringify(call)).toContain(`whatsapp:${MARIA}`);
    const sent = await send(`whatsapp:${MARIA}`, `whatsapp:${COMPANY}`);
    expect(outcomeOf(sent.sid)).toEqual(['delivered', null]);
  });
});

test('a text over RCS goes from the agent', async () => {
  const sent = await send(`rcs:${MARIA}`, 'rcs:quick_agent');
  expect(sent).toMatchObject({ to: `rcs:${MARIA}`, from: 'rcs:quick_agent' });
  expect(outcomeOf(sent.sid)).toEqual(['delivered', null]);
});
