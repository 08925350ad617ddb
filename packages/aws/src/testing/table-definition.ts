import { readdirSync, readFileSync } from 'node:fs';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { parse } from 'yaml';

type Template = { Resources?: Record<string, { Type: string; Properties: CreateTableCommandInput }> };

const services = new URL('../../../../services/', import.meta.url);

/** CloudFormation's short forms. A table's keys and indexes use none of them, so the argument can replace the result. */
const customTags = ['!Ref', '!GetAtt', '!Sub', '!Join', '!If', '!Equals', '!Not', '!Or', '!And', '!Select'].flatMap(
  (tag) => [
    { tag, resolve: (text: string) => text },
    { tag, collection: 'seq' as const },
  ],
);

const resourceFiles = (): URL[] =>
  readdirSync(services).flatMap((service) => {
    const folder = new URL(`${service}/resources/`, services);
    try {
      return readdirSync(folder)
        .filter((file) => file.endsWith('.yml'))
        .map((file) => new URL(file, folder));
    } catch {
      return []; // A service without resources.
    }
  });

/**
 * Returns the definition of a table from the services' CloudFormation: keys and indexes exist once, and the tests use them.
 * @param logicalId of the resource, such as `JobsTable`
 * @throws Error when no service defines it
 */
export const tableDefinition = (logicalId: string): CreateTableCommandInput => {
  for (const file of resourceFiles()) {
    const template: Template | null = parse(readFileSync(file, 'utf8'), { customTags });
    const resource = template?.Resources?.[logicalId];
    if (resource?.Type === 'AWS::DynamoDB::Table') return resource.Properties;
  }
  throw new Error(`No services/*/resources/*.yml defines a table ${logicalId}`);
};
