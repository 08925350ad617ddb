import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { timeouts } from '../timeouts.ts';

/** Folders and keys directly below a prefix, in order. */
type Listed = { folders: string[]; keys: string[] };

/** The log's calls to its bucket. Each is one request, except for a list of more than a thousand. */
export type LogBucket = {
  /** Stores an object only where there is none; false when the place is taken. Throws when the answer is lost. */
  putNew(key: string, text: string): Promise<boolean>;
  /** Reads an object's text; null when there is none. */
  read(key: string): Promise<string | null>;
  /** Lists the folders and keys directly below a prefix that ends in `/`, in order. @param after begins after this key */
  list(prefix: string, after?: string): Promise<Listed>;
  /** Lists like `list`, by one request: at most a thousand. `isCut`: there are more. */
  page(prefix: string, after?: string): Promise<Listed & { isCut: boolean }>;
  /** Lists every key below a prefix, in order. @param after begins after this key */
  allKeys(prefix: string, after?: string): AsyncIterable<string>;
};

export const createS3Client = (): S3Client =>
  new S3Client({
    maxAttempts: 4,
    // A bucket's own host name needs DNS that the emulator on a laptop does not have.
    forcePathStyle: true,
    requestHandler: timeouts(1000, 3000),
  });

const statusOf = (error: unknown): number => {
  const metadata = typeof error === 'object' && error !== null && '$metadata' in error ? error.$metadata : null;
  const status = typeof metadata === 'object' && metadata && 'httpStatusCode' in metadata ? metadata.httpStatusCode : 0;
  return Number(status);
};
const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

export const createLogBucket = (client: S3Client, bucket: string): LogBucket => {
  const pages = async function* (prefix: string, after?: string, delimiter?: string) {
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ...(delimiter ? { Delimiter: delimiter } : {}),
          ...(after ? { StartAfter: after } : {}),
          ...(token ? { ContinuationToken: token } : {}),
        }),
      );
      yield {
        folders: (page.CommonPrefixes ?? []).flatMap(({ Prefix }) => Prefix ?? []),
        keys: (page.Contents ?? []).flatMap(({ Key }) => Key ?? []),
        isCut: page.IsTruncated === true,
      };
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token);
  };

  return {
    putNew: async (key, text) => {
      try {
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: text,
            ContentType: 'application/x-ndjson',
            IfNoneMatch: '*',
          }),
        );
        return true;
      } catch (error) {
        // 409 ConditionalRequestConflict: another request for this key was in progress. Reading the key shows which one won.
        if ([409, 412].includes(statusOf(error))) return false;
        throw error;
      }
    },
    read: async (key) => {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return (await Body?.transformToString('utf8')) ?? '';
      } catch (error) {
        if (isNamed(error, 'NoSuchKey')) return null;
        throw error;
      }
    },
    list: async (prefix, after) => {
      const found: Listed = { folders: [], keys: [] };
      for await (const { folders, keys } of pages(prefix, after, '/')) {
        found.folders.push(...folders);
        found.keys.push(...keys);
      }
      return found;
    },
    page: async (prefix, after) => {
      for await (const first of pages(prefix, after, '/')) return first;
      return { folders: [], keys: [], isCut: false };
    },
    allKeys: async function* (prefix, after) {
      for await (const { keys } of pages(prefix, after)) yield* keys;
    },
  };
};
