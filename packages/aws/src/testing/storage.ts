import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';

/** SQS and S3 for tests. All queues and buckets are deleted at the end. */
export type TestStorage = {
  sqs: SQSClient;
  s3: S3Client;
  /** Creates a queue whose messages go to the second queue after `maxReceiveCount` deliveries. */
  createQueues: (maxReceiveCount: number) => Promise<{ queueUrl: string; deadLetterUrl: string }>;
  createBucket: () => Promise<string>;
  stop: () => Promise<void>;
};

/**
 * Starts embedded engines on a free port; or, with QDN_TEST_SQS_ENDPOINT and QDN_TEST_S3_ENDPOINT, uses the engines there: moto,
 * ElasticMQ, or, with real credentials, AWS.
 */
export const startStorage = async (): Promise<TestStorage> => {
  const { QDN_TEST_SQS_ENDPOINT: sqsEndpoint, QDN_TEST_S3_ENDPOINT: s3Endpoint } = process.env;
  const embedded =
    sqsEndpoint && s3Endpoint ? null : await startFauxqs({ port: 0, listenHost: '127.0.0.1', logger: false });
  const here = `http://127.0.0.1:${embedded?.port ?? 0}`;
  const common = {
    region: process.env['AWS_REGION'] ?? 'us-east-1',
    ...(process.env['AWS_ACCESS_KEY_ID'] ? {} : { credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }),
  };
  const sqs = new SQSClient({ ...common, endpoint: sqsEndpoint ?? here, useQueueUrlAsEndpoint: false });
  const s3 = new S3Client({ ...common, endpoint: s3Endpoint ?? here, forcePathStyle: true });
  const queues: string[] = [];
  const buckets: string[] = [];

  const createQueue = async (attributes: Record<string, string>): Promise<string> => {
    const command = new CreateQueueCommand({ QueueName: `qdn-test-${randomUUID()}`, Attributes: attributes });
    const { QueueUrl } = await sqs.send(command);
    if (!QueueUrl) throw new Error('The queue has no URL');
    queues.push(QueueUrl);
    return QueueUrl;
  };
  const emptyBucket = async (Bucket: string): Promise<void> => {
    // A list holds a thousand; a bucket that keeps versions must lose those too.
    for (;;) {
      const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
      if (Objects.length === 0) return;
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    }
  };

  return {
    sqs,
    s3,
    createQueues: async (maxReceiveCount) => {
      const deadLetterUrl = await createQueue({});
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] }),
      );
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.['QueueArn'], maxReceiveCount });
      return { queueUrl: await createQueue({ RedrivePolicy, VisibilityTimeout: '30' }), deadLetterUrl };
    },
    createBucket: async () => {
      const Bucket = `qdn-test-${randomUUID()}`;
      await s3.send(new CreateBucketCommand({ Bucket }));
      buckets.push(Bucket);
      return Bucket;
    },
    stop: async () => {
      if (!embedded) {
        for (const QueueUrl of queues) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
        for (const Bucket of buckets) {
          await emptyBucket(Bucket);
          await s3.send(new DeleteBucketCommand({ Bucket }));
        }
      }
      sqs.destroy();
      s3.destroy();
      await embedded?.stop();
    },
  };
};
