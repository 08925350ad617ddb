import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { clientSettings } from './client-settings.ts';
import { startSecretsManager } from './secrets-manager.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  file = join(folder, 'secrets.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the Secrets Manager emulator, through AWS’s client', () => {
  let api: Awaited<ReturnType<typeof startSecretsManager>>;
  let client: SecretsManagerClient;
  const id = 'app/account';
  const first = { user: 'u1', authToken: '1'.repeat(32) };

  beforeEach(async () => {
    api = await startSecretsManager(0, file);
    client = new SecretsManagerClient({ ...clientSettings(api.endpoint), maxAttempts: 1 });
    await client.send(new CreateSecretCommand({ Name: id, SecretString: JSON.stringify(first) }));
  });
  afterEach(async () => {
    client.destroy();
    await api.close();
  });

  const get = (VersionStage?: string, SecretId = id) =>
    client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
  const secretOf = async (stage?: string) => JSON.parse((await get(stage)).SecretString ?? 'null');
  const put = (value: unknown, VersionStages?: string[]) =>
    client.send(new PutSecretValueCommand({ SecretId: id, SecretString: JSON.stringify(value), VersionStages }));

  test('returns the current version by name or ARN', async () => {
    const { ARN, SecretString, VersionId, VersionStages } = await get();
    expect(JSON.parse(SecretString ?? '')).toEqual(first);
    expect(VersionStages).toEqual(['AWSCURRENT']);
    expect(await get(undefined, ARN)).toMatchObject({ SecretString, VersionId });
  });

  test('has no previous and no pending version before a rotation', async () => {
    for (const stage of ['AWSPREVIOUS', 'AWSPENDING']) {
      await expect(get(stage)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
  });

  test('puts a pending version beside the others; a new current version makes the old one previous', async () => {
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

  test('makes a pending version current when the stage is moved; it stays pending until that stage is removed', async () => {
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

  test('reads a key that was changed in the file at once', async () => {
    const secrets = JSON.parse(readFileSync(file, 'utf8'));
    secrets[id].AWSCURRENT.authToken = 'e'.repeat(32);
    writeFileSync(file, JSON.stringify(secrets));
    expect(await secretOf()).toMatchObject({ authToken: 'e'.repeat(32) });
  });

  test('returns its own error for an unknown secret, stage and operation', async () => {
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

  test('fails when others can read the file or it is not JSON, and quotes nothing of it', async () => {
    chmodSync(file, 0o640);
    await expect(get()).rejects.toThrow('its mode is 640');
    chmodSync(file, 0o600);
    writeFileSync(file, '{"secret-word": ');
    const failure = await get().catch((error: Error) => error);
    expect(failure).toMatchObject({ message: expect.stringContaining('is not complete') });
    expect(String(failure)).not.toContain('secret-word');
  });
});
