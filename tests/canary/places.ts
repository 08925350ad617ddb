/* Returns everything that the running system has stored or logged, as searchable text. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '@qdn/emulator-aws/client-settings';
import type { System } from '@qdn/local/system';
import type { Place } from './search.ts';

/**
 * Returns the lines of every log: standard output and error of the functions with their metrics, of the tool that runs them, and
 * of the edge.
 */
const logs = (folder: string): Place[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap(({ name }) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .map((content) => ({ name: `log ${name}`, content })),
    );

const plain = (body: Buffer, encoding: string | undefined): Buffer =>
  encoding === 'br' ? brotliDecompressSync(body) : encoding === 'gzip' ? gunzipSync(body) : body;

/** Returns the edge's cache: keys, headers and bodies. */
const cache = ({ parts }: System): Place[] =>
  parts.edge.cached().flatMap(([key, { status, headers, body }]) => {
    const [, path]: unknown[] = JSON.parse(key);
    const content = `${JSON.stringify(headers)}\n${plain(body, headers['content-encoding']).toString('utf8')}`;
    return [
      { name: `cache key of a ${status} for ${path}`, content: key },
      { name: `cached ${status} for ${path}`, content },
    ];
  });

/** Returns every object of every bucket: name, metadata and content. */
const objects = async ({ parts }: System): Promise<Place[]> => {
  const s3 = new S3Client({ ...clientSettings(parts.cloud.endpoints.s3), forcePathStyle: true });
  const places: Place[] = [];
  for (const { Name: Bucket = '' } of (await s3.send(new ListBucketsCommand({}))).Buckets ?? []) {
    for (const { Key = '' } of (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []) {
      const { Body, Metadata, ContentEncoding } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const body = plain(Buffer.from((await Body?.transformToByteArray()) ?? []), ContentEncoding);
      places.push({ name: `object name ${Bucket}/${Key}`, content: Key });
      places.push({
        name: `object ${Bucket}/${Key}`,
        content: `${JSON.stringify(Metadata)}\n${body.toString('utf8')}`,
      });
    }
  }
  s3.destroy();
  return places;
};

const items = async ({ parts }: System): Promise<Place[]> => {
  const dynamo = new DynamoDBClient(clientSettings(parts.cloud.endpoints.dynamodb));
  const places: Place[] = [];
  for (const TableName of (await dynamo.send(new ListTablesCommand({}))).TableNames ?? []) {
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName }));
    for (const item of Items) {
      const key = `${item['pk']?.S} ${item['sk']?.S}`;
      places.push({ name: `item ${TableName} ${key}`, content: JSON.stringify(item) });
    }
  }
  dynamo.destroy();
  return places;
};

/** Returns the dead letters that wait for a replay. */
const deadLetters = async ({ parts }: System): Promise<Place[]> => {
  const sqs = new SQSClient({ ...clientSettings(parts.cloud.endpoints.sqs), useQueueUrlAsEndpoint: false });
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const places: Place[] = [];
  for (const name of QueueUrls.map((url) => url.slice(url.lastIndexOf('/') + 1)).filter((one) =>
    one.endsWith('-dlq'),
  )) {
    const asked = new ReceiveMessageCommand({
      QueueUrl: parts.cloud.queueUrl(name),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageAttributeNames: ['All'],
    });
    const { Messages = [] } = await sqs.send(asked);
    for (const { Body = '', MessageAttributes } of Messages)
      places.push({ name: `dead letter ${name}`, content: `${JSON.stringify(MessageAttributes)}\n${Body}` });
  }
  sqs.destroy();
  return places;
};

const edgeKeyValues = ({ parts }: System): Place[] =>
  parts.cloud.keyValues.items().map(({ Key, Value }) => ({ name: `edge key ${Key}`, content: `${Key}\n${Value}` }));

/** @param logFolder where the system writes its logs */
export const placesOf = async (system: System, logFolder: string): Promise<Place[]> => [
  ...logs(logFolder),
  ...cache(system),
  ...(await objects(system)),
  ...(await items(system)),
  ...(await deadLetters(system)),
  ...edgeKeyValues(system),
];
