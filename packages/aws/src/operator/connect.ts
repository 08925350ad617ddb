import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Address of a system's AWS. `endpoints` are those of an emulator on this machine, which accepts any credentials. */
export type CloudAddress = {
  region: string;
  endpoints: { dynamodb: string; sqs: string; s3: string } | null;
};

/** Clients for a person at a terminal, who waits longer than a webhook does: the SDK's own timeouts and retries. */
export const connectCloud = ({ region, endpoints }: CloudAddress) => {
  const at = (endpoint: string | undefined) => ({
    region,
    maxAttempts: 4,
    ...(endpoint ? { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } } : {}),
  });
  const dynamodb = new DynamoDBClient(at(endpoints?.dynamodb));
  const sqs = new SQSClient({ ...at(endpoints?.sqs), useQueueUrlAsEndpoint: endpoints === null });
  const s3 = new S3Client({ ...at(endpoints?.s3), forcePathStyle: true });
  const logs = new CloudWatchLogsClient(at(undefined));
  return {
    table: DynamoDBDocumentClient.from(dynamodb),
    sqs,
    s3,
    logs,
    close: (): void => {
      for (const client of [dynamodb, sqs, s3, logs]) client.destroy();
    },
  };
};
