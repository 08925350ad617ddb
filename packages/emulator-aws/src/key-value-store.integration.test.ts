import { lookup } from 'node:dns';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFrontKeyValueStoreClient,
  DeleteKeyCommand,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  PutKeyCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
// Registers SigV4a, which the KeyValueStore's API asks for.
import '@aws-sdk/signature-v4a';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { clientSettings } from './client-settings.ts';
import { KeyValueStore, KVS_ARN, startKeyValueStoreApi } from './key-value-store.ts';

/** The client asks for `000000000000.localhost`, which DNS does not know. */
const lookupLoopback: LookupFunction = (_, options, callback) => lookup('localhost', options, callback);

describe('the KeyValueStore emulator, through AWS’s client', () => {
  let folder: string;
  let file: string;
  let store: KeyValueStore;
  let api: Awaited<ReturnType<typeof startKeyValueStoreApi>>;
  let client: CloudFrontKeyValueStoreClient;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kvs-'));
    file = join(folder, 'edge.json');
    store = new KeyValueStore(file);
    api = await startKeyValueStoreApi(0, store);
    client = new CloudFrontKeyValueStoreClient({
      ...clientSettings(api.endpoint),
      maxAttempts: 1,
      requestHandler: { httpAgent: { lookup: lookupLoopback } },
    });
  });
  afterEach(async () => {
    client.destroy();
    await api.close();
    rmSync(folder, { recursive: true });
  });

  const describeStore = () => client.send(new DescribeKeyValueStoreCommand({ KvsARN: KVS_ARN }));
  const put = async (Key: string, Value: string, etag?: string) =>
    client.send(new PutKeyCommand({ KvsARN: KVS_ARN, Key, Value, IfMatch: etag ?? (await describeStore()).ETag }));
  const get = (Key: string) => client.send(new GetKeyCommand({ KvsARN: KVS_ARN, Key }));

  test('returns a value to the edge, to the client and after a restart', async () => {
    await put('revoked:abc', '1800000000');
    expect(store.get('revoked:abc')).toBe('1800000000');
    expect(await get('revoked:abc')).toMatchObject({
      Key: 'revoked:abc',
      Value: '1800000000',
      ItemCount: 1,
      TotalSizeInBytes: 21,
    });
    expect(new KeyValueStore(file).get('revoked:abc')).toBe('1800000000');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('requires the current ETag for each write, and changes it', async () => {
    const { ETag: first } = await describeStore();
    const { ETag: second } = await put('a', '1', first);
    expect(second).not.toBe(first);
    expect((await describeStore()).ETag).toBe(second);
    await expect(put('a', '2', first)).rejects.toMatchObject({ name: 'ConflictException' });
    expect(store.get('a')).toBe('1');
  });

  test('accepts one of two writes with the same ETag', async () => {
    const { ETag } = await describeStore();
    const writes = await Promise.allSettled([put('a', '1', ETag), put('b', '2', ETag)]);
    expect(writes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(store.count).toBe(1);
  });

  test('keeps the ETag over a restart', async () => {
    await put('a', '1');
    expect(new KeyValueStore(file).etag).toBe(store.etag);
  });

  test('deletes a key once', async () => {
    await put('a', '1');
    const remove = async () =>
      client.send(new DeleteKeyCommand({ KvsARN: KVS_ARN, Key: 'a', IfMatch: (await describeStore()).ETag }));
    await remove();
    await expect(get('a')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(remove()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({});
  });

  test('returns not found for another store', async () => {
    const other = KVS_ARN.replace(/local$/, 'other');
    await expect(client.send(new DescribeKeyValueStoreCommand({ KvsARN: other }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('holds CloudFront’s limits: 512 bytes of key, 1 KB of value', async () => {
    await put('k'.repeat(512), 'v'.repeat(1024));
    await expect(put('k'.repeat(513), 'v')).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put('k', 'ü'.repeat(513))).rejects.toMatchObject({ name: 'ValidationException' });
    expect(() => store.put('k', 'v'.repeat(1025))).toThrow('1024 bytes');
  });

  test('refuses a request under a host name that is not local', async () => {
    await put('track-keys', 'secret');
    const { port } = new URL(api.endpoint);
    const path = `/key-value-stores/${encodeURIComponent(KVS_ARN)}/keys/track-keys`;
    const status = await new Promise((resolve) =>
      request({ host: '127.0.0.1', port, path, headers: { host: `evil.example:${port}` } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end(),
    );
    expect(status).toBe(403);
  });

  test('says what to do when the file is incomplete', () => {
    writeFileSync(file, '{"a":');
    expect(() => new KeyValueStore(file)).toThrow(`${file} is not complete. Start again with: npm start -- --fresh`);
  });
});
