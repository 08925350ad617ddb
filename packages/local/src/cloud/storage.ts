import { mkdirSync } from 'node:fs';
import { startFauxqs } from 'fauxqs';
import { ACCOUNT, resourcesOf, type Template } from '../templates/template.ts';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** SQS and S3 on this machine, with the templates' queues and buckets. `folder` null: in memory. */
export const startStorage = async (port: number, folder: string | null, templates: readonly Template[]) => {
  if (folder) mkdirSync(folder, { recursive: true });
  const server = await startFauxqs({ port, logger: false, host: 'localhost', ...(folder ? { dataDir: folder } : {}) });
  const queues = templates.flatMap((template) => resourcesOf(template, 'AWS::SQS::Queue'));
  // Dead-letter queues first: a redrive policy may only name a queue that exists.
  for (const { properties } of queues.sort((a, b) => Number('RedrivePolicy' in a.properties) - Number('RedrivePolicy' in b.properties))) {
    const { QueueName, VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = properties;
    if (server.inspectQueue(String(QueueName))) continue;
    server.createQueue(String(QueueName), {
      attributes: {
        ...(VisibilityTimeout === undefined ? {} : { VisibilityTimeout: String(VisibilityTimeout) }),
        ...(MessageRetentionPeriod === undefined ? {} : { MessageRetentionPeriod: String(MessageRetentionPeriod) }),
        ...(isRecord(RedrivePolicy) ? { RedrivePolicy: JSON.stringify(RedrivePolicy) } : {}),
      },
    });
  }
  for (const { properties } of templates.flatMap((template) => resourcesOf(template, 'AWS::S3::Bucket'))) {
    // The deployment tool's own bucket has no name, and nothing to hold here.
    if (typeof properties['BucketName'] === 'string') server.setup({ buckets: [properties['BucketName']] });
  }
  const endpoint = `http://localhost:${server.port}`;
  return {
    endpoint,
    /** fauxqs puts a host of its own into queue URLs; only the path counts. */
    queueUrl: (name: string) => `${endpoint}/${ACCOUNT}/${name}`,
    close: () => server.stop(),
  };
};
