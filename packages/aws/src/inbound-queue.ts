import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Wire } from '@qdn/contracts';
import { unavailable } from './failures.ts';
import { timeOuts } from './time-outs.ts';

/** Puts a record into SQS. Resolves only once SQS holds it. @throws ProductError `unavailable` */
type RecordQueue<T> = { send(record: T): Promise<void> };
/** The relay's queue. */
export type InboundQueue = RecordQueue<Wire<'relayRecord'>>;
/** What came in while it could not be checked who had sent it. */
export type UnverifiedQueue = RecordQueue<Wire<'unverifiedMessage'>>;

/** Twilio waits 4 s for the whole webhook (`rt=4000`), so one try may take little of it. */
export const createSqsClient = (): SQSClient => new SQSClient({ maxAttempts: 2, requestHandler: timeOuts(800, 1500) });

/**
 * JSON in ASCII alone. SQS refuses a body with U+FFFE or U+FFFF in it, and fauxqs one with an emoji: such a text could never
 * get in, however often it is sent.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    // By UTF-16 unit: a character beyond U+FFFF is two of them, as JSON wants it.
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** What a record takes in SQS, in bytes. */
export const recordBytes = (record: object): number => asciiJson(record).length;

const createQueue = <T extends object>(client: SQSClient, queueUrl: string): RecordQueue<T> => ({
  send: async (record) => {
    try {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: asciiJson(record) }));
    } catch (error) {
      throw unavailable('The message queue', error);
    }
  },
});

export const createInboundQueue = (client: SQSClient, queueUrl: string): InboundQueue => createQueue(client, queueUrl);
export const createUnverifiedQueue = (client: SQSClient, queueUrl: string): UnverifiedQueue =>
  createQueue(client, queueUrl);

/**
 * Has SQS hand a message out again after so many seconds, and not when its visibility timeout ends.
 * @param receiptHandle of the handing-out that failed
 * @throws ProductError `unavailable`
 */
export type Postpone = (receiptHandle: string, seconds: number) => Promise<void>;

export const createPostpone =
  (client: SQSClient, queueUrl: string): Postpone =>
  async (receiptHandle, seconds) => {
    try {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        }),
      );
    } catch (error) {
      throw unavailable('The message queue', error);
    }
  };
