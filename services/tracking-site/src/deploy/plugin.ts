import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createInvalidate, createKeyValues, createSiteBucket, emptySiteBucket, readTrackKeys } from './aws.ts';
import { publishSite, type Site } from './publish-site.ts';
import { createRolloutStore } from './rollout.ts';

/** What the clients of all AWS services take. */
type AwsConfig = Pick<S3ClientConfig, 'region' | 'credentials' | 'endpoint' | 'requestHandler'>;

/** What this plugin uses of the deployment tool. */
export type Deployment = {
  service: { custom?: { publish?: { rolloutPercent?: string | number; tokensSecretId?: string } } };
  getProvider(name: 'aws'): {
    naming: { getStackName(): string };
    /** Region and credentials, as options or profile say. */
    getAwsSdkV3Config(): Promise<AwsConfig>;
  };
};
export type Writers = { log: { notice(text: string): void } };

/** Builds the site into a folder. */
export type BuildSite = (folder: string) => Promise<Site>;

const OUTPUTS = ['SiteBucketName', 'DistributionId', 'EdgeKvsArn', 'PublicUrl'] as const;
type Outputs = Record<(typeof OUTPUTS)[number], string>;

const describeOutputs = async (
  config: AwsConfig,
  stackName: string,
): Promise<Map<string | undefined, string | undefined>> => {
  const { Stacks } = await new CloudFormationClient(config).send(new DescribeStacksCommand({ StackName: stackName }));
  return new Map(Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
};

const readOutputs = async (config: AwsConfig, stackName: string): Promise<Outputs> => {
  const outputs = await describeOutputs(config, stackName);
  const found = (name: (typeof OUTPUTS)[number]): string => {
    const value = outputs.get(name);
    if (!value) throw new Error(`Stack ${stackName} has no output ${name}: run "sls deploy" first.`);
    return value;
  };
  return {
    SiteBucketName: found('SiteBucketName'),
    DistributionId: found('DistributionId'),
    EdgeKvsArn: found('EdgeKvsArn'),
    PublicUrl: found('PublicUrl'),
  };
};

const publish = async (buildSite: BuildSite, deployment: Deployment, { log }: Writers): Promise<void> => {
  const provider = deployment.getProvider('aws');
  const config = await provider.getAwsSdkV3Config();
  const { rolloutPercent = 100, tokensSecretId = 'qdn/tokens' } = deployment.service.custom?.publish ?? {};
  const outputs = await readOutputs(config, provider.naming.getStackName());
  const keyValues = createKeyValues(new CloudFrontKeyValueStoreClient(config), outputs.EdgeKvsArn);

  const trackKeys = await readTrackKeys(new SecretsManagerClient(config), tokensSecretId);
  if (trackKeys) {
    const value = JSON.stringify(trackKeys);
    if ((await keyValues.get('track-keys')) !== value) await keyValues.put('track-keys', value);
  } else {
    log.notice(
      `No secret ${tokensSecretId} yet: the edge answers 503 to tracking links until it is there and "sls publish" ran.`,
    );
  }

  const folder = await mkdtemp(join(tmpdir(), 'tracking-site-'));
  try {
    const rollout = await publishSite(
      await buildSite(folder),
      {
        bucket: createSiteBucket(new S3Client(config), outputs.SiteBucketName),
        rollout: createRolloutStore(keyValues),
        invalidate: createInvalidate(
          new CloudFrontClient(config),
          outputs.DistributionId,
          () => `publish-${Date.now()}`,
        ),
      },
      Number(rolloutPercent),
    );
    const beside = rollout.candidate ? `, ${rollout.candidate} to ${rollout.percent} % of jobs` : '';
    log.notice(`Page published: ${outputs.PublicUrl}/track is ${rollout.stable}${beside}`);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** What was published is built anew with the next deployment; CloudFormation would stop at a bucket that is not empty. */
const unpublish = async (deployment: Deployment, { log }: Writers): Promise<void> => {
  const provider = deployment.getProvider('aws');
  const config = await provider.getAwsSdkV3Config();
  const bucket = (await describeOutputs(config, provider.naming.getStackName())).get('SiteBucketName');
  // A deployment that failed at the first try has no bucket yet.
  if (!bucket) return;
  const count = await emptySiteBucket(new S3Client(config), bucket);
  log.notice(`${count} objects of the site deleted from ${bucket}`);
};

/**
 * The plugin that, after each `sls deploy` or alone with `sls publish`, gives the edge the keys of tracking tokens, and builds
 * and publishes the page (PRODUCT 18). `sls remove` empties the site's bucket first.
 */
export const createPublishPlugin = (buildSite: BuildSite) =>
  class {
    readonly commands = {
      publish: {
        usage: 'Give the edge its keys; build the page, upload it, roll it out and invalidate /track/*',
        lifecycleEvents: ['publish'],
      },
    };
    readonly hooks: Readonly<Record<string, () => Promise<void>>>;

    constructor(deployment: Deployment, _options: unknown, writers: Writers) {
      const run = () => publish(buildSite, deployment, writers);
      this.hooks = {
        'after:deploy:deploy': run,
        'publish:publish': run,
        'before:remove:remove': () => unpublish(deployment, writers),
      };
    }
  };
