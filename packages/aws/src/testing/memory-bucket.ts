import type { LogBucket } from '../compliance-log/log-bucket.ts';

export type BucketCall = { name: 'putNew' | 'read' | 'list'; key: string };

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
    list: (prefix, after) =>
      run('list', prefix, () => {
        const below = sorted(prefix, after).map((key) => key.slice(prefix.length));
        const folders = below.flatMap((rest) => (rest.includes('/') ? [`${prefix}${rest.split('/')[0]}/`] : []));
        const keys = below.filter((rest) => !rest.includes('/')).map((rest) => `${prefix}${rest}`);
        return { folders: [...new Set(folders)], keys };
      }),
    allKeys: async function* (prefix, after) {
      yield* sorted(prefix, after);
    },
  };
};
