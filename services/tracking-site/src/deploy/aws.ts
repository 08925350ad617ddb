import { readFile } from 'node:fs/promises';
import { type CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import {
  type CloudFrontKeyValueStoreClient,
  ConflictException,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  PutKeyCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
// Registers SigV4a, which the KeyValueStore's API asks for.
import '@aws-sdk/signature-v4a';
import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  NoSuchBucket,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  ResourceNotFoundException as SecretNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Wire } from '@qdn/contracts';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import type { Invalidate, SiteBucket } from './publish-site.ts';
import type { KeyValues } from './rollout.ts';

/** Every write of the store changes its ETag, so two at the same time meet; the slower one looks again. */
const TRIES = 5;

export const createKeyValues = (client: CloudFrontKeyValueStoreClient, kvsArn: string): KeyValues => ({
  get: async (key) => {
    try {
      const { Value } = await client.send(new GetKeyCommand({ KvsARN: kvsArn, Key: key }));
      return Value ?? null;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return null;
      throw error;
    }
  },
  put: async (key, value) => {
    for (let tries = 1; ; tries++) {
      const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN: kvsArn }));
      try {
        await client.send(new PutKeyCommand({ KvsARN: kvsArn, Key: key, Value: value, IfMatch: ETag }));
        return;
      } catch (error) {
        if (!(error instanceof ConflictException) || tries === TRIES) throw error;
      }
    }
  },
});

export const createSiteBucket = (client: S3Client, bucket: string): SiteBucket => ({
  upload: async ({ key, path, contentType, cacheControl }) => {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: await readFile(path),
        ContentType: contentType,
        CacheControl: cacheControl,
      }),
    );
  },
});

const versionsIn = async (
  client: S3Client,
  Bucket: string,
): Promise<Pick<ListObjectVersionsCommandOutput, 'Versions' | 'DeleteMarkers'>> => {
  try {
    return await client.send(new ListObjectVersionsCommand({ Bucket }));
  } catch (error) {
    // Gone with an earlier try, which then stopped at something else.
    if (error instanceof NoSuchBucket) return {};
    throw error;
  }
};

/** Deletes everything in the bucket, old versions too: CloudFormation removes only an empty one. @returns how many objects */
export const emptySiteBucket = async (client: S3Client, Bucket: string): Promise<number> => {
  for (let count = 0; ; ) {
    const { Versions = [], DeleteMarkers = [] } = await versionsIn(client, Bucket);
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return count;
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    if (Errors[0]) throw new Error(`${Errors[0].Key} cannot be deleted from ${Bucket}: ${Errors[0].Message}`);
    count += Objects.length;
  }
};

/** @param reference unique to each invalidation: CloudFront takes the same one again for a repetition */
export const createInvalidate =
  (client: CloudFrontClient, distributionId: string, reference: () => string): Invalidate =>
  async (paths) => {
    await client.send(
      new CreateInvalidationCommand({
        DistributionId: distributionId,
        InvalidationBatch: {
          CallerReference: reference(),
          Paths: { Quantity: paths.length, Items: [...paths] },
        },
      }),
    );
  };

/**
 * The keys of tracking tokens in Secrets Manager; null when the secret has not been made yet.
 * @throws Error when the secret is not what it should be; its content is not in the message
 */
export const readTrackKeys = async (
  client: SecretsManagerClient,
  secretId: string,
): Promise<Wire<'tokenKeys'>['track'] | null> => {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    const keys = parsed(SecretString ?? '');
    if (isTokenKeys(keys)) return keys.track;
  } catch (error) {
    if (error instanceof SecretNotFoundException) return null;
    throw error;
  }
  throw new Error(
    `The secret ${secretId} does not hold signing keys as packages/contracts describes them (tokenKeys).`,
  );
};

/** Says nothing of a text that is no JSON: what JSON.parse complains of quotes it. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
