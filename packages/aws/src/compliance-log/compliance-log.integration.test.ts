import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LogEntry, MessageSid } from '@qdn/domain';
import { startStorage, type TestStorage } from '../testing/index.ts';
import { bucketHistory, createComplianceLog, createLogBucket, recordsIn, verifyLog } from './index.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 23, 15, 59);
const entry: LogEntry = {
  id: 'message~1',
  type: 'message',
  at: NOW,
  sid: `SM${'1'.repeat(32)}` as MessageSid,
  timelineId: 'QDN-1042',
  data: { record: { body: 'Llego tarde 🚚 “ya” \ud83d\nzweite Zeile' } },
};

describe('the compliance log in S3', () => {
  let storage: TestStorage;
  beforeAll(async () => {
    storage = await startStorage();
  }, 60_000);
  afterAll(async () => storage.stop());

  const records = async (name: string) => {
    const found = [];
    for await (const each of recordsIn(createLogBucket(storage.s3, name), {})) found.push(each);
    return found;
  };

  test('returns appended entries under the hour in which they were written', async () => {
    const bucket = await storage.createBucket();
    await createComplianceLog(storage.s3, bucket, () => NOW).append([entry, { ...entry, id: 'text~1', type: 'text' }]);
    await createComplianceLog(storage.s3, bucket, () => NOW + HOUR).append([{ ...entry, id: 'message~2' }]);
    expect((await records(bucket)).map(({ key, record }) => [key, record.sequence, record.id])).toEqual([
      ['messages/2026/11/23/15/0000000000.ndjson', 1, 'message~1'],
      ['messages/2026/11/23/15/0000000000.ndjson', 2, 'text~1'],
      ['messages/2026/11/23/16/0000000000.ndjson', 4, 'message~2'],
    ]);
    const { record } = (await records(bucket))[0] ?? {};
    expect(record).toMatchObject({ ...entry, schema: 2, at: '2026-11-23T15:59:00.000Z' });
    expect(await verifyLog(createLogBucket(storage.s3, bucket))).toMatchObject({ problem: null, records: 5 });
  });

  test('stays one chain when five containers write at once, across a full hour', async () => {
    const bucket = await storage.createBucket();
    let now = NOW;
    const containers = Array.from({ length: 5 }, () => createComplianceLog(storage.s3, bucket, () => now));
    await Promise.all(
      containers.map(async (log, container) => {
        for (let batch = 0; batch < 8; batch += 1) {
          if (batch === 4) now = NOW + HOUR;
          await log.append([{ ...entry, id: `${container}-${batch}` }]);
        }
      }),
    );
    const ids = (await records(bucket)).map(({ record }) => record.id);
    expect(ids).toHaveLength(40);
    expect(new Set(ids).size).toBe(40);
    expect(await verifyLog(createLogBucket(storage.s3, bucket))).toMatchObject({ problem: null });
  }, 60_000);

  test('stores an object only where there is none', async () => {
    const bucket = createLogBucket(storage.s3, await storage.createBucket());
    expect(await bucket.read('messages/x')).toBeNull();
    const stored = await Promise.all(['one', 'two', 'three'].map((text) => bucket.putNew('messages/x', text)));
    expect(stored.filter(Boolean)).toHaveLength(1);
    expect(await bucket.read('messages/x')).toBe(['one', 'two', 'three'][stored.indexOf(true)]);
  });

  test('finds the last of more objects than one list holds', async () => {
    const name = await storage.createBucket();
    const bucket = createLogBucket(storage.s3, name);
    const keys = Array.from({ length: 1003 }, (_, i) => `messages/h/${String(i).padStart(4, '0')}`);
    for (let i = 0; i < keys.length; i += 50) {
      await Promise.all(keys.slice(i, i + 50).map((key) => bucket.putNew(key, 'x')));
    }
    expect((await bucket.list('messages/h/')).keys).toEqual(keys);
    expect((await bucket.list('messages/h/', keys[1000])).keys).toEqual(keys.slice(1001));
    expect((await bucket.list('messages/')).folders).toEqual(['messages/h/']);
    const { KeyCount } = await storage.s3.send(new ListObjectsV2Command({ Bucket: name }));
    expect(KeyCount).toBe(1000);
  }, 60_000);

  test('fails with `unavailable` when it cannot write', async () => {
    const append = (client: S3Client, bucket: string) => createComplianceLog(client, bucket, () => NOW).append([entry]);
    await expect(append(storage.s3, 'qdn-test-no-such-bucket')).rejects.toMatchObject({ code: 'unavailable' });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const nowhere = new S3Client({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1', credentials, maxAttempts: 1 });
    await expect(append(nowhere, 'bucket')).rejects.toMatchObject({ code: 'unavailable' });
  });

  describe('the bucket’s own history', () => {
    /** fauxqs accepts the command, and keeps no versions. */
    const isVersioning = process.env['QDN_TEST_S3_ENDPOINT'] !== undefined;
    const first = 'messages/2026/11/23/15/0000000000.ndjson';

    test('shows when objects expire, and nothing for a bucket without versions', async () => {
      const Bucket = await storage.createBucket();
      expect(await bucketHistory(storage.s3, Bucket, NOW)).toEqual({
        isVersioned: false,
        expiredBefore: null,
        tampering: [],
      });
      const Rules = [
        { Status: 'Enabled' as const, Filter: { Prefix: 'messages/2' }, Expiration: { Days: 30 } },
        {
          Status: 'Enabled' as const,
          Filter: { Prefix: '' },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ];
      await storage.s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
      expect(await bucketHistory(storage.s3, Bucket, NOW)).toMatchObject({ expiredBefore: '2026/10/24/15' });
      expect(await bucketHistory(storage.s3, 'qdn-test-no-such-bucket', NOW)).toMatchObject({ isVersioned: false });
    });

    (isVersioning ? test : test.skip)('shows deleted and overwritten objects that have not expired', async () => {
      const Bucket = await storage.createBucket();
      const VersioningConfiguration = { Status: 'Enabled' as const };
      await storage.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      const log = createComplianceLog(storage.s3, Bucket, () => NOW);
      for (const id of ['a', 'b', 'c']) await log.append([{ ...entry, id }]);
      expect(await bucketHistory(storage.s3, Bucket, NOW)).toEqual({
        isVersioned: true,
        expiredBefore: null,
        tampering: [],
      });
      await storage.s3.send(new PutObjectCommand({ Bucket, Key: first, Body: 'x' }));
      const last = first.replace('0.ndjson', '2.ndjson');
      await storage.s3.send(new DeleteObjectCommand({ Bucket, Key: last }));
      const { tampering } = await bucketHistory(storage.s3, Bucket, NOW);
      expect(tampering.map(({ key, what }) => [key, what])).toEqual([
        [first, 'overwritten'],
        [last, 'deleted'],
      ]);
      expect(tampering[0]?.at).toBeInstanceOf(Date);
    });
  });
});
