import type { LogBucket } from '../compliance-log/log-bucket.ts';

export type BucketCall = { name: 'putNew' | 'read' | 'list'; key: string };

/** Number of entries of one list of S3. */
const LIST_LENGTH = 1000;

/**
 * Makes a bucket in memory. `around` runs between a call and its effect: it may wait, fail before the effect, or fail after it like a
 * lost answer. `overwrites` makes a store that ignores conditions, to prove that a test would notice.
 */
export const memoryBucket = (
  around: <T>(call: BucketCall, effect: () => T) => Promise<T> = async (_, effect) => effect(),
  { overwrites = false } = {},
): LogBucket & { objects: Map<string, string>; calls: BucketCall[] } => {
  const objects = new Map<string, string>();
  const calls: BucketCall[] = [];
  const run = <T>(name: BucketCall['name'], key: string, effect: () => T): Promise<T> => {
    calls.push({ name, key });
    return around({ name, key }, effect);
  };
  const sorted = (prefix: string, after = ''): string[] =>
    [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();

  const listed = (prefix: string, after?: string) => {
    const below = sorted(prefix, after).map((key) => key.slice(prefix.length));
    const folders = below.flatMap((rest) => (rest.includes('/') ? [`${prefix}${rest.split('/')[0]}/`] : []));
    const keys = below.filter((rest) => !rest.includes('/')).map((rest) => `${prefix}${rest}`);
    return { folders: [...new Set(folders)], keys };
  };

  return {
    objects,
    calls,
    putNew: (key, text) =>
      run('putNew', key, () => {
        if (objects.has(key) && !overwrites) return false;
        objects.set(key, text);
        return true;
      }),
    read: (key) => run('read', key, () => objects.get(key) ?? null),
    list: (prefix, after) => run('list', prefix, () => listed(prefix, after)),
    page: (prefix, after) =>
      run('list', prefix, () => {
        const { folders, keys } = listed(prefix, after);
        const isCut = keys.length + folders.length > LIST_LENGTH;
        const some = keys.slice(0, LIST_LENGTH);
        return { folders: folders.slice(0, LIST_LENGTH - some.length), keys: some, isCut };
      }),
    allKeys: async function* (prefix, after) {
      yield* sorted(prefix, after);
    },
  };
};
