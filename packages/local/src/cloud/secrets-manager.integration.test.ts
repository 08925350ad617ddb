import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
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
    expect(ensureSecrets(file)).toEqual({ tokens, admin, sender });
  });

  test('differ from those of any other start', () => {
    expect(ensureSecrets(file)).not.toEqual(ensureSecrets(join(folder, 'other.json')));
  });

  test('that others can read are refused, with what to do', () => {
    ensureSecrets(file);
    chmodSync(file, 0o644);
    expect(() => ensureSecrets(file)).toThrow(
      `${file} holds keys, and its mode is 644. Let nobody else read it: chmod 600 ${file}`,
    );
  });

  test.each([
    ['half a file', '{"qdn/tokens":'],
    ['a file without what is needed', '{"qdn/tokens":{"AWSCURRENT":{}}}'],
  ])('%s is a sentence that says what to do', (_, content) => {
    writeFileSync(file, content, { mode: 0o600 });
    expect(() => ensureSecrets(file)).toThrow(/Begin anew: npm start -- --fresh$/);
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
