import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TwilioRefusal, TwilioSilence } from '@qdn/carrier-twilio/account';
import { readOwnerFile } from '@qdn/owner-credentials/owner-file';
import { CommandError } from '../connection.ts';
import { createProgram } from '../program.ts';
import { findInstallation, inWords, mirrorsOf } from './installation.ts';

const ACCOUNT = `AC${'a'.repeat(32)}`;
const sender = (n: number) => ({
  accountSid: ACCOUNT,
  apiKeySid: `SK${String(n).repeat(32)}`,
  apiKeySecret: `secret-${n}-`.repeat(3),
});
const admin = (n: number) => ({ accountSid: ACCOUNT, authToken: `token-${n}-`.repeat(3) });

let repository: string;
let ownerFile: string;
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'qdn-installation-'));
  ownerFile = join(repository, '.secrets', 'qdn.env');
});
afterEach(() => rmSync(repository, { recursive: true }));

const writeOwner = (): void => {
  mkdirSync(join(repository, '.secrets'));
  const lines = [
    `TWILIO_ACCOUNT_SID=${ACCOUNT}`,
    `TWILIO_AUTH_TOKEN=${admin(1).authToken}`,
    `TWILIO_AUTH_TOKEN_SECONDARY=${admin(2).authToken}`,
    `TWILIO_API_KEY_SID=${sender(1).apiKeySid}`,
    `TWILIO_API_KEY_SECRET=${sender(1).apiKeySecret}`,
  ];
  writeFileSync(ownerFile, `${lines.join('\n')}\n`, { mode: 0o600 });
};
const runLocally = (twilioUrl: string | null): void => {
  mkdirSync(join(repository, '.local'));
  const local = { secretsUrl: 'http://127.0.0.1:1', twilioUrl };
  writeFileSync(join(repository, '.local', 'local.json'), JSON.stringify(local));
};

describe('the owner’s file', () => {
  const mirrors = (twilioUrl: string | null) => {
    writeOwner();
    runLocally(twilioUrl);
    const said: string[] = [];
    return { said, ...mirrorsOf(findInstallation({}, {}, repository), (sentence) => void said.push(sentence)) };
  };

  test('follows a key and a token that were rotated at Twilio itself', () => {
    const { key, token, said } = mirrors(null);
    key(sender(1), sender(3));
    token(admin(1), admin(2));
    expect(readOwnerFile(ownerFile)).toEqual({ admin: admin(2), sender: sender(3), secondary: null });
    expect(statSync(ownerFile).mode & 0o777).toBe(0o600);
    expect(said).toEqual(['.secrets/qdn.env has the new key, too.', '.secrets/qdn.env has the new Auth Token too.']);
  });

  test.each([
    ['of an emulator', 'http://localhost:1', sender(1), ACCOUNT],
    ['that it does not hold', null, sender(7), ACCOUNT],
    ['of another account', null, sender(1), `AC${'b'.repeat(32)}`],
  ])('is left alone by a key %s', (_, twilioUrl, old, accountSid) => {
    const { key, said } = mirrors(twilioUrl);
    const before = readFileSync(ownerFile, 'utf8');
    key(old, { ...sender(3), accountSid });
    expect(readFileSync(ownerFile, 'utf8')).toBe(before);
    expect(said).toEqual([]);
  });
});

describe('the installation', () => {
  test('is the local system, or AWS with --stage', () => {
    expect(() => findInstallation({}, {}, repository)).toThrow(
      'The local system is not running. Start it with: npm start. Or name a deployed system: --stage prod',
    );
    runLocally('http://localhost:1');
    expect(findInstallation({}, {}, repository)).toMatchObject({
      place: 'the local system',
      twilioUrl: 'http://localhost:1',
    });
    const place = (options: object, environment: NodeJS.ProcessEnv) =>
      findInstallation({ stage: 'prod', ...options }, environment, repository);
    expect(place({}, {})).toMatchObject({ place: 'AWS Secrets Manager in us-east-1', twilioUrl: undefined });
    expect(place({}, { AWS_REGION: 'eu-west-2' }).place).toContain('eu-west-2');
    expect(place({ region: 'us-west-2' }, { AWS_REGION: 'eu-west-2' }).place).toContain('us-west-2');
  });

  test('is refused while others can read the owner’s file', () => {
    writeOwner();
    runLocally('http://localhost:1');
    chmodSync(ownerFile, 0o640);
    expect(() => findInstallation({}, {}, repository)).toThrow(`chmod 600 ${ownerFile}`);
  });
});

test('explains errors of Twilio and AWS, with the next step', async () => {
  const told = (error: Error) => inWords(() => Promise.reject(error)).catch((one: Error) => one.message);
  expect(await told(new TwilioSilence('Twilio does not answer'))).toMatch(
    /^Twilio does not answer\. Nothing is lost. Run the same command again/,
  );
  expect(await told(new TwilioRefusal(400, 20001, 'Too many keys'))).toMatch(
    /^Twilio refuses: Too many keys \(20001\)/,
  );
  expect(await told(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }))).toContain('aws sso login');
  expect(await told(Object.assign(new Error('not you'), { name: 'AccessDeniedException' }))).toContain(
    'AWS refuses: not you',
  );
  expect(await told(new CommandError('As it is'))).toBe('As it is');
});

describe('./qdn secrets init', () => {
  const init = () => {
    const printed: string[] = [];
    const print = (text: string) => void printed.push(text);
    const program = createProgram({ environment: {}, repository, print, note: () => {} });
    return program.parseAsync(['node', 'qdn', 'secrets', 'init']).then(() => printed.join('\n'));
  };

  test('writes a file for its owner alone that says line by line what is still to be filled in', async () => {
    expect(await init()).toContain(`Fill in ${ownerFile}. Git ignores it.`);
    expect(statSync(ownerFile).mode & 0o777).toBe(0o600);
    expect(() => readOwnerFile(ownerFile)).toThrow(/line 3: TWILIO_ACCOUNT_SID has no value/);
  });

  test('never touches one that is there', async () => {
    writeOwner();
    const before = readFileSync(ownerFile, 'utf8');
    await expect(init()).rejects.toThrow('already exists and is unchanged');
    expect(readFileSync(ownerFile, 'utf8')).toBe(before);
  });
});
