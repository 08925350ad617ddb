import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { tableDefinition } from '@qdn/aws/testing/table-definition';
import { createTables, startTestDynamo } from '@qdn/emulator-aws/testing/engines';

/* Tests config/kept-resources-plugin.cjs; .ci/run also tests it with osls on an emulator. */

const KeptResourcesPlugin = createRequire(import.meta.url)('../config/kept-resources-plugin.cjs');

type Resource = { Type: string; DeletionPolicy?: string; Properties: Record<string, unknown> };
let dynamo: Awaited<ReturnType<typeof startTestDynamo>>;
beforeAll(async () => {
  dynamo = await startTestDynamo();
}, 60_000);
afterAll(() => dynamo.close());

class AwsDeploy {
  getCreateChangeSetParams({ changeSetType }: { changeSetType: string }) {
    return { ChangeSetType: changeSetType };
  }
}

const deploymentOf = (Resources: Record<string, Resource>, leaveOutIndexes = 'none') => {
  const deploy = new AwsDeploy();
  const plugin = new KeptResourcesPlugin({
    getProvider: () => ({
      getAccountId: async () => '123456789012',
      getRegion: () => 'eu-west-1',
      naming: { getStackName: () => 'site-prod' },
      getAwsSdkV3Config: async () => ({
        endpoint: dynamo.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      }),
    }),
    pluginManager: { plugins: [{}, deploy] },
    service: { custom: { leaveOutIndexes }, provider: { compiledCloudFormationTemplate: { Resources } } },
    classes: { Error },
  });
  return { deploy, hooks: plugin.hooks };
};

const prepare = (Resources: Record<string, Resource>, leaveOut?: string): Promise<void> =>
  deploymentOf(Resources, leaveOut).hooks['before:aws:deploy:deploy:checkForChanges']();

test('every change set imports existing resources', () => {
  const { deploy, hooks } = deploymentOf({});
  hooks.initialize();
  expect(deploy.getCreateChangeSetParams({ changeSetType: 'UPDATE' })).toEqual({
    ChangeSetType: 'UPDATE',
    ImportExistingResources: true,
  });
});

test('resolves the names of kept resources and of a policy’s bucket, and no others', async () => {
  const name = { 'Fn::Sub': 'log-$' + '{AWS::AccountId}-$' + '{AWS::Region}' };
  const Resources: Record<string, Resource> = {
    Log: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', Properties: { BucketName: name } },
    LogPolicy: { Type: 'AWS::S3::BucketPolicy', DeletionPolicy: 'Retain', Properties: { Bucket: { Ref: 'Log' } } },
    Site: { Type: 'AWS::S3::Bucket', Properties: { BucketName: name } },
    Views: {
      Type: 'AWS::Logs::LogGroup',
      DeletionPolicy: 'Retain',
      Properties: { LogGroupName: { 'Fn::Sub': '/views/$' + '{AWS::StackName}' } },
    },
    Nameless: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', Properties: {} },
  };
  await prepare(Resources);
  expect(Resources).toMatchObject({
    Log: { Properties: { BucketName: 'log-123456789012-eu-west-1' } },
    LogPolicy: { Properties: { Bucket: 'log-123456789012-eu-west-1' } },
    Site: { Properties: { BucketName: name } },
    Views: { Properties: { LogGroupName: '/views/site-prod' } },
    Nameless: { Properties: {} },
  });
});

/** Returns the jobs' table under the test's own name, with these of its indexes. */
const jobsTable = (TableName: string, indexes: readonly string[]): Resource => {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes = [], BillingMode } = tableDefinition('JobsTable');
  const kept = GlobalSecondaryIndexes.filter(({ IndexName }) => indexes.includes(IndexName ?? ''));
  const used = new Set(
    [...(KeySchema ?? []), ...kept.flatMap((one) => one.KeySchema ?? [])].map((one) => one.AttributeName),
  );
  return {
    Type: 'AWS::DynamoDB::Table',
    DeletionPolicy: 'Retain',
    Properties: {
      TableName,
      AttributeDefinitions: AttributeDefinitions?.filter(({ AttributeName }) => used.has(AttributeName)),
      KeySchema,
      BillingMode,
      ...(kept.length > 0 ? { GlobalSecondaryIndexes: kept } : {}),
    },
  };
};

test('accepts one new index, and refuses two with instructions', async () => {
  await createTables(dynamo.client, { Table: jobsTable('one', ['by-phone']) });
  await prepare({ Table: jobsTable('one', ['by-phone', 'by-status']) });
  await expect(prepare({ Table: jobsTable('one', ['by-phone', 'by-status', 'by-trailer']) })).rejects.toThrow(
    /of one by-trailer is new, by-status is new.*--param leaveOutIndexes=/,
  );
  await expect(prepare({ Table: jobsTable('one', ['by-status']) })).rejects.toThrow(
    /by-status is new, by-phone is gone/,
  );
});

test('leaves indexes out, with the attributes that only they use', async () => {
  const left = { Table: jobsTable('one', ['by-phone', 'by-status', 'by-trailer']) };
  await prepare(left, 'by-trailer');
  expect(left.Table).toEqual(jobsTable('one', ['by-phone', 'by-status']));
});

test('a new table may have all indexes', async () => {
  await prepare({ Table: jobsTable('new', ['by-phone', 'by-status', 'by-trailer']) });
});
