import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createSecretVersions } from '@qdn/aws/secret-versions';
import { createSecretsClient } from '@qdn/aws/secrets';
import { ADMIN_SECRET, type Installation, SENDER_SECRET } from '@qdn/cli/twilio/installation';
import { pushSecrets } from '@qdn/cli/twilio/push-secrets';
import { clientSettings } from '@qdn/emulator-aws/client-settings';
import { startSecretsManager } from '@qdn/emulator-aws/secrets-manager';
import { type CarrierEmulator, startCarrierEmulator } from '@qdn/emulator-carriers/emulator';
import { startTelnyxEmulator, type TelnyxEmulator } from '@qdn/emulator-carriers/telnyx';
import { ACCOUNT_SID, API_KEY, AUTH_TOKEN, emulatorOptions } from '@qdn/emulator-carriers/testing/samples';

/* `./qdn secrets push`, against an empty Secrets Manager and the emulators of Twilio and Telnyx. */

const admin = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN };
const TELNYX_KEY = 'KEY0123456789abcdef';
const withTelnyx = (apiKey = TELNYX_KEY) => ({
  admin,
  sender,
  secondary: null,
  carriers: { 'qdn/telnyx': { apiKey } },
});
const sender = { accountSid: ACCOUNT_SID, apiKeySid: API_KEY.sid, apiKeySecret: API_KEY.secret };
let folder: string;
let store: Awaited<ReturnType<typeof startSecretsManager>>;
let twilio: CarrierEmulator;
let telnyx: TelnyxEmulator;
let versions: ReturnType<typeof createSecretVersions>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qdn-push-'));
  store = await startSecretsManager(0, join(folder, 'secrets.json'));
  twilio = await startCarrierEmulator(emulatorOptions({ authTokens: [AUTH_TOKEN] }));
  telnyx = await startTelnyxEmulator({ port: 0, apiKey: TELNYX_KEY, number: '+15125550144', webhookUrl: () => '' });
  const actual = createSecretVersions(createSecretsClient(clientSettings(store.endpoint)));
  const named = (id: string) => `deployed/${id}`;
  versions = {
    read: (id, stage) => actual.read(named(id), stage),
    put: (id, value, stage) => actual.put(named(id), value, stage),
    promote: (id) => actual.promote(named(id)),
    unstage: (id) => actual.unstage(named(id)),
  };
});
afterEach(async () => {
  await twilio.close();
  await telnyx.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const push = async (owner: Installation['owner'], isDryRun = false): Promise<string> => {
  const said: string[] = [];
  const publicUrl = async () => 'https://qdn.example';
  const urls = { twilioUrl: twilio.url, carrierUrl: () => telnyx.url, publicUrl };
  const installation = { place: 'the test', versions, ownerFile: '', owner, ...urls };
  await pushSecrets(installation, isDryRun, (sentence) => void said.push(sentence));
  return said.join('\n');
};
const current = async (id: string) => (await versions.read(id, 'AWSCURRENT'))?.value;

test('creates both secrets, each with its own pair, and prints them; a second run changes nothing', async () => {
  const owner = { admin, sender, secondary: null };
  expect(await push(owner, true)).toContain('qdn/twilio-admin: would be created in the test.');
  expect(await current(ADMIN_SECRET)).toBeUndefined();
  expect(await push(owner)).toMatch(/Twilio accepts .*qdn\/twilio-admin: created\..*qdn\/twilio-sender: created\./s);
  expect([await current(ADMIN_SECRET), await current(SENDER_SECRET)]).toEqual([admin, sender]);
  expect(await push(owner)).toMatch(/the test already has it.*the test already has it/s);
  expect(await versions.read(SENDER_SECRET, 'AWSPREVIOUS')).toBeNull();
});

test('stores nothing that Twilio refuses, and names the credential without its value', async () => {
  const wrong = 'a-secret-that-is-wrong-1';
  const pushes = [
    { owner: { admin: { ...admin, authToken: wrong }, sender, secondary: null }, name: 'TWILIO_AUTH_TOKEN' },
    { owner: { admin, sender: { ...sender, apiKeySecret: wrong }, secondary: null }, name: 'TWILIO_API_KEY_SID' },
    { owner: { admin, sender, secondary: { ...admin, authToken: wrong } }, name: 'TWILIO_AUTH_TOKEN_SECONDARY' },
  ];
  for (const { owner, name } of pushes) {
    const refusal = await push(owner).catch((error: Error) => error.message);
    expect(refusal).toContain(`Twilio refuses ${name}`);
    expect(refusal).not.toContain(wrong);
  }
  expect([await current(ADMIN_SECRET), await current(SENDER_SECRET)]).toEqual([undefined, undefined]);
});

test('stores the key of Telnyx after Telnyx has accepted it', async () => {
  expect(await push(withTelnyx(), true)).toMatch(/Telnyx accepts .*qdn\/telnyx: would be created/s);
  expect(await current('qdn/telnyx')).toBeUndefined();
  expect(await push(withTelnyx())).toMatch(/Telnyx accepts .*qdn\/telnyx: created\./s);
  expect(await current('qdn/telnyx')).toEqual({ apiKey: TELNYX_KEY });
  expect(await push(withTelnyx())).toContain('qdn/telnyx: the test already has it.');
});

test.each<[string, string, boolean, RegExp]>([
  ['that is not valid', 'KEY-that-is-wrong', true, /Telnyx refuses TELNYX_API_KEY .*nothing was stored/],
  ['without the right', TELNYX_KEY, false, /Telnyx knows TELNYX_API_KEY .*may not read the balance, so nothing was/],
  ['of another form', 'KEY', true, /TELNYX_API_KEY .*is not a key of Telnyx, so nothing was stored/],
])('stores nothing with a key of Telnyx %s', async (_, apiKey, mayReadBalance, expected) => {
  telnyx.account.mayReadBalance = mayReadBalance;
  const refusal = await push(withTelnyx(apiKey)).catch((error: Error) => error.message);
  expect(refusal).toMatch(expected);
  expect(refusal).not.toMatch(/KEY-that|KEY0123/);
  expect([await current(ADMIN_SECRET), await current('qdn/telnyx')]).toEqual([undefined, undefined]);
});

test('during an outage of Telnyx, keeps its key and stores the others', async () => {
  await versions.put('qdn/telnyx', { apiKey: 'KEY-that-works' }, 'AWSCURRENT');
  telnyx.account.fault = 'internal-error';
  await expect(push(withTelnyx())).rejects.toThrow(
    'qdn/telnyx: not checked and not stored, because Telnyx did not answer clearly (500). Run the same command again later: ./qdn secrets push',
  );
  expect([await current(ADMIN_SECRET), await current('qdn/telnyx')]).toEqual([admin, { apiKey: 'KEY-that-works' }]);
});

test('refuses during a rotation', async () => {
  await push({ admin, sender, secondary: null });
  await versions.put(SENDER_SECRET, { rotation: 'begun' }, 'AWSPENDING');
  await expect(push({ admin, sender, secondary: null })).rejects.toThrow(
    'Finish the rotation first: ./qdn twilio rotate-key',
  );
});

test('Git ignores the owner’s file', () => {
  const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
  expect(readFileSync(join(repository, '.gitignore'), 'utf8').split('\n')).toContain('.secrets/');
});

test('explains how to create a missing file', async () => {
  await expect(push(null)).rejects.toThrow('./qdn secrets init');
});
