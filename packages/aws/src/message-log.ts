import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { InboundMessage, MessageLog, RelayPlan } from '@qdn/domain';
import { reaching } from './failures.ts';
import { timeOuts } from './time-outs.ts';

export const createS3Client = (): S3Client =>
  new S3Client({
    maxAttempts: 4,
    // A bucket's own host name needs DNS that a laptop's stand-in does not have.
    forcePathStyle: true,
    requestHandler: timeOuts(1000, 3000),
  });

/** `messages/2026/11/23/15/SM….ndjson`, by UTC hour of receipt: the same message always has the same key. */
export const logKey = (message: Pick<InboundMessage, 'messageSid' | 'receivedAt'>): string => {
  const [date = '', time = ''] = new Date(message.receivedAt).toISOString().split('T');
  return `messages/${date.replaceAll('-', '/')}/${time.slice(0, 2)}/${message.messageSid}.ndjson`;
};

/** One record of the log: schema 1, one line of JSON, with what was sent because of the message and to whom. */
export const logRecord = ({ scope, sender, recipients, body }: RelayPlan, message: InboundMessage): string =>
  `${JSON.stringify({
    schema: 1,
    scope,
    sender,
    ...message,
    receivedAt: new Date(message.receivedAt).toISOString(),
    relays: recipients.map(({ recipient, to }) => ({ recipient, to, body })),
  })}\n`;

/** The compliance log in S3, one object per message; the bucket encrypts and keeps it. */
export const createMessageLog = (client: S3Client, bucket: string): MessageLog => ({
  write: (plan, message) =>
    reaching('The message log', async () => {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: logKey(message),
          Body: logRecord(plan, message),
          ContentType: 'application/x-ndjson',
        }),
      );
    }),
});
