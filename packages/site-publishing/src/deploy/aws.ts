import { readFile } from 'node:fs/promises';
import { type CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import {
  type CloudFrontKeyValueStoreClient,
  ConflictException,
  DeleteKeyCommand,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  ListKeysCommand,
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
  S3ServiceException,
} from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  ResourceNotFoundException as SecretNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Wire } from '@qdn/contracts';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import { retry } from '@qdn/retry';
import type { Invalidate, SiteBucket, SiteFile } from './publish-site.ts';
import type { KeyValues } from './rollout.ts';

/** Maximum attempts of one write. Each write changes the store's ETag, so the slower of two concurrent ones reads it again. */
const MAX_WRITE_ATTEMPTS = 5;

export const createKeyValues = (client: CloudFrontKeyValueStoreClient, kvsArn: string): KeyValues => {
  const get = async (key: string): Promise<string | null> => {
    try {
      const { Value } = await client.send(new GetKeyCommand({ KvsARN: kvsArn, Key: key }));
      return Value ?? null;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return null;
      throw error;
    }
  };
  /** Writes only if the store's ETag is still the one that was read; reads it again after another write. */
  const written = async (write: (IfMatch: string | undefined) => Promise<boolean>): Promise<boolean> =>
    retry(
      async () => {
        const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN: kvsArn }));
        return write(ETag);
      },
      { maxAttempts: MAX_WRITE_ATTEMPTS, isTransient: (error) => error instanceof ConflictException },
    );
  const put = async (Key: string, Value: string, IfMatch: string | undefined): Promise<boolean> => {
    await client.send(new PutKeyCommand({ KvsARN: kvsArn, Key, Value, IfMatch }));
    return true;
  };
  return {
    get,
    put: async (key, value) => void (await written((etag) => put(key, value, etag))),
    replace: (key, value, seen) => written(async (etag) => (await get(key)) === seen && put(key, value, etag)),
    delete: async (key) => {
      await written(async (IfMatch) => {
        await client.send(new DeleteKeyCommand({ KvsARN: kvsArn, Key: key, IfMatch }));
        return true;
      });
    },
    list: async () => {
      const all: Array<{ key: string; value: string }> = [];
      for (let NextToken: string | undefined; ; ) {
        const page = await client.send(new ListKeysCommand({ KvsARN: kvsArn, NextToken }));
        for (const { Key, Value } of page.Items ?? [])
          if (Key !== undefined) all.push({ key: Key, value: Value ?? '' });
        if (!page.NextToken) return all;
        NextToken = page.NextToken;
      }
    },
  };
};

export const createSiteBucket = (client: S3Client, bucket: string): SiteBucket => {
  const put = async ({ key, path, contentType, cacheControl }: SiteFile, condition: { IfNoneMatch?: '*' }) => {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: await readFile(path),
        ContentType: contentType,
        CacheControl: cacheControl,
        ...condition,
      }),
    );
  };
  return {
    upload: (file) => put(file, {}),
    uploadNew: async (file) => {
      try {
        await put(file, { IfNoneMatch: '*' });
        return true;
      } catch (error) {
        // 409: another one is being written under this key in this moment.
        const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
        if (status === 412 || status === 409) return false;
        throw error;
      }
    },
  };
};

const versionsIn = async (
  client: S3Client,
  Bucket: string,
): Promise<Pick<ListObjectVersionsCommandOutput, 'Versions' | 'DeleteMarkers'>> => {
  try {
    return await client.send(new ListObjectVersionsCommand({ Bucket }));
  } catch (error) {
    // Deleted by an earlier try, which then stopped at something else.
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
    `The secret ${secretId} does not contain signing keys in the form of tokenKeys (packages/contracts).`,
  );
};

/** Does not quote a text that is not JSON, as the message of JSON.parse would. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
