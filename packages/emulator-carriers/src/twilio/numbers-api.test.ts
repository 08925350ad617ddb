import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTwilioNumbers, type TwilioNumbers } from '@qdn/carrier-twilio/numbers';
import { type CarrierEmulator, startCarrierEmulator } from '../emulator.ts';
import { ACCOUNT_SID, API_KEY, AUTH_TOKEN, COMPANY, emulatorOptions, MARIA } from '../testing/samples.ts';
import { startWebhookServer, type WebhookServer } from '../testing/webhook-server.ts';

/* The account's numbers, by the product's own client. */

const SERVICE = { sid: `MG${'c3'.repeat(16)}`, name: 'A2P', numbers: [COMPANY], defersToNumber: false };
const login = { user: ACCOUNT_SID, password: AUTH_TOKEN };

let webhooks: WebhookServer;
let twilio: CarrierEmulator;
let numbers: TwilioNumbers;

const start = async (changes: Parameters<typeof emulatorOptions>[0] = {}): Promise<void> => {
  await twilio?.close();
  twilio = await startCarrierEmulator(emulatorOptions(changes));
  numbers = createTwilioNumbers({ accountSid: ACCOUNT_SID, apiUrl: twilio.url });
};
const find = async () => {
  const found = await numbers.find(login, COMPANY);
  if (!found) throw new Error('There is no such number');
  return found;
};
const text = async (body: string) => {
  twilio.receive(MARIA, COMPANY, body);
  await twilio.settled();
};
const called = () => webhooks.calls.map(({ path }) => path);

beforeEach(async () => {
  webhooks = await startWebhookServer(AUTH_TOKEN);
  await start();
});
afterEach(async () => {
  await twilio.close();
  await webhooks.close();
});

describe('a number', () => {
  test('is found only by the complete number, and listed when it accepts texts', async () => {
    expect(await find()).toMatchObject({ number: COMPANY, takesTexts: true, smsUrl: '', smsFallbackUrl: '' });
    expect(await numbers.find(login, '+15125550999')).toBeNull();
    expect(await numbers.find(login, COMPANY.slice(0, -2))).toBeNull();
    await start({ numbers: [{ number: COMPANY, name: 'Q', takesTexts: false }] });
    expect(await find()).toMatchObject({ takesTexts: false });
    expect(await numbers.list(login)).toEqual([]);
  });

  test('delivers texts to a new URL at once', async () => {
    const number = await find();
    await text('before');
    const to = { smsUrl: `${webhooks.url}/in#rc=1`, smsFallbackUrl: `${webhooks.url}/fallback` };
    expect(await numbers.configure(login, number, to, null)).toMatchObject(to);
    expect(await find()).toMatchObject({ ...to, smsMethod: 'POST', smsFallbackMethod: 'POST' });
    await text('after');
    expect(called()).toEqual(['/in']);
  });

  test('gets addresses for calls only when it is asked to, and loses its application for calls', async () => {
    await start({ numbers: [{ number: COMPANY, name: 'Q', voiceApplicationSid: `AP${'d'.repeat(32)}` }] });
    const texts = { smsUrl: `${webhooks.url}/in`, smsFallbackUrl: '' };
    const calls = { voiceUrl: `${webhooks.url}/voice`, voiceFallbackUrl: `${webhooks.url}/busy`, statusCallback: '' };
    const left = await numbers.configure(login, await find(), texts, null);
    expect(left).toMatchObject({ voiceUrl: '', voiceApplicationSid: expect.stringMatching(/^AP/) });
    expect(await numbers.configure(login, left, texts, calls)).toMatchObject({ ...calls, voiceApplicationSid: '' });
  });

  test('is removed from the application that got its texts', async () => {
    const smsUrl = `${webhooks.url}/in`;
    await start({ numbers: [{ number: COMPANY, name: 'Q', smsUrl, smsApplicationSid: `AP${'d'.repeat(32)}` }] });
    await text('before');
    expect(called()).toEqual([]);
    await numbers.configure(login, await find(), { smsUrl, smsFallbackUrl: smsUrl }, null);
    await text('after');
    expect(called()).toEqual(['/in']);
  });

  test('refuses a URL that is not valid, and a caller without access', async () => {
    const number = await find();
    const wrong = { smsUrl: 'qdn.example/in', smsFallbackUrl: '' };
    await expect(numbers.configure(login, number, wrong, null)).rejects.toMatchObject({ status: 400 });
    await expect(numbers.find({ ...login, password: 'x' }, COMPANY)).rejects.toMatchObject({
      status: 401,
      code: 20003,
    });
    const key = { user: API_KEY.sid, password: API_KEY.secret };
    expect(await numbers.find(key, COMPANY)).toMatchObject({ sid: number.sid });
  });
});

describe('a Messaging Service', () => {
  test('delivers texts to its own URL, until it defers to the number', async () => {
    const own = { number: COMPANY, name: 'Q', smsUrl: `${webhooks.url}/number` };
    await start({ numbers: [own], messagingServices: [{ ...SERVICE, inboundUrl: `${webhooks.url}/service` }] });
    const { sid } = await find();
    const service = await numbers.serviceOf(login, sid);
    expect(service).toEqual({
      sid: SERVICE.sid,
      name: 'A2P',
      defersToNumber: false,
      inboundUrl: `${webhooks.url}/service`,
    });
    await text('one');
    await numbers.deferToNumbers(login, SERVICE.sid);
    expect(await numbers.serviceOf(login, sid)).toMatchObject({ defersToNumber: true });
    await text('two');
    expect(called()).toEqual(['/service', '/number']);
  });

  test('without the number does not affect it', async () => {
    await start({ messagingServices: [{ ...SERVICE, numbers: [], inboundUrl: null }] });
    expect(await numbers.serviceOf(login, (await find()).sid)).toBeNull();
  });
});
