import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createSecretVersions, type SecretVersions } from '@qdn/aws/secret-versions';
import { createSecretsClient } from '@qdn/aws/secrets';
import { clientSettings } from './client-settings.ts';
import { startSecretsManager } from './secrets-manager.ts';

/*
 * Behaviour of Secrets Manager that the operator's commands rely on. Runs against the emulator, or against
 * QDN_TEST_SECRETS_ENDPOINT.
 */
const folder = mkdtempSync(join(tmpdir(), 'qdn-versions-'));
const given = process.env['QDN_TEST_SECRETS_ENDPOINT'];
let local: Awaited<ReturnType<typeof startSecretsManager>> | null = null;
let client: ReturnType<typeof createSecretsClient>;
let versions: SecretVersions;
let id: string;
beforeAll(async () => {
  if (!given) local = await startSecretsManager(0, join(folder, 'secrets.json'));
  client = createSecretsClient(clientSettings(given ?? local?.endpoint ?? ''));
  versions = createSecretVersions(client);
});
afterAll(async () => {
  client.destroy();
  await local?.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  id = `qdn/test-${randomUUID()}`;
});
const stages = async () =>
  Promise.all(
    (['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const).map(
      async (stage) => (await versions.read(id, stage))?.value,
    ),
  );

describe('the versions of a secret', () => {
  test('start with a current version, which creates the secret', async () => {
    expect(await versions.read(id, 'AWSCURRENT')).toBeNull();
    await versions.put(id, { n: 1 }, 'AWSCURRENT');
    expect(await stages()).toEqual([{ n: 1 }, undefined, undefined]);
  });

  test('move the old current version to previous when a new one is put', async () => {
    for (const n of [1, 2, 3]) await versions.put(id, { n }, 'AWSCURRENT');
    expect(await stages()).toEqual([{ n: 3 }, undefined, { n: 2 }]);
  });

  test('keep a pending version, which can be replaced and promoted, pending until it is unstaged', async () => {
    await versions.put(id, { n: 1 }, 'AWSCURRENT');
    await versions.put(id, { rotation: 'begun' }, 'AWSPENDING');
    await versions.put(id, { n: 2 }, 'AWSPENDING');
    expect(await stages()).toEqual([{ n: 1 }, { n: 2 }, undefined]);
    await versions.promote(id);
    expect(await stages()).toEqual([{ n: 2 }, { n: 2 }, { n: 1 }]);
    const [current, pending] = [await versions.read(id, 'AWSCURRENT'), await versions.read(id, 'AWSPENDING')];
    expect(current?.versionId).toBe(pending?.versionId);
    await versions.promote(id);
    await versions.unstage(id);
    await versions.unstage(id);
    expect(await stages()).toEqual([{ n: 2 }, undefined, { n: 1 }]);
  });

  test('forget a pending version that is unstaged', async () => {
    await versions.put(id, { n: 1 }, 'AWSCURRENT');
    await versions.put(id, { n: 2 }, 'AWSPENDING');
    await versions.unstage(id);
    await versions.promote(id);
    expect(await stages()).toEqual([{ n: 1 }, undefined, undefined]);
  });

  test('refuse a pending version of a secret that does not exist', async () => {
    await expect(versions.put(id, { n: 1 }, 'AWSPENDING')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
