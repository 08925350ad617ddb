import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { clientSettings } from './client-settings.ts';
import { ensureSecrets, startSecretsManager } from './secrets-manager.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  file = join(folder, 'secrets.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the keys of this machine', () => {
  test('are made once, well-formed, for their owner alone', () => {
    const { tokens, admin, sender } = ensureSecrets(file);
    expect(admin).toEqual({
      accountSid: expect.stringMatching(/^AC[0-9a-f]{32}$/),
      authToken: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(sender).toEqual({
      accountSid: admin.accountSid,
      apiKeySid: expect.stringMatching(/^SK[0-9a-f]{32}$/),
      apiKeySecret: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const keys = [tokens.track, tokens.device, tokens.operator].map(({ current }) => current.key);
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(Buffer.from(key, 'base64url')).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(ensureSecrets(file)).toEqual({ tokens, admin, sender, pendingAdmin: null, generation: admin.accountSid });
  });

  test('differ from those of any other start', () => {
    expect(ensureSecrets(file)).not.toEqual(ensureSecrets(join(folder, 'other.json')));
  });

  test('that others can read are refused, with what to do', () => {
    ensureSecrets(file);
    chmodSync(file, 0o644);
    expect(() => ensureSecrets(file)).toThrow(
      `${file} holds keys, and its mode is 644. Make it readable by you only: chmod 600 ${file}`,
    );
  });

  test.each([
    ['half a file', '{"qdn/tokens":'],
    ['a file without what is needed', '{"qdn/tokens":{"AWSCURRENT":{}}}'],
  ])('%s is a sentence that says what to do', (_, content) => {
    writeFileSync(file, content, { mode: 0o600 });
    expect(() => ensureSecrets(file)).toThrow(/Start again with: npm start -- --fresh$/);
  });
});

describe('the owner’s Twilio credentials', () => {
  const accountSid = `AC${'a1'.repeat(16)}`;
  const admin = (digit: string) => ({ accountSid, authToken: digit.repeat(32) });
  const sender = (digit: string) => ({
    accountSid,
    apiKeySid: `SK${digit.repeat(32)}`,
    apiKeySecret: digit.repeat(32),
  });
  const owner = { admin: admin('1'), sender: sender('1'), secondary: null };
  const stored = () => JSON.parse(readFileSync(file, 'utf8'));

  test('take the place of the made-up ones, and leave the token keys', () => {
    const madeUp = ensureSecrets(file);
    const { tokens, admin, sender, generation } = ensureSecrets(file, owner);
    expect({ tokens, admin, sender }).toEqual({ tokens: madeUp.tokens, admin: owner.admin, sender: owner.sender });
    expect(generation).not.toBe(madeUp.generation);
    expect(readFileSync(file, 'utf8')).not.toContain(madeUp.admin.accountSid);
  });

  test('are taken in once: what was rotated since stays', () => {
    ensureSecrets(file, owner);
    const secrets = stored();
    secrets['qdn/twilio-sender'] = {
      ...secrets['qdn/twilio-sender'],
      AWSCURRENT: sender('2'),
      AWSPREVIOUS: sender('1'),
    };
    writeFileSync(file, JSON.stringify(secrets));
    expect(ensureSecrets(file, owner).sender).toEqual(sender('2'));
  });

  test('are read again when they are for another Twilio: changes at one mean nothing to the other', () => {
    const { generation } = ensureSecrets(file, owner);
    const secrets = stored();
    const made = { AWSCURRENT: sender('2'), AWSPREVIOUS: sender('1'), AWSPENDING: sender('3') };
    secrets['qdn/twilio-sender'] = { ...secrets['qdn/twilio-sender'], ...made };
    writeFileSync(file, JSON.stringify(secrets));
    expect(ensureSecrets(file, owner).generation).toBe(generation);
    const real = ensureSecrets(file, owner, 'real');
    expect(real.sender).toEqual(sender('1'));
    expect(JSON.stringify(stored())).not.toMatch(/2{32}|3{32}/);
    expect(real.generation).not.toBe(generation);
    expect(ensureSecrets(file, owner, 'real')).toEqual(real);
    expect(ensureSecrets(file, owner).generation).not.toBe(generation);
  });

  test('that have changed are taken in, and what they replace stays valid as the previous one', () => {
    ensureSecrets(file, owner);
    expect(ensureSecrets(file, { ...owner, admin: admin('2') })).toMatchObject({
      admin: admin('2'),
      sender: sender('1'),
    });
    expect(stored()['qdn/twilio-admin']).toMatchObject({ AWSPREVIOUS: admin('1') });
    expect(stored()['qdn/twilio-sender']).not.toHaveProperty('AWSPREVIOUS');
  });

  test('that say what is stored already change no version', () => {
    ensureSecrets(file, owner);
    const secrets = stored();
    const versions = { AWSCURRENT: sender('2'), AWSPREVIOUS: sender('1'), AWSPENDING: sender('2') };
    secrets['qdn/twilio-sender'] = { ...secrets['qdn/twilio-sender'], ...versions };
    writeFileSync(file, JSON.stringify(secrets));
    ensureSecrets(file, { ...owner, sender: sender('2') });
    expect(stored()['qdn/twilio-sender']).toMatchObject(versions);
  });

  test('with a secondary Auth Token have it as the pending version', () => {
    expect(ensureSecrets(file, { ...owner, secondary: admin('3') }).pendingAdmin).toEqual(admin('3'));
  });

  test('that are taken away leave nothing behind', () => {
    ensureSecrets(file, { ...owner, admin: admin('4') });
    ensureSecrets(file, owner);
    const { tokens } = ensureSecrets(file, owner);
    expect(ensureSecrets(file, null).tokens).toEqual(tokens);
    expect(readFileSync(file, 'utf8')).not.toContain(accountSid);
    expect(ensureSecrets(file, null)).toEqual(ensureSecrets(file));
  });
});

describe('Secrets Manager on this machine, through AWS’s client', () => {
  let api: Awaited<ReturnType<typeof startSecretsManager>>;
  let client: SecretsManagerClient;

  beforeEach(async () => {
    api = await startSecretsManager(0, file);
    client = new SecretsManagerClient({ ...clientSettings(api.endpoint), maxAttempts: 1 });
  });
  afterEach(async () => {
    client.destroy();
    await api.close();
  });

  const id = 'qdn/twilio-admin';
  const get = (VersionStage?: string, SecretId = id) =>
    client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
  const secretOf = async (stage?: string) => JSON.parse((await get(stage)).SecretString ?? 'null');
  const put = (value: unknown, VersionStages?: string[]) =>
    client.send(new PutSecretValueCommand({ SecretId: id, SecretString: JSON.stringify(value), VersionStages }));

  test('gives the current version, by name or by ARN', async () => {
    const { ARN, SecretString, VersionId, VersionStages } = await get();
    expect(JSON.parse(SecretString ?? '')).toEqual(api.secrets.admin);
    expect(VersionStages).toEqual(['AWSCURRENT']);
    expect(await get(undefined, ARN)).toMatchObject({ SecretString, VersionId });
  });

  test('has no previous and no pending version before a rotation', async () => {
    for (const stage of ['AWSPREVIOUS', 'AWSPENDING']) {
      await expect(get(stage)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
  });

  test('a pending version leaves the others; a new one makes the current one the previous', async () => {
    const first = api.secrets.admin;
    const second = { ...first, authToken: 'f'.repeat(32) };
    await put(second, ['AWSPENDING']);
    expect(await secretOf()).toEqual(first);
    expect(await secretOf('AWSPENDING')).toEqual(second);
    await put(second);
    expect(await secretOf()).toEqual(second);
    expect(await secretOf('AWSPREVIOUS')).toEqual(first);
    const { Versions } = await client.send(new ListSecretVersionIdsCommand({ SecretId: id }));
    expect(Versions?.map(({ VersionStages }) => VersionStages)).toEqual([
      ['AWSCURRENT', 'AWSPENDING'],
      ['AWSPREVIOUS'],
    ]);
    expect(Versions?.[0]?.VersionId).toBe((await get()).VersionId);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  const move = async (VersionStage: string, to: string | undefined, from: string | undefined) =>
    client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: id,
        VersionStage,
        MoveToVersionId: to,
        RemoveFromVersionId: from,
      }),
    );

  test('a pending version becomes the current one when the stage is moved, and is pending until that is taken off', async () => {
    const first = api.secrets.admin;
    const second = { ...first, authToken: 'f'.repeat(32) };
    const { VersionId: from } = await get();
    const { VersionId: to } = await put(second, ['AWSPENDING']);
    await expect(move('AWSCURRENT', to, undefined)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(move('AWSCURRENT', to, to)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(move('AWSCURRENT', 'x'.repeat(32), from)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await move('AWSCURRENT', to, from);
    expect(await secretOf()).toEqual(second);
    expect(await secretOf('AWSPREVIOUS')).toEqual(first);
    expect(await secretOf('AWSPENDING')).toEqual(second);
    await move('AWSPENDING', undefined, to);
    await expect(get('AWSPENDING')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await secretOf()).toEqual(second);
  });

  test('a key that is changed in the file counts at once', async () => {
    const secrets = JSON.parse(readFileSync(file, 'utf8'));
    secrets[id].AWSCURRENT.authToken = 'e'.repeat(32);
    writeFileSync(file, JSON.stringify(secrets));
    expect(await secretOf()).toMatchObject({ authToken: 'e'.repeat(32) });
  });

  test('an unknown secret, stage or operation is an error of its own', async () => {
    await expect(get(undefined, 'qdn/other')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(get('AWSOTHER')).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const response = await fetch(api.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'secretsmanager.DeleteSecret', 'content-type': 'application/x-amz-json-1.1' },
      body: '{}',
    });
    expect([response.status, await response.json()]).toEqual([
      400,
      { __type: 'UnknownOperationException', message: 'secretsmanager.DeleteSecret is not served here' },
    ]);
  });

  test('is silent when the file can be read by others, or is no JSON, and quotes nothing of it', async () => {
    chmodSync(file, 0o640);
    await expect(get()).rejects.toThrow('its mode is 640');
    chmodSync(file, 0o600);
    writeFileSync(file, '{"secret-word": ');
    const failure = await get().catch((error: Error) => error);
    expect(failure).toMatchObject({ message: expect.stringContaining('is not complete') });
    expect(String(failure)).not.toContain('secret-word');
  });
});
