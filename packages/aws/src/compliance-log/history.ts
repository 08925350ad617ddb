import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { hourOf, ROOT } from './keys.ts';

const DAY_MS = 24 * 3_600_000;

/** A change of an object that the log's writer never makes. */
export type Tampering = { key: string; what: 'deleted' | 'overwritten'; at: Date | null };

/** The bucket's own history of its objects. `expiredBefore` is an hour; null: the bucket expires nothing. */
export type BucketHistory = { isVersioned: boolean; expiredBefore: string | null; tampering: Tampering[] };

/** A missing configuration and a missing permission are errors of the SDK; both leave the question open. */
const orNull = async <T>(call: () => Promise<T>): Promise<T | null> => {
  try {
    return await call();
  } catch {
    return null;
  }
};

/**
 * Reads the history of a bucket with versions: an object of the log has one version and no delete marker, unless it has expired.
 * @param now epoch ms
 */
export const bucketHistory = async (client: S3Client, bucket: string, now: number): Promise<BucketHistory> => {
  const rules = await orNull(() => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket })));
  const days = (rules?.Rules ?? []).flatMap(({ Status, Expiration }) =>
    Status === 'Enabled' && Expiration?.Days ? [Expiration.Days] : [],
  );
  const expiredBefore = days.length > 0 ? hourOf(now - Math.min(...days) * DAY_MS) : null;
  const versioning = await orNull(() => client.send(new GetBucketVersioningCommand({ Bucket: bucket })));
  if (versioning?.Status !== 'Enabled') return { isVersioned: false, expiredBefore, tampering: [] };

  const tampering: Tampering[] = [];
  const seen = new Set<string>();
  const isExpired = (key: string): boolean => expiredBefore !== null && key < `${ROOT}${expiredBefore}`;
  let page: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | null = {};
  while (page) {
    const found = await orNull(() =>
      client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: ROOT, ...page })),
    );
    if (!found) return { isVersioned: false, expiredBefore, tampering: [] };
    for (const { Key = '', LastModified } of found.DeleteMarkers ?? [])
      if (!isExpired(Key)) tampering.push({ key: Key, what: 'deleted', at: LastModified ?? null });
    for (const { Key = '', LastModified } of found.Versions ?? []) {
      if (seen.has(Key) && !isExpired(Key)) tampering.push({ key: Key, what: 'overwritten', at: LastModified ?? null });
      seen.add(Key);
    }
    page = found.IsTruncated ? { KeyMarker: found.NextKeyMarker, VersionIdMarker: found.NextVersionIdMarker } : null;
  }
  return { isVersioned: true, expiredBefore, tampering: tampering.sort((a, b) => (a.key < b.key ? -1 : 1)) };
};
