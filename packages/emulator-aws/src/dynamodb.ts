import { mkdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  paginateScan,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { type Table, tablesOf } from '@qdn/cloudformation/resources';
import type { Template } from '@qdn/cloudformation/template';
import { close, listen } from '@qdn/local-server/listen';
import { StartError } from '@qdn/local-server/start-error';
import dynalite from 'dynalite';
import { clientSettings, endpointAt } from './client-settings.ts';

/** Interval of the sweep of expired items. AWS may take days, so readers must not rely on removal. */
const EXPIRY_SWEEP_MS = 3_600_000;

type Definition = Pick<CreateTableCommandInput, 'AttributeDefinitions' | 'GlobalSecondaryIndexes' | 'KeySchema'>;

/** Returns keys and indexes as text: equal text means equal keys and indexes. */
const shape = (definition: Definition | TableDescription): string => {
  const keys = (schema: Definition['KeySchema'] = []) => schema.map((key) => `${key.KeyType} ${key.AttributeName}`);
  return JSON.stringify({
    attributes: (definition.AttributeDefinitions ?? [])
      .map((one) => `${one.AttributeName} ${one.AttributeType}`)
      .sort(),
    keys: keys(definition.KeySchema),
    indexes: (definition.GlobalSecondaryIndexes ?? [])
      .map(({ IndexName, KeySchema, Projection }) => ({
        name: IndexName,
        keys: keys(KeySchema),
        projection: [Projection?.ProjectionType, ...[...(Projection?.NonKeyAttributes ?? [])].sort()],
      }))
      .sort((a, b) => String(a.name).localeCompare(String(b.name))),
  });
};

const describe = async (client: DynamoDBClient, TableName: string): Promise<TableDescription | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

/**
 * Creates the missing tables, and waits until they are active.
 * @throws StartError when a table exists with other keys or indexes, or is incomplete
 */
export const createTables = async (client: DynamoDBClient, tables: readonly Table[]): Promise<void> => {
  for (const { definition } of tables) {
    const existing = await describe(client, definition.TableName);
    if (!existing) {
      await client.send(new CreateTableCommand(definition));
      while ((await describe(client, definition.TableName))?.TableStatus !== 'ACTIVE') await setTimeout(5);
      continue;
    }
    if (existing.TableStatus !== 'ACTIVE') {
      throw new StartError(
        `An earlier start was interrupted while it created the table ${definition.TableName}. Start again with: npm start -- --fresh`,
      );
    }
    if (shape(existing) !== shape(definition)) {
      throw new StartError(
        `The table ${definition.TableName} was created with other keys or indexes than the services define now. Start again with: npm start -- --fresh`,
      );
    }
  }
};

/**
 * Deletes expired items, as DynamoDB's TTL does; dynalite has no TTL.
 * @param now epoch ms
 * @returns number of deleted items
 */
export const sweepExpired = async (client: DynamoDBClient, tables: readonly Table[], now: number): Promise<number> => {
  let swept = 0;
  for (const { definition, expiryAttribute } of tables) {
    if (expiryAttribute === null) continue;
    const keyNames = (definition.KeySchema ?? []).flatMap(({ AttributeName }) => AttributeName ?? []);
    const pages = paginateScan(
      { client },
      {
        TableName: definition.TableName,
        ProjectionExpression: keyNames.map((_, i) => `#k${i}`).join(', '),
        FilterExpression: '#expiry < :now',
        ExpressionAttributeNames: {
          '#expiry': expiryAttribute,
          ...Object.fromEntries(keyNames.map((name, i) => [`#k${i}`, name])),
        },
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) } },
      },
    );
    for await (const { Items = [] } of pages) {
      for (const Key of Items) {
        // A writer may have extended the item's expiry since the scan.
        await client
          .send(
            new DeleteItemCommand({
              TableName: definition.TableName,
              Key,
              ConditionExpression: '#expiry < :now',
              ExpressionAttributeNames: { '#expiry': expiryAttribute },
              ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) } },
            }),
          )
          .then(() => {
            swept += 1;
          })
          .catch((error: Error) => {
            if (error.name !== 'ConditionalCheckFailedException') throw error;
          });
      }
    }
  }
  return swept;
};

export type DynamoDb = { endpoint: string; close(): Promise<void> };

/**
 * Starts the DynamoDB emulator with the templates' tables.
 * @param port 0 for any that is free
 * @param folder folder of the data; null for memory
 * @throws StartError when the port is taken, or when the folder's data cannot be used
 */
export const startDynamoDb = async (
  port: number,
  folder: string | null,
  templates: readonly Template[],
): Promise<DynamoDb> => {
  if (folder) mkdirSync(folder, { recursive: true });
  const server = dynalite({ ...(folder ? { path: folder } : {}), createTableMs: 0, deleteTableMs: 0 });
  const bound = await listen(server, port, 'DynamoDB');
  const endpoint = endpointAt(bound);
  const client = new DynamoDBClient(clientSettings(endpoint));
  const tables = templates.flatMap(tablesOf);
  let sweeping: Promise<unknown> = Promise.resolve();
  const sweep = () => {
    sweeping = sweepExpired(client, tables, Date.now()).catch(() => {
      // The engine is closing, or the next sweep deletes them.
    });
  };
  try {
    await createTables(client, tables);
  } catch (error) {
    client.destroy();
    await close(server);
    if (error instanceof StartError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `The data in ${folder ?? 'memory'} cannot be read (${reason}). Start again with: npm start -- --fresh`,
    );
  }
  sweep();
  const timer = setInterval(sweep, EXPIRY_SWEEP_MS).unref();
  return {
    endpoint,
    close: async () => {
      clearInterval(timer);
      client.destroy();
      await close(server);
      await sweeping;
    },
  };
};
