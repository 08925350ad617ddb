import { type ChildProcess, spawn } from 'node:child_process';
import { lookup } from 'node:dns';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CloudFrontKeyValueStoreClient,
  DescribeKeyValueStoreCommand,
  PutKeyCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
// Registers SigV4a, which the KeyValueStore's API asks for.
import '@aws-sdk/signature-v4a';
import { BatchGetItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Template } from '@qdn/cloudformation/template';
import { clientSettings } from './client-settings.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { KVS_ARN } from './key-value-store.ts';

const TEMPLATE: Template = {
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'things',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      },
    },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } },
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'things-log' } },
  },
};
const PORTS = { dynamodb: 0, storage: 0, secrets: 0, keyValues: 0 };
const QUEUE_URL = 'http://localhost/000000000000/work';
const script = fileURLToPath(new URL('./testing/cloud-process.ts', import.meta.url));

/** The client asks for `000000000000.localhost`, which DNS does not know. */
const lookupLoopback: LookupFunction = (_, options, callback) => lookup('localhost', options, callback);

/** Clients without retries, so that only a write acknowledged at the first attempt counts. */
const clientsOf = ({ dynamodb, sqs, s3, keyValueStore }: Cloud['endpoints']) => ({
  dynamodb: new DynamoDBClient({ ...clientSettings(dynamodb), maxAttempts: 1 }),
  sqs: new SQSClient({ ...clientSettings(sqs), useQueueUrlAsEndpoint: false, maxAttempts: 1 }),
  s3: new S3Client({ ...clientSettings(s3), forcePathStyle: true, maxAttempts: 1 }),
  kvs: new CloudFrontKeyValueStoreClient({
    ...clientSettings(keyValueStore),
    maxAttempts: 1,
    requestHandler: { httpAgent: { lookup: lookupLoopback } },
  }),
});
type Clients = ReturnType<typeof clientsOf>;
const destroy = (clients: Clients): void => {
  for (const client of Object.values(clients)) client.destroy();
};

let folder: string;
let cloud: Cloud | null;
let child: ChildProcess | null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloud-'));
  cloud = null;
  child = null;
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await cloud?.close();
  rmSync(folder, { recursive: true });
});
const start = async (fresh = false): Promise<Cloud> => {
  cloud = await startCloud({ folder, ports: PORTS, templates: [TEMPLATE], fresh });
  return cloud;
};
const stop = async (): Promise<void> => {
  await cloud?.close();
  cloud = null;
};

/** Calls Secrets Manager, whose client is closed after the call. */
const withSecrets = async <T>(
  { secretsManager }: Cloud['endpoints'],
  use: (client: SecretsManagerClient) => Promise<T>,
) => {
  const client = new SecretsManagerClient(clientSettings(secretsManager));
  return use(client).finally(() => client.destroy());
};
const putSecret = (endpoints: Cloud['endpoints'], word: string) =>
  withSecrets(endpoints, (client) =>
    client.send(new CreateSecretCommand({ Name: 'app/word', SecretString: JSON.stringify(word) })),
  );
const secretOf = (endpoints: Cloud['endpoints']): Promise<unknown> =>
  withSecrets(endpoints, async (client) => {
    const { SecretString = 'null' } = await client.send(new GetSecretValueCommand({ SecretId: 'app/word' }));
    return JSON.parse(SecretString);
  });

describe('the embedded cloud', () => {
  test('keeps secrets and edge values over a restart; a fresh start deletes them', async () => {
    const { keyValues, endpoints } = await start();
    keyValues.put('rollout', '{}');
    await putSecret(endpoints, 'first');
    await stop();
    const again = await start();
    expect(await secretOf(again.endpoints)).toBe('first');
    expect(again.keyValues.get('rollout')).toBe('{}');
    await stop();
    const fresh = await start(true);
    await expect(secretOf(fresh.endpoints)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(fresh.keyValues.count).toBe(0);
  });

  test('gives other processes its addresses, without any real account', async () => {
    const { environment, endpoints } = await start();
    expect(environment).toEqual({
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
      AWS_ENDPOINT_URL_SQS: endpoints.sqs,
      AWS_ENDPOINT_URL_S3: endpoints.s3,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
      AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: endpoints.keyValueStore,
      AWS_ENDPOINT_URL_GEO_PLACES: endpoints.places,
    });
  });

  test('keeps tables, queues and buckets off the disk when it is in memory', async () => {
    cloud = await startCloud({ folder, ports: PORTS, templates: [TEMPLATE], inMemory: true });
    const clients = clientsOf(cloud.endpoints);
    await clients.dynamodb.send(new PutItemCommand({ TableName: 'things', Item: { pk: { S: 'one' } } }));
    await clients.s3.send(new PutObjectCommand({ Bucket: 'things-log', Key: 'one', Body: 'text' }));
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: QUEUE_URL, MessageBody: 'one' }));
    expect(cloud.look('work').visible.length).toBe(1);
    expect(existsSync(join(folder, 'data', 'dynamodb'))).toBe(false);
    expect(existsSync(join(folder, 'data', 'storage'))).toBe(false);
    destroy(clients);
  });

  test('refuses a second start on the same folder before it changes anything, even a fresh one', async () => {
    const { endpoints } = await start();
    await putSecret(endpoints, 'first');
    const second = startCloud({ folder, ports: PORTS, templates: [TEMPLATE], fresh: true });
    await expect(second).rejects.toThrow('QDN Relay is already running');
    await stop();
    expect(await secretOf((await start()).endpoints)).toBe('first');
  });

  test('stops the started parts when a later part cannot start', async () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'secrets.json'), '{"half":', { mode: 0o600 });
    await expect(start()).rejects.toThrow('npm start -- --fresh');
    await start(true);
    expect(existsSync(join(folder, 'secrets.json'))).toBe(true);
  });
});

/** Writes to everything at once until the connection is lost; returns the names of the acknowledged writes. */
const writeUntilKilled = async (clients: Clients, round: number, written: (count: number) => void) => {
  const acknowledged = {
    items: [] as string[],
    messages: [] as string[],
    objects: [] as string[],
    keys: [] as string[],
  };
  let count = 0;
  const writer = async (list: string[], write: (name: string) => Promise<unknown>): Promise<void> => {
    for (let i = 0; ; i++) {
      const name = `r${round}-${i}`;
      try {
        await write(name);
      } catch {
        return;
      }
      list.push(name);
      written(++count);
    }
  };
  const { dynamodb, sqs, s3, kvs } = clients;
  await Promise.all([
    writer(acknowledged.items, (pk) =>
      dynamodb.send(new PutItemCommand({ TableName: 'things', Item: { pk: { S: pk } } })),
    ),
    writer(acknowledged.messages, (body) =>
      sqs.send(new SendMessageCommand({ QueueUrl: QUEUE_URL, MessageBody: body })),
    ),
    writer(acknowledged.objects, (Key) => s3.send(new PutObjectCommand({ Bucket: 'things-log', Key, Body: Key }))),
    writer(acknowledged.keys, async (Key) => {
      const { ETag } = await kvs.send(new DescribeKeyValueStoreCommand({ KvsARN: KVS_ARN }));
      await kvs.send(new PutKeyCommand({ KvsARN: KVS_ARN, Key, Value: 'x', IfMatch: ETag }));
    }),
  ]);
  return acknowledged;
};

const itemsAmong = async ({ dynamodb }: Clients, names: readonly string[]): Promise<string[]> => {
  const found: string[] = [];
  for (let i = 0; i < names.length; i += 100) {
    const Keys = names.slice(i, i + 100).map((name) => ({ pk: { S: name } }));
    const { Responses } = await dynamodb.send(new BatchGetItemCommand({ RequestItems: { things: { Keys } } }));
    found.push(...(Responses?.['things'] ?? []).map(({ pk }) => pk?.S ?? ''));
  }
  return found;
};
const objects = async ({ s3 }: Clients): Promise<string[]> => {
  const found: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: 'things-log', ContinuationToken }));
    found.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return found;
};
const messages = async ({ sqs }: Clients): Promise<string[]> => {
  const found: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: QUEUE_URL, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return found;
    found.push(...Messages.map(({ Body }) => Body ?? ''));
  }
};

test('loses no acknowledged write when it is killed, and starts again at once', async () => {
  const templateFile = join(folder, 'template.json');
  writeFileSync(templateFile, JSON.stringify(TEMPLATE));
  const all = { items: [] as string[], messages: [] as string[], objects: [] as string[], keys: [] as string[] };

  for (let round = 0; round < 3; round++) {
    const killed = spawn(process.execPath, [script, folder, templateFile], { stdio: ['ignore', 'pipe', 'inherit'] });
    child = killed;
    const [line] = await once(killed.stdout, 'data');
    const clients = clientsOf(JSON.parse(String(line)).endpoints);
    const died = once(killed, 'exit');
    const acknowledged = await writeUntilKilled(clients, round, (count) => {
      if (count === 150 + round * 37) killed.kill('SIGKILL');
    });
    await died;
    destroy(clients);
    for (const part of ['items', 'messages', 'objects', 'keys'] as const) all[part].push(...acknowledged[part]);
  }

  const { endpoints, keyValues } = await start();
  const clients = clientsOf(endpoints);
  for (const names of Object.values(all)) expect(names.length).toBeGreaterThan(30);
  expect((await itemsAmong(clients, all.items)).sort()).toEqual([...all.items].sort());
  expect(await messages(clients)).toEqual(expect.arrayContaining(all.messages));
  expect(await objects(clients)).toEqual(expect.arrayContaining(all.objects));
  expect(all.keys.filter((key) => keyValues.get(key) === undefined)).toEqual([]);
  destroy(clients);
}, 60_000);
