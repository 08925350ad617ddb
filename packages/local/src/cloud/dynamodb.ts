import { mkdirSync } from 'node:fs';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { resourcesOf, type Template } from '../templates/template.ts';
import { close, listen } from './listen.ts';
import { StartError } from './start-error.ts';

/** The create call for each table of a template. Not among them: TTL, point-in-time recovery and encryption, which dynalite lacks. */
export const tablesOf = (template: Template): CreateTableCommandInput[] =>
  resourcesOf(template, 'AWS::DynamoDB::Table').map(({ properties }) => ({
    TableName: String(properties['TableName']),
    AttributeDefinitions: properties['AttributeDefinitions'] as CreateTableCommandInput['AttributeDefinitions'],
    KeySchema: properties['KeySchema'] as CreateTableCommandInput['KeySchema'],
    GlobalSecondaryIndexes: properties['GlobalSecondaryIndexes'] as CreateTableCommandInput['GlobalSecondaryIndexes'],
    BillingMode: 'PAY_PER_REQUEST',
  }));

/**
 * DynamoDB on this machine, with the templates' tables.
 * @param folder where it keeps its data; null for memory
 */
export const startDynamoDb = async (port: number, folder: string | null, templates: readonly Template[]) => {
  if (folder) mkdirSync(folder, { recursive: true });
  const server = dynalite({ ...(folder ? { path: folder } : {}), createTableMs: 0 });
  const bound = await listen(server, port, 'DynamoDB');
  const endpoint = `http://localhost:${bound}`;
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  for (const table of templates.flatMap(tablesOf)) {
    try {
      await client.send(new CreateTableCommand(table));
    } catch (error) {
      if (error instanceof ResourceInUseException) continue;
      await close(server);
      throw new StartError(`The data under ${folder ?? 'memory'} cannot be read (${error instanceof Error ? error.message : 'unknown'}). Begin anew: npm start -- --fresh`);
    }
  }
  client.destroy();
  return { endpoint, close: () => close(server) };
};
