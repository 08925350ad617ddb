import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Wire } from '@qdn/contracts';
import { createInvalidate, createKeyValues, createSiteBucket, readTrackKeys } from './aws.ts';
import type { Invalidate, SiteBucket } from './publish-site.ts';
import { createRolloutStore, type KeyValues, type RolloutStore } from './rollout.ts';

/** Settings that the clients of all AWS services accept. */
export type AwsConfig = Pick<S3ClientConfig, 'region' | 'credentials' | 'endpoint' | 'requestHandler'>;

const OUTPUTS = ['SiteBucketName', 'DistributionId', 'EdgeKvsArn', 'PublicUrl'] as const;
export type Outputs = Record<(typeof OUTPUTS)[number], string>;

/** Returns a stack's outputs; empty when it has none yet. */
export const describeOutputs = async (
  config: AwsConfig,
  stackName: string,
): Promise<Map<string | undefined, string | undefined>> => {
  const { Stacks } = await new CloudFormationClient(config).send(new DescribeStacksCommand({ StackName: stackName }));
  return new Map(Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
};

/** @throws Error when the stack is not deployed yet, or not whole */
export const readOutputs = async (config: AwsConfig, stackName: string): Promise<Outputs> => {
  const outputs = await describeOutputs(config, stackName);
  const found = (name: (typeof OUTPUTS)[number]): string => {
    const value = outputs.get(name);
    if (!value) throw new Error(`Stack ${stackName} has no output ${name}. Run "sls deploy" first.`);
    return value;
  };
  return {
    SiteBucketName: found('SiteBucketName'),
    DistributionId: found('DistributionId'),
    EdgeKvsArn: found('EdgeKvsArn'),
    PublicUrl: found('PublicUrl'),
  };
};

/** A site that can be published to. `trackKeys` is null while there is no secret yet. */
export type ConnectedSite = {
  publicUrl: string;
  to: { bucket: SiteBucket; rollout: RolloutStore; invalidate: Invalidate };
  keyValues: KeyValues;
  trackKeys: () => Promise<Wire<'tokenKeys'>['track'] | null>;
};

const connected = (
  clients: { s3: S3Client; keyValues: CloudFrontKeyValueStoreClient; cloudFront: CloudFrontClient },
  outputs: Outputs,
  trackKeys: ConnectedSite['trackKeys'],
): ConnectedSite => {
  const keyValues = createKeyValues(clients.keyValues, outputs.EdgeKvsArn);
  const reference = () => `publish-${Date.now()}`;
  return {
    publicUrl: outputs.PublicUrl,
    to: {
      bucket: createSiteBucket(clients.s3, outputs.SiteBucketName),
      rollout: createRolloutStore(keyValues),
      invalidate: createInvalidate(clients.cloudFront, outputs.DistributionId, reference),
    },
    keyValues,
    trackKeys,
  };
};

/** The deployed site, by its stack. */
export const connectStack = async (
  config: AwsConfig,
  stackName: string,
  tokensSecretId: string,
): Promise<ConnectedSite> => {
  const clients = {
    s3: new S3Client(config),
    keyValues: new CloudFrontKeyValueStoreClient(config),
    cloudFront: new CloudFrontClient(config),
  };
  const secrets = new SecretsManagerClient(config);
  return connected(clients, await readOutputs(config, stackName), () => readTrackKeys(secrets, tokensSecretId));
};

/** Addresses of the site's parts on this machine, as `npm start` has them. */
export type LocalSite = Outputs & { s3: string; keyValues: string; cloudFront: string; secretsManager: string };

/** The client puts the account before the host; such names are this machine, but DNS does not know them (RFC 6761, 6.3). */
const lookupLoopback: LookupFunction = (host, options, callback) =>
  lookup(host.endsWith('.localhost') ? 'localhost' : host, options, callback);

/** The site that `npm start` runs here. */
export const connectLocal = (local: LocalSite): ConnectedSite => {
  const at = (endpoint: string) => ({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const clients = {
    s3: new S3Client({ ...at(local.s3), forcePathStyle: true }),
    keyValues: new CloudFrontKeyValueStoreClient({
      ...at(local.keyValues),
      requestHandler: { httpAgent: { lookup: lookupLoopback } },
    }),
    cloudFront: new CloudFrontClient(at(local.cloudFront)),
  };
  const secrets = new SecretsManagerClient(at(local.secretsManager));
  return connected(clients, local, () => readTrackKeys(secrets, 'qdn/tokens'));
};
