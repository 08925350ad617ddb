/*
 * Deploys again over existing tables and buckets, which `sls remove` keeps (docs/adr/0024-deployment.md).
 *
 * CloudFormation imports them into the new stack by name (ImportExistingResources). The name must be a plain string, so names
 * that contain the account or region are resolved first. DynamoDB adds or removes one index of a table at a time; the plugin
 * reports a larger change before anything is deployed.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
 */
const NAMES = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::S3::BucketPolicy': 'Bucket',
  'AWS::Logs::LogGroup': 'LogGroupName',
};

/** Resolves `Fn::Sub`, and `Ref` of a bucket in the same template. */
const literal = (value, resources, pseudo) => {
  if (typeof value === 'string') return value;
  if (value?.Ref) return literal(resources[value.Ref]?.Properties?.BucketName, resources, pseudo);
  const text = value?.['Fn::Sub'];
  if (typeof text !== 'string') return undefined;
  return text.replace(/\$\{(AWS::\w+)\}/g, (_, name) => pseudo[name] ?? `\${${name}}`);
};

/** Resolves the names of kept resources and leaves everything else unchanged. */
const nameKeptResources = (resources, pseudo) => {
  for (const { Type, DeletionPolicy, Properties } of Object.values(resources)) {
    const property = NAMES[Type];
    if (!property || DeletionPolicy !== 'Retain') continue;
    const name = literal(Properties[property], resources, pseudo);
    if (name && !name.includes('${')) Properties[property] = name;
  }
};

const indexNames = (indexes) => (indexes ?? []).map(({ IndexName }) => IndexName);

/** Removes indexes from a table, with the attributes that only they use. */
const leaveOut = (properties, names) => {
  const indexes = properties.GlobalSecondaryIndexes?.filter(({ IndexName }) => !names.includes(IndexName));
  const used = new Set(
    [properties, ...(indexes ?? [])].flatMap(({ KeySchema }) => KeySchema.map(({ AttributeName }) => AttributeName)),
  );
  properties.AttributeDefinitions = properties.AttributeDefinitions.filter(({ AttributeName }) =>
    used.has(AttributeName),
  );
  if (indexes?.length) properties.GlobalSecondaryIndexes = indexes;
  else delete properties.GlobalSecondaryIndexes;
};

/** @returns instructions if an update would change more than one index; otherwise null */
const tooManyIndexes = (tableName, deployed, wanted) => {
  const added = wanted.filter((name) => !deployed.includes(name));
  const removed = deployed.filter((name) => !wanted.includes(name));
  if (added.length + removed.length <= 1) return null;
  const changes = [...added.map((name) => `${name} is new`), ...removed.map((name) => `${name} is gone`)].join(', ');
  const how = added.length
    ? ` Deploy with --param leaveOutIndexes=${added.slice(removed.length ? 0 : 1).join(',')} first, then with one index less of these, and so on. What reads an index that is left out fails until it is there.`
    : ' Take them out of the template one at a time.';
  return `DynamoDB changes one index of a table at a time, and of ${tableName} ${changes}.${how}`;
};

class KeptResourcesPlugin {
  constructor(serverless) {
    this.serverless = serverless;
    this.provider = serverless.getProvider('aws');
    this.hooks = {
      initialize: () => this.importWhatExists(),
      'before:aws:deploy:deploy:checkForChanges': () => this.prepareTemplate(),
    };
  }

  /** osls has no setting for it. This is the only place where it creates a deployment's change sets. */
  importWhatExists() {
    const deploy = this.serverless.pluginManager.plugins.find((plugin) => plugin.constructor.name === 'AwsDeploy');
    if (typeof deploy?.getCreateChangeSetParams !== 'function') {
      throw new Error(
        'This version of osls creates its change sets elsewhere. Update config/kept-resources-plugin.cjs.',
      );
    }
    const original = deploy.getCreateChangeSetParams;
    deploy.getCreateChangeSetParams = (options) => ({
      ...original.call(deploy, options),
      ImportExistingResources: true,
    });
  }

  async prepareTemplate() {
    const { Resources } = this.serverless.service.provider.compiledCloudFormationTemplate;
    nameKeptResources(Resources, {
      'AWS::AccountId': await this.provider.getAccountId(),
      'AWS::Region': this.provider.getRegion(),
      'AWS::StackName': this.provider.naming.getStackName(),
    });
    const left = String(this.serverless.service.custom?.leaveOutIndexes ?? 'none').split(',');
    for (const { Type, Properties } of Object.values(Resources)) {
      if (Type !== 'AWS::DynamoDB::Table') continue;
      leaveOut(Properties, left);
      const deployed = await this.deployedIndexes(Properties.TableName);
      const problem =
        deployed && tooManyIndexes(Properties.TableName, deployed, indexNames(Properties.GlobalSecondaryIndexes));
      if (problem) throw new this.serverless.classes.Error(problem, 'TOO_MANY_INDEX_CHANGES');
    }
  }

  /** Returns null when the table does not exist. */
  async deployedIndexes(TableName) {
    const { DynamoDBClient, DescribeTableCommand, ResourceNotFoundException } = require('@aws-sdk/client-dynamodb');
    const client = new DynamoDBClient(await this.provider.getAwsSdkV3Config());
    try {
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      return indexNames(Table.GlobalSecondaryIndexes);
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return null;
      throw error;
    } finally {
      client.destroy();
    }
  }
}

module.exports = KeptResourcesPlugin;
module.exports.tooManyIndexes = tooManyIndexes;
