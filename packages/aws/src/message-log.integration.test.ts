import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InboundMessage, MessageSid, RecipientId, RelayPlan } from '@qdn/domain';
import { createMessageLog } from './message-log.ts';
import { startStorage, type TestStorage } from './testing/index.ts';

const SID = `SM${'1'.repeat(32)}` as MessageSid;
const message: InboundMessage = {
  messageSid: SID,
  pathJob: null,
  receivedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  from: '+15125550111',
  to: '+15125550142',
  body: 'Llego tarde 🚚\nzweite Zeile',
  optOutType: null,
  media: [],
};

const plan: RelayPlan = {
  scope: 'QDN-1042',
  sender: 'customer',
  receivedAt: message.receivedAt,
  recipients: [{ recipient: 'dana' as RecipientId, to: '+15125550171' }],
  body: 'QDN-1042 Maria Lopez:\n"Llego tarde 🚚"',
};

describe('the message log', () => {
  let storage: TestStorage;
  beforeAll(async () => {
    storage = await startStorage();
  }, 60_000);
  afterAll(async () => storage.stop());

  const keys = async (Bucket: string) => {
    const { Contents = [] } = await storage.s3.send(new ListObjectsV2Command({ Bucket }));
    return Contents.map(({ Key }) => Key);
  };
  const read = async (Bucket: string, Key: string) => {
    const { Body, ContentType } = await storage.s3.send(new GetObjectCommand({ Bucket, Key }));
    return { text: (await Body?.transformToString()) ?? '', type: ContentType };
  };

  test('is one line of JSON to a message, with what was sent because of it, under the hour that it came in', async () => {
    const bucket = await storage.createBucket();
    await createMessageLog(storage.s3, bucket).write(plan, message);
    expect(await keys(bucket)).toEqual([`messages/2026/01/02/03/${SID}.ndjson`]);
    const { text, type } = await read(bucket, `messages/2026/01/02/03/${SID}.ndjson`);
    expect(type).toBe('application/x-ndjson');
    expect(text.match(/\n/g)).toEqual(['\n']);
    expect(JSON.parse(text)).toEqual({
      ...message,
      schema: 1,
      scope: 'QDN-1042',
      sender: 'customer',
      receivedAt: '2026-01-02T03:04:05.006Z',
      relays: [{ recipient: 'dana', to: '+15125550171', body: plan.body }],
    });
  });

  test('has a message once, however often it is written', async () => {
    const bucket = await storage.createBucket();
    const log = createMessageLog(storage.s3, bucket);
    await log.write(plan, message);
    const first = await read(bucket, `messages/2026/01/02/03/${SID}.ndjson`);
    await log.write(plan, message);
    expect(await keys(bucket)).toHaveLength(1);
    expect(await read(bucket, `messages/2026/01/02/03/${SID}.ndjson`)).toEqual(first);
  });

  test('says `unavailable` when it cannot write', async () => {
    const write = (client: S3Client, bucket: string) => createMessageLog(client, bucket).write(plan, message);
    await expect(write(storage.s3, 'qdn-test-no-such-bucket')).rejects.toMatchObject({ code: 'unavailable' });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const nowhere = new S3Client({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1', credentials, maxAttempts: 1 });
    await expect(write(nowhere, 'bucket')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
