import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { emptySiteBucket } from './aws.ts';
import { type AwsConfig, connectStack, describeOutputs } from './connect.ts';
import { giveKeys, sweepRevoked } from './edge-keys.ts';
import { publishSite, type Site } from './publish-site.ts';

/** The parts of the deployment tool that this plugin uses. */
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

const publish = async (buildSite: BuildSite, deployment: Deployment, { log }: Writers): Promise<void> => {
  const provider = deployment.getProvider('aws');
  const config = await provider.getAwsSdkV3Config();
  const { rolloutPercent = 100, tokensSecretId = 'qdn/tokens' } = deployment.service.custom?.publish ?? {};
  const site = await connectStack(config, provider.naming.getStackName(), tokensSecretId);
  if (!(await giveKeys(site))) {
    log.notice(
      `No secret ${tokensSecretId} yet: the edge answers 503 to tracking links until it is there and "sls publish" ran.`,
    );
  }
  await sweepRevoked(site, Date.now());

  const folder = await mkdtemp(join(tmpdir(), 'tracking-site-'));
  try {
    const rollout = await publishSite(await buildSite(folder), site.to, Number(rolloutPercent), Date.now());
    const beside = rollout.candidate ? `, ${rollout.candidate} to ${rollout.percent} % of jobs` : '';
    log.notice(`Page published: ${site.publicUrl}/track is ${rollout.stable}${beside}`);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** The next deployment builds the published files again. CloudFormation would stop at a bucket that is not empty. */
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
