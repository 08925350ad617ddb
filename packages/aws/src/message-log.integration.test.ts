import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LogEntry, MessageSid } from '@qdn/domain';
import { createMessageLog } from './message-log.ts';
import { startStorage, type TestStorage } from './testing/index.ts';

const SID = `SM${'1'.repeat(32)}` as MessageSid;
const entry: LogEntry = {
  id: `message~${SID}`,
  type: 'message',
  at: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  sid: SID,
  scope: 'QDN-1042',
  data: { record: { body: 'Llego tarde 🚚\nzweite Zeile' } },
};

describe('the message log', () => {
  let storage: TestStorage;
  beforeAll(async () => {
    storage = await startStorage();
  }, 60_000);
  afterAll(async () => storage.stop());

  test('is one line of JSON to an entry', async () => {
    const bucket = await storage.createBucket();
    await createMessageLog(storage.s3, bucket).append([entry, { ...entry, id: 'text~1', type: 'text' }]);
    const { Contents = [] } = await storage.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(Contents).toHaveLength(1);
    const { Body, ContentType } = await storage.s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: Contents[0]?.Key ?? '' }),
    );
    expect(ContentType).toBe('application/x-ndjson');
    const lines = ((await Body?.transformToString()) ?? '').split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0] ?? '')).toEqual({ ...entry, schema: 2, at: '2026-01-02T03:04:05.006Z' });
  });

  test('says `unavailable` when it cannot write', async () => {
    const append = (client: S3Client, bucket: string) => createMessageLog(client, bucket).append([entry]);
    await expect(append(storage.s3, 'qdn-test-no-such-bucket')).rejects.toMatchObject({ code: 'unavailable' });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const nowhere = new S3Client({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1', credentials, maxAttempts: 1 });
    await expect(append(nowhere, 'bucket')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
