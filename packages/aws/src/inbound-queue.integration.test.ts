import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Wire } from '@qdn/contracts';
import { validate as isInboundMessage } from '@qdn/contracts/validators/inboundMessage';
import { createInboundQueue, createPostpone } from './inbound-queue.ts';
import { startStorage, type TestStorage } from './testing/index.ts';

const message: Wire<'inboundMessage'> = {
  schema: 1,
  kind: 'message',
  via: 'twilio',
  messageSid: `SM${'1'.repeat(32)}`,
  pathJob: null,
  receivedAt: '2026-11-23T15:04:05.000Z',
  from: '+15125550111',
  to: '+15125550142',
  body: 'Llego tarde 🚚\n<b>"ñ"</b> & more \uffff \ufffe \u0007',
  media: [],
  parameters: { Body: 'Llego tarde 🚚', Twice: ['a', 'b'], Blank: '' },
};

describe('the inbound queue', () => {
  let storage: TestStorage;
  let queueUrl: string;
  let deadLetterUrl: string;
  beforeAll(async () => {
    storage = await startStorage();
  }, 60_000);
  afterAll(async () => storage.stop());
  beforeEach(async () => {
    ({ queueUrl, deadLetterUrl } = await storage.createQueues(2));
  });

  const receive = async (QueueUrl: string): Promise<Message | undefined> => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    return (await storage.sqs.send(command)).Messages?.[0];
  };
  const handBack = (QueueUrl: string, { ReceiptHandle }: Message) =>
    storage.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));

  test('delivers a message unchanged, with every character', async () => {
    await createInboundQueue(storage.sqs, queueUrl).send(message);
    const received = await receive(queueUrl);
    const body: unknown = JSON.parse(received?.Body ?? '');
    expect(isInboundMessage(body)).toBe(true);
    expect(body).toEqual(message);
  });

  test('delivers a message again that was not deleted, counts this, and then makes it a dead letter unchanged', async () => {
    await createInboundQueue(storage.sqs, queueUrl).send(message);
    for (const count of ['1', '2']) {
      const received = await receive(queueUrl);
      expect(received?.Attributes).toMatchObject({ ApproximateReceiveCount: count });
      if (received) await handBack(queueUrl, received);
    }
    expect(await receive(queueUrl)).toBeUndefined();
    expect(JSON.parse((await receive(deadLetterUrl))?.Body ?? '')).toEqual(message);
  }, 15_000);

  test('does not deliver a deleted message again', async () => {
    await createInboundQueue(storage.sqs, queueUrl).send(message);
    const received = await receive(queueUrl);
    const ReceiptHandle = received?.ReceiptHandle;
    await storage.sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    expect(await receive(queueUrl)).toBeUndefined();
    expect(await receive(deadLetterUrl)).toBeUndefined();
  }, 15_000);

  test('delivers a postponed message again when it is due, long before its visibility timeout', async () => {
    await createInboundQueue(storage.sqs, queueUrl).send(message);
    const postpone = createPostpone(storage.sqs, queueUrl);
    const received = await receive(queueUrl);
    await postpone(received?.ReceiptHandle ?? '', 2);
    const start = Date.now();
    let again: Message | undefined;
    while (!again && Date.now() - start < 10_000) again = await receive(queueUrl);
    expect(again?.Attributes).toMatchObject({ ApproximateReceiveCount: '2' });
    expect(Date.now() - start).toBeGreaterThan(1000);
    await expect(postpone('no-such-handle', 2)).rejects.toMatchObject({ code: 'unavailable' });
  }, 15_000);

  test('fails with `unavailable` when the queue does not exist or cannot be reached', async () => {
    await expect(createInboundQueue(storage.sqs, `${queueUrl}-x`).send(message)).rejects.toMatchObject({
      code: 'unavailable',
    });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const nowhere = new SQSClient({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1', credentials, maxAttempts: 1 });
    await expect(createInboundQueue(nowhere, queueUrl).send(message)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
