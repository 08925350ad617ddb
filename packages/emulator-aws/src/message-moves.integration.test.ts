import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startTestSqsS3 } from './testing/engines.ts';

const ARN = 'arn:aws:sqs:us-east-1:000000000000:';
const DEAD = `${ARN}work-dlq`;
let engine: Awaited<ReturnType<typeof startTestSqsS3>>;

beforeAll(async () => {
  engine = await startTestSqsS3({
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: 'work', RedrivePolicy: { deadLetterTargetArn: DEAD, maxReceiveCount: 2 } },
    },
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work-dlq' } },
    Other: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'other' } },
  });
});
afterAll(() => engine.close());

const receive = async (name: string) => {
  const { Messages = [] } = await engine.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: engine.queueUrl(name),
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages;
};
const bury = async (count: number) => {
  const MessageAttributes = { why: { DataType: 'String', StringValue: 'poison' } };
  const ids = [];
  for (let i = 0; i < count; i += 1) {
    const command = { QueueUrl: engine.queueUrl('work-dlq'), MessageBody: `message ${i}`, MessageAttributes };
    ids.push((await engine.sqs.send(new SendMessageCommand(command))).MessageId);
  }
  return ids;
};
const tasks = async (MaxResults = 10) =>
  (await engine.sqs.send(new ListMessageMoveTasksCommand({ SourceArn: DEAD, MaxResults }))).Results ?? [];
const ended = async () => {
  for (;;) {
    const [task] = await tasks();
    if (task?.Status !== 'RUNNING' && task?.Status !== 'CANCELLING') return task;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const start = (input: { SourceArn: string; DestinationArn?: string; MaxNumberOfMessagesPerSecond?: number }) =>
  engine.sqs.send(new StartMessageMoveTaskCommand(input));

beforeEach(async () => {
  for (const name of ['work', 'work-dlq', 'other']) while ((await receive(name)).length > 0);
});

test('moves a dead-letter queue’s messages back to their source queue, as new messages', async () => {
  const ids = await bury(3);
  await start({ SourceArn: DEAD });
  expect(await ended()).toMatchObject({
    Status: 'COMPLETED',
    SourceArn: DEAD,
    DestinationArn: `${ARN}work`,
    ApproximateNumberOfMessagesMoved: 3,
    ApproximateNumberOfMessagesToMove: 3,
  });
  const moved = await receive('work');
  expect(moved.map(({ Body }) => Body).sort()).toEqual(['message 0', 'message 1', 'message 2']);
  expect(moved[0]).toMatchObject({
    Attributes: { ApproximateReceiveCount: '1' },
    MessageAttributes: { why: { StringValue: 'poison' } },
  });
  expect(moved.filter(({ MessageId }) => ids.includes(MessageId))).toEqual([]);
  expect(await receive('work-dlq')).toEqual([]);
});

test('moves messages to the named queue', async () => {
  await bury(1);
  await start({ SourceArn: DEAD, DestinationArn: `${ARN}other` });
  await ended();
  expect(await receive('other')).toHaveLength(1);
});

test('moves no faster than the given rate, one task at a time, until it is cancelled', async () => {
  await bury(5);
  const { TaskHandle } = await start({ SourceArn: DEAD, MaxNumberOfMessagesPerSecond: 5 });
  await expect(start({ SourceArn: DEAD })).rejects.toThrow('already a task running');
  expect((await tasks(1))[0]).toMatchObject({ Status: 'RUNNING', TaskHandle, MaxNumberOfMessagesPerSecond: 5 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await engine.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  const task = await ended();
  expect(task?.Status).toBe('CANCELLED');
  expect(task?.ApproximateNumberOfMessagesMoved).toBeLessThan(4);
  await expect(engine.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('refuses a queue that is not a dead-letter queue or does not exist, as AWS does', async () => {
  await expect(start({ SourceArn: `${ARN}other` })).rejects.toThrow('must be configured as a Dead Letter Queue');
  await expect(start({ SourceArn: `${ARN}none` })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(start({ SourceArn: DEAD, MaxNumberOfMessagesPerSecond: 501 })).rejects.toThrow('between 1 and 500');
});
