import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { SqsError, type SqsStore } from 'fauxqs';

/** The type of fauxqs's store, which it does not export by name. */
type Queue = ReturnType<SqsStore['allQueues']> extends Iterable<infer Q> ? Q : never;

type Status = 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED';
type Task = {
  handle: string;
  source: Queue;
  destination: Queue;
  perSecond: number | null;
  status: Status;
  moved: number;
  toMove: number;
  startedAt: number;
};

/** Maximum number of tasks that AWS lists. */
const MOST_LISTED = 10;
/** Visibility timeout of a message while it is moved: no one else receives it, and it is visible again if this process dies. */
const HOLD_S = 30;

const refused = (message: string) => new SqsError('InvalidParameterValue', message);
/** An error whose code has no prefix, unlike that of SQS's older errors. */
class NotFound extends SqsError {
  constructor(message: string) {
    super('ResourceNotFoundException', message, 404);
  }
  override get queryErrorHeader(): string {
    return 'ResourceNotFoundException;Sender';
  }
}

const redriveTarget = (queue: Queue): unknown => {
  try {
    return JSON.parse(queue.attributes['RedrivePolicy'] ?? '{}').deadLetterTargetArn;
  } catch {
    return undefined;
  }
};

/**
 * Adds the message move tasks of SQS, which fauxqs lacks: `StartMessageMoveTask`, `ListMessageMoveTasks` and
 * `CancelMessageMoveTask`. A moved message is a new message with a new ID and no receives. It is stored at its destination before
 * it is deleted at its source, so a process that ends in between leaves it at both.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export const createMessageMoves = () => {
  const tasks: Task[] = [];
  const stopped = new AbortController();

  const moveOne = ({ source, destination }: Task): boolean => {
    const [received] = source.dequeue(1, HOLD_S);
    const held = received && source.inflightMessages.get(received.ReceiptHandle)?.message;
    if (!received || !held) return false;
    const { approximateFirstReceiveTimestamp: _, delayUntil: __, ...message } = held;
    destination.enqueue({ ...message, messageId: randomUUID(), sentTimestamp: Date.now(), approximateReceiveCount: 0 });
    source.deleteMessage(received.ReceiptHandle);
    return true;
  };

  const run = async (task: Task): Promise<void> => {
    while (task.status === 'RUNNING' && task.moved < task.toMove && moveOne(task)) {
      task.moved += 1;
      // Without a rate, SQS moves as fast as it can; here other work still gets its turn.
      await setTimeout(task.perSecond ? 1000 / task.perSecond : 0, undefined, { signal: stopped.signal });
    }
    task.status = task.status === 'CANCELLING' ? 'CANCELLED' : 'COMPLETED';
  };

  const queueOf = (store: SqsStore, arn: unknown): Queue => {
    const queue = typeof arn === 'string' ? store.getQueueByArn(arn) : undefined;
    if (!queue) throw new NotFound('The resource that you specified for the SourceArn parameter doesn’t exist.');
    return queue;
  };

  const start = (body: Readonly<Record<string, unknown>>, store: SqsStore) => {
    const source = queueOf(store, body['SourceArn']);
    const origins = [...store.allQueues()].filter((queue) => redriveTarget(queue) === source.arn);
    const [origin] = origins;
    if (!origin) throw refused('Source queue must be configured as a Dead Letter Queue.');
    const rate = body['MaxNumberOfMessagesPerSecond'];
    if (rate !== undefined && !(Number.isInteger(rate) && Number(rate) >= 1 && Number(rate) <= 500)) {
      throw refused('Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: must be between 1 and 500.');
    }
    if (tasks.some((task) => task.source.arn === source.arn && task.status === 'RUNNING')) {
      throw new SqsError(
        'UnsupportedOperation',
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    const task: Task = {
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })).toString('base64'),
      source,
      destination: body['DestinationArn'] === undefined ? origin : queueOf(store, body['DestinationArn']),
      perSecond: rate === undefined ? null : Number(rate),
      status: 'RUNNING',
      moved: 0,
      toMove: Number(source.getAttribute('ApproximateNumberOfMessages')),
      startedAt: Date.now(),
    };
    tasks.unshift(task);
    // The task ends by itself, or with this process.
    void run(task).catch(() => {});
    return { TaskHandle: task.handle };
  };

  const list = (body: Readonly<Record<string, unknown>>, store: SqsStore) => {
    const source = queueOf(store, body['SourceArn']);
    const results = tasks.filter((task) => task.source.arn === source.arn).slice(0, MOST_LISTED);
    return {
      Results: results.slice(0, Number(body['MaxResults'] ?? 1)).map((task) => ({
        ...(task.status === 'RUNNING' ? { TaskHandle: task.handle } : {}),
        Status: task.status,
        SourceArn: task.source.arn,
        DestinationArn: task.destination.arn,
        ...(task.perSecond ? { MaxNumberOfMessagesPerSecond: task.perSecond } : {}),
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.toMove,
        StartedTimestamp: task.startedAt,
      })),
    };
  };

  const cancel = (body: Readonly<Record<string, unknown>>) => {
    const task = tasks.find(({ handle, status }) => handle === body['TaskHandle'] && status === 'RUNNING');
    if (!task) throw new NotFound('Task does not exist.');
    task.status = 'CANCELLING';
    return { ApproximateNumberOfMessagesMoved: task.moved };
  };

  return {
    actions: { StartMessageMoveTask: start, ListMessageMoveTasks: list, CancelMessageMoveTask: cancel },
    /** Stops all tasks. */
    stop: () => stopped.abort(),
  };
};
