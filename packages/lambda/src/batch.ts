import type { SQSEvent, SQSRecord } from 'aws-lambda';

/** One message of a batch: its checked body, the time it entered the queue (epoch ms), and how often SQS has delivered it. */
export type QueueMessage<Body> = { body: Body; messageId: string; sentAt: number; receiveCount: number };

/** A record with its message, or with the error that makes it unusable. */
export type ParsedRecord<Body> = { record: SQSRecord } & ({ message: QueueMessage<Body> } | { error: Error });

/** A batch with the middlewares' findings. `failed` holds the message IDs of the records that have failed so far. */
export type BatchEvent<Body = unknown, Shared = unknown> = SQSEvent & {
  parsed?: Array<ParsedRecord<Body>>;
  failed?: Set<string>;
  shared?: Shared;
};

export const receiveCountOf = ({ attributes }: SQSRecord): number => Number(attributes.ApproximateReceiveCount);
