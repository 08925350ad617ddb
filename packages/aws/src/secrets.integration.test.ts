import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Validate } from '@qdn/contracts';
import { createSecretReader, type SecretReader, type VersionStage } from './secrets.ts';

type Secret = { key: string };
const isSecret: Validate<Secret> = (value): value is Secret =>
  typeof value === 'object' && value !== null && 'key' in value && typeof value.key === 'string';

/** Answers of the store by version; a number is an HTTP status. */
let versions: Partial<Record<VersionStage, string | number>>;
let asked: VersionStage[];
let server: Server;
let client: SecretsManagerClient;
let now: number;
let stale: unknown[];
let secrets: SecretReader;

beforeEach(async () => {
  versions = { AWSCURRENT: '{"key":"one"}' };
  asked = [];
  stale = [];
  now = Date.UTC(2026, 10, 23);
  server = createServer(async (request, response) => {
    const { VersionStage: stage } = (await json(request)) as { VersionStage: VersionStage };
    asked.push(stage);
    const answer = versions[stage];
    response.setHeader('Content-Type', 'application/x-amz-json-1.1');
    if (typeof answer === 'string') response.end(JSON.stringify({ SecretString: answer }));
    else {
      response.statusCode = answer ?? 400;
      response.end(JSON.stringify({ __type: answer ? 'InternalServiceError' : 'ResourceNotFoundException' }));
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  client = new SecretsManagerClient({
    endpoint: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  secrets = createSecretReader(
    client,
    () => now,
    (_, error) => stale.push(error),
  );
});
afterEach(() => {
  client.destroy();
  server.close();
  server.closeAllConnections();
});

const key = async (fresh = false) => (await secrets.current('qdn/tokens', isSecret, fresh)).key;

test('a secret is read once in five minutes, for any number of concurrent callers', async () => {
  expect(await Promise.all([key(), key(), key()])).toEqual(['one', 'one', 'one']);
  versions.AWSCURRENT = '{"key":"two"}';
  now += 5 * 60_000 - 1;
  expect(await key()).toBe('one');
  expect(asked).toHaveLength(1);
  now += 1;
  expect(await key()).toBe('two');
  expect(asked).toHaveLength(2);
});

test('a caller with an unknown key causes a new read, at most every ten seconds', async () => {
  await key();
  versions.AWSCURRENT = '{"key":"two"}';
  now += 9_999;
  expect(await key(true)).toBe('one');
  now += 1;
  expect(await key(true)).toBe('two');
  now += 5_000;
  await key(true);
  expect(asked).toHaveLength(2);
});

test('while the store is down the known value is used, and the store is read every ten seconds', async () => {
  await key();
  versions.AWSCURRENT = 500;
  now += 6 * 60_000;
  expect(await key()).toBe('one');
  now += 1_000;
  expect(await key()).toBe('one');
  expect(asked).toHaveLength(2);
  expect(stale).toEqual([expect.objectContaining({ code: 'unavailable' })]);
  versions.AWSCURRENT = '{"key":"two"}';
  now += 9_000;
  expect(await key()).toBe('two');
});

test('a store that is down from the start is `unavailable`, and read again for the next caller', async () => {
  versions.AWSCURRENT = 500;
  await expect(key()).rejects.toMatchObject({ code: 'unavailable' });
  versions.AWSCURRENT = '{"key":"one"}';
  expect(await key()).toBe('one');
});

test('a broken secret is an error without its content, and does not replace a valid one', async () => {
  for (const broken of ['{"key":', '{"password":"hunter2"}', 'hunter2']) {
    versions.AWSCURRENT = broken;
    const outcome = createSecretReader(client).current('qdn/tokens', isSecret);
    await expect(outcome).rejects.toThrow('The secret qdn/tokens (AWSCURRENT) does not follow its schema');
    await expect(outcome).rejects.not.toThrow('hunter2');
  }
  versions.AWSCURRENT = '{"key":"one"}';
  await key();
  versions.AWSCURRENT = 'hunter2';
  now += 6 * 60_000;
  expect(await key()).toBe('one');
  expect(String(stale[0])).not.toContain('hunter2');
});

test('during a rotation every existing valid version is returned', async () => {
  expect(await secrets.valid('qdn/twilio-admin', isSecret)).toEqual([{ key: 'one' }]);
  now += 6 * 60_000;
  versions = { AWSCURRENT: '{"key":"two"}', AWSPENDING: '{"key":"three"}', AWSPREVIOUS: '{"key":"one"}' };
  expect(await secrets.valid('qdn/twilio-admin', isSecret)).toEqual([{ key: 'two' }, { key: 'three' }, { key: 'one' }]);
  now += 6 * 60_000;
  versions = { AWSCURRENT: '{"key":"two"}', AWSPENDING: 'half-written' };
  const broken = createSecretReader(client, () => now);
  expect(await broken.valid('qdn/twilio-admin', isSecret)).toEqual([{ key: 'two' }]);
});
