import { mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Template } from '@qdn/cloudformation/template';
import { clientSettings } from './client-settings.ts';
import { type Storage, startStorage } from './storage.ts';

const template = (visibility: number, maxReceiveCount = 2): Template => ({
  Resources: {
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'work',
        VisibilityTimeout: visibility,
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount },
      },
    },
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work-dlq' } },
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketName: { 'Fn::Join': ['-', ['log', { Ref: 'AWS::AccountId' }]] } },
    },
  },
});
const BUCKET = 'log-000000000000';

let folder: string;
let storage: Storage;
let sqs: SQSClient;
let s3: S3Client;

const start = async (visibility = 30): Promise<void> => {
  storage = await startStorage(0, folder, [template(visibility)]);
  sqs = new SQSClient({ ...clientSettings(storage.endpoint), useQueueUrlAsEndpoint: false, maxAttempts: 1 });
  s3 = new S3Client({ ...clientSettings(storage.endpoint), forcePathStyle: true, maxAttempts: 1 });
};
const stop = async (): Promise<void> => {
  sqs.destroy();
  s3.destroy();
  await storage.close();
};
const restart = async (visibility?: number): Promise<void> => {
  await stop();
  await start(visibility);
};
const send = (body: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl: storage.queueUrl('work'), MessageBody: body }));
const receive = async (queue = 'work') => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: storage.queueUrl(queue),
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages;
};
const release = (ReceiptHandle: string | undefined) =>
  sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: storage.queueUrl('work'), ReceiptHandle, VisibilityTimeout: 0 }),
  );

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storage-'));
  await start();
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

describe('the SQS emulator', () => {
  test('delivers a returned message at once, with its receive count, also after a restart', async () => {
    await send('one');
    const [first] = await receive();
    await release(first?.ReceiptHandle);
    await restart();
    const [second] = await receive();
    expect(second).toMatchObject({ Body: 'one', Attributes: { ApproximateReceiveCount: '2' } });
  });

  test('keeps a message received too often in the dead-letter queue only, also after a restart', async () => {
    await send('poison');
    for (const _ of [1, 2]) await release((await receive())[0]?.ReceiptHandle);
    expect(await receive()).toEqual([]);
    await restart();
    expect(await receive()).toEqual([]);
    expect(await receive('work-dlq')).toMatchObject([{ Body: 'poison' }]);
  });

  test('keeps a message deleted over a restart, and shows a received one again after its timeout', async () => {
    await restart(1);
    await send('done');
    const [done] = await receive();
    await sqs.send(
      new DeleteMessageCommand({ QueueUrl: storage.queueUrl('work'), ReceiptHandle: done?.ReceiptHandle }),
    );
    await send('held');
    expect(await receive()).toHaveLength(1);
    await restart(1);
    expect(await receive()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await receive()).toMatchObject([{ Body: 'held' }]);
  });

  test('applies changed attributes of the template, and keeps the queue’s messages', async () => {
    await send('kept');
    await stop();
    storage = await startStorage(0, folder, [template(77, 9)]);
    sqs = new SQSClient({ ...clientSettings(storage.endpoint), useQueueUrlAsEndpoint: false });
    s3 = new S3Client({ ...clientSettings(storage.endpoint), forcePathStyle: true });
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: storage.queueUrl('work'), AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ VisibilityTimeout: '77', ApproximateNumberOfMessages: '1' });
    expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:work-dlq',
      maxReceiveCount: 9,
    });
  });
});

describe('the S3 emulator', () => {
  const put = (Body: string, IfNoneMatch?: string) =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a/b.ndjson', Body, ...(IfNoneMatch ? { IfNoneMatch } : {}) }));
  const body = async () => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'a/b.ndjson' }));
    return Body?.transformToString();
  };

  test('writes an object once with If-None-Match: *, also under concurrent writes and after a restart', async () => {
    const tries = await Promise.allSettled([put('first', '*'), put('second', '*')]);
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const written = await body();
    await restart();
    await expect(put('third', '*')).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    expect(await body()).toBe(written);
    await put('fourth');
    expect(await body()).toBe('fourth');
  });
});

test('is not reachable from other machines', async () => {
  const { port } = new URL(storage.endpoint);
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of outside) await expect(fetch(`http://${address}:${port}/health`)).rejects.toThrow();
  expect((await fetch(`${storage.endpoint}/health`)).ok).toBe(true);
});

test('names a taken port and says what to do', async () => {
  const port = Number(new URL(storage.endpoint).port);
  await expect(startStorage(port, null, [])).rejects.toThrow(
    `Port ${port} is taken by another program, and SQS and S3 needs it. Stop that program, or choose other ports: npm start -- --port 9000`,
  );
});
