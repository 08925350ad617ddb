import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { tableDefinition } from './table-definition.ts';

/** A DynamoDB for tests. `calls` counts all requests since the start, `writes` those that write an item. */
export type TestDynamo = {
  client: DynamoDBDocumentClient;
  calls: () => number;
  writes: () => number;
  /** Makes another client that calls `before` with each item before it is put: to delay it, or to fail instead. */
  connect: (before: (item: Record<string, unknown>) => Promise<void>) => DynamoDBDocumentClient;
  /** Creates a separate table from the services' CloudFormation and returns its name. */
  createTable: (logicalId: string) => Promise<string>;
  stop: () => Promise<void>;
};

/** True when the engine is moto, which checks a condition and writes in two steps that another request can come between. */
const isMoto = async (endpoint: string): Promise<boolean> => {
  const answer = await fetch(new URL('/moto-api/', endpoint)).catch(() => null);
  await answer?.body?.cancel();
  return answer?.ok ?? false;
};

/** Runs calls one after the other. */
const oneAtATime = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(call: () => Promise<T>): Promise<T> => {
    const next = last.then(call, call);
    last = next;
    return next;
  };
};

/**
 * Starts an embedded engine on a free port; or, with QDN_TEST_DYNAMODB_ENDPOINT, uses the engine there: DynamoDB Local, moto, or, with
 * real credentials and `https://dynamodb.<region>.amazonaws.com`, AWS itself. Tables are deleted at the end.
 */
export const startDynamo = async (endpoint = process.env['QDN_TEST_DYNAMODB_ENDPOINT']): Promise<TestDynamo> => {
  const embedded = endpoint ? null : dynalite({ createTableMs: 0, deleteTableMs: 0 });
  if (embedded) await once(embedded.listen(0, '127.0.0.1'), 'listening');
  const address = embedded?.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const config = {
    endpoint: endpoint ?? `http://127.0.0.1:${port}`,
    region: process.env['AWS_REGION'] ?? 'us-east-1',
    ...(process.env['AWS_ACCESS_KEY_ID'] ? {} : { credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }),
  };
  const base = new DynamoDBClient(config);
  const clients: DynamoDBDocumentClient[] = [];
  // Racing requests still have the same stale conditions; only the engine's own part in the race is lost.
  const queue = endpoint && (await isMoto(endpoint)) ? oneAtATime() : null;
  const connect: TestDynamo['connect'] = (before) => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(config), {
      marshallOptions: { removeUndefinedValues: true },
    });
    clients.push(client);
    client.middlewareStack.add(
      (next) => async (args) => {
        if ('Item' in args.input && args.input.Item) await before(args.input.Item);
        return queue ? queue(() => next(args)) : next(args);
      },
      { step: 'initialize', name: 'beforePut', priority: 'high' },
    );
    return client;
  };
  const client = connect(async () => {});
  let calls = 0;
  let writes = 0;
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        calls += 1;
        if (/^(Put|Update|Delete)/.test(commandName ?? '')) writes += 1;
        return next(args);
      },
    { step: 'initialize', name: 'countCalls' },
  );
  const tables: string[] = [];

  return {
    client,
    connect,
    calls: () => calls,
    writes: () => writes,
    createTable: async (logicalId) => {
      const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, BillingMode } = tableDefinition(logicalId);
      const TableName = `qdn-test-${logicalId}-${randomUUID()}`;
      await base.send(
        new CreateTableCommand({ TableName, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, BillingMode }),
      );
      await waitUntilTableExists({ client: base, maxWaitTime: 60, minDelay: 1 }, { TableName });
      tables.push(TableName);
      return TableName;
    },
    stop: async () => {
      if (!embedded) for (const TableName of tables) await base.send(new DeleteTableCommand({ TableName }));
      for (const client of clients) client.destroy();
      base.destroy();
      embedded?.close();
    },
  };
};
