import { describe, expect, test } from '@jest/globals';
import { bucketsOf, eventSourceMappingsOf, handlersOf, queuesOf, schedulesOf, tablesOf } from './resources.ts';
import type { Resource, Template } from './template.ts';

const only = (Type: string, Properties: Record<string, unknown>, more: Record<string, Resource> = {}): Template => ({
  Resources: { It: { Type, Properties }, ...more },
});

describe('a table', () => {
  const properties = {
    TableName: 'things',
    BillingMode: 'PROVISIONED',
    SSESpecification: { SSEEnabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'at', AttributeType: 'N' },
    ],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-time',
        KeySchema: [{ AttributeName: 'at', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name'] },
      },
    ],
  };

  test('comes as CreateTable takes it, on demand, without what nothing stands for here', () => {
    expect(tablesOf(only('AWS::DynamoDB::Table', properties))).toEqual([
      {
        definition: {
          TableName: 'things',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: properties.AttributeDefinitions,
          KeySchema: properties.KeySchema,
          GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes,
        },
        expiryAttribute: null,
      },
    ]);
  });

  test.each([
    [{ AttributeName: 'expiresAt', Enabled: true }, 'expiresAt'],
    [{ AttributeName: 'expiresAt', Enabled: false }, null],
  ])('expires as %j says', (TimeToLiveSpecification, expected) => {
    const [table] = tablesOf(only('AWS::DynamoDB::Table', { ...properties, TimeToLiveSpecification }));
    expect(table?.expiryAttribute).toBe(expected);
  });

  test('with a key type that does not exist is an error that names the place', () => {
    const wrong = { ...properties, KeySchema: [{ AttributeName: 'pk', KeyType: 'SORT' }] };
    expect(() => tablesOf(only('AWS::DynamoDB::Table', wrong))).toThrow(
      'The packaged template has "SORT" at template.Resources.It.Properties.KeySchema[0].KeyType; known are HASH, RANGE.',
    );
  });
});

describe('a rule by the clock', () => {
  const rule = (ScheduleExpression: string) =>
    only('AWS::Events::Rule', {
      ScheduleExpression,
      Targets: [{ Id: 'queue', Arn: 'arn:aws:sqs:us-east-1:0:q', Input: '{}' }],
    });

  test('comes with its interval, its queue and what it puts in', () => {
    expect(schedulesOf(rule('rate(15 minutes)'))).toEqual([
      { everyMs: 900_000, queueArn: 'arn:aws:sqs:us-east-1:0:q', input: '{}' },
    ]);
    expect(schedulesOf(rule('rate(1 hour)'))).toMatchObject([{ everyMs: 3_600_000 }]);
    expect(schedulesOf(only('AWS::Events::Rule', { EventPattern: {} }))).toEqual([]);
  });

  test('of another form is an error that names the place', () => {
    expect(() => schedulesOf(rule('cron(0 12 * * ? *)'))).toThrow('known is rate(N minutes)');
  });
});

describe('queues', () => {
  const template = only(
    'AWS::SQS::Queue',
    {
      QueueName: 'work',
      VisibilityTimeout: 75,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 },
    },
    { Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work-dlq', MessageRetentionPeriod: 1_209_600 } } },
  );

  test('come with the dead-letter queue first, by its logical ID, and with every attribute', () => {
    expect(queuesOf(template)).toEqual([
      {
        logicalId: 'Dead',
        name: 'work-dlq',
        deadLetterArn: null,
        attributes: {
          DelaySeconds: '0',
          MessageRetentionPeriod: '1209600',
          ReceiveMessageWaitTimeSeconds: '0',
          VisibilityTimeout: '30',
        },
      },
      {
        logicalId: 'It',
        name: 'work',
        deadLetterArn: 'arn:aws:sqs:us-east-1:000000000000:work-dlq',
        attributes: {
          DelaySeconds: '0',
          MessageRetentionPeriod: '345600',
          ReceiveMessageWaitTimeSeconds: '0',
          VisibilityTimeout: '75',
          RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:work-dlq","maxReceiveCount":5}',
        },
      },
    ]);
  });

  test('without a name are an error that names the place', () => {
    expect(() => queuesOf(only('AWS::SQS::Queue', {}))).toThrow('template.Resources.It.Properties.QueueName');
  });
});

test('buckets come by name; the deployment tool’s own has none', () => {
  const template = only(
    'AWS::S3::Bucket',
    { BucketName: { 'Fn::Join': ['-', ['site', { Ref: 'AWS::AccountId' }]] } },
    { ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket', Properties: {} } },
  );
  expect(bucketsOf(template)).toEqual([{ logicalId: 'It', name: 'site-000000000000' }]);
});

describe('an SQS trigger', () => {
  const resources: Record<string, Resource> = {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } },
    WorkLambdaFunction: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'relay-dev-work' } },
  };
  const properties = {
    EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
    FunctionName: { 'Fn::GetAtt': ['WorkLambdaFunction', 'Arn'] },
  };

  test('says what the poller needs', () => {
    const more = {
      BatchSize: 7,
      MaximumBatchingWindowInSeconds: 2,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 3 },
    };
    expect(
      eventSourceMappingsOf(only('AWS::Lambda::EventSourceMapping', { ...properties, ...more }, resources)),
    ).toEqual([
      {
        queueArn: 'arn:aws:sqs:us-east-1:000000000000:work',
        functionName: 'relay-dev-work',
        batchSize: 7,
        batchWindowS: 2,
        maximumConcurrency: 3,
        reportsItemFailures: true,
      },
    ]);
  });

  test('has AWS’s defaults where the template says nothing', () => {
    expect(eventSourceMappingsOf(only('AWS::Lambda::EventSourceMapping', properties, resources))).toMatchObject([
      { batchSize: 10, batchWindowS: 0, maximumConcurrency: 5, reportsItemFailures: false },
    ]);
  });
});

test('functions say what they run, whatever else about them only AWS knows', () => {
  const template = only('AWS::Lambda::Function', {
    Handler: 'src/functions/get-job/index.handler',
    Role: { 'Fn::GetAtt': ['GetJobRole', 'Arn'] },
  });
  expect(handlersOf(template)).toEqual(['src/functions/get-job/index.handler']);
});
