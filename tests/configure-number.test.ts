import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createProgram } from '@qdn/cli/program';
import { readCompanyFile } from '@qdn/company';
import { startSecretsManager } from '@qdn/emulator-aws/secrets-manager';
import { type CarrierEmulator, startCarrierEmulator } from '@qdn/emulator-carriers/emulator';
import { startWebhookServer, type WebhookServer } from '@qdn/emulator-carriers/testing/webhook-server';
import { ensureSecrets, type LocalSecrets } from '@qdn/local/local-secrets';

/*
 * Runs `./qdn twilio configure` against the Twilio emulator, with its secrets in the emulated store. The settings of the number
 * decide which webhook a text calls.
 */

const COMPANY_FILE = fileURLToPath(new URL('../config/company.example.json', import.meta.url));
const { textNumber } = readCompanyFile({ path: COMPANY_FILE, name: 'config/company.example.json' });
const CUSTOMER = '+15125550111';
const SERVICE = { sid: `MG${'c3'.repeat(16)}`, name: 'A2P', numbers: [textNumber], defersToNumber: false };

let folder: string;
let store: Awaited<ReturnType<typeof startSecretsManager>>;
let secrets: LocalSecrets;
let site: WebhookServer;
let twilio: CarrierEmulator;
let questions: string[];
let answer: string | null;

type Setup = Omit<
  Parameters<typeof startCarrierEmulator>[0],
  'port' | 'statePath' | 'accountSid' | 'authTokens' | 'apiKeys'
>;
const ownNumber = (changes: object = {}) => ({ number: textNumber, name: 'Company', ...changes });
const start = async (setup: Partial<Setup> = {}): Promise<void> => {
  await twilio?.close();
  const { admin, sender } = secrets;
  twilio = await startCarrierEmulator({
    port: 0,
    statePath: null,
    accountSid: admin.accountSid,
    authTokens: [admin.authToken],
    apiKeys: [{ sid: sender.apiKeySid, secret: sender.apiKeySecret }],
    numbers: [ownNumber()],
    phones: [{ number: CUSTOMER, name: 'Maria', role: 'customer' }],
    pace: { queueMs: 1, deliveryMs: 1 },
    ...setup,
  });
  const local = { secretsUrl: store.endpoint, twilioUrl: twilio.url, publicUrl: site.url };
  writeFileSync(join(folder, '.local', 'local.json'), JSON.stringify(local));
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qdn-configure-'));
  for (const name of ['.local', 'config']) mkdirSync(join(folder, name));
  copyFileSync(COMPANY_FILE, join(folder, 'config', 'company.json'));
  store = await startSecretsManager(0, join(folder, 'secrets.json'));
  secrets = ensureSecrets(join(folder, 'secrets.json'));
  site = await startWebhookServer(secrets.admin.authToken);
  questions = [];
  answer = 'y';
  await start();
});
afterEach(async () => {
  await twilio.close();
  await site.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const configure = async (...flags: string[]): Promise<string> => {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const ask = async (question: string) => {
    questions.push(question);
    return answer;
  };
  const program = createProgram({ environment: {}, repository: folder, print, note: () => {}, ask });
  await program.parseAsync(['node', 'qdn', 'twilio', 'configure', ...flags]);
  return printed.join('\n');
};
/** Returns the webhook path of a customer's text. */
const path = async (): Promise<string | undefined> => {
  site.calls.length = 0;
  twilio.receive(CUSTOMER, textNumber, 'Hello');
  await twilio.settled();
  return site.calls[0]?.path;
};

describe('./qdn twilio configure', () => {
  test('shows the change, asks, and routes texts here; a second run changes nothing', async () => {
    expect(await path()).toBeUndefined();
    expect(await configure()).toMatch(/arrive here now/);
    const retries = '#rc=3&rp=ct,rt,5xx&rt=4000';
    expect(questions).toEqual([
      [
        `${textNumber} at Twilio:`,
        '  A message comes in              (nothing)',
        `                                  → ${site.url}/api/jobs/inbound/messages${retries}`,
        '  Primary handler fails           (nothing)',
        `                                  → ${site.url}/api/fallback/jobs/inbound/messages${retries}`,
        '  A call comes in                 (nothing)',
        `                                  → ${site.url}/api/calls/incoming#rc=1&rp=ct,rt,5xx&rt=4000`,
        '  Primary handler of calls fails  (nothing)',
        `                                  → ${site.url}/api/fallback/calls`,
        '  Call status changes             (nothing)',
        `                                  → ${site.url}/api/calls/ended${retries}`,
        'Change this? [y/N] ',
      ].join('\n'),
    ]);
    expect(await path()).toBe('/api/jobs/inbound/messages');
    expect(await configure()).toMatch(/already arrive here. Nothing to change/);
    expect(questions).toHaveLength(1);
  });

  test('leaves calls alone when the company file switches them off, and takes our addresses away', async () => {
    await configure();
    const file = join(folder, 'config', 'company.json');
    const company = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...company, relay: { ...company.relay, calls: { answer: false } } }));
    expect(await configure()).not.toContain('Calls ring');
    expect(questions.at(-1)).toMatch(/A call comes in +http.*→ \(nothing\)/s);
    await start({ numbers: [ownNumber({ voiceUrl: 'https://pbx.example/in' })] });
    await configure();
    expect(questions.at(-1)).not.toContain('pbx.example');
  });

  test('rings the contacts on call, and shows which address of another program it replaces', async () => {
    await start({ numbers: [ownNumber({ voiceUrl: 'https://pbx.example/in' })] });
    expect(await configure()).toContain('Calls ring the contacts on call, which costs extra (docs/calls.md)');
    expect(questions[0]).toMatch(/A call comes in +https:\/\/pbx\.example\/in/);
    site.calls.length = 0;
    twilio.call(CUSTOMER, textNumber);
    await twilio.settled();
    expect(site.calls[0]?.path).toBe('/api/calls/incoming');
  });

  test('says how CANCEL, END and QUIT can be kept from unsubscribing people, in the number’s own service', async () => {
    const printed = await configure();
    for (const words of ['Advanced Opt-Out', '21610', 'CANCEL, END and QUIT', 'Messaging, Services, Create'])
      expect(printed).toContain(words);
    await start({ messagingServices: [{ ...SERVICE, defersToNumber: true, inboundUrl: null }] });
    expect(await configure()).toContain('Messaging, Services, "A2P".');
  });

  test('changes nothing after a no, without a terminal, or in a dry run', async () => {
    answer = '';
    expect(await configure()).toBe('Nothing was changed.');
    answer = null;
    await expect(configure()).rejects.toThrow(/This is not a terminal.*--yes/s);
    expect(await configure('--dry-run')).toMatch(/→ .*Nothing was changed\.$/s);
    expect(await path()).toBeUndefined();
    expect(await configure('--yes')).toMatch(/arrive here now/);
    expect(await path()).toBe('/api/jobs/inbound/messages');
  });

  test('takes the number over from another program’s application, and says so', async () => {
    await start({
      numbers: [ownNumber({ smsUrl: 'https://old.example/sms', smsApplicationSid: `AP${'d'.repeat(32)}` })],
    });
    await configure();
    expect(questions[0]).toMatch(/https:\/\/old\.example\/sms.*the TwiML application APd+.*→ \(nothing\)/s);
    expect(await path()).toBe('/api/jobs/inbound/messages');
  });

  test('refuses when a Messaging Service routes the texts elsewhere, unless a flag allows the change', async () => {
    await start({ messagingServices: [{ ...SERVICE, inboundUrl: 'https://other.example/sms' }] });
    await expect(configure()).rejects.toThrow(/"A2P", which sends its texts to https:\/\/other\.example.*--defer/s);
    expect(questions).toEqual([]);
    await configure('--defer');
    expect(questions[0]).toMatch(/Messaging Service "A2P", for every number in it/);
    expect(await path()).toBe('/api/jobs/inbound/messages');
    expect(await configure()).toMatch(/Nothing to change/);
  });

  test('lists the account’s numbers when the configured one is not among them', async () => {
    await expect(configure('--number', '+15125559999')).rejects.toThrow(
      new RegExp(`has no number \\+15125559999\\. It has \\${textNumber}\\. .*textNumber in config/company\\.json`),
    );
  });

  test('reports a number without SMS, and refused credentials', async () => {
    await start({ numbers: [ownNumber({ takesTexts: false })] });
    await expect(configure()).rejects.toThrow(/has no SMS\. Choose a number with SMS/);
    await twilio.close();
    twilio = await startCarrierEmulator({
      port: 0,
      statePath: null,
      accountSid: secrets.admin.accountSid,
      authTokens: ['another-token'],
      apiKeys: [],
      numbers: [ownNumber()],
      phones: [],
    });
    const local = { secretsUrl: store.endpoint, twilioUrl: twilio.url, publicUrl: site.url };
    writeFileSync(join(folder, '.local', 'local.json'), JSON.stringify(local));
    await expect(configure()).rejects.toThrow(/Twilio refuses the Auth Token/);
  });

  test('refuses a local address for the real Twilio', async () => {
    const local = { secretsUrl: store.endpoint, twilioUrl: null, publicUrl: site.url };
    writeFileSync(join(folder, '.local', 'local.json'), JSON.stringify(local));
    await expect(configure()).rejects.toThrow(/cannot reach http:\/\/localhost:\d+.*--stage prod/s);
  });
});
