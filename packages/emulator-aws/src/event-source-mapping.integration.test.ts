import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EventSourceMapping } from '@qdn/cloudformation/resources';
import { type RunningMapping, startEventSourceMapping } from './event-source-mapping.ts';
import type { InvokeOutcome } from './lambda.ts';
import { startTestSqsS3 } from './testing/engines.ts';

const ARN = 'arn:aws:sqs:us-east-1:000000000000:work';
/** Visibility timeout of the queue, in s. */
const VISIBILITY = 1;
const MAPPING: EventSourceMapping = {
  queueArn: ARN,
  functionName: 'relay-dev-work',
  batchSize: 10,
  batchWindowS: 0,
  maximumConcurrency: 2,
  reportsItemFailures: true,
};
const ALL_WELL: InvokeOutcome = { kind: 'answered', payload: { batchItemFailures: [] } };
const THREW: InvokeOutcome = { kind: 'failed', detail: '200 boom' };
const THROTTLED: InvokeOutcome = { kind: 'not-run', detail: 'throttled' };

type Record = { messageId: string; body: string; attributes: { ApproximateReceiveCount: string } };
/** One invocation of the function. */
type Invocation = { functionName: string; records: Record[]; bodies: string[] };

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (what: string, holds: () => boolean | Promise<boolean>, withinMs = 5000): Promise<void> => {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await sleep(10);
  }
};
/** Returns a function's answer that reports the messages with these bodies as failed. */
const handBack = (invocation: Invocation, ...bodies: string[]): InvokeOutcome => ({
  kind: 'answered',
  payload: {
    batchItemFailures: invocation.records
      .filter(({ body }) => bodies.includes(body))
      .map(({ messageId }) => ({ itemIdentifier: messageId })),
  },
});

describe('an SQS trigger on a real queue', () => {
  let engine: Awaited<ReturnType<typeof startTestSqsS3>>;
  let running: RunningMapping | null;
  let invocations: Invocation[];
  let errors: string[];

  beforeEach(async () => {
    engine = await startTestSqsS3({
      Queue: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: 'work',
          VisibilityTimeout: VISIBILITY,
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 },
        },
      },
      Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work-dlq' } },
    });
    running = null;
    invocations = [];
    errors = [];
  });
  afterEach(async () => {
    // Closing the engine ends the receive that a stop waits for.
    const stopped = running?.stop();
    await engine.close();
    await stopped;
  });

  const start = (
    onInvoke: (invocation: Invocation, nth: number) => InvokeOutcome | Promise<InvokeOutcome>,
    mapping: Partial<EventSourceMapping> = {},
  ): void => {
    running = startEventSourceMapping({
      mapping: { ...MAPPING, ...mapping },
      queueUrl: engine.queueUrl('work'),
      sqs: engine.sqs,
      invoke: async (functionName, event) => {
        const { Records: records } = JSON.parse(JSON.stringify(event));
        const invocation: Invocation = { functionName, records, bodies: records.map(({ body }: Record) => body) };
        invocations.push(invocation);
        return onInvoke(invocation, invocations.length);
      },
      onError: (error) => errors.push(error instanceof Error ? error.message : String(error)),
    });
  };
  const send = async (...bodies: string[]): Promise<void> => {
    for (const MessageBody of bodies) {
      await engine.sqs.send(
        new SendMessageCommand({
          QueueUrl: engine.queueUrl('work'),
          MessageBody,
          MessageAttributes: { kind: { DataType: 'String', StringValue: 'sms' } },
        }),
      );
    }
  };
  const beVisibleAfter = (seconds: number) =>
    engine.sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: engine.queueUrl('work'),
        Attributes: { VisibilityTimeout: String(seconds) },
      }),
    );
  /** Messages in a queue, visible or in flight. */
  const countIn = async (queue: string): Promise<number> => {
    const { Attributes = {} } = await engine.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: engine.queueUrl(queue), AttributeNames: ['All'] }),
    );
    return (
      Number(Attributes['ApproximateNumberOfMessages']) + Number(Attributes['ApproximateNumberOfMessagesNotVisible'])
    );
  };
  const isEmpty = async () => (await countIn('work')) === 0;
  const delivered = () => invocations.flatMap(({ bodies }) => bodies).sort();

  test('invokes the function with AWS’s event, and deletes the messages that succeeded', async () => {
    await send('one');
    start(() => ALL_WELL);
    await until('the queue is empty', isEmpty);
    expect(invocations).toHaveLength(1);
    expect(invocations[0]).toMatchObject({
      functionName: 'relay-dev-work',
      records: [
        {
          messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          receiptHandle: expect.any(String),
          body: 'one',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: expect.any(String),
          },
          messageAttributes: {
            kind: { dataType: 'String', stringValue: 'sms', stringListValues: [], binaryListValues: [] },
          },
          md5OfBody: 'f97c5d29941bfb1b2fdab0874906ab82',
          eventSource: 'aws:sqs',
          eventSourceARN: ARN,
          awsRegion: 'us-east-1',
        },
      ],
    });
    expect(errors).toEqual([]);
  });

  test('delivers waiting messages in one batch, no larger than the batch size', async () => {
    await send('1', '2', '3', '4', '5');
    start(() => ALL_WELL, { batchSize: 3 });
    await until('the queue is empty', isEmpty);
    expect(invocations.map(({ bodies }) => bodies.length)).toEqual([3, 2]);
    expect(delivered()).toEqual(['1', '2', '3', '4', '5']);
  });

  test('gathers single messages in the batch window, even more than one receive returns', async () => {
    await beVisibleAfter(30);
    start(() => ALL_WELL, { batchSize: 25, batchWindowS: 1 });
    await send(...Array.from({ length: 12 }, (_, i) => `m${i}`));
    await until('the queue is empty', isEmpty);
    expect(invocations.map(({ bodies }) => bodies.length)).toEqual([12]);
  });

  test('delivers only the failed messages again, with their receive count', async () => {
    await send('good', 'bad', 'fine');
    start((invocation, nth) => (nth === 1 ? handBack(invocation, 'bad') : ALL_WELL));
    await until('the queue is empty', isEmpty);
    expect(invocations.map(({ bodies }) => bodies)).toEqual([['good', 'bad', 'fine'], ['bad']]);
    expect(invocations[1]?.records[0]?.attributes.ApproximateReceiveCount).toBe('2');
    expect(errors).toEqual(['relay-dev-work handed back 1 of 3 messages']);
  });

  test('treats any answer as success without ReportBatchItemFailures', async () => {
    await send('a', 'b');
    start((invocation) => handBack(invocation, 'a', 'b'), { reportsItemFailures: false });
    await until('the queue is empty', isEmpty);
    expect(invocations).toHaveLength(1);
  });

  test('delivers the whole batch again after the visibility timeout when the function throws', async () => {
    await send('a', 'b');
    const started = Date.now();
    start((_, nth) => (nth === 1 ? THREW : ALL_WELL));
    await until('the queue is empty', isEmpty);
    expect(delivered()).toEqual(['a', 'a', 'b', 'b']);
    expect(Date.now() - started).toBeGreaterThanOrEqual(990);
    expect(errors).toEqual(['relay-dev-work failed: 200 boom']);
  });

  test('moves a poison message to the dead-letter queue after maxReceiveCount, and handles the others once', async () => {
    await send('poison', 'good');
    start((invocation) => handBack(invocation, 'poison'));
    await until('the poison is in the dead-letter queue', async () => (await countIn('work-dlq')) === 1);
    expect(delivered()).toEqual(['good', 'poison', 'poison']);
    expect(await countIn('work')).toBe(0);
    const { Messages } = await engine.sqs.send(new ReceiveMessageCommand({ QueueUrl: engine.queueUrl('work-dlq') }));
    expect(Messages).toMatchObject([{ Body: 'poison' }]);
  });

  test('runs no more batches at once than the mapping allows', async () => {
    let now = 0;
    let most = 0;
    await send('1', '2', '3', '4', '5', '6');
    start(
      async () => {
        now += 1;
        most = Math.max(most, now);
        await sleep(100);
        now -= 1;
        return ALL_WELL;
      },
      { batchSize: 1, maximumConcurrency: 3 },
    );
    await until('the queue is empty', isEmpty);
    expect(most).toBe(3);
    expect(delivered()).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  test('delivers a message twice to a function slower than the visibility timeout, as AWS does', async () => {
    await send('slow');
    start(async (_, nth) => {
      if (nth === 1) await sleep(1300);
      return ALL_WELL;
    });
    await until('it came again', () => invocations.length === 2);
    expect(invocations[1]?.records[0]?.attributes.ApproximateReceiveCount).toBe('2');
    await until('the queue is empty', isEmpty);
  });

  test('retries a throttled function with the same batch, without counting a receive', async () => {
    await send('a');
    start((_, nth) => (nth <= 2 ? THROTTLED : ALL_WELL));
    await until('the queue is empty', isEmpty);
    expect(invocations.map(({ records }) => records[0]?.attributes.ApproximateReceiveCount)).toEqual(['1', '1', '1']);
    expect(errors).toEqual([]);
  });

  test('leaves the message to the queue’s limits when the function stays throttled', async () => {
    await send('a');
    start(() => THROTTLED);
    await until('the message is in the dead-letter queue', async () => (await countIn('work-dlq')) === 1);
    expect(new Set(invocations.map(({ records }) => records[0]?.attributes.ApproximateReceiveCount))).toEqual(
      new Set(['1', '2']),
    );
    expect(errors).toEqual(Array(2).fill('relay-dev-work could not be invoked: throttled'));
  });

  test('stops after the current batch is handled and deleted, and starts no other', async () => {
    await send('under way');
    let end = (): void => {};
    start(() => new Promise((resolve) => (end = () => resolve(ALL_WELL))), { maximumConcurrency: 1 });
    await until('the batch is under way', () => invocations.length === 1);
    await send('later');
    let isStopped = false;
    const stopped = running?.stop().then(() => {
      isStopped = true;
    });
    await sleep(100);
    expect(isStopped).toBe(false);
    end();
    await stopped;
    await sleep(100);
    expect(delivered()).toEqual(['under way']);
    expect(await countIn('work')).toBe(1);
  });

  test('makes messages for a throttled function visible again at once when it stops', async () => {
    await send('a');
    await beVisibleAfter(30);
    start(() => THROTTLED);
    await until('it was tried', () => invocations.length > 0);
    await running?.stop();
    const { Messages } = await engine.sqs.send(new ReceiveMessageCommand({ QueueUrl: engine.queueUrl('work') }));
    expect(Messages).toMatchObject([{ Body: 'a' }]);
  });

  test('stops an idle trigger within one poll', async () => {
    start(() => ALL_WELL);
    await sleep(200);
    // The limit is a timer of the same process: a busy machine delays both.
    const tooLong = sleep(1500).then(() => 'too long');
    expect(await Promise.race([running?.stop().then(() => 'stopped'), tooLong])).toBe('stopped');
  });
});
