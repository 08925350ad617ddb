import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';

export type FoundQueue = { url: string; arn: string; waiting: number };

/** A queue by its name. @throws what the SDK throws, `QueueDoesNotExist` among it */
export const findQueue = async (sqs: SQSClient, name: string): Promise<FoundQueue> => {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages'] }),
  );
  const arn = Attributes['QueueArn'];
  if (!QueueUrl || !arn) throw new Error(`The queue ${name} has no address`);
  return { url: QueueUrl, arn, waiting: Number(Attributes['ApproximateNumberOfMessages'] ?? 0) };
};

/** Result of a move of dead letters. `moved` and `toMove` are SQS's own counts. */
export type Moved = { status: string; moved: number; toMove: number; reason: string | null };

const POLL_MS = 1000;

/**
 * Moves what a dead-letter queue holds into a queue, and waits until SQS has done it. A move that is under way already is waited
 * for. Where to has to be said: of what SNS has put aside, SQS knows no queue that it came from. @throws what the SDK throws
 */
export const moveBack = async (
  sqs: SQSClient,
  deadLetters: FoundQueue,
  destinationArn: string,
  pause: (ms: number) => Promise<void>,
  onProgress: (moved: number, toMove: number) => void,
): Promise<Moved> => {
  try {
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: deadLetters.arn, DestinationArn: destinationArn }));
  } catch (error) {
    const isUnderWay = error instanceof Error && /UnsupportedOperation/.test(error.name);
    if (!isUnderWay) throw error;
  }
  for (;;) {
    const { Results = [] } = await sqs.send(
      new ListMessageMoveTasksCommand({ SourceArn: deadLetters.arn, MaxResults: 1 }),
    );
    const task = Results[0];
    const moved = task?.ApproximateNumberOfMessagesMoved ?? 0;
    const toMove = task?.ApproximateNumberOfMessagesToMove ?? deadLetters.waiting;
    if (task && task.Status !== 'RUNNING' && task.Status !== 'CANCELLING')
      return { status: task.Status ?? 'UNKNOWN', moved, toMove, reason: task.FailureReason ?? null };
    onProgress(moved, toMove);
    await pause(POLL_MS);
  }
};
