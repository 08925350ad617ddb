import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { linesWith, moveBack } from './index.ts';

type Call = { name: string; input: Readonly<Record<string, unknown>> };
const settings = { region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };

/** Makes a client that calls `answer` instead of the network. */
const answering = <Client extends SQSClient | CloudWatchLogsClient>(
  client: Client,
  answer: (call: Call) => object,
): Call[] => {
  const calls: Call[] = [];
  const stack: Pick<SQSClient['middlewareStack'], 'add'> = client.middlewareStack;
  stack.add(
    (_, { commandName = '' }) =>
      async ({ input }) => {
        const call = { name: commandName.replace(/Command$/, ''), input: { ...input } };
        calls.push(call);
        return { output: { $metadata: {}, ...answer(call) }, response: {} };
      },
    { step: 'initialize', name: 'answer' },
  );
  return calls;
};

test('searches all log groups of a service for a word, page by page', async () => {
  const client = new CloudWatchLogsClient(settings);
  const calls = answering(client, ({ name, input }) => {
    if (name === 'DescribeLogGroups') {
      return { logGroups: [{ logGroupName: '/aws/lambda/s-dev-one' }, { logGroupName: '/aws/lambda/s-dev-two' }] };
    }
    if (input['logGroupName'] === '/aws/lambda/s-dev-two') return { events: [] };
    return input['nextToken']
      ? { events: [{ timestamp: 2, message: 'second SM1\n' }] }
      : { events: [{ timestamp: 1, message: 'first SM1\n' }], nextToken: 'more' };
  });
  expect(await linesWith(client, '/aws/lambda/s-dev-', 'SM1', 5, 9)).toEqual([
    { at: 1, source: 'one', text: 'first SM1' },
    { at: 2, source: 'one', text: 'second SM1' },
  ]);
  expect(calls[1]?.input).toMatchObject({ filterPattern: '"SM1"', startTime: 5, endTime: 9 });
});

const QUEUE = 'arn:aws:sqs:us-east-1:1:q';
const deadLetters = { url: 'q', arn: 'arn:aws:sqs:us-east-1:1:q-dlq', waiting: 3 };

test('waits for a move, and reports its progress', async () => {
  const client = new SQSClient(settings);
  const states = ['RUNNING', 'RUNNING', 'COMPLETED'];
  const calls = answering(client, ({ name }) =>
    name === 'ListMessageMoveTasks'
      ? {
          Results: [
            {
              Status: states.shift(),
              ApproximateNumberOfMessagesMoved: 3 - states.length,
              ApproximateNumberOfMessagesToMove: 3,
            },
          ],
        }
      : { TaskHandle: 'h' },
  );
  const progress: number[][] = [];
  const moved = await moveBack(
    client,
    deadLetters,
    QUEUE,
    async () => {},
    (...counts) => progress.push(counts),
  );
  expect(moved).toEqual({ status: 'COMPLETED', moved: 3, toMove: 3, reason: null });
  expect(calls[0]).toEqual({
    name: 'StartMessageMoveTask',
    input: { SourceArn: deadLetters.arn, DestinationArn: QUEUE },
  });
  expect(progress).toEqual([
    [1, 3],
    [2, 3],
  ]);
});

test('reports why SQS gave up a move, and waits for one that is already running', async () => {
  const client = new SQSClient(settings);
  answering(client, ({ name }) => {
    if (name === 'StartMessageMoveTask') {
      throw Object.assign(new Error('There is already a task running.'), {
        name: 'AWS.SimpleQueueService.UnsupportedOperation',
      });
    }
    return { Results: [{ Status: 'FAILED', FailureReason: 'AccessDenied', ApproximateNumberOfMessagesMoved: 1 }] };
  });
  expect(
    await moveBack(
      client,
      deadLetters,
      QUEUE,
      async () => {},
      () => {},
    ),
  ).toEqual({
    status: 'FAILED',
    moved: 1,
    toMove: 3,
    reason: 'AccessDenied',
  });
});
