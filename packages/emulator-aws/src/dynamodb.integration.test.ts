import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tablesOf } from '@qdn/cloudformation/resources';
import type { Template } from '@qdn/cloudformation/template';
import { clientSettings } from './client-settings.ts';
import { type DynamoDb, startDynamoDb, sweepExpired } from './dynamodb.ts';

const templateWith = (index: string): Template => ({
  Resources: {
    Things: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'things',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['pk', 'sk', 'colour'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: index,
            KeySchema: [{ AttributeName: 'colour', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['size', 'age'] },
          },
        ],
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    },
  },
});
const TEMPLATE = templateWith('by-colour');

let folder: string;
let engine: DynamoDb;
let client: DynamoDBClient;

const start = async (template = TEMPLATE): Promise<void> => {
  engine = await startDynamoDb(0, folder, [template]);
  client = new DynamoDBClient({ ...clientSettings(engine.endpoint), maxAttempts: 1 });
};
const stop = async (): Promise<void> => {
  client.destroy();
  await engine.close();
};
const put = (pk: string, more: Record<string, { S: string } | { N: string }> = {}) =>
  client.send(new PutItemCommand({ TableName: 'things', Item: { pk: { S: pk }, sk: { S: 'x' }, ...more } }));
const keys = async () => {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: 'things' }));
  return Items.map((item) => item['pk']?.S).sort();
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dynamodb-'));
  await start();
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

describe('the DynamoDB emulator', () => {
  test('has the template’s tables and indexes, and keeps their items over a restart', async () => {
    await put('a', { colour: { S: 'red' }, size: { N: '3' }, weight: { N: '9' } });
    await stop();
    await start();
    const { Items } = await client.send(
      new QueryCommand({
        TableName: 'things',
        IndexName: 'by-colour',
        KeyConditionExpression: 'colour = :c',
        ExpressionAttributeValues: { ':c': { S: 'red' } },
      }),
    );
    expect(Items).toEqual([{ pk: { S: 'a' }, sk: { S: 'x' }, colour: { S: 'red' }, size: { N: '3' } }]);
  });

  test('refuses to start when a table’s indexes differ from the template’s', async () => {
    await stop();
    await expect(startDynamoDb(0, folder, [templateWith('by-shape')])).rejects.toThrow(
      'The table things was created with other keys or indexes than the services define now. Start again with: npm start -- --fresh',
    );
    await start();
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'things' }));
    expect(Table?.GlobalSecondaryIndexes).toMatchObject([{ IndexName: 'by-colour' }]);
  });

  test('says what to do when its data cannot be read', async () => {
    await stop();
    writeFileSync(join(folder, 'CURRENT'), 'MANIFEST-999999\n');
    await expect(startDynamoDb(0, folder, [TEMPLATE])).rejects.toThrow(
      /^The data in .* cannot be read \(.*\)\. Start again with: npm start -- --fresh$/,
    );
    for (const file of readdirSync(folder)) rmSync(join(folder, file));
    await start();
  });

  test('refuses a second engine on the same data, and keeps the first running', async () => {
    await expect(startDynamoDb(0, folder, [TEMPLATE])).rejects.toThrow('cannot be read');
    await put('a');
    expect(await keys()).toEqual(['a']);
  });

  test('names the port when it is taken', async () => {
    const port = Number(new URL(engine.endpoint).port);
    await expect(startDynamoDb(port, null, [])).rejects.toThrow(
      `Port ${port} is taken by another program, and DynamoDB`,
    );
  });

  test('survives a caller that disconnects in the middle of a request', async () => {
    const { hostname, port } = new URL(engine.endpoint);
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"half":');
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await put('after');
    expect(await keys()).toEqual(['after']);
  });

  test('waits for a write in progress before it closes', async () => {
    const writes = Array.from({ length: 20 }, (_, i) => put(`k${i}`).then(() => `k${i}`));
    await Promise.race(writes);
    await engine.close();
    const acknowledged = (await Promise.allSettled(writes)).flatMap((write) =>
      write.status === 'fulfilled' ? [write.value] : [],
    );
    await start();
    expect(await keys()).toEqual(expect.arrayContaining(acknowledged));
  });
});

describe('the sweep of expired items', () => {
  const NOW = 1_800_000_000_000;
  const tables = tablesOf(TEMPLATE);

  test('deletes expired items only', async () => {
    await put('expired', { expiresAt: { N: String(NOW / 1000 - 1) } });
    await put('expires now', { expiresAt: { N: String(NOW / 1000) } });
    await put('expires later', { expiresAt: { N: String(NOW / 1000 + 1) } });
    await put('stays');
    expect(await sweepExpired(client, tables, NOW)).toBe(1);
    expect(await keys()).toEqual(['expires later', 'expires now', 'stays']);
  });

  test('runs at each start', async () => {
    await put('expired', { expiresAt: { N: '1' } });
    await stop();
    await start();
    const isThere = async () =>
      (await client.send(new GetItemCommand({ TableName: 'things', Key: { pk: { S: 'expired' }, sk: { S: 'x' } } })))
        .Item;
    for (let i = 0; i < 100 && (await isThere()); i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await isThere()).toBeUndefined();
  });

  test('fails the sweep, not the engine, when a table disappears', async () => {
    await client.send(new DeleteTableCommand({ TableName: 'things' }));
    await expect(sweepExpired(client, tables, NOW)).rejects.toThrow();
  });
});
