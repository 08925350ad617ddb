import { readFile } from 'node:fs/promises';
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import {
  type CloudFrontKeyValueStoreClient,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  PutKeyCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
// Registers SigV4a, which the KeyValueStore's API asks for.
import '@aws-sdk/signature-v4a';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Invalidate, Rollout, RolloutStore, SiteBucket } from './publish-site.ts';

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

const parseRollout = (text: string): Rollout => {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && 'stable' in value && typeof value.stable === 'string') {
    const candidate = 'candidate' in value && typeof value.candidate === 'string' ? value.candidate : null;
    const percent = 'percent' in value && typeof value.percent === 'number' ? value.percent : 0;
    return { stable: value.stable, candidate, percent };
  }
  throw new Error(`The KeyValueStore's "rollout" is not one: ${text}`);
};

/** The roll-out under the key `rollout` of a CloudFront KeyValueStore; the edge sees a change within seconds. */
export const createRolloutStore = (client: CloudFrontKeyValueStoreClient, kvsArn: string): RolloutStore => ({
  read: async () => {
    try {
      const { Value } = await client.send(new GetKeyCommand({ KvsARN: kvsArn, Key: 'rollout' }));
      return Value === undefined ? null : parseRollout(Value);
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return null;
      throw error;
    }
  },
  write: async (rollout) => {
    const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN: kvsArn }));
    await client.send(
      new PutKeyCommand({ KvsARN: kvsArn, Key: 'rollout', Value: JSON.stringify(rollout), IfMatch: ETag }),
    );
  },
});

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
