import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';

export type FoundQueue = { url: string; arn: string; waiting: number };

/** Finds a queue by its name. @throws errors of the SDK, such as `QueueDoesNotExist` */
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
 * Moves the messages of a dead-letter queue into a queue, and waits until SQS is done. Also waits for a move that is already running. The
 * target is explicit, because SQS knows no source queue for dead letters of SNS. @throws errors of the SDK
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
