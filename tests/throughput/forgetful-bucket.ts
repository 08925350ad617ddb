import type { LogBucket } from '@qdn/aws/compliance-log';

/** Number of objects of a chain that are kept whole. */
const KEPT = 400;
/** Number of entries of one list of S3. */
const LIST_LENGTH = 1000;

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);
const lastLine = (text: string): string => text.slice(text.lastIndexOf('\n', text.length - 2) + 1);

/** Returns the first index in sorted keys whose key is behind `after`. */
const behind = (keys: readonly string[], after: string): number => {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') > after) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** A bucket for the log of a long run: of old objects it keeps the last record alone, and it lists without sorting. */
export const forgetfulBucket = (): LogBucket & { objects: number } => {
  const texts = new Map<string, string>();
  const folders = new Map<string, string[]>();
  const list = (prefix: string, after = '') => {
    const keys = folders.get(prefix) ?? [];
    const below = [...folders.keys()].filter((folder) => folder.startsWith(prefix) && folder !== prefix);
    const names = new Set(below.map((folder) => `${prefix}${folder.slice(prefix.length).split('/')[0]}/`));
    return { folders: [...names].filter((folder) => folder > after).sort(), keys: keys.slice(behind(keys, after)) };
  };
  const bucket: LogBucket & { objects: number } = {
    objects: 0,
    putNew: async (key, text) => {
      if (texts.has(key)) return false;
      texts.set(key, text);
      bucket.objects += 1;
      const keys = folders.get(folderOf(key)) ?? [];
      folders.set(folderOf(key), keys);
      // Objects of a chain come in the order of their keys.
      keys.push(key);
      const old = keys.at(-KEPT);
      if (old) texts.set(old, lastLine(texts.get(old) ?? ''));
      return true;
    },
    read: async (key) => texts.get(key) ?? null,
    list: async (prefix, after) => list(prefix, after),
    page: async (prefix, after) => {
      const { folders: names, keys } = list(prefix, after);
      return { folders: names, keys: keys.slice(0, LIST_LENGTH), isCut: keys.length > LIST_LENGTH };
    },
    allKeys: async function* (prefix) {
      for (const folder of [...folders.keys()].sort()) if (folder.startsWith(prefix)) yield* folders.get(folder) ?? [];
    },
  };
  return bucket;
};
