import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { createInvalidate, createRolloutStore, createSiteBucket } from './aws.ts';
import { publishSite, type Site } from './publish-site.ts';

/** What the clients of all AWS services take. */
export type AwsConfig = Pick<S3ClientConfig, 'region' | 'credentials' | 'endpoint' | 'requestHandler'>;

/** What this plugin uses of the deployment tool. */
export type Deployment = {
  service: { custom?: { publish?: { rolloutPercent?: string | number } } };
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

const readOutputs = async (config: AwsConfig, stackName: string): Promise<Outputs> => {
  const { Stacks } = await new CloudFormationClient(config).send(new DescribeStacksCommand({ StackName: stackName }));
  const outputs = new Map(Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
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
  const outputs = await readOutputs(config, provider.naming.getStackName());
  const folder = await mkdtemp(join(tmpdir(), 'tracking-site-'));
  try {
    const rollout = await publishSite(
      await buildSite(folder),
      {
        bucket: createSiteBucket(new S3Client(config), outputs.SiteBucketName),
        rollout: createRolloutStore(new CloudFrontKeyValueStoreClient(config), outputs.EdgeKvsArn),
        invalidate: createInvalidate(
          new CloudFrontClient(config),
          outputs.DistributionId,
          () => `publish-${Date.now()}`,
        ),
      },
      Number(deployment.service.custom?.publish?.rolloutPercent ?? 100),
    );
    const beside = rollout.candidate ? `, ${rollout.candidate} to ${rollout.percent} % of jobs` : '';
    log.notice(`Page published: ${outputs.PublicUrl}/track is ${rollout.stable}${beside}`);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** The plugin that builds and publishes the page after each `sls deploy`, or alone with `sls publish` (PRODUCT 18). */
export const createPublishPlugin = (buildSite: BuildSite) =>
  class {
    readonly commands = {
      publish: {
        usage: 'Build the page, upload it, roll it out and invalidate /track/*',
        lifecycleEvents: ['publish'],
      },
    };
    readonly hooks: Readonly<Record<string, () => Promise<void>>>;

    constructor(deployment: Deployment, _options: unknown, writers: Writers) {
      const run = () => publish(buildSite, deployment, writers);
      this.hooks = { 'after:deploy:deploy': run, 'publish:publish': run };
    }
  };
