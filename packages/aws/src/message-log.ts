import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { LogEntry, MessageLog } from '@qdn/domain';
import { reaching } from './failures.ts';
import { timeOuts } from './time-outs.ts';

export const createS3Client = (): S3Client =>
  new S3Client({
    maxAttempts: 4,
    // A bucket's own host name needs DNS that a laptop's stand-in does not have.
    forcePathStyle: true,
    requestHandler: timeOuts(1000, 3000),
  });

/** `messages/2026/11/23/15/<id>.ndjson`, by UTC hour: the same entry always has the same key. */
const logKey = ({ id, at }: LogEntry): string => {
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  return `messages/${date.replaceAll('-', '/')}/${time.slice(0, 2)}/${encodeURIComponent(id)}.ndjson`;
};

/** The compliance log in S3, one object per batch; the bucket encrypts and keeps it. */
export const createMessageLog = (client: S3Client, bucket: string): MessageLog => ({
  append: (entries) =>
    reaching('The message log', async () => {
      const [first] = entries;
      if (!first) return;
      const lines = entries.map((entry) =>
        JSON.stringify({ schema: 2, ...entry, at: new Date(entry.at).toISOString() }),
      );
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: logKey(first),
          Body: `${lines.join('\n')}\n`,
          ContentType: 'application/x-ndjson',
        }),
      );
    }),
});
