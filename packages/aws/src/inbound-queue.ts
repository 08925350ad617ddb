import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Wire } from '@qdn/contracts';
import type { AlertQueue, FollowUps, NoticeQueue } from '@qdn/domain';
import { unavailable } from './failures.ts';
import { timeouts } from './timeouts.ts';

/** Puts a record into SQS. Resolves only once SQS holds it. @throws ProductError `unavailable` */
type RecordQueue<T> = {
  /** @param delayS delay of the delivery, at most 900 s */
  send(record: T, delayS?: number): Promise<void>;
};
/** The relay's queue. */
export type InboundQueue = RecordQueue<Wire<'relayRecord'>>;
/** A request that was received while its signature could not be checked. */
export type UnverifiedQueue = RecordQueue<Wire<'unverifiedMessage'>>;
/** Maximum delay of a message in SQS: a quarter of an hour. */
const MAX_DELAY_S = 900;

/**
 * Makes follow-ups that wait in the queue itself. One that is due after the maximum delay is delivered early, and then queued again.
 * @param now epoch ms
 */
export const createFollowUps = (queue: InboundQueue, now: () => number): FollowUps => ({
  schedule: ({ what, timelineId, messageSid, dueAt }) => {
    const leftS = Math.ceil((dueAt - now()) / 1000);
    const delayS = Math.min(MAX_DELAY_S, Math.max(0, leftS));
    const due = new Date(dueAt).toISOString();
    return queue.send({ schema: 1, kind: 'follow-up', what, timelineId, messageSid, dueAt: due }, delayS);
  },
});

/** Delay of a notice until its job is written, in s. */
const NOTICE_DELAY_S = 5;

/** Notices to customers, in the relay's queue. */
export const createNoticeQueue = (queue: InboundQueue): NoticeQueue => ({
  send: ({ jobId, notice: { what, stop, at, visit }, eta, turnAt }, delayS = NOTICE_DELAY_S) => {
    const iso = (time: number) => new Date(time).toISOString();
    const arrival = eta && { earliest: iso(eta.earliest), latest: iso(eta.latest) };
    const again = visit === undefined ? {} : { visit };
    const turn = turnAt === undefined ? {} : { turnAt: iso(turnAt) };
    const order = {
      schema: 1,
      kind: 'notice',
      jobId,
      what,
      stop,
      ...again,
      at: iso(at),
      eta: arrival,
      ...turn,
    } as const;
    return queue.send(order, Math.min(MAX_DELAY_S, delayS));
  },
});

/** Texts to the operator about trailers, in the relay's queue. */
export const createAlertQueue = (queue: InboundQueue): AlertQueue => ({
  alert: ({ what, key, trailerId, at, place: { lat, lon }, metres, ...of }) => {
    const concerned = 'jobId' in of ? of : { jobId: null, stop: 0, minutes: 0 };
    const iso = new Date(at).toISOString();
    return queue.send({ schema: 1, kind: 'alert', what, key, trailerId, at: iso, lat, lon, metres, ...concerned });
  },
});

/** Creates a client with short timeouts: Twilio waits 4 s for the whole webhook (`rt=4000`). */
export const createSqsClient = (): SQSClient => new SQSClient({ maxAttempts: 2, requestHandler: timeouts(800, 1500) });

/**
 * Returns JSON in ASCII only. SQS refuses a body with U+FFFE or U+FFFF, and fauxqs one with an emoji: such a text could never be
 * queued.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    // By UTF-16 unit: JSON escapes a character beyond U+FFFF as two units.
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Returns the size of a record in SQS, in bytes. */
export const recordBytes = (record: object): number => asciiJson(record).length;

const createQueue = <T extends object>(client: SQSClient, queueUrl: string): RecordQueue<T> => ({
  send: async (record, delayS = 0) => {
    try {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: asciiJson(record),
          ...(delayS > 0 ? { DelaySeconds: delayS } : {}),
        }),
      );
    } catch (error) {
      throw unavailable('The message queue', error);
    }
  },
});

export const createInboundQueue = (client: SQSClient, queueUrl: string): InboundQueue => createQueue(client, queueUrl);
export const createUnverifiedQueue = (client: SQSClient, queueUrl: string): UnverifiedQueue =>
  createQueue(client, queueUrl);

/**
 * Makes SQS deliver a message again after this number of seconds, instead of at the end of its visibility timeout.
 * @param receiptHandle of the failed delivery
 * @throws ProductError `unavailable`
 */
export type Postpone = (receiptHandle: string, seconds: number) => Promise<void>;

/** Maximum invisibility of a message in SQS, in s; a carrier may ask for more. */
const MAX_INVISIBLE_S = 12 * 3600 - 60;

export const createPostpone =
  (client: SQSClient, queueUrl: string): Postpone =>
  async (receiptHandle, seconds) => {
    try {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: Math.min(seconds, MAX_INVISIBLE_S),
        }),
      );
    } catch (error) {
      throw unavailable('The message queue', error);
    }
  };
