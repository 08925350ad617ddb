import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { tablesOf } from '@qdn/cloudformation/resources';
import type { Resource, Template } from '@qdn/cloudformation/template';
import { clientSettings } from '../client-settings.ts';
import { createTables as createMissing, startDynamoDb } from '../dynamodb.ts';
import { startStorage } from '../storage.ts';

/** A whole template, or its `Resources` alone. */
export type TemplateOrResources = Template | Record<string, Resource>;

const isTemplate = (input: TemplateOrResources): input is Template =>
  'Resources' in input && !('Type' in input['Resources']);
const templateOf = (input: TemplateOrResources): Template => (isTemplate(input) ? input : { Resources: input });

/** Creates the tables of a template, unless they are there. */
export const createTables = (client: DynamoDBClient, input: TemplateOrResources): Promise<void> =>
  createMissing(client, tablesOf(templateOf(input)));

/** DynamoDB in memory, on a free port, with the templates' tables. */
export const startTestDynamo = async (...inputs: readonly TemplateOrResources[]) => {
  const engine = await startDynamoDb(0, null, inputs.map(templateOf));
  const client = new DynamoDBClient(clientSettings(engine.endpoint));
  return {
    endpoint: engine.endpoint,
    client,
    close: async (): Promise<void> => {
      client.destroy();
      await engine.close();
    },
  };
};

/** SQS and S3 in memory, on a free port, with the templates' queues and buckets. */
export const startTestSqsS3 = async (...inputs: readonly TemplateOrResources[]) => {
  const engine = await startStorage(0, null, inputs.map(templateOf));
  const sqs = new SQSClient({ ...clientSettings(engine.endpoint), useQueueUrlAsEndpoint: false });
  const s3 = new S3Client({ ...clientSettings(engine.endpoint), forcePathStyle: true });
  return {
    endpoint: engine.endpoint,
    sqs,
    s3,
    queueUrl: engine.queueUrl,
    close: async (): Promise<void> => {
      sqs.destroy();
      s3.destroy();
      await engine.close();
    },
  };
};
