import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { resolve, resourcesOf, type Template } from './template.ts';
import { type Found, find, isThere, listAt, numberAt, textAt, textsAt } from './template-reader.ts';

/*
 * Readers of a packaged template for the emulator. Each reader takes what it needs and throws, naming the place, when
 * that is missing or of another shape.
 */

const allOf = (template: Template, type: string): Array<{ logicalId: string; properties: Found }> =>
  resourcesOf(template, type).map(({ logicalId, properties }) => ({
    logicalId,
    properties: { value: properties, where: `template.Resources.${logicalId}.Properties` },
  }));

const optionalNumber = (found: Found): number | null => (isThere(found) ? numberAt(found) : null);

/** One of a few words. */
const wordAt = <const T extends string>(found: Found, words: readonly T[]): T => {
  const value = textAt(found);
  const word = words.find((candidate) => candidate === value);
  if (!word) throw new Error(`The packaged template has "${value}" at ${found.where}; known are ${words.join(', ')}.`);
  return word;
};

/** A table as `CreateTable` takes it, always on demand, and the attribute by which items expire (epoch s). */
export type Table = {
  definition: CreateTableCommandInput & { TableName: string };
  expiryAttribute: string | null;
};

const keySchemaAt = (found: Found): NonNullable<CreateTableCommandInput['KeySchema']> =>
  listAt(found).map((key) => ({
    AttributeName: textAt(find(key, 'AttributeName')),
    KeyType: wordAt(find(key, 'KeyType'), ['HASH', 'RANGE']),
  }));

/** Encryption and point-in-time recovery are left out: nothing on this machine stands for them. */
export const tablesOf = (template: Template): Table[] =>
  allOf(template, 'AWS::DynamoDB::Table').map(({ properties }) => {
    const indexes = listAt(find(properties, 'GlobalSecondaryIndexes')).map((index) => {
      const nonKey = find(index, 'Projection', 'NonKeyAttributes');
      return {
        IndexName: textAt(find(index, 'IndexName')),
        KeySchema: keySchemaAt(find(index, 'KeySchema')),
        Projection: {
          ProjectionType: wordAt(find(index, 'Projection', 'ProjectionType'), ['KEYS_ONLY', 'INCLUDE', 'ALL']),
          ...(isThere(nonKey) ? { NonKeyAttributes: textsAt(nonKey) } : {}),
        },
      };
    });
    const expiry = find(properties, 'TimeToLiveSpecification');
    const expires = isThere(expiry) && find(expiry, 'Enabled').value !== false;
    return {
      definition: {
        TableName: textAt(find(properties, 'TableName')),
        AttributeDefinitions: listAt(find(properties, 'AttributeDefinitions')).map((attribute) => ({
          AttributeName: textAt(find(attribute, 'AttributeName')),
          AttributeType: wordAt(find(attribute, 'AttributeType'), ['S', 'N', 'B']),
        })),
        KeySchema: keySchemaAt(find(properties, 'KeySchema')),
        ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
        BillingMode: 'PAY_PER_REQUEST',
      },
      expiryAttribute: expires ? textAt(find(expiry, 'AttributeName')) : null,
    };
  });

/** A queue, with the attributes that `CreateQueue` and `SetQueueAttributes` take. */
export type Queue = {
  logicalId: string;
  name: string;
  attributes: Record<string, string>;
  deadLetterArn: string | null;
};

/** Default attributes of a queue. All are always set, so that an attribute that the template drops returns to its default. */
const QUEUE_DEFAULTS = {
  DelaySeconds: 0,
  MessageRetentionPeriod: 345_600,
  ReceiveMessageWaitTimeSeconds: 0,
  VisibilityTimeout: 30,
};

/** Dead-letter queues come before the queues that name them. */
export const queuesOf = (template: Template): Queue[] =>
  allOf(template, 'AWS::SQS::Queue')
    .map(({ logicalId, properties }) => {
      const redrive = find(properties, 'RedrivePolicy');
      const numbers = Object.entries(QUEUE_DEFAULTS).map(([name, fallback]) => [
        name,
        String(optionalNumber(find(properties, name)) ?? fallback),
      ]);
      const deadLetterArn = isThere(redrive) ? textAt(find(redrive, 'deadLetterTargetArn')) : null;
      return {
        logicalId,
        name: textAt(find(properties, 'QueueName')),
        deadLetterArn,
        attributes: {
          ...Object.fromEntries(numbers),
          ...(deadLetterArn === null
            ? {}
            : {
                RedrivePolicy: JSON.stringify({
                  deadLetterTargetArn: deadLetterArn,
                  maxReceiveCount: numberAt(find(redrive, 'maxReceiveCount')),
                }),
              }),
        },
      };
    })
    .sort((a, b) => Number(a.deadLetterArn !== null) - Number(b.deadLetterArn !== null));

/** A rule that puts the same record into a queue over and over. */
export type Schedule = { everyMs: number; queueArn: string; input: string };

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The rules that run by the clock and put a record into a queue. Known is `rate(…)`; functions are called by serverless-offline. */
export const schedulesOf = (template: Template): Schedule[] =>
  allOf(template, 'AWS::Events::Rule').flatMap(({ properties }) => {
    const expression = find(properties, 'ScheduleExpression');
    if (!isThere(expression)) return [];
    const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(textAt(expression)) ?? [];
    const unitMs = UNIT_MS[unit];
    if (count === undefined || unitMs === undefined)
      throw new Error(
        `The packaged template has "${textAt(expression)}" at ${expression.where}; known is rate(N minutes).`,
      );
    return listAt(find(properties, 'Targets'))
      .filter((target) => isThere(find(target, 'Input')))
      .map((target) => ({
        everyMs: Number(count) * unitMs,
        queueArn: textAt(find(target, 'Arn')),
        input: textAt(find(target, 'Input')),
      }));
  });

/** Names of the buckets. Without a name is only the deployment tool's own, which has nothing to hold here. */
export const bucketsOf = (template: Template): Array<{ logicalId: string; name: string }> =>
  allOf(template, 'AWS::S3::Bucket').flatMap(({ logicalId, properties }) => {
    const name = find(properties, 'BucketName');
    return isThere(name) ? [{ logicalId, name: textAt(name) }] : [];
  });

/** An SQS trigger. Times in seconds. */
export type EventSourceMapping = {
  queueArn: string;
  functionName: string;
  batchSize: number;
  batchWindowS: number;
  maximumConcurrency: number;
  reportsItemFailures: boolean;
};

/** AWS's default without a ScalingConfig: it starts with five batches at a time, and adds more only under load. */
const DEFAULT_CONCURRENCY = 5;

export const eventSourceMappingsOf = (template: Template): EventSourceMapping[] =>
  allOf(template, 'AWS::Lambda::EventSourceMapping').map(({ properties }) => {
    const functionName = textAt(find(properties, 'FunctionName'));
    return {
      queueArn: textAt(find(properties, 'EventSourceArn')),
      functionName: functionName.slice(functionName.lastIndexOf(':') + 1),
      batchSize: optionalNumber(find(properties, 'BatchSize')) ?? 10,
      batchWindowS: optionalNumber(find(properties, 'MaximumBatchingWindowInSeconds')) ?? 0,
      maximumConcurrency:
        optionalNumber(find(properties, 'ScalingConfig', 'MaximumConcurrency')) ?? DEFAULT_CONCURRENCY,
      reportsItemFailures: textsAt(find(properties, 'FunctionResponseTypes')).includes('ReportBatchItemFailures'),
    };
  });

/** Returns the handlers of the functions, as in `src/functions/get-job/index.handler`. */
export const handlersOf = (template: Template): string[] =>
  Object.entries(template.Resources).flatMap(([logicalId, { Type, Properties }]) => {
    if (Type !== 'AWS::Lambda::Function') return [];
    // This property alone: the others name roles, which nothing stands for here.
    const handler = resolve(Properties?.['Handler'], template);
    return [textAt({ value: handler, where: `template.Resources.${logicalId}.Properties.Handler` })];
  });
