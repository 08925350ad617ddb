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
 * What the operator's commands rely on, against the embedded Secrets Manager, or any other that QDN_TEST_SECRETS_ENDPOINT names.
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
  test('begin with a current one, which is made with the secret', async () => {
    expect(await versions.read(id, 'AWSCURRENT')).toBeNull();
    await versions.put(id, { n: 1 }, 'AWSCURRENT');
    expect(await stages()).toEqual([{ n: 1 }, undefined, undefined]);
  });

  test('a new current one makes the one before it the previous', async () => {
    for (const n of [1, 2, 3]) await versions.put(id, { n }, 'AWSCURRENT');
    expect(await stages()).toEqual([{ n: 3 }, undefined, { n: 2 }]);
  });

  test('a pending one waits, may be replaced, becomes current, and is pending until it is unstaged', async () => {
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

  test('a pending one that is given up is gone', async () => {
    await versions.put(id, { n: 1 }, 'AWSCURRENT');
    await versions.put(id, { n: 2 }, 'AWSPENDING');
    await versions.unstage(id);
    await versions.promote(id);
    expect(await stages()).toEqual([{ n: 1 }, undefined, undefined]);
  });

  test('a pending one of no secret is an error, not a secret', async () => {
    await expect(versions.put(id, { n: 1 }, 'AWSPENDING')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
