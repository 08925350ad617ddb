import { ProductError } from '../errors.ts';

/** Maximum size of an item, in bytes. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
export const MAX_ITEM_BYTES = 400 * 1024;
/** Characters up to which a text fits for certain: UTF-8 takes at most three bytes for a UTF-16 unit. */
const CERTAINLY_FITS = MAX_ITEM_BYTES / 3;

/**
 * Checks that an item fits into the table, by the size of its JSON, which is somewhat larger than what DynamoDB counts.
 * @throws ProductError `unavailable` when it does not, as the stores of the table
 */
export const assertItemFits = (item: unknown): void => {
  const json = JSON.stringify(item);
  if (json.length <= CERTAINLY_FITS || new TextEncoder().encode(json).length <= MAX_ITEM_BYTES) return;
  throw new ProductError('unavailable', 'Item size has exceeded the maximum allowed size', { retryAfterS: 5 });
};

/** Delay of the indexes: a read through an index sees the writes that are at least `ms` old. `now` is the clock, epoch ms. */
export type IndexLag = { ms: number; now: () => number };

/** A secondary index of a memory store. */
export type LaggingIndex<K, V> = {
  put(key: K, value: V): void;
  remove(key: K): void;
  /** Returns the entries that a read sees now, in the order of their first write. */
  read(): ReadonlyMap<K, V>;
};

/**
 * Makes an index that is eventually consistent, like those of DynamoDB; without a lag, every write is seen at once. The initial
 * entries are seen from the start.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
 */
export const laggingIndex = <K, V>(lag: IndexLag | null, initial: Iterable<[K, V]> = []): LaggingIndex<K, V> => {
  const seen = new Map<K, V>(initial);
  const pending: Array<{ at: number; apply: () => void }> = [];
  const write = (apply: () => void): void => {
    if (lag) pending.push({ at: lag.now() + lag.ms, apply });
    else apply();
  };
  return {
    put: (key, value) => write(() => seen.set(key, value)),
    remove: (key) => write(() => seen.delete(key)),
    read: () => {
      const now = lag?.now() ?? 0;
      while (pending[0] && pending[0].at <= now) pending.shift()?.apply();
      return seen;
    },
  };
};

/** A secondary index whose partition is a value of the entry, such as the number of its customer. */
export type PartitionedIndex<P, V> = {
  /** Writes an entry under its partitions of now, and removes it from those of before. */
  put(entry: V): void;
  /** Returns the entries of a partition that a read sees now. */
  read(partition: P): readonly V[];
};

/**
 * Makes an index with partitions, as late as `laggingIndex`. A read costs what its partition holds, not what the table holds.
 * @param partitionsOf returns the partitions of an entry: none when the index leaves it out
 * @param initial the entries that are seen from the start
 */
export const partitionedIndex = <P, V extends { id: unknown }>(
  lag: IndexLag | null,
  partitionsOf: (entry: V) => readonly P[],
  initial: Iterable<V> = [],
): PartitionedIndex<P, V> => {
  const partitions = new Map<P, LaggingIndex<unknown, V>>();
  const current = new Map<unknown, readonly P[]>();
  const of = (partition: P, first: Iterable<[unknown, V]> = []): LaggingIndex<unknown, V> => {
    const known = partitions.get(partition) ?? laggingIndex<unknown, V>(lag, first);
    partitions.set(partition, known);
    return known;
  };
  const entriesOf = new Map<P, Array<[unknown, V]>>();
  for (const entry of initial) {
    const own = partitionsOf(entry);
    current.set(entry.id, own);
    for (const partition of own) {
      const entries = entriesOf.get(partition) ?? [];
      entries.push([entry.id, entry]);
      entriesOf.set(partition, entries);
    }
  }
  for (const [partition, entries] of entriesOf) of(partition, entries);
  return {
    put: (entry) => {
      const now = partitionsOf(entry);
      for (const before of current.get(entry.id) ?? []) if (!now.includes(before)) of(before).remove(entry.id);
      for (const partition of now) of(partition).put(entry.id, entry);
      current.set(entry.id, now);
    },
    read: (partition) => [...(partitions.get(partition)?.read().values() ?? [])],
  };
};
